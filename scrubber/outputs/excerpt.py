"""A segment as one line of text, with the place in it that a caret is to mark."""

from typing import NamedTuple

from scrubber.outputs.address import Address
from scrubber.x12.segment import Delimiters, Segment

_GAP = "..."


class Excerpt(NamedTuple):
    """`text` with the marked range in it; `absent` when the mark is where something is missing."""

    text: str
    start: int
    length: int
    absent: bool


def excerpt(
    raw: str, delimiters: Delimiters, at: Address, element: int | None, width: int
) -> Excerpt:
    """The part of `raw` around what `at` names, no wider than `width` characters."""
    segment = Segment(raw, delimiters)
    start, end = 0, len(segment.id)
    absent = False
    if at.segment and at.segment != segment.id:
        absent = True
    elif number := element or at.element:
        found = segment[number, at.component] if at.component else segment[number]
        start, end = found.span
        absent = start == end
    return _cropped(Excerpt(raw, start, max(end - start, 1), absent), width)


def _cropped(whole: Excerpt, width: int) -> Excerpt:
    if len(whole.text) <= width:
        return whole
    room = width - 2 * len(_GAP)
    first = max(0, min(whole.start - room // 3, len(whole.text) - room))
    last = first + room
    before = _GAP if first else ""
    after = _GAP if last < len(whole.text) else ""
    start = whole.start - first + len(before)
    length = max(1, min(whole.length, room - (whole.start - first)))
    return Excerpt(before + whole.text[first:last] + after, start, length, whole.absent)
