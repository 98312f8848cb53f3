"""Units that no payer, or not this payer, takes for one patient and day."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.procedure_codes import MEDICAID, OWN_CODE_SETS
from scrubber.rules.rule import Rule, ServiceSetting, Visit, line_rule, visit_rule
from scrubber.rules.service_shapes import repeated_code, therapy
from scrubber.rules.sources import MEDICALLY_UNLIKELY_EDITS
from scrubber.rules.therapy_lines import (
    UNITS,
    by_code_and_provider,
    days_covered,
    disciplines_on,
    plain,
    therapy_row,
    units_in,
    units_in_words,
)
from scrubber.therapy.ncci_limits import Limit, limit
from scrubber.therapy.ncci_pairs import Program

ONCE_BY_DEFINITION = frozenset({"evaluation", "reevaluation", "group", "modality_supervised"})
"""Families of which no payer of health care counts quarter hours; some state programs count those
of others, and accident insurers may pay by the area treated."""


@line_rule(
    "S610",
    severity=Severity.REJECT,
    status="A8:476",
    source=MEDICALLY_UNLIKELY_EDITS,
    service_only=True,
    concerns=therapy(lambda row: not row.timed and row.units_per_day == 1),
)
def untimed_code_with_several_units(
    line: ServiceLine, setting: ServiceSetting
) -> Iterator[Problem]:
    """A code that counts once a day is billed with more than one unit.

    Why: evaluations, supervised modalities, group therapy and most speech-language services are
    paid once a day, however long they took. Some state programs count speech-language services in
    quarter hours, so for Medicaid and payers whose limit is not known these are a warning; so is
    every such code for accident insurers, whose states have their own rules.
    Fix: bill one unit. For a second session on the same day see the payer's rules.
    """
    row = therapy_row(line)
    if row is None or row.timed or row.units_per_day != 1 or line.units is None:
        return
    if line.service.unit_basis != UNITS or line.units <= days_covered(line):
        return
    message = f"{row.code} is untimed and counts once a day; {plain(line.units)} units are billed"
    bound = _bound_of(line, setting)
    limited = bound is not None and bound.limit.units == 1
    limited = limited and setting.payer.payer_type not in MEDICAID
    severity = bound.severity if bound is not None and limited else Severity.WARN
    if row.family in ONCE_BY_DEFINITION and setting.payer.payer_type not in OWN_CODE_SETS:
        severity = None
    yield Problem(line.sv1[4], message, severity=severity)


class Bound(NamedTuple):
    """The units limit for a code, whose it is, and how sure it is that the payer has it."""

    limit: Limit
    severity: Severity | None
    payer: str
    doubt: str = ""


def _bound_of(line: ServiceLine, setting: ServiceSetting) -> Bound | None:
    """The limit for the line's code on its first day."""
    on = line.service_from
    return _bound(line.code, on, setting.payer, setting.tables) if on is not None else None


def limits_program(payer: DatedProfile) -> Program | None:
    """Whose units limits are held against the payer's claims: Medicare's where it states none;
    None where it is known to use none."""
    stated = payer.unlikely_edits
    if stated is None:
        return Program.MEDICARE
    return None if stated.table == "none" else Program(stated.table)


@lru_cache(maxsize=8192)
def _bound(code: str, on: date, payer: DatedProfile, tables: Path | None) -> Bound | None:
    stated, program = payer.unlikely_edits, limits_program(payer)
    found = limit(code, on, program, tables) if program is not None else None
    if found is None or found.units == 0:
        return None
    if stated is not None:
        return Bound(found, stated.stated.ceiling, payer.name)
    return Bound(found, Severity.WARN, "Medicare", "; this payer's own limit is not in our table")


@line_rule(
    "S620",
    severity=Severity.REJECT,
    status="A8:476",
    source=MEDICALLY_UNLIKELY_EDITS,
    service_only=True,
    concerns=therapy(lambda row: row.units_per_day != 1),
)
def units_over_daily_limit(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """A line has more units of its code than the payer allows (MUE).

    Why: CMS publishes for most codes the highest number of units that is plausible for one patient:
    for a day (MAI 2 and 3) or for a line (MAI 1). The whole line is denied, not only the excess.
    Fix: correct the units. If they are right, a limit with MAI 3 can be appealed with records, one
    with MAI 2 never.
    """
    units = line.units
    if units is None or units <= 1 or line.service.unit_basis != UNITS:
        return
    row = therapy_row(line)
    if row is None or row.units_per_day == 1:
        return
    bound = _bound_of(line, setting)
    if bound is not None and units > bound.limit.units * days_covered(line):
        yield Problem(
            line.sv1[4], f"{units_in_words(units)} of {row.code}: {_most(bound)}",
            severity=bound.severity,
        )  # fmt: skip


def _most(bound: Bound) -> str:
    per = "a line" if bound.limit.per_line else "a day"
    most = f"{bound.payer} allows at most {bound.limit.units} {per}"
    return f"{most} (MUE, {bound.limit.release}){bound.doubt}"


@visit_rule(
    "S621",
    severity=Severity.REJECT,
    status="A8:476",
    source=MEDICALLY_UNLIKELY_EDITS,
    service_only=True,
    concerns=repeated_code,
)
def units_over_daily_limit_in_all(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """Several lines of one code on one day add up to more units than the payer allows (MUE).

    Why: limits with MAI 2 and 3 apply to the day, over all lines of the same provider; modifiers
    such as 59, 76 or 77 do not lift them. Medicaid's limits have no MAI: they are for each line,
    though a state may count by the day, so for Medicaid this is a warning.
    Fix: correct the units. If they are right, a limit with MAI 3 can be appealed with records, one
    with MAI 2 never.
    """
    for code, lines in by_code_and_provider(visit.lines):
        row = therapy_row(lines[0])
        if row is None or any(days_covered(line) > 1 for line in lines):
            continue
        bound = _bound_of(lines[0], setting)
        if bound is None or bound.limit.per_line:
            continue
        in_all, most = units_in(lines), bound.limit.units
        if in_all > most and not any(line.units and line.units > most for line in lines):
            # Two disciplines are two therapists, also where the claim does not name them.
            several = len({disciplines_on(line) for line in lines}) > 1
            by_day = bound.limit.adjudication is not None
            severity = bound.severity if by_day and not several else Severity.WARN
            yield _over_in_all(code, lines, in_all, bound._replace(severity=severity))


def _over_in_all(code: str, lines: Sequence[ServiceLine], in_all: Decimal, bound: Bound) -> Problem:
    repeats = {m for line in lines for m in line.modifiers} & {"59", "76", "77"}
    message = f"{len(lines)} lines of {code} add up to {plain(in_all)} units: {_most(bound)}"
    if repeats and bound.limit.adjudication is not None:
        message += f"; {' and '.join(sorted(repeats))} does not lift a daily limit"
    return Problem(lines[-1].sv1[4], message, severity=bound.severity)


RULES: tuple[Rule, ...] = (
    untimed_code_with_several_units,
    units_over_daily_limit,
    units_over_daily_limit_in_all,
)
