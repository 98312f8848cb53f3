"""Whether the kind of payer that a claim names (SBR09) can be that of the payer it goes to."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.codes import claim_filing
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule

HEALTH_PLANS = frozenset({"commercial", "bcbs", "medicaid", "tricare", "va"})
# Which types of payers a claim filing indicator cannot mean. A private payer may run a plan of
# Medicare (16) or Medicaid, so those are not told.
CANNOT_MEAN = {
    "MB": HEALTH_PLANS | {"wc", "auto"},
    "MA": HEALTH_PLANS | {"wc", "auto"},
    "MC": frozenset({"medicare", "tricare", "va", "wc", "auto"}),
    "CH": frozenset({"medicare", "medicaid", "wc", "auto"}),
    "VA": frozenset({"medicare", "medicaid", "wc", "auto"}),
    "WC": HEALTH_PLANS | {"medicare"},
    "AM": HEALTH_PLANS | {"medicare"},
    "BL": frozenset({"medicare", "medicaid", "tricare", "va", "wc", "auto"}),
    "CI": frozenset({"medicare", "medicaid", "tricare"}),
    "HM": frozenset({"medicare", "tricare", "wc", "auto"}),
}


def _contradicts(setting: Setting) -> bool:
    unlike = CANNOT_MEAN.get(setting.claim_filing_indicator)
    return unlike is not None and setting.payer.payer_type in unlike


@claim_rule(
    "S725",
    severity=Severity.WARN,
    status="A7:480:PR",
    source="KNOWLEDGE: what the codes of SBR09 stand for, and the kinds of payers with a profile",
    concerns=_contradicts,
)
def kind_of_payer_contradicted(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The kind of payer that the claim names (SBR09) is not that of the payer.

    Why: clearinghouses route by the kind of payer, and payers return claims that are not theirs.
    The rules of the payer were applied, not those of the kind named.
    Fix: correct the kind of payer in the patient's insurance record, or the payer's id.
    """
    if _contradicts(setting):
        kind = claim_filing.meaning(setting.claim_filing_indicator) or "another kind of payer"
        message = f"SBR09 says {kind}, but the payer is {setting.payer.name}"
        yield Problem(claim.clm, message)


RULES: tuple[Rule, ...] = (kind_of_payer_contradicted,)
