"""Rules on what is charged: the total of the claim and the charges of its lines."""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim.claim import Claim
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule

REJECT = Severity.REJECT


@claim_rule(
    "S301",
    severity=REJECT,
    status="A7:400",
    source="X12 005010X222A1, CLM02: total of the line charges",
)
def total_charge_not_sum(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The total charge of the claim is not the sum of its line charges.

    Why: payers add the lines up and reject a claim whose total (CLM02) differs by a cent.
    Fix: correct the line that is wrong or missing, or the total.
    """
    total = claim.charge
    if total is None:
        return
    charged = Decimal(0)
    for line in claim.lines:
        charge = line.service.charge
        if charge is None:
            return
        charged += charge
    if charged != total and claim.lines:
        message = f"claim total {total:.2f} differs from the sum of its lines {charged:.2f}"
        yield Problem(claim.clm[2], message)


RULES: tuple[Rule, ...] = (total_charge_not_sum,)
