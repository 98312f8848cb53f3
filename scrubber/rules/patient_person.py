"""Rules on the patient as a person: birth, sex, weight; and when the patient died."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Loop, Party
from scrubber.claim.values import amount, day
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule, loop_rule
from scrubber.x12.segment import Segment

REJECT, WARN = Severity.REJECT, Severity.WARN
OLDEST, MOST_LIKELY_OLDEST = 150, 115
HEAVIEST = 1500


def lies_years_back(text: str, when: date, most: int = 9999) -> bool:
    """Whether a date lies in an earlier year, but in none of `most` years before or more, told
    from its text without reading it."""
    year = text[:4]
    return year.isdecimal() and 0 < when.year - int(year) < most


@loop_rule(
    "S410",
    "2010BA",
    "2010CA",
    severity=REJECT,
    status="A7:158:*",
    source="Stedi claim edit: invalid date of birth",
)
def birth_date_impossible(loop: Party, as_of: date) -> Iterator[Problem]:
    """A birth date is in the future or makes the person more than 150 years old.

    Why: payers compare it with their member record. More than 115 years are a warning.
    Fix: correct it in the patient's record.
    """
    if lies_years_back(loop.value("DMG", 2), as_of, MOST_LIKELY_OLDEST):
        return
    born = loop.birth_date
    if born is None:
        return
    at = loop.segments("DMG")[0][2]
    if born > as_of:
        yield Problem(at, "the birth date is in the future")
    elif as_of.year - born.year > OLDEST:
        yield Problem(at, f"born more than {OLDEST} years ago")
    elif as_of.year - born.year > MOST_LIKELY_OLDEST:
        words = f"born more than {MOST_LIKELY_OLDEST} years ago"
        yield Problem(at, words, severity=WARN)


@loop_rule(
    "S432",
    "2000B",
    "2000C",
    severity=WARN,
    status="A7:157:*",
    source="KNOWLEDGE: pregnancy indicator and sex of the patient",
    holds=("PAT",),
)
def pregnancy_of_male(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The patient is marked as pregnant and as male.

    Why: one of the two is wrong; payers compare the sex with their member record.
    Fix: correct the sex, or remove the pregnancy indicator.
    """
    if loop.value("PAT", 9) != "Y":
        return
    person = loop.child("2010BA", "2010CA")
    if person is not None and person.value("DMG", 3) == "M":
        yield Problem(loop.segments("PAT")[0][9], "pregnancy indicator for a male patient")


@loop_rule(
    "S483",
    "2000B",
    "2000C",
    severity=WARN,
    status="A7:21+732",
    source="KNOWLEDGE: patient weight belongs to drugs and supplies",
    holds=("PAT",),
)
def patient_weight_unusual(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The patient's weight is impossible.

    Why: it is given in pounds, only for some drugs and supplies.
    Fix: correct it, or leave it out on a therapy claim.
    """
    weight = amount(loop.value("PAT", 8))
    if weight is not None and not 0 < weight <= HEAVIEST:
        yield Problem(loop.segments("PAT")[0][8], f"patient weight of {weight} pounds")


def death_date(claim: Claim) -> tuple[date, Segment] | None:
    """The day the patient died and the PAT segment that says so, or None."""
    level: Loop | None = claim.dependent if claim.dependent is not None else claim.subscriber
    if level is None or not level.has("PAT"):
        return None
    segment = level.segments("PAT")[0]
    died = day(segment.value(6))
    return (died, segment) if died is not None else None


@claim_rule(
    "S435",
    severity=WARN,
    status="A7:157:QC",
    source="KNOWLEDGE: last menstrual period and sex of the patient",
    when=("2300/DTP*484",),
)
def menstrual_period_of_male(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The claim gives the last menstrual period of a male patient.

    Why: one of the two is wrong; payers compare both with their member record.
    Fix: remove the date (DTP*484) from the claim, or correct the sex in the patient's record.
    """
    patient = claim.patient
    if patient is not None and patient.value("DMG", 3) == "M":
        for segment in claim.segments("DTP", "484")[:1]:
            yield Problem(segment, "last menstrual period (DTP*484) of a male patient")


RULES: tuple[Rule, ...] = (
    birth_date_impossible,
    pregnancy_of_male,
    menstrual_period_of_male,
    patient_weight_unusual,
)
