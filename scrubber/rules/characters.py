"""Whether values keep to the characters that X12 knows."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.loop import Party
from scrubber.findings import Problem, Severity
from scrubber.guide.definitions import load_guide
from scrubber.guide.element_check import plainly
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, loop_rule
from scrubber.x12.characters import decoded, transliterated
from scrubber.x12.segment import Element, Segment

SHOWN = 3


def _beyond_ascii(loop: Party, _as_of: date) -> bool:
    """Whether the block of the loop holds any such character."""
    return not loop.block.text.isascii()


@loop_rule(
    "S149", *load_guide(), severity=Severity.WARN, status="A7:511+481",
    source="X12.6 basic and extended character sets, as transcribed by pyx12 4.0.0",
    gate=_beyond_ascii,
)  # fmt: skip
def character_beyond_x12(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A character outside X12's basic and extended character sets.

    Why: accented letters and other symbols have several encodings; receivers that expect a
    different one, or none, reject the file or store a garbled name that matches nothing.
    Fix: write the value in plain letters, as the payer has it on file. With consent accents are
    removed and dashes become hyphens.
    """
    for indexes in loop.layout.segments.values():
        for index in indexes:
            if not loop.block.segments[index].isascii():
                yield from _of_segment(loop.block.segment(index, loop.id))


def _of_segment(segment: Segment) -> Iterator[Problem]:
    for number in range(1, len(segment.values)):
        if segment.value(number).isascii():
            continue
        parts = len(segment.components(number))
        places = [(number, part) for part in range(1, parts + 1)] if parts > 1 else [number]
        yield from (problem for at in places if (problem := _problem(segment[at])) is not None)


def _problem(at: Element) -> Problem | None:
    delimiters = at.segment.delimiters
    if plainly(at.value, delimiters).isascii():
        return None
    foreign = dict.fromkeys(one for one in decoded(at.value) if not one.isascii())
    shown = " ".join(list(foreign)[:SHOWN])
    what = shown if shown.isprintable() else "a character"
    message = f"contains {what}, which is not in the X12 character sets"
    right = transliterated(at.value)
    fix = None
    if right.isascii() and right.isprintable() and not set(right) & set(delimiters):
        fix = Fix("write it in plain letters", (at.put(right),), Safety.REVIEW)
    return Problem(at, message, fix)


RULES: tuple[Rule, ...] = (character_beyond_x12,)
