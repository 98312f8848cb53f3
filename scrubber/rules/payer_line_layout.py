"""How the payer wants the lines of a claim laid out: one per code, in order of their charge."""

from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Patch, Safety, Span
from scrubber.rules.rule import Rule, ServiceSetting, Setting, Visit, claim_rule, visit_rule
from scrubber.rules.service_shapes import any_of, repeated_code, therapy
from scrubber.rules.telehealth import place_of
from scrubber.rules.therapy_lines import (
    days_covered,
    disciplines_on,
    rendered_by,
    therapy_row,
    therapy_rows,
)
from scrubber.therapy.table import TherapyCode


@claim_rule(
    "S715",
    severity=Severity.INFO,
    status="A8:732+583",
    source="payer profile: line-order",
    asked_by=lambda payer: payer.line_order is not None,
)
def lines_out_of_order(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The lines of a day are not in the order in which the payer should pay them.

    Why: the payer pays the first units of a day up to its limit in the order of the lines, so the
    services with the highest charges should come first.
    Fix: sort the lines of a day by descending charge; with consent the scrubber does.
    """
    order = setting.payer.line_order
    if order is None:
        return
    wanted = _by_descending_charge(claim.lines)
    if wanted == list(claim.lines):
        return
    moved = next(new for old, new in zip(claim.lines, wanted, strict=True) if old is not new)
    message = f"{setting.payer.name} pays the first lines of a day first; {moved.code} "
    message += f"(line {moved.number}) has a higher charge than a line before it"
    fix = _reordered(claim, wanted) if setting.documented is None else None
    yield Problem(moved.procedure_element, message, fix)


def _by_descending_charge(lines: Sequence[ServiceLine]) -> list[ServiceLine]:
    """The lines with those of each day sorted among the places they hold."""
    by_day: dict[date | None, list[ServiceLine]] = {}
    for line in lines:
        by_day.setdefault(line.service_from, []).append(line)
    for of_day in by_day.values():
        of_day.sort(key=lambda line: -(line.charge or 0))
    turns = {day: iter(of_day) for day, of_day in by_day.items()}
    return [next(turns[line.service_from]) for line in lines]


def _reordered(claim: Claim, wanted: Sequence[ServiceLine]) -> Fix | None:
    """Patches that put what follows each LX at its new place; LX01 keeps counting."""
    if claim.block.received not in (None, claim.block.segments):
        return None  # the bytes of a segment with a line break in it are not its text
    patches = []
    for old, new in zip(claim.lines, wanted, strict=True):
        if old is not new:
            start, end = _after_number(new)
            text = claim.block.text[start - claim.block.start : end - claim.block.start]
            patches.append(Patch(Span(*_after_number(old)), text))
    return Fix("sort the lines of each day by charge", tuple(patches), Safety.REVIEW)


def _after_number(line: ServiceLine) -> tuple[int, int]:
    """The bytes of a line from behind its LX to its last terminator, which stays."""
    block, layout = line.block, line.layout
    last = layout.last - 1
    return block.offset(layout.first + 1), block.offset(last) + len(block.segments[last])


@visit_rule(
    "S716", severity=Severity.REJECT, status="A8:476+732",
    source="payer profile: one-line-per-code",
    service_only=True, concerns=repeated_code,
)  # fmt: skip
def timed_code_on_several_lines(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """Units of one timed code and day are on several lines with the same modifiers.

    Why: the payer treats a second line as a duplicate of the first and denies it.
    Fix: put all units of the code on one line. Lines whose modifiers differ (one with CQ) stay
    separate.
    """
    stated = setting.payer.one_line_per_code
    if stated is None or not stated.required:
        return
    seen: dict[tuple[object, ...], ServiceLine] = {}
    for line, row in therapy_rows(visit.lines):
        if not _belongs_on_one_line(line, row):
            continue
        key = (row.code, frozenset(line.modifiers), rendered_by(line), place_of(line, setting))
        first = seen.setdefault(key, line)
        if first is not line:
            message = (
                f"{row.code} stands on lines {first.number} and {line.number} of the day with the "
            )
            message += f"same modifiers; {setting.payer.name} requires all its units on one line"
            yield Problem(line.procedure_element, message, severity=stated.stated.ceiling)


def wanted_on_one_line(line: ServiceLine, setting: ServiceSetting) -> bool:
    """Whether S716 tells of a line that repeats another one of its day."""
    stated = setting.payer.one_line_per_code
    if stated is None or not stated.required or setting.payer.switches_off("S716"):
        return False
    row = therapy_row(line)
    return row is not None and _belongs_on_one_line(line, row)


def _belongs_on_one_line(line: ServiceLine, row: TherapyCode) -> bool:
    return row.timed and days_covered(line) == 1


@visit_rule(
    "S719", severity=Severity.REJECT, status="A8:735", source="payer profile: evaluation-day",
    service_only=True, concerns=any_of(therapy(lambda row: row.is_evaluation)),
)  # fmt: skip
def evaluation_beside_treatment(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """An evaluation is billed with treatment of the same discipline and day.

    Why: the payer pays one or the other on a day.
    Fix: bill the one the payer should pay; treat on another day if possible.
    """
    stated = setting.payer.evaluation_day
    if stated is None or stated.with_treatment:
        return
    rows = therapy_rows(visit.lines)
    for line, row in rows:
        if not row.is_evaluation or row.required_modifier is None:
            continue
        treated = next((other for other in rows if _treats(*other, row.required_modifier)), None)
        if treated is not None:
            message = f"{setting.payer.name} does not pay the evaluation {row.code} with treatment "
            message += f"({treated[0].code}) on one day"
            yield Problem(line.procedure_element, message, severity=stated.stated.ceiling)


def _treats(line: ServiceLine, row: TherapyCode, discipline: str) -> bool:
    named = (disciplines_on(line) or ("",))[0]
    return not row.is_evaluation and named in ("", discipline)


RULES: tuple[Rule, ...] = (
    lines_out_of_order,
    timed_code_on_several_lines,
    evaluation_beside_treatment,
)
