"""Rules on who is insured, who is treated, and how the two are related."""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Loop, Party
from scrubber.claim.values import amount, day
from scrubber.codes import mbi
from scrubber.codes.claim_filing import MEDICARE_PART_B
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, Setting, claim_rule, loop_rule
from scrubber.rules.subscriber_standing import astray, subscriber_standing
from scrubber.x12.segment import Segment

REJECT, WARN = Severity.REJECT, Severity.WARN
SAFE = Safety.SAFE
GUIDE = "X12 005010X222A1, loops 2000B, 2010BA and 2000C"
SELF = "18"
ORGANIZATION = "2"
# Payers that insure an employer or a car owner, who may be a company.
ACCIDENT_INSURERS = frozenset({"WC", "AM", "LM", "LI", "OF"})
OLDEST = 150
# From this day on claims carry the new Medicare numbers, whatever the date of service.
NEW_NUMBERS_ONLY = date(2020, 1, 1)
HEAVIEST = 1500
# Numbers of Medicare contractors, 00882 (railroad) to 15202.
CONTRACTOR = re.compile(r"0[0-9]{4}|1[0-5][0-9]{3}")


@claim_rule(
    "S403",
    severity=REJECT,
    status="A6:156",
    source=GUIDE,
    concerns=lambda setting: not setting.is_dependent and not setting.relationship,
)
def relationship_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The claim stands with the subscriber, but nothing says that the subscriber is the patient.

    Why: a patient who is the subscriber is marked as such (SBR02 is 18); for anybody else the
    claim belongs under a patient level (2000C).
    Fix: enter 18, or send the patient with name, address, birth date and relationship.
    """
    subscriber = claim.subscriber
    if claim.dependent is None and subscriber is not None and subscriber.has("SBR"):
        yield Problem(claim.clm, "no patient, and the subscriber is not marked as the patient")


@claim_rule(
    "S482",
    severity=WARN,
    status="A7:156",
    source=GUIDE,
    concerns=lambda setting: setting.is_dependent and setting.relationship == SELF,
)
def patient_beside_self(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The claim has a patient of its own, but the subscriber is marked as the patient.

    Why: SBR02 is 18 only where the subscriber is treated; a receiver may file the claim under
    the subscriber.
    Fix: leave SBR02 empty for a dependent, unless the subscriber has claims of their own here.
    """
    subscriber = claim.subscriber
    if claim.dependent is not None and subscriber is not None and subscriber.relationship == SELF:
        yield Problem(claim.clm, "a dependent is treated, but SBR02 says the subscriber is")


@loop_rule(
    "S488",
    "2000B",
    severity=REJECT,
    status="A6:164:IL",
    source=GUIDE,
    aspect=subscriber_standing,
)
def member_id_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The subscriber is a person and has no member id.

    Why: the payer finds its member by the id (NM108 and NM109 of 2010BA). Only a company that is
    insured, such as the employer in workers' compensation, has none.
    Fix: copy the id from the member's card.
    """
    for layout in loop.layout.loops.get("2010BA", ()):
        name = loop.block.values(layout.first)
        # With one of the two the guide check says that they go together.
        if name[2:3] != [ORGANIZATION] and not any(name[8:10]):
            at = loop.block.segment(layout.first, layout.id)
            yield Problem(at[9], "the subscriber has no member id")


@loop_rule(
    "S443",
    "2000B",
    severity=REJECT,
    status="A6:126:IL",
    source=GUIDE,
    aspect=subscriber_standing,
)
def subscriber_address_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The subscriber is the patient, and the address is missing.

    Why: the patient's address (N3, N4 of 2010BA) is required.
    Fix: enter it in the patient's record.
    """
    if loop.value("SBR", 2) != SELF:
        return
    for layout in loop.layout.loops.get("2010BA", ()):
        standing = {*layout.segments, *astray(loop.block, layout)}
        if not {"N3", "N4"} <= standing:
            at = loop.block.segment(layout.first, layout.id)
            yield Problem(at, "the patient's address is missing")


@loop_rule(
    "S444",
    "2000B",
    severity=REJECT,
    status="A6:158:IL",
    source=GUIDE,
    aspect=subscriber_standing,
)
def subscriber_birth_date_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The subscriber is the patient, and birth date and sex are missing.

    Why: payers identify the patient by the birth date (DMG of 2010BA); it is required.
    Fix: enter them in the patient's record.
    """
    if loop.value("SBR", 2) != SELF:
        return
    for layout in loop.layout.loops.get("2010BA", ()):
        if "DMG" not in {*layout.segments, *astray(loop.block, layout)}:
            at = loop.block.segment(layout.first, layout.id)
            yield Problem(at, "the patient's birth date and sex are missing")


def _party(level: Loop, loop_id: str) -> Party | None:
    for layout in level.layout.loops.get(loop_id, ()):
        return Party(level.block, layout)
    return None


@claim_rule(
    "S404",
    severity=REJECT,
    status="A7:732+156",
    source="CMS: every Medicare beneficiary is insured in their own right; Optum 837P FAQ",
    concerns=lambda setting: setting.is_dependent,
)
def medicare_dependent(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A Medicare claim is for a dependent.

    Why: Medicare has no dependents; the patient is always the subscriber.
    Fix: send the patient as subscriber with their own Medicare number.
    """
    if claim.dependent is not None and setting.claim_filing_indicator == MEDICARE_PART_B:
        yield Problem(claim.clm, "Medicare Part B has no dependents; the patient is the subscriber")


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
    """A birth date lies in the future or makes the person more than 150 years old.

    Why: payers compare it with their member record.
    Fix: correct it in the patient's record.
    """
    if lies_years_back(loop.value("DMG", 2), as_of, OLDEST):
        return
    born = loop.birth_date
    if born is None:
        return
    at = loop.segments("DMG")[0][2]
    if born > as_of:
        yield Problem(at, "the birth date lies in the future")
    elif as_of.year - born.year > OLDEST:
        yield Problem(at, f"born more than {OLDEST} years ago")


