"""Byte-range repairs: spans, patches, fixes, and how a set of them is applied."""

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
        if any(_clash(span, other) for span in spans for other in taken):
            continue
        chosen.append(fix)
        taken.extend(spans)
    return chosen


def _clash(one: Span, other: Span) -> bool:
    if one.start == other.start:
        return True
    return one.start < other.end and other.start < one.end


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
