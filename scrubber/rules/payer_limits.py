"""How much the payer takes: units, codes or minutes a day, visits over a longer time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.profiles.unit_statements import DailyLimit, VisitLimit
from scrubber.rules.rule import Rule, ServiceSetting, Setting, Visit, claim_rule, visit_rule
from scrubber.rules.therapy_lines import (
    HCPCS,
    days_covered,
    disciplines_on,
    plain,
    rendered_by,
    therapy_row,
    units_in,
)
from scrubber.rules.visit_minutes import minutes_of

Measure = Callable[[list[ServiceLine], ServiceSetting], Decimal | None]


def _units(lines: list[ServiceLine], _setting: ServiceSetting) -> Decimal:
    return units_in(lines)


def _codes(lines: list[ServiceLine], _setting: ServiceSetting) -> Decimal:
    return Decimal(len({line.code for line in lines}))


def _minutes(lines: list[ServiceLine], setting: ServiceSetting) -> Decimal | None:
    """None unless every line tells its minutes."""
    told = [minutes_of(line, setting) for line in lines]
    return Decimal(sum(m for m in told if m is not None)) if None not in told else None


MEASURES: dict[str, Measure] = {"units": _units, "codes": _codes, "minutes": _minutes}


@visit_rule(
    "S703", severity=Severity.REJECT, status="A8:476+732", source="payer profile: daily-limit",
    service_only=True,
)  # fmt: skip
def payer_daily_limit_passed(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """More is billed for a day than the payer allows: units, codes or minutes of therapy.

    Why: many payers pay four timed units a day, for the claim, the discipline or the therapist; the
    excess is denied. Some pay the first ones in the order of the lines.
    Fix: bill what the payer allows, or get the authorization that lifts the limit.
    """
    for limit in setting.payer.daily_limits:
        if limit.unless_authorized and setting.authorized:
            continue
        for lines in _counted_together(visit.lines, limit, setting):
            found = MEASURES[limit.counts](lines, setting)
            if found is not None and found > limit.most:
                yield _over_daily_limit(lines, limit, found, setting)


def _counted_together(
    lines: Iterable[ServiceLine], limit: DailyLimit, setting: ServiceSetting
) -> Iterable[list[ServiceLine]]:
    groups: dict[tuple[str, ...], list[ServiceLine]] = {}
    for line in lines:
        place = line.service.place_of_service or setting.place_of_service
        if place in limit.excepted_places or days_covered(line) > 1 or not _counts(line, limit):
            continue
        key = (
            (disciplines_on(line) or ("",))[0] if limit.per_discipline else "",
            rendered_by(line) if limit.per_rendering_provider else "",
            line.code if limit.per_code else "",
        )
        groups.setdefault(key, []).append(line)
    return groups.values()


def _counts(line: ServiceLine, limit: DailyLimit | VisitLimit) -> bool:
    if line.service.qualifier != HCPCS:
        return False
    return limit.codes.covers(line.code, therapy_row(line))


def _over_daily_limit(
    lines: list[ServiceLine], limit: DailyLimit, found: Decimal, setting: ServiceSetting
) -> Problem:
    per = [
        word
        for word, said in (
            ("discipline", limit.per_discipline),
            ("provider", limit.per_rendering_provider),
            ("code", limit.per_code),
        )
        if said
    ]
    message = f"{plain(found)} {limit.counts} on one day; {setting.payer.name} allows {limit.most}"
    message += f" a day for each {' and '.join(per)}" if per else " a day"
    if limit.unless_authorized:
        message += " without an authorization"
    severity = limit.stated.ceiling
    passing = _line_that_passes(lines, limit, setting)
    if limit.pays_first:
        # The claim is payable as it stands; only the order decides what is not paid.
        severity = Severity.WARN
        message += f", paid in the order of the lines: from line {passing.number} on "
        message += "not all is paid"
    at = passing.sv1[4] if limit.counts == "units" else passing.procedure_element
    return Problem(at, message, severity=severity)


def _line_that_passes(
    lines: list[ServiceLine], limit: DailyLimit, setting: ServiceSetting
) -> ServiceLine:
    measure = MEASURES[limit.counts]
    for end, line in enumerate(lines, start=1):
        found = measure(lines[:end], setting)
        if found is not None and found > limit.most:
            return line
    raise AssertionError("called for lines that pass the limit together")


@claim_rule(
    "S704",
    severity=Severity.INFO,
    status="",
    source="payer profile: relative-value-cap",
    asked_by=lambda payer: payer.relative_value_cap is not None,
)
def relative_values_not_checked(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The payer caps the relative value units of a day, which were not checked.

    Why: the state's fee schedule gives the relative value of each code; the values are not in our
    tables, so whether the cap is met cannot be determined.
    Fix: add up the relative values of the day from the state's fee schedule.
    """
    cap = setting.payer.relative_value_cap
    if cap is None or not any(therapy_row(line) is not None for line in claim.lines):
        return
    message = (
        f"daily cap not checked: {cap.treatment} relative value units, {cap.with_reevaluation}"
    )
    message += f" with a re-evaluation, {cap.with_evaluation} with an evaluation"
    yield Problem(claim.clm, f"{message}; relative values are not in our tables")


