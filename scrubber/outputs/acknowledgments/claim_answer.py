"""The segments of loops 2200D and 2220D: what became of one claim, and of its faulty lines.

An accepted claim is A0:16:PR: taken and passed on to the payer, as a clearinghouse says it. What
the payer will say of it (A2, or its own claim number) is not for a scrubber to say. A rejected
claim has one STC for each reason; with a faulty line its status points to the lines (247), whose
own loops give the reasons. A claim stands or falls as a whole. Source: 005010X214.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from scrubber.claim.values import amount
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.outputs.acknowledgments.received_lines import (
    ReceivedLine,
    received_lines,
    service_dates,
)
from scrubber.outputs.acknowledgments.received_segments import find_segment, value
from scrubber.outputs.acknowledgments.status_reasons import MOST_COMPOSITES, Reason, reasons
from scrubber.outputs.x12_writer import LONGEST_AMOUNT, decimal_text, plain
from scrubber.x12.segment import Delimiters

FORWARDED = "A0:16:PR"
READ_THE_LINES = "A3:247"
ACCEPTED, REJECTED = "WQ", "U"
NO_CLAIM_NUMBER = "0" * 20
LONGEST_MESSAGE = 264

Segment = tuple[str, ...]


def charge_of(claim: ClaimResult) -> Decimal:
    """CLM02 in dollars; a charge that is no amount, or longer than one may be, counts nothing."""
    charge = amount(claim.charge.strip()) if len(claim.charge) <= LONGEST_AMOUNT else None
    return Decimal(0) if charge is None else charge


def is_accepted(claim: ClaimResult) -> bool:
    """Whether the claim goes on."""
    return claim.disposition is not Disposition.REJECTED


def claim_answer(
    part: Part, claim: ClaimResult, delimiters: Delimiters, day: str, messages: bool
) -> Iterator[Segment]:
    """TRN, STC, REF and DTP of the claim, then SVC, STC, REF and DTP of each faulty line.

    `day` is the date of the status; with `messages` STC12 says in words what is wrong.
    """
    charge = decimal_text(charge_of(claim))
    of_lines: list[tuple[ReceivedLine, list[Reason]]] = []
    yield "TRN", "2", plain(claim.claim_id, 50) or NO_CLAIM_NUMBER
    if is_accepted(claim):
        yield "STC", FORWARDED, day, ACCEPTED, charge
    else:
        own, of_lines = _assigned(reasons(claim.findings), part, delimiters)
        if of_lines:
            said = _said_of_lines(of_lines) if messages else ""
            yield _refused((READ_THE_LINES,), day, charge, said)
        for reason in own:
            yield _refused(reason.composites, day, charge, reason.message if messages else "")
    yield from _trace_number(part, delimiters)
    dates = service_dates(claim.service_from, claim.service_to)
    if dates:
        yield dates
    for line, found in of_lines:
        yield from _line_answer(line, found, day)


def _refused(composites: Sequence[str], day: str, charge: str, message: str) -> Segment:
    more = [*composites[1:], "", ""][:2]
    text = plain(message[:LONGEST_MESSAGE], LONGEST_MESSAGE)
    return ("STC", composites[0], day, REJECTED, charge, "", "", "", "", "", *more, text)


def _trace_number(part: Part, delimiters: Delimiters) -> Iterator[Segment]:
    """REF*D9 as received: the number a clearinghouse traces the claim by."""
    number = plain(value(find_segment(part.received, delimiters, "REF", "D9"), 2), 50)
    if number:
        yield "REF", "D9", number


def _assigned(
    found: list[Reason], part: Part, delimiters: Delimiters
) -> tuple[list[Reason], list[tuple[ReceivedLine, list[Reason]]]]:
    """The reasons of the claim itself, and those of each line that has some. A line whose
    procedure cannot be repeated can have no loop of its own: the words name it."""
    lines = received_lines(part.received, part.ordinal, delimiters)
    numbers = {line.number: index for index, line in reversed([*enumerate(lines)])}
    own: list[Reason] = []
    of_lines: dict[int, list[Reason]] = {}
    for reason in found:
        index = _line_index(reason, lines, numbers)
        if index is None:
            own.append(reason)
        elif not lines[index].procedure:
            own.append(reason._replace(message=_of_line(lines[index], reason)))
        else:
            of_lines.setdefault(index, []).append(reason)
    return own, [(lines[index], of_lines[index]) for index in sorted(of_lines)]


def _line_index(
    reason: Reason, lines: list[ReceivedLine], numbers: Mapping[str, int]
) -> int | None:
    """Which line a reason concerns: the one its segment stands in, else the one of its number."""
    if reason.line is None:
        return None
    index = bisect_right(lines, reason.ordinal, key=_first) - 1
    if index >= 0 and reason.ordinal < lines[index].last:
        return index
    return numbers.get(str(reason.line))


def _first(line: ReceivedLine) -> int:
    return line.first


def _said_of_lines(of_lines: list[tuple[ReceivedLine, list[Reason]]]) -> str:
    return " / ".join(_of_line(line, one) for line, found in of_lines for one in found)


def _of_line(line: ReceivedLine, reason: Reason) -> str:
    return f"line {line.number}, {reason.message}"


def _line_answer(line: ReceivedLine, found: list[Reason], day: str) -> Iterator[Segment]:
    """Loop 2220D, again for the same line where its reasons do not fit one STC."""
    for composites in _packed(found):
        more = composites[1:]
        yield "SVC", line.procedure, line.charge, "", "", "", "", line.units
        yield ("STC", composites[0], day, REJECTED, "", "", "", "", "", "", *more)
        if line.control_number:
            yield "REF", "FJ", line.control_number
        if line.dates:
            yield line.dates


def _packed(found: list[Reason]) -> Iterator[list[str]]:
    """The composites of all reasons in as few STC as hold them, no reason torn apart."""
    held: list[str] = []
    for reason in found:
        new = [one for one in reason.composites if one not in held]
        if held and len(held) + len(new) > MOST_COMPOSITES:
            yield held
            held, new = [], list(reason.composites)
        held += new
    if held:
        yield held
