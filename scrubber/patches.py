"""Byte-range repairs: spans, patches, fixes, and how a set of them is applied."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open byte range of the file as received; text is Latin-1, so characters are bytes."""

    start: int
    end: int


class Patch(NamedTuple):
    """Replace the bytes of `span` by `text`; an empty span inserts."""

    span: Span
    text: str


class Safety(Enum):
    """How much a fix claims.

    SAFE says the same thing better written and is always applied. REVIEW changes what is
    claimed and needs standing consent. ADVICE is shown and never applied.
    """

    SAFE = "safe"
    REVIEW = "review"
    ADVICE = "advice"


class Fix(NamedTuple):
    """A repair: its patches go in together or not at all."""

    title: str
    patches: tuple[Patch, ...]
    safety: Safety


def compatible_fixes(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes that can go in together: the first to claim a byte range keeps it.

    Two insertions at one point clash; the later one waits for the next pass, where it is
    computed afresh.
    """
    chosen: list[Fix] = []
    taken: list[Span] = []
    for fix in fixes:
        spans = [patch.span for patch in fix.patches]
        if not any(_clashes(span, taken) for span in spans):
            chosen.append(fix)
            for span in spans:
                insort(taken, span)
    return chosen


def _clashes(span: Span, taken: list[Span]) -> bool:
    """Whether a range begins where one of those taken begins, or shares a byte with one. Those
    taken share none and are in order."""
    at = bisect_left(taken, span.start, key=_start)
    if at and taken[at - 1].end > span.start:
        return True
    return at < len(taken) and (taken[at].start == span.start or taken[at].start < span.end)


def _start(span: Span) -> int:
    return span.start


def apply_patches(text: str, patches: Iterable[Patch], offset: int = 0) -> str:
    """`text`, which begins at byte `offset` of the file, with every patch applied.

    The patches must lie inside the text and must not overlap (see `compatible_fixes`).
    """
    pieces: list[str] = []
    position = 0
    for (start, end), replacement in sorted(patches):
        pieces.append(text[position : start - offset])
        pieces.append(replacement)
        position = end - offset
    pieces.append(text[position:])
    return "".join(pieces)
