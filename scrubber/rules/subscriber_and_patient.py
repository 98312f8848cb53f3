"""Rules on who is insured, who is treated, and how the two are related."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule, loop_rule
from scrubber.rules.subscriber_standing import astray, subscriber_standing

REJECT, WARN = Severity.REJECT, Severity.WARN
GUIDE = "X12 005010X222A1, loops 2000B, 2010BA and 2000C"
SELF = "18"
ORGANIZATION = "2"
# Payers that insure an employer or a car owner, who may be a company.
ACCIDENT_INSURERS = frozenset({"WC", "AM", "LM", "LI", "OF"})


@claim_rule(
    "S403",
    severity=REJECT,
    status="A6:156",
    source=GUIDE,
    concerns=lambda setting: not setting.is_dependent and not setting.relationship,
)
def relationship_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim is under the subscriber, but nothing says that the subscriber is the patient.

    Why: a patient who is the subscriber is marked as such (SBR02 is 18); the claim of anyone else
    belongs under a patient level (2000C).
    Fix: enter 18, or send the patient with name, address, birth date and relationship.
    """
    subscriber = claim.subscriber
    if claim.dependent is not None or setting.relationship:
        return
    if subscriber is not None and subscriber.has("SBR"):
        yield Problem(claim.clm, "no patient, and the subscriber is not marked as the patient")


@claim_rule(
    "S482",
    severity=WARN,
    status="A7:156",
    source=GUIDE,
    concerns=lambda setting: setting.is_dependent and setting.relationship == SELF,
)
def patient_beside_self(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The claim is for a dependent, but the subscriber is marked as the patient.

    Why: SBR02 is 18 only if the subscriber is the patient; a receiver may file the claim under the
    subscriber.
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
    """The subscriber is a person without a member ID.

    Why: the payer finds its member by the ID (NM108 and NM109 of 2010BA). Only a company that is
    the insured, such as the employer in workers' compensation, has none.
    Fix: copy the ID from the member's card.
    """
    for layout in loop.layout.loops.get("2010BA", ()):
        name = loop.block.values(layout.first)
        # With one of the two the guide check says that they go together.
        if name[2:3] != [ORGANIZATION] and not any(name[8:10]):
            at = loop.block.segment(layout.first, layout.id)
            yield Problem(at[9], "the subscriber has no member ID")


@loop_rule(
    "S443",
    "2000B",
    severity=REJECT,
    status="A6:126:IL",
    source=GUIDE,
    aspect=subscriber_standing,
)
def subscriber_address_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The subscriber is the patient, but the address is missing.

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
    """The subscriber is the patient, but birth date and sex are missing.

    Why: payers identify the patient by the birth date (DMG of 2010BA); it is required.
    Fix: enter them in the patient's record.
    """
    if loop.value("SBR", 2) != SELF:
        return
    for layout in loop.layout.loops.get("2010BA", ()):
        if "DMG" not in {*layout.segments, *astray(loop.block, layout)}:
            at = loop.block.segment(layout.first, layout.id)
            yield Problem(at, "the patient's birth date and sex are missing")


@loop_rule(
    "S430",
    "2000B",
    severity=WARN,
    status="A7:775:IL",
    source="KNOWLEDGE: a company is the subscriber only with accident insurers",
    aspect=subscriber_standing,
)
def subscriber_is_organization(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The subscriber is an organization, but the payer insures persons.

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
def casualty_claim_number_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The insured is a company, but the accident insurer's claim number is missing.

    Why: the insurer finds the accident by its own claim number (REF*Y4), not by a member ID.
    Fix: ask the employer or the insurer for the number.
    """
    subscriber = claim.subscriber
    insured = subscriber.party if subscriber is not None else None
    if insured is None or insured.value("NM1", 2) != ORGANIZATION:
        return
    if setting.claim_filing_indicator in ACCIDENT_INSURERS and not claim.accident_claim_number:
        yield Problem(claim.clm, "the insurer's claim number (REF*Y4) is missing")


RULES: tuple[Rule, ...] = (
    relationship_missing,
    patient_beside_self,
    member_id_missing,
    subscriber_address_missing,
    subscriber_birth_date_missing,
    subscriber_is_organization,
    casualty_claim_number_missing,
)
