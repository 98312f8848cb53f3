"""The order of the names in a level or other payer: subscriber before payer, and so on."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.loop import Party
from scrubber.findings import Problem, Severity
from scrubber.guide.layout import LoopLayout
from scrubber.patches import Fix, Patch, Safety, Span
from scrubber.rules.rule import Rule, loop_rule

IN_FRONT = {
    "ST": ("1000A", "1000B"),
    "2000A": ("2010AA",),
    "2000B": ("2010BA", "2010BB"),
    "2320": ("2330A", "2330B"),
}
"""Loops and the required ones in them, which the guide lists before any others."""


@loop_rule(
    "S216",
    *IN_FRONT,
    severity=Severity.WARN,
    status="A7:481",
    source="X12 005010X222A1, order of loops; pyx12 4.0.0 accepts no other",
    aspect=lambda loop: tuple(loop.layout.loops),
)
def loops_out_of_order(loop: Party, _as_of: date) -> Iterator[Problem]:
    """Names are not in the order of the guide.

    Why: receivers expect submitter before receiver, billing before pay-to address, subscriber
    before payer; a name that comes too late is treated as missing.
    Fix: the names are put in order; nothing else changes.
    """
    found = loop.layout.loops
    wanted = [one for one in IN_FRONT[loop.id] if one in found]
    for name, early in zip(wanted, found, strict=False):
        if name != early:
            late = found[name][0]
            segment = loop.block.segment(late.first, name)
            message = f"{name} comes after {early}; the guide puts it first"
            yield Problem(segment, message, _moved_behind(loop, found[early][0], late))
            return


def _moved_behind(loop: Party, early: LoopLayout, late: LoopLayout) -> Fix:
    """The repair that puts what begins with `early` behind `late`: moving this instead of `late`
    keeps the patient's name out of what is recorded of a repair."""
    block = loop.block
    start, end = block.offset(early.first), block.offset(late.first)
    behind = block.begin(late.last)
    text = block.text[start - block.start : end - block.start]
    patches = (Patch(Span(start, end), ""), Patch(Span(behind, behind), text))
    return Fix("put the names in the order of the guide", patches, Safety.SAFE)


RULES: tuple[Rule, ...] = (loops_out_of_order,)
