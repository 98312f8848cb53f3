"""Rules on claims for an accident: its cause, place and date."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.codes import states
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule

REJECT, WARN = Severity.REJECT, Severity.WARN
AUTO, EMPLOYMENT, OTHER = "AA", "EM", "OA"
WORKERS_COMPENSATION = "WC"
GUIDE = "X12 005010X222A1, CLM11 and 2300 DTP*439"


def _causes(claim: Claim) -> list[str]:
    """The components of CLM11; empty where the claim is for no accident."""
    values = claim.block.values(claim.layout.first)
    if len(values) < 12 or not values[11]:
        return []
    return values[11].split(claim.block.delimiters.component)


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
    if not causes or claim.value("DTP", 3, "439"):
        return
    if AUTO in causes[:2] or OTHER in causes[:2]:
        yield Problem(claim.clm[11], "an accident (CLM11) without its date (DTP*439)")
    elif EMPLOYMENT in causes[:2]:
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
    causes = _causes(claim)
    if not causes or AUTO not in causes[:2]:
        return
    state = causes[3] if len(causes) > 3 else ""
    country = causes[4] if len(causes) > 4 else ""
    if not state and country in ("", "US"):
        yield Problem(claim.clm[11], "a car accident without the state where it happened")
    elif state and country in ("", "US", "CA") and not states.is_valid(state, country or "US"):
        where = "province of Canada" if country == "CA" else "state of the United States"
        yield Problem(claim.clm[11, 4], f"{state} is no {where}")


@claim_rule(
    "S450",
    severity=WARN,
    status="A7:364",
    source="KNOWLEDGE: work-related claims go to workers' compensation first",
    concerns=_has_causes,
)
def employment_related_elsewhere(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim is related to employment, but goes to a payer that is not workers' compensation.

    Why: health plans and Medicare deny what workers' compensation has to pay.
    Fix: send it to the workers' compensation insurer first, or correct the related cause.
    """
    causes = _causes(claim)
    if not causes or EMPLOYMENT not in causes[:2]:
        return
    filing = setting.claim_filing_indicator
    if filing == WORKERS_COMPENSATION or setting.payer.payer_type in ("wc", "auto"):
        return
    earlier = [payer.value("SBR", 9) for payer in claim.other_payers]
    if WORKERS_COMPENSATION not in earlier:
        yield Problem(claim.clm[11], "related to employment, but the payer is a health plan")


RULES: tuple[Rule, ...] = (
    accident_date_missing,
    accident_state_missing,
    employment_related_elsewhere,
)
