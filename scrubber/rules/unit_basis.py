"""What SV103 and SV104 may hold on a therapy line: whole units, not minutes."""

from collections.abc import Iterator

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.procedure_codes import OWN_CODE_SETS
from scrubber.rules.rule import Rule, ServiceSetting, Visit, line_rule, visit_rule
from scrubber.rules.service_shapes import therapy, worded
from scrubber.rules.therapy_lines import (
    UNITS,
    days_covered,
    disciplines_on,
    plain,
    rendered_by,
    therapy_row,
    units_in_words,
)
from scrubber.rules.visit_minutes import MINUTES, Pool, counts, pools
from scrubber.therapy.table import TherapyCode, add_ons_of
from scrubber.therapy.unit_count import CountingMethod


@visit_rule(
    "S614", severity=Severity.REJECT, status="A7:659",
    source="X12 requests for interpretation 1110 and 1058: MJ is for anesthesia",
    service_only=True, concerns=worded(),
)  # fmt: skip
def therapy_billed_in_minutes(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """A therapy line is billed in minutes (SV103 is MJ).

    Why: minutes are for anesthesia; therapy is billed in units, including timed codes.
    Fix: enter UN and the units that the minutes make. With consent the scrubber converts the
    minutes to units by the payer's method, if all minutes of the day's timed services are known.
    """
    for line in visit.lines:
        row = therapy_row(line) if line.service.unit_basis == MINUTES else None
        if row is not None:
            message = f"{row.code} is billed in minutes (MJ); therapy is billed in units (UN)"
            yield Problem(line.sv1[3], message, _in_units(line, row, visit, setting))


def _in_units(
    line: ServiceLine, row: TherapyCode, visit: Visit, setting: ServiceSetting
) -> Fix | None:
    if not row.timed:
        units = days_covered(line)
    else:
        pool = next(
            (p for p in pools(visit, setting) if any(s.line is line for s in p.services)), None
        )
        found = _agreed_units(row.code, pool, setting) if pool is not None else None
        if not found:
            return None
        units = found
    patches = (line.sv1[3].put(UNITS), line.sv1[4].put(str(units)))
    return Fix(f"write {units_in_words(units)} for the minutes", patches, Safety.REVIEW)


def _agreed_units(code: str, pool: Pool, setting: ServiceSetting) -> int | None:
    """The units of the only line of a code; None where method, minutes or a tie leave a doubt."""
    stated = setting.payer.unit_method
    methods = list(CountingMethod) if stated == "none" else [CountingMethod(stated)]
    found = [pool.counted(method) for method in methods]
    if len(pool.of(code)) > 1 or not pool.told or any(code in c.pooled.tied for c in found):
        return None
    units = {counts(count).get(code, 0) for count in found}
    return units.pop() if len(units) == 1 else None


@line_rule(
    "S615",
    severity=Severity.REJECT,
    status="A7:476",
    source="CMS Pub. 100-04, chapter 5, 20.2; Stedi claim edit: zero or negative service units",
    service_only=True,
    concerns=therapy(),
)
def units_not_whole(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The units of a therapy line are not a whole number above zero.

    Why: timed codes count whole quarter hours, untimed ones sessions; fractions of a unit and lines
    without a unit are not paid.
    Fix: round by the payer's counting method, based on the minutes of the service.
    """
    units = line.units
    if units is None or units < 0 or (units > 0 and units == units.to_integral_value()):
        return
    row = therapy_row(line)
    if row is None or line.service.unit_basis != UNITS:
        return
    kind = "not a whole number" if units > 0 else "not above zero"
    counting = setting.payer.unit_counting
    known = counting is not None and counting.method != "none" and counting.stated.may_reject
    if units == 0:  # what is only reported, or not charged for, may count none
        known = bool(line.charge) and not setting.is_encounter
    severity = None if known else Severity.WARN
    message = f"{units_in_words(units)} of {row.code}: {kind}"
    yield Problem(line.sv1[4], message, severity=severity)


@line_rule(
    "S617",
    severity=Severity.REJECT,
    status="A8:476",
    source="CMS MUE tables: MAI 2, one unit",
    service_only=True,
    concerns=therapy(lambda row: row.takes_one_unit),
)
def first_unit_code_with_several_units(
    line: ServiceLine, setting: ServiceSetting
) -> Iterator[Problem]:
    """A code for the first part of a service is billed with more than one unit.

    Why: such codes are for the first 15, 30, 60 or 120 minutes and are billed once; further time
    goes on their add-on code.
    Fix: bill one unit of the first code, the rest as units of the add-on.
    """
    units = line.units
    if units is None or line.service.unit_basis != UNITS:
        return
    row = therapy_row(line)
    if row is None or not row.takes_one_unit or units <= days_covered(line):
        return
    further = " or ".join(add_ons_of(row.code))
    message = f"{row.code} allows one unit, {plain(units)} are billed"
    if further:
        message += f"; further time goes on {further}"
    uses = setting.payer.unlikely_edits
    sure = row.mue_medicare == 1 and (uses is None or uses.stated.may_reject)
    sure = sure and setting.payer.payer_type not in OWN_CODE_SETS
    yield Problem(line.sv1[4], message, severity=None if sure else Severity.WARN)


@visit_rule(
    "S616", severity=Severity.WARN, status="A8:263",
    source="CMS NCCI Policy Manual 2026, chapter XI, P.2: different 15-minute intervals",
    service_only=True, concerns=worded(),
)  # fmt: skip
def documented_times_overlap(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """Two services of one provider and patient are documented for the same time.

    Why: timed therapy is one-on-one; a minute counts for one code only. A modifier such as 59 says
    that the times were different; it does not correct an overlap.
    Fix: correct the documented times, or bill the minutes once.
    """
    if setting.documented is None:
        return
    timed = [line for line in visit.lines if _is_timed(line)]
    for place, line in enumerate(timed):
        record = setting.documentation_of(line)
        for earlier in timed[:place]:
            other = setting.documentation_of(earlier)
            if record and other and record.overlaps(other) and _same_provider(line, earlier):
                message = f"the documented times of {line.code} overlap those of {earlier.code}"
                message += f" on line {earlier.number}"
                yield Problem(line.procedure_element, message)
                break


def _is_timed(line: ServiceLine) -> bool:
    row = therapy_row(line)
    return row is not None and row.timed


def _same_provider(line: ServiceLine, other: ServiceLine) -> bool:
    same = rendered_by(line) == rendered_by(other)
    return same and disciplines_on(line) == disciplines_on(other)


@line_rule(
    "S661", severity=Severity.WARN, status="A8:187",
    source="First Coast Service Options: units of a timed code by the day; KNOWLEDGE: a line for "
    "each date of service",
    service_only=True, sees_setting=False, concerns=therapy(lambda row: row.pooled),
)  # fmt: skip
def timed_service_over_days(line: ServiceLine, _setting: ServiceSetting) -> Iterator[Problem]:
    """A service counted in minutes is billed for several days on one line.

    Why: units and minutes of timed codes are counted by the day; payers return or deny a line with
    a range of dates. Daily limits were not checked on this line.
    Fix: bill each day on its own line.
    """
    row, days = therapy_row(line), days_covered(line)
    if row is not None and row.pooled and days > 1:
        message = f"{row.code} on one line for {days} days; it is billed day by day"
        yield Problem(line.date_element, message)


RULES: tuple[Rule, ...] = (
    therapy_billed_in_minutes,
    units_not_whole,
    documented_times_overlap,
    first_unit_code_with_several_units,
    timed_service_over_days,
)