@claim_rule(
    "S705",
    severity=Severity.REJECT,
    status="A8:259",
    source="payer profile: visit-limit",
    asked_by=lambda payer: bool(payer.visit_limits),
)
def payer_visit_limit_passed(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim alone has more visits, services or units than the payer allows over a period.

    Why: some payers allow a number of visits a year or services a month, or one evaluation in half
    a year, unless more were authorized.
    Fix: get the authorization, or bill what the payer allows.
    """
    for limit in setting.payer.visit_limits:
        if limit.unless_authorized and claim.is_authorized:
            continue
        passing = _line_past_limit(claim.lines, limit, limit.counts)
        if passing is not None:
            time = "an injury" if limit.within == "injury" else limit.within
            counted = limit.counts if limit.most != 1 else limit.counts.removesuffix("s")
            message = f"{setting.payer.name} allows at most {limit.most} {counted} within {time}"
            message += " without an authorization" if limit.unless_authorized else ""
            message += f" where {limit.stated.condition}" if limit.stated.condition else ""
            severity = limit.stated.ceiling
            if (
                limit.counts == "services"
                and _line_past_limit(claim.lines, limit, "visits") is None
            ):
                # Whether the services of one visit count apart is not known.
                severity = Severity.WARN
            yield Problem(passing.procedure_element, message, severity=severity)


def _line_past_limit(
    lines: Iterable[ServiceLine], limit: VisitLimit, counts: str
) -> ServiceLine | None:
    counted = sorted(
        ((line.service_from, line) for line in lines
         if line.service_from is not None and _falls_under(line, limit)),
        key=lambda one: one[0],
    )  # fmt: skip
    for end, (day, line) in enumerate(counted):
        within = [one for start, one in counted[: end + 1] if _same_time(start, day, limit.within)]
        if _amount(within, counts) > limit.most:
            return line
    return None


def _falls_under(line: ServiceLine, limit: VisitLimit) -> bool:
    named = disciplines_on(line)[:1]
    wanted = not limit.disciplines or not limit.disciplines.isdisjoint(named)
    return wanted and _counts(line, limit)


def _amount(lines: list[ServiceLine], counts: str) -> Decimal:
    if counts == "visits":
        return Decimal(len({line.service_from for line in lines}))
    return units_in(lines) if counts == "units" else Decimal(len(lines))


def _same_time(first: date, second: date, within: str) -> bool:
    """Whether both days fall into one calendar month or year, or a run of so many days."""
    if within == "injury":
        return True
    number, unit = within.split()
    unit = unit.rstrip("s")
    if unit == "year" and number == "1":
        return first.year == second.year
    if unit == "month" and number == "1":
        return (first.year, first.month) == (second.year, second.month)
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
    return (second - first).days < int(number) * days


RULES: tuple[Rule, ...] = (
    payer_daily_limit_passed,
    relative_values_not_checked,
    payer_visit_limit_passed,
)
