"""Rules on original, replacement and void claims."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule

REJECT = Severity.REJECT
CORRECTING = {"7": "replacement", "8": "void"}


@claim_rule(
    "S401",
    severity=REJECT,
    status="A6:464",
    source="X12 005010X222A1, 2300 REF*F8: the payer's number where CLM05-3 replaces or voids",
)
def payer_control_number_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A replacement or void claim does not name the claim it corrects.

    Why: frequency 7 or 8 tells the payer to replace or cancel a claim it has; without that
    claim's number (REF*F8, from the remittance) it cannot find it.
    Fix: add the payer's claim control number. If the first claim was rejected before it reached
    the payer's system, send this one as an original, frequency 1.
    """
    kind = CORRECTING.get(setting.frequency)
    if kind is not None and not claim.value("REF", 2, "F8"):
        yield Problem(
            claim.clm[5, 3],
            f"frequency {setting.frequency} ({kind}) without the payer's claim number (REF*F8)",
        )


RULES: tuple[Rule, ...] = (payer_control_number_missing,)
