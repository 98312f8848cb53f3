"""Rules on the lines of a claim as such: their own numbers, and lines that stand there twice."""

from collections.abc import Iterator
from itertools import count

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.lane.facts import LINE_NUMBERS_DIFFER, LINES_ARE_NUMBERED
from scrubber.patches import Fix, Safety
from scrubber.rules.payer_line_layout import wanted_on_one_line
from scrubber.rules.rule import Rule, Setting, claim_rule
from scrubber.rules.therapy_lines import rendered_by
from scrubber.rules.whole_segments import with_reference
from scrubber.x12.block import Block

INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT
LONGEST_NUMBER = 30
# Modifiers that say a service was given again or apart.
AGAIN = frozenset({"76", "77", "91", "59", "XE", "XP", "XS", "XU", "79", "58", "78"})


def _has_odd_numbers(claim: Claim, _setting: Setting) -> bool:
    """Some line control numbers (REF*6R) are alike or long."""
    block = claim.block
    if block.facts & LINE_NUMBERS_DIFFER:
        return False
    prefix = _control_number(block)
    numbers = [
        block.segments[index]
        for line in claim.lines
        for index in line.layout.segments.get("REF", ())
        if block.segments[index].startswith(prefix)
    ]
    longest = len(prefix) + LONGEST_NUMBER
    return len(set(numbers)) < len(numbers) or any(len(number) > longest for number in numbers)


def _control_number(block: Block) -> str:
    """How a REF*6R begins."""
    return f"REF{block.delimiters.element}6R{block.delimiters.element}"


@claim_rule(
    "S241",
    severity=REJECT,
    status="A7:584",
    source="Stedi claim edit: line item control numbers must be unique",
    when=("2400/REF*6R",),
    gate=_has_odd_numbers,
)
def line_number_repeated(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Two lines of a claim have the same control number.

    Why: the remittance identifies lines by this number (REF*6R); payments could not be posted.
    Fix: give every line its own number.
    """
    seen: set[str] = set()
    for line in claim.lines:
        number = line.control_number
        if number and number in seen:
            yield Problem(line.segments("REF", "6R")[0][2], "line control number used twice")
        seen.add(number)


@claim_rule(
    "S247",
    severity=REJECT,
    status="A7:584",
    source="Stedi claim edit: limit line item control number to 30 characters",
    when=("2400/REF*6R",),
    gate=_has_odd_numbers,
)
def line_number_too_long(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The control number of a line is longer than 30 characters.

    Why: payers return at most 30 characters (REF*6R); payments could not be posted.
    Fix: shorten the number.
    """
    for line in claim.lines:
        if len(line.control_number) > LONGEST_NUMBER:
            at = line.segments("REF", "6R")[0][2]
            yield Problem(at, f"line control number of {len(at.value)} characters, 30 at most")


@claim_rule(
    "S436",
    severity=INFO,
    status="A7:584",
    source="X12 005010X222A1, 2400 REF*6R: payers return it in 277CA and 835",
)
def line_number_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Lines have no control number.

    Why: payers return the number (REF*6R) in their responses; without it payments and denials
    cannot be matched with certainty if two lines bill the same code.
    Fix: turn on line control numbers in the practice system. With your consent each line gets the
    first free number of its claim.
    """
    block, lines = claim.block, claim.lines
    if block.facts & LINES_ARE_NUMBERED or block.text.count(_control_number(block)) >= len(lines):
        return
    bare = [line for line in lines if not line.control_number]
    if not bare:
        return
    used = {line.control_number for line in lines}
    free = (number for number in map(str, count(1)) if number not in used)
    patches = [with_reference(line, "6R", number) for line, number in zip(bare, free, strict=False)]
    many = f"{len(bare)} of {len(lines)} lines have" if len(lines) > 1 else "the line has"
    yield Problem(
        bare[0].sv1,
        f"{many} no control number (REF*6R): the payer's responses cannot be matched line by line",
        Fix("number the lines (REF*6R)", tuple(patches), Safety.REVIEW),
    )


@claim_rule(
    "S440",
    severity=WARN,
    status="A3:78",
    source="CMS Pub 100-04, chapter 1, 120: exact duplicate lines are denied",
)
def line_repeated(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The same line appears twice on one day: code, modifiers, units, charge and provider.

    Why: payers pay the first and deny the second as a duplicate. If the payer wants all units of a
    timed code on one line, S716 reports it.
    Fix: remove one, put the units on one line, or add the modifier for a repeated (76, 77) or
    separate service.
    """
    lines = claim.lines
    if len({(line.code, line.service_from) for line in lines}) == len(lines):
        return
    seen: dict[tuple[object, ...], int] = {}
    for line in lines:
        if not AGAIN.isdisjoint(line.modifiers):
            continue
        key = _what_is_billed(line, claim)
        if key in seen:
            if wanted_on_one_line(line, setting):
                continue
            message = f"suspected duplicate of line {seen[key]}: {line.code} on {line.service_from}"
            yield Problem(line.procedure_element, message)
        else:
            seen[key] = line.number


def _what_is_billed(line: ServiceLine, claim: Claim) -> tuple[object, ...]:
    service = line.service
    return (
        service.qualifier,
        service.code,
        frozenset(service.modifiers),
        service.charge,
        service.units,
        service.place_of_service or claim.place_of_service,
        line.dates,
        rendered_by(line),
    )


RULES: tuple[Rule, ...] = (
    line_number_repeated,
    line_number_too_long,
    line_number_missing,
    line_repeated,
)
