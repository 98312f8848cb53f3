"""The segments of a received part, split into elements."""

from scrubber.x12.blanks import BLANKS
from scrubber.x12.lexer import bare_segment
from scrubber.x12.segment import LINE_BREAKS, Delimiters

FEW = 20


def received_segments(text: str, delimiters: Delimiters) -> list[list[str]]:
    """Each segment of a part as its id and elements, numbered as findings number them: an empty
    segment counts."""
    pieces = text.split(delimiters.terminator)
    if not pieces[-1].strip(BLANKS):
        pieces.pop()
    cleaned = (bare_segment(one.strip(BLANKS), delimiters.element) for one in pieces)
    return [one.split(delimiters.element) for one in cleaned]


def find_segment(text: str, delimiters: Delimiters, *start: str) -> list[str] | None:
    """The first segment of a part that begins with these elements, without splitting the rest."""
    element, terminator = delimiters.element, delimiters.terminator
    if terminator not in LINE_BREAKS:
        text = text.replace("\n", "").replace("\r", "")
    if f" {element}" in text or f"\t{element}" in text:
        text = terminator.join([bare_segment(one, element) for one in text.split(terminator)])
    head = element.join((*start, ""))
    at = text.find(head)
    while at >= 0:
        before = text[max(0, at - FEW) : at].strip(BLANKS.replace(terminator, ""))
        if not before or before[-1] == terminator:
            return text[at:].split(terminator, 1)[0].strip(BLANKS).split(element)
        at = text.find(head, at + 1)
    return None


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