@loop_rule(
    "S429",
    "2000B",
    severity=REJECT,
    status="A7:164:IL",
    source="CMS: format of the Medicare beneficiary identifier; NGS CEDI top edits",
)
def medicare_number_invalid(loop: Party, as_of: date) -> Iterator[Problem]:
    """The member id cannot be a Medicare number.

    Why: Medicare numbers have eleven places, each of a fixed kind, and never the letters S, L,
    O, I, B and Z; old numbers based on social security are no longer taken. Where the payer does
    not look like a Medicare contractor, it may be a private plan that was called Part B by
    mistake; then this is a warning.
    Fix: copy the number from the new Medicare card. Dashes and small letters are corrected.
    """
    if loop.value("SBR", 9) != MEDICARE_PART_B or as_of < NEW_NUMBERS_ONLY:
        return
    subscriber = _party(loop, "2010BA")
    number = subscriber.identifier if subscriber is not None else ""
    if subscriber is None or not number or mbi.is_valid(number):
        return
    at = subscriber.name_segment[9]
    tidy = number.replace("-", "").replace(" ", "").upper()
    fix = None
    if mbi.is_valid(tidy):
        fix = Fix("write the Medicare number without dashes, in capitals", (at.put(tidy),), SAFE)
    severity = None if fix is not None or _is_contractor(_party(loop, "2010BB")) else WARN
    yield Problem(at, _unlike_mbi(number), fix, severity)


def _is_contractor(payer: Party | None) -> bool:
    """Whether the payer is called Medicare or has a contractor's number."""
    if payer is None:
        return True
    name = payer.value("NM1", 3).upper()
    return "ADVANTAGE" not in name and (
        "MEDICARE" in name or CONTRACTOR.fullmatch(payer.identifier) is not None
    )


def _unlike_mbi(number: str) -> str:
    if len(number) != 11:
        return f"a Medicare number has 11 characters, this one {len(number)}"
    return "the member id has not the form of a Medicare number"


@loop_rule(
    "S430",
    "2000B",
    severity=WARN,
    status="A7:775:IL",
    source="KNOWLEDGE: a company is the subscriber only with accident insurers",
    aspect=subscriber_standing,
)
def subscriber_is_organization(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The subscriber is an organization, though the payer insures persons.

    Why: only workers' compensation and other accident insurers have a company as the insured.
    Fix: send the person as the subscriber, or correct the kind of payer (SBR09).
    """
    for layout in loop.layout.loops.get("2010BA", ()):
        if loop.block.values(layout.first)[2:3] != [ORGANIZATION]:
            continue
        if loop.value("SBR", 9) not in ACCIDENT_INSURERS:
            at = loop.block.segment(layout.first, layout.id)[2]
            yield Problem(at, "the subscriber is an organization")


@claim_rule(
    "S476",
    severity=WARN,
    status="A6:629",
    source="KNOWLEDGE: claim number of the accident insurer (REF*Y4)",
    concerns=lambda setting: setting.claim_filing_indicator in ACCIDENT_INSURERS,
)
def casualty_claim_number_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A company is the insured, and the accident insurer's claim number is missing.

    Why: the insurer finds the accident by its own claim number (REF*Y4), not by a member id.
    Fix: ask the employer or the insurer for the number.
    """
    subscriber = claim.subscriber
    insured = subscriber.party if subscriber is not None else None
    if insured is None or insured.value("NM1", 2) != ORGANIZATION:
        return
    people = (insured, claim.patient)
    if not any(one is not None and one.value("REF", 2, "Y4") for one in people):
        yield Problem(claim.clm, "the insurer's claim number (REF*Y4) is missing")


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
    Fix: correct the sex, or take the pregnancy indicator out.
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

    Why: it is given in pounds, for some drugs and supplies only.
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


RULES: tuple[Rule, ...] = (
    relationship_missing,
    patient_beside_self,
    member_id_missing,
    subscriber_address_missing,
    subscriber_birth_date_missing,
    medicare_dependent,
    birth_date_impossible,
    medicare_number_invalid,
    subscriber_is_organization,
    casualty_claim_number_missing,
    pregnancy_of_male,
    patient_weight_unusual,
)
