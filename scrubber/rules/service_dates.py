"""Rules on dates of service: not in the future, within the patient's life, not too long ago."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Loop
from scrubber.claim.values import day
from scrubber.findings import Problem, Severity
from scrubber.rules.patient_person import death_date, lies_years_back
from scrubber.rules.payer_requirements import is_told_too_late
from scrubber.rules.rule import Rule, Setting, claim_rule

REJECT, WARN = Severity.REJECT, Severity.WARN
OLDEST_YEARS = 7
# DTP of a line that cannot come after its service: last seen, initial treatment, prescription,
# last X-ray, last certification, start of therapy.
EARLIER = {
    "304": "last visit to the physician",
    "454": "initial treatment",
    "471": "prescription",
    "455": "last X-ray",
    "461": "last certification",
    "463": "start of therapy",
}


def _has_odd_dates(claim: Claim, setting: Setting) -> bool:
    """Some service is later than today or than the file, or many years old."""
    first, last = claim.service_dates
    if first is None or last is None or last > setting.as_of:
        return True
    made = claim.transaction.made_on
    return made is None or last > made or first.year + OLDEST_YEARS <= setting.as_of.year


@claim_rule(
    "S409",
    severity=REJECT,
    status="A7:510+187",
    source="X12 claim status 510 with 187; services are claimed after they were given",
    gate=_has_odd_dates,
)
def service_in_future(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The date of service is in the future.

    Why: a service is billed after it was provided. If the file says that it was created on that day
    or later (BHT04), the date of this run may be wrong, and this is a warning.
    Fix: correct the date, or hold the claim until then.
    """
    today = setting.as_of
    made = claim.transaction.made_on
    for line in claim.lines:
        first, last = line.dates
        if first is not None and first > today:
            message = f"the service of {first} is in the future; today is {today}"
            severity = None
            if made is not None and first <= made:
                message += f"; so is the file, created on {made}"
                severity = WARN
            yield Problem(line.date_element, message, severity=severity)
        elif last is not None and last > today:
            yield Problem(
                line.date_element,
                f"service until {last}, which is in the future; today is {today}",
                severity=WARN,
            )


@claim_rule(
    "S484",
    severity=WARN,
    status="A7:187",
    source="KNOWLEDGE: services precede the file that claims them",
    gate=_has_odd_dates,
)
def service_after_file(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The date of service is later than the file.

    Why: the file gives the date it was created (BHT04); receivers that compare them reject the
    claim.
    Fix: correct the date of service, or the clock of the practice system.
    """
    made, last = claim.transaction.made_on, claim.service_dates[1]
    if made is None or last is None or last > setting.as_of:
        return
    for line in claim.lines:
        if line.service_from is not None and line.service_from > made:
            message = f"service on {line.service_from}, the file was created on {made}"
            yield Problem(line.date_element, message)


@claim_rule(
    "S452",
    severity=REJECT,
    status="A7:187",
    source="X12 005010X222A1, DTP*472 and DMG02: nobody is treated before birth",
)
def service_before_birth(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The date of service is before the patient's birth.

    Why: one of the two dates is wrong.
    Fix: correct the date of service, or the birth date in the patient's record.
    """
    patient, first = claim.patient, claim.service_dates[0]
    if patient is None or first is None or lies_years_back(patient.value("DMG", 2), first):
        return
    born = patient.birth_date
    if born is None or first >= born or born > setting.as_of:
        return
    for line in claim.lines:
        if line.service_from is not None and line.service_from < born:
            yield Problem(line.date_element, "service before the birth of the patient")


def _has_death_date(claim: Claim, _setting: Setting) -> bool:
    level: Loop | None = claim.dependent if claim.dependent is not None else claim.subscriber
    return level is not None and "PAT" in level.layout.segments


@claim_rule(
    "S453",
    severity=REJECT,
    status="A7:187",
    source="X12 005010X222A1, DTP*472 and PAT06: nobody is treated after death",
    gate=_has_death_date,
)
def service_after_death(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The date of service is after the patient's death.

    Why: one of the two dates is wrong.
    Fix: correct the date of service, or the date of death.
    """
    died = death_date(claim)
    if died is None:
        return
    for line in claim.lines:
        if line.service_from is not None and line.service_from > died[0]:
            yield Problem(line.date_element, "service after the death of the patient")


@claim_rule(
    "S454",
    severity=WARN,
    status="A7:187",
    source="KNOWLEDGE: no payer takes claims that old without a reason",
    gate=_has_odd_dates,
)
def service_long_ago(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The date of service is many years ago.

    Why: hardly any payer accepts such a claim; the year may be mistyped. If the payer's filing
    limit is known, S706 reports it.
    Fix: check the year.
    """
    today = setting.as_of
    oldest = (today.year - OLDEST_YEARS, today.month, today.day)
    for line in claim.lines:
        first = line.service_from
        if first is None or (first.year, first.month, first.day) >= oldest:
            continue
        if not is_told_too_late(line, claim, setting):
            yield Problem(
                line.date_element, f"service on {first}, more than {OLDEST_YEARS} years ago"
            )


@claim_rule(
    "S461",
    severity=WARN,
    status="A7:187",
    source="KNOWLEDGE: what a service rests on comes before it",
    when=tuple(f"2400/DTP*{qualifier}" for qualifier in EARLIER),
)
def line_date_after_service(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A date on the line that must come before the service is later.

    Why: the prescription, the last visit, the certification and similar dates come before it.
    Fix: correct the date, or leave it out.
    """
    for line in claim.lines:
        last = line.service_to
        for segment in line.segments("DTP", *EARLIER) if last is not None else ():
            when = day(segment.value(3))
            if when is not None and last is not None and when > last:
                name = EARLIER[segment.value(1)]
                yield Problem(segment[3], f"the {name} is dated after the service of {last}")


RULES: tuple[Rule, ...] = (
    service_in_future,
    service_after_file,
    service_before_birth,
    service_after_death,
    service_long_ago,
    line_date_after_service,
)
