"""The segments of a received part, split into elements."""

from scrubber.x12.lexer import BLANKS
from scrubber.x12.segment import Delimiters


def received_segments(text: str, delimiters: Delimiters) -> list[list[str]]:
    """Each segment of a part as its id and elements, numbered as findings number them: an empty
    segment counts."""
    pieces = text.split(delimiters.terminator)
    if not pieces[-1].strip(BLANKS):
        pieces.pop()
    cleaned = (one.strip(BLANKS).replace("\r", "").replace("\n", "") for one in pieces)
    return [one.split(delimiters.element) for one in cleaned]


def first_segment(segments: list[list[str]], *start: str) -> list[str] | None:
    """The first segment that begins with these elements."""
    length = len(start)
    for segment in segments:
        if tuple(segment[:length]) == start:
            return segment
    return None


def value(segment: list[str] | None, element: int) -> str:
    """An element; empty where the segment or the element is absent."""
    return segment[element] if segment is not None and element < len(segment) else ""
