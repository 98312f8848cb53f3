"""Codes that need another one, or that exclude another one, beside them."""

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.rules.pair_conflicts import conflicts
from scrubber.rules.procedure_codes import OWN_CODE_SETS
from scrubber.rules.rule import Rule, ServiceSetting, Setting, Visit, claim_rule, visit_rule
from scrubber.rules.service_shapes import any_of, therapy
from scrubber.rules.therapy_lines import rendered_by, therapy_rows
from scrubber.therapy.add_ons import add_on

ADD_ONS = "CMS NCCI add-on code file, 2024 quarter 3"
RTM_PAGE = "CMS Therapy Services page, CY2026: remote therapeutic monitoring"
SPREAD_OVER_DAYS = frozenset({"92608", "92618", "92627", "96113"})
"""Add-ons whose primary may stand on another day: tests over several days."""
ADD_ON_OF_MONTH = {"98981": "98980"}
"""Management of monitoring: further time, and the first of the same calendar month."""


@visit_rule(
    "S650",
    severity=Severity.REJECT,
    status="A8:736",
    source=ADD_ONS,
    service_only=True,
    concerns=any_of(therapy(lambda row: bool(row.addon_primaries))),
)
def add_on_without_primary(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """An add-on code is billed without its primary code.

    Why: add-on codes are paid only with their primary code, on the same day by the same provider.
    98981 adds to the monitoring of a calendar month, which S685 checks.
    Fix: bill the primary code as well, or correct the add-on.
    """
    codes = {line.code for line in visit.lines}
    for line, row in therapy_rows(visit.lines):
        if row.code in ADD_ON_OF_MONTH:
            continue
        found = add_on(row.code, visit.day, setting.tables)
        if found is None or not found.primaries or not codes.isdisjoint(found.primaries):
            continue
        wanted = " or ".join(found.primaries)
        confirmed = "aoc2024q3" in row.sources or not row.addon_primaries
        sure = row.code not in SPREAD_OVER_DAYS and confirmed and not found.contractor_decides
        sure = sure and setting.payer.payer_type not in OWN_CODE_SETS
        message = f"{row.code} is an add-on to {wanted}, which is not billed on this day"
        if found.contractor_decides:
            message += "; the contractor may accept it with other codes"
        severity = None if sure else Severity.WARN
        yield Problem(line.procedure_element, message, severity=severity)


@visit_rule(
    "S651", severity=Severity.WARN, status="A8:454",
    source="CMS NCCI Policy Manual 2026, chapter XI, P.1: one evaluation a day",
    service_only=True, concerns=any_of(therapy(lambda row: row.is_evaluation), least=2),
)  # fmt: skip
def several_evaluations_on_a_day(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """A therapist bills more than one evaluation or re-evaluation of a discipline on one day.

    Why: complexity is low, moderate or high, and a re-evaluation requires an earlier evaluation;
    one of these codes is paid a day. Two that are an NCCI pair are reported by S630.
    Fix: keep the code the record supports.
    """
    seen: dict[tuple[str | None, str], ServiceLine] = {}
    for line, row in therapy_rows(visit.lines):
        if not row.is_evaluation or row.required_modifier is None:
            continue
        first = seen.setdefault((row.required_modifier, rendered_by(line)), line)
        if first is not line and not _is_told_as_pair(first, line, visit, setting):
            message = f"{row.code} is a second evaluation on the day of {first.code}"
            yield Problem(line.procedure_element, message)


def _is_told_as_pair(
    line: ServiceLine, other: ServiceLine, visit: Visit, setting: ServiceSetting
) -> bool:
    """Whether S630 tells of the two lines, as a pair that is never paid together."""
    if setting.payer.switches_off("S630"):
        return False
    return any(
        not one.pair.modifier_may_open
        and one.severity is not Severity.INFO
        and {id(one.first), id(one.second)} == {id(line), id(other)}
        for one in conflicts(visit, setting)
    )


class Monitoring(NamedTuple):
    """Remote monitoring codes of which one is paid within a time; a code excludes itself too."""

    codes: frozenset[str]
    within: str


MONTH, PERIOD, EPISODE = "calendar month", "30 days", "episode"
MONITORING = (
    Monitoring(frozenset({"98979", "98980"}), MONTH),
    Monitoring(frozenset({"98984", "98976"}), PERIOD),
    Monitoring(frozenset({"98985", "98977"}), PERIOD),
    Monitoring(frozenset({"98975"}), EPISODE),
)
MONITORING_PREFIX = "989"
MONITORING_OF = {code: row for row in MONITORING for code in row.codes}


@claim_rule("S655", severity=Severity.REJECT, status="A8:259", source=RTM_PAGE)
def monitoring_billed_twice(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A remote monitoring code is repeated too soon, or billed with one it excludes.

    Why: device codes are paid once in 30 days and setup once an episode; management is either 98979
    (10 to 19 minutes) or 98980 (20 and more) once a calendar month, and device codes for 2 to 15
    days exclude those for 16 to 30 days of the same period.
    Fix: keep the code that the whole period supports.
    """
    if MONITORING_PREFIX not in claim.block.text:
        return
    lines = [line for line in claim.lines if line.code in MONITORING_OF]
    for place, line in enumerate(lines):
        row = MONITORING_OF[line.code]
        for earlier in lines[:place]:
            if earlier.code not in row.codes or not _falls_within(row.within, earlier, line):
                continue
            what = "again" if earlier.code == line.code else f"with {earlier.code}"
            message = f"{line.code} is billed {what} within the same {row.within}"
            severity = Severity.WARN if row.within == EPISODE else None
            yield Problem(line.procedure_element, message, severity=severity)
            break


@claim_rule(
    "S685", severity=Severity.WARN, status="A8:736",
    source="KNOWLEDGE: 98980 and 98981 count the minutes of a calendar month",
)  # fmt: skip
def monitoring_time_without_the_first(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Additional monitoring time (98981) is billed without the first 20 minutes (98980).

    Why: both are counted over a calendar month, on any of its days. The first may have been billed
    on another claim.
    Fix: bill 98980 for the first 20 minutes of the month, unless it was billed before.
    """
    if MONITORING_PREFIX not in claim.block.text:
        return
    for line in claim.lines:
        first = ADD_ON_OF_MONTH.get(line.code)
        if first is None or any(
            other.code == first and _falls_within(MONTH, line, other) for other in claim.lines
        ):
            continue
        message = f"{line.code} is billed without {first} of the same calendar month on this claim"
        yield Problem(line.procedure_element, message)


def _falls_within(within: str, one: ServiceLine, other: ServiceLine) -> bool:
    first, second = one.service_from, other.service_from
    if first is None or second is None:
        return False
    if within == MONTH:
        return (first.year, first.month) == (second.year, second.month)
    return within == EPISODE or abs((second - first).days) < 30


@visit_rule(
    "S653", severity=Severity.WARN, status="A8:454",
    source="KNOWLEDGE: caregiver training is billed as group or individual, by one code family",
    service_only=True, sees_setting=False,
    concerns=any_of(therapy(lambda row: row.family == "caregiver"), least=2),
)  # fmt: skip
def caregiver_training_twice(visit: Visit, _setting: ServiceSetting) -> Iterator[Problem]:
    """Caregiver training is billed one-on-one and as a group, or in two families, on one day.

    Why: 97550 and 97551 are for the caregivers of one patient, 97552 for those of several; G0541 to
    G0543 train in direct care, with the same split. One session is one of these.
    Fix: keep the code for what took place; two sessions need separate times in the record.
    """
    trained = [(line, row) for line, row in therapy_rows(visit.lines) if row.family == "caregiver"]
    opened = [line for line, row in trained if not row.addon_primaries]
    for line in opened:
        if line.code != opened[0].code:
            message = f"{line.code} is billed with {opened[0].code}; one session of caregiver "
            yield Problem(line.procedure_element, f"{message}training is one or the other")


RULES: tuple[Rule, ...] = (
    add_on_without_primary,
    several_evaluations_on_a_day,
    caregiver_training_twice,
    monitoring_billed_twice,
    monitoring_time_without_the_first,
)
