"""Rules on the dates of a claim against its dates of service, most of them rows of one table."""

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.claim.claim import Claim
from scrubber.claim.values import day
from scrubber.codes.place_of_service import place
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import ClaimRule, Rule, Setting, claim_rule

REJECT, WARN = Severity.REJECT, Severity.WARN
INPATIENT_HOSPITAL = "21"


class DateBeforeService(NamedTuple):
    """A date that comes no later than the service. `partly` is the severity where it comes
    after some of the services only."""

    code: str
    qualifier: str
    name: str
    status: str
    why: str
    severity: Severity = REJECT
    partly: Severity = WARN
    source: str = "X12 005010X222A1, claim dates; the event precedes the treatment"


DATES_BEFORE_SERVICE = (
    DateBeforeService(
        "S411", "431", "onset of the illness", "A7:192",
        "treatment follows the onset; payers reject an onset after the date of service",
    ),
    DateBeforeService(
        "S449", "439", "accident", "A7:727",
        "an accident cannot be treated before it happened",
        partly=REJECT, source="Stedi claim edit: accident date after the service date",
    ),
    DateBeforeService(
        "S455", "454", "initial treatment", "A7:701",
        "the first treatment of the condition cannot be later than this one",
    ),
    DateBeforeService(
        "S456", "304", "last visit to the physician", "A7:757",
        "the physician visit on which the treatment is based comes before it",
    ),
    DateBeforeService(
        "S479", "435", "admission", "A7:189",
        "an inpatient is admitted before being treated there",
        severity=WARN, source="KNOWLEDGE: admission precedes inpatient services",
    ),
)  # fmt: skip


AFTER_BIRTH = {
    "431": "onset of the illness",
    "439": "accident",
    "453": "acute manifestation",
    "454": "initial treatment",
    "304": "last visit to the physician",
    "435": "admission",
}


def _before_service(row: DateBeforeService) -> ClaimRule:
    def check(claim: Claim, _setting: Setting) -> Iterator[Problem]:
        first, last = claim.service_dates
        when = day(claim.value("DTP", 3, row.qualifier))
        if when is None or first is None or when <= first:
            return
        message = f"the {row.name} is dated after the service of {first.isoformat()}"
        at = claim.segments("DTP", row.qualifier)[0][3]
        yield Problem(at, message, severity=None if when > (last or first) else row.partly)

    check.__doc__ = f"""The {row.name} is dated after the service.

    Why: {row.why}.
    Fix: correct the date, or leave it out if the payer does not require it.
    """
    return claim_rule(
        row.code,
        severity=row.severity,
        status=row.status,
        source=row.source,
        when=(f"2300/DTP*{row.qualifier}",),
    )(check)


def _has_date_before_birth(claim: Claim, _setting: Setting) -> bool:
    """Some date of the claim is not surely after the patient's birth, told without reading it."""
    patient, values = claim.patient, claim.block.values
    born = patient.value("DMG", 2) if patient is not None else ""
    dates = [values(index)[3:4] for index in claim.layout.segments.get("DTP", ())]
    return bool(dates) and min(dates) < [born]


