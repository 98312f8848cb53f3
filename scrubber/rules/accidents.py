"""Rules on claims for an accident: its cause, place and date."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.codes import states
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule

REJECT, WARN = Severity.REJECT, Severity.WARN
AUTO, EMPLOYMENT, OTHER = "AA", "EM", "OA"
WORKERS_COMPENSATION = "WC"
OTHER_FEDERAL = "OF"
"""Also the compensation program for federal employees."""
GUIDE = "X12 005010X222A1, CLM11 and 2300 DTP*439"


def _causes(claim: Claim) -> list[str]:
    """The related causes, CLM11-1 and CLM11-2, as far as they are given."""
    return claim.clm.components(11)[:2]


def _has_causes(setting: Setting) -> bool:
    """CLM11 is filled."""
    return setting.indicators[5:6] not in ((), ("",))


@claim_rule(
    "S407",
    severity=REJECT,
    status="A6:727",
    source=GUIDE,
    concerns=_has_causes,
)
def accident_date_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The claim is for an accident, but its date is missing.

    Why: the payer needs the date (DTP*439) to know who is liable and to find the accident.
    Fix: enter the date of the accident. For a work-related illness without an accident no date
    is required.
    """
    causes = _causes(claim)
    if claim.value("DTP", 3, "439"):
        return
    if AUTO in causes or OTHER in causes:
        yield Problem(claim.clm[11], "an accident (CLM11) without its date (DTP*439)")
    elif EMPLOYMENT in causes:
        message = "related to employment, without the date of an accident (DTP*439)"
        yield Problem(claim.clm[11], message, severity=WARN)


@claim_rule(
    "S448",
    severity=REJECT,
    status="A6:750",
    source=GUIDE,
    concerns=_has_causes,
)
def accident_state_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The claim is for a car accident, but the state where it happened is missing or unknown.

    Why: the law of that state decides which insurer pays first.
    Fix: enter the state (CLM11-4), or the country (CLM11-5) if it happened abroad.
    """
    if AUTO not in _causes(claim):
        return
    state, country = claim.clm.value(11, 4), claim.clm.value(11, 5)
    if not state and country in ("", "US"):
        yield Problem(claim.clm[11], "a car accident without the state where it happened")
    elif state and country in ("", "US", "CA") and not states.is_valid(state, country or "US"):
        where = "province of Canada" if country == "CA" else "state of the United States"
        yield Problem(claim.clm[11, 4], f"{state} is not a {where}")


@claim_rule(
    "S450",
    severity=WARN,
    status="A7:364",
    source="KNOWLEDGE: work-related claims go to workers' compensation first",
    concerns=_has_causes,
)
def employment_related_elsewhere(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim is related to employment, but goes to a payer that is not workers' compensation.

    Why: health plans and Medicare deny what workers' compensation must pay.
    Fix: send it to the workers' compensation insurer first, or correct the related cause.
    """
    if EMPLOYMENT not in _causes(claim):
        return
    filing = setting.claim_filing_indicator
    if filing in (WORKERS_COMPENSATION, OTHER_FEDERAL) or setting.payer.payer_type in (
        "wc",
        "auto",
    ):
        return
    earlier = [payer.value("SBR", 9) for payer in claim.other_payers]
    if WORKERS_COMPENSATION not in earlier:
        yield Problem(claim.clm[11], "related to employment, but the payer is a health plan")


@claim_rule(
    "S489",
    severity=WARN,
    status="A6:633",
    source="X12 005010X222A1, 2300 DTP*439: sent where CLM11 names an accident",
    when=("2300/DTP*439",),
)
def accident_date_without_cause(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim has the date of an accident, but not the kind of accident.

    Why: the related cause (CLM11: AA auto, EM work, OA other) tells the payer who is liable; with
    only a date the payer has to ask.
    Fix: enter the related cause, or remove the date if there was no accident.
    """
    wanted = setting.payer.property_and_casualty
    if _causes(claim) or (wanted is not None and wanted.cause):  # the latter S717 says
        return
    for segment in claim.segments("DTP", "439"):
        message = "the date of an accident without the related cause (CLM11)"
        yield Problem(segment[3], message)


@claim_rule(
    "S724",
    severity=WARN,
    status="A6:629",
    source="payer profile: property-and-casualty",
    asked_by=lambda payer: payer.property_and_casualty is not None,
)
def casualty_number_wanted(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The accident insurer's own claim number is missing.

    Why: the insurer finds the accident by its claim number (REF*Y4 of the subscriber or patient).
    Fix: ask the patient, the employer or the insurer for the number.
    """
    wanted = setting.payer.property_and_casualty
    insured = claim.subscriber.party if claim.subscriber is not None else None
    if wanted is None or not wanted.claim_number or insured is None or not insured.is_person:
        return  # where a company is the insured, S476 says so
    if not claim.accident_claim_number:
        message = f"{setting.payer.name} requires its claim number (REF*Y4)"
        yield Problem(claim.clm, message)


RULES: tuple[Rule, ...] = (
    accident_date_missing,
    accident_state_missing,
    employment_related_elsewhere,
    accident_date_without_cause,
    casualty_number_wanted,
)
