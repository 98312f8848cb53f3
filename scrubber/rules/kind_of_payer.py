"""Whether the kind of payer that a claim names (SBR09) can be that of the payer it goes to."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.codes import claim_filing
from scrubber.findings import Problem, Severity
from scrubber.profiles.line_of_business import contradicts
from scrubber.rules.rule import Rule, Setting, claim_rule


def _contradicts(setting: Setting) -> bool:
    return contradicts(setting.claim_filing_indicator, setting.payer.coverage.line)


@claim_rule(
    "S725",
    severity=Severity.WARN,
    status="A7:480:PR",
    source="KNOWLEDGE: what the codes of SBR09 stand for, and the kinds of payers with a profile",
    concerns=_contradicts,
)
def kind_of_payer_contradicted(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The kind of payer on the claim (SBR09) does not match the payer.

    Why: clearinghouses route by the kind of payer, and payers return claims that are not theirs.
    The rules of the payer were applied, not those of the kind on the claim, and only as warnings.
    Fix: correct the kind of payer in the patient's insurance record, or the payer ID.
    """
    if _contradicts(setting):
        kind = claim_filing.meaning(setting.claim_filing_indicator) or "another kind of payer"
        line = setting.payer.coverage.line.words
        message = f"SBR09 says {kind}, but the payer is {setting.payer.name} ({line})"
        yield Problem(claim.clm, message)


RULES: tuple[Rule, ...] = (kind_of_payer_contradicted,)