@claim_rule(
    "S490",
    severity=WARN,
    status="A7:192",
    source="KNOWLEDGE: an illness, an accident or a treatment follows the birth",
    when=tuple(f"2300/DTP*{qualifier}" for qualifier in AFTER_BIRTH),
    gate=_has_date_before_birth,
)
def claim_date_before_birth(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A date on the claim is before the patient's birth.

    Why: one of the two dates is wrong, usually in the year.
    Fix: correct the date, or the birth date in the patient's record.
    """
    patient = claim.patient
    born = patient.birth_date if patient is not None else None
    for segment in claim.segments("DTP", *AFTER_BIRTH) if born is not None else ():
        when = day(segment.value(3))
        if when is not None and born is not None and when < born:
            name = AFTER_BIRTH[segment.value(1)]
            yield Problem(segment[3], f"the {name} is dated before the birth of the patient")


def _is_inpatient(setting: Setting) -> bool:
    where = place(setting.place_of_service)
    return where is not None and where.inpatient


@claim_rule(
    "S408",
    severity=REJECT,
    status="A6:189",
    source="X12 005010X222A1, 2300 DTP*435: inpatient services",
    concerns=_is_inpatient,
)
def admission_date_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The service was provided to an inpatient, but the admission date is missing.

    Why: payers match inpatient services to the stay (DTP*435).
    Fix: enter the admission date, or correct the place of service.
    """
    where = place(setting.place_of_service)
    if where is None or not where.inpatient or claim.value("DTP", 3, "435"):
        return
    certain = setting.place_of_service == INPATIENT_HOSPITAL
    message = f"place of service {where.code} without the admission date (DTP*435)"
    yield Problem(claim.clm[5, 1], message, severity=None if certain else WARN)


@claim_rule(
    "S451",
    severity=WARN,
    status="A7:190",
    source="KNOWLEDGE: discharge follows admission",
    when=("2300/DTP*096",),
)
def discharge_before_admission(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The discharge is dated before the admission.

    Why: payers cannot match the stay.
    Fix: correct one of the dates.
    """
    discharge = claim.segment("DTP", "096")
    left, admitted = claim.date("096"), claim.date("435")
    if discharge is not None and left is not None and admitted is not None and left < admitted:
        yield Problem(discharge[3], "the discharge is dated before the admission")


@claim_rule(
    "S457",
    severity=WARN,
    status="A7:397",
    source="X12 005010X222A1, 2300 DTP*453 with CR208 A or M",
    when=("2300/DTP*453",),
)
def acute_date_without_acute_condition(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A date of acute manifestation without an acute condition.

    Why: the date (DTP*453) belongs to spinal manipulation of an acute condition (CR208 A or M).
    Fix: remove the date, or enter the condition.
    """
    segment = claim.segment("DTP", "453")
    if segment is not None and claim.value("CR2", 8) not in ("A", "M"):
        yield Problem(segment, "date of acute manifestation without an acute condition (CR208)")


@claim_rule(
    "S458",
    severity=WARN,
    status="A7:187",
    source="KNOWLEDGE: care is relinquished after it was assumed",
    when=("2300/DTP*090", "2300/DTP*091"),
)
def care_dates_reversed(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Care was relinquished before it was assumed.

    Why: the two dates (DTP*090, DTP*091) divide the care between providers.
    Fix: swap or correct the dates.
    """
    given_up = claim.segment("DTP", "091")
    assumed, relinquished = claim.date("090"), claim.date("091")
    if given_up is not None and assumed and relinquished and relinquished < assumed:
        yield Problem(given_up[3], "care was relinquished before it was assumed")


@claim_rule(
    "S459",
    severity=WARN,
    status="A7:195",
    source="KNOWLEDGE: disability with both dates is a range, with one date a day",
    when=("2300/DTP*314",),
)
def disability_date_form(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A disability period is not given as a range, or a single disability date is.

    Why: DTP*314 has the beginning and the end; DTP*360 the beginning alone, DTP*361 the end alone.
    Fix: use the qualifier that fits.
    """
    segment = claim.segment("DTP", "314", "360", "361")
    if segment is None:
        return
    is_range = segment.value(2) == "RD8"
    if is_range != (segment.value(1) == "314"):
        kind = "a range" if is_range else "a single date"
        yield Problem(segment, f"disability date {segment.value(1)} given as {kind}")


RULES: tuple[Rule, ...] = (
    *(_before_service(row) for row in DATES_BEFORE_SERVICE),
    admission_date_missing,
    discharge_before_admission,
    claim_date_before_birth,
    acute_date_without_acute_condition,
    care_dates_reversed,
    disability_date_form,
)
