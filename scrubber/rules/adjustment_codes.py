"""Rules on the adjustment and remark codes that were copied from a remittance."""

import re
from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.codes import adjustment
from scrubber.codes.verdict import Verdict
from scrubber.findings import Problem, Severity
from scrubber.rules.other_payers import line_decisions, other_payers
from scrubber.rules.rule import Rule, Setting, claim_rule

INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT
REMARK = re.compile(r"M[0-9]{1,3}|MA[0-9]{2,3}|N[0-9]{1,4}")
REMARK_PLACES = range(3, 8)


@claim_rule(
    "S511",
    severity=REJECT,
    status="A7:521",
    source="X12 code source 139, claim adjustment reason codes",
    when=("CAS",),
)
def adjustment_reason_unknown(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """An adjustment reason is no reason code, or is not in our table.

    Why: the next payer reads from it why the charge was not paid.
    Fix: copy the code of the remittance. A code that is only not in our table was not checked.
    """
    adjustments = [one for payer in other_payers(claim) for one in payer.adjustments]
    adjustments += [one for decision in line_decisions(claim) for one in decision.adjustments]
    for one in adjustments:
        verdict = adjustment.check(one.reason) if one.reason else Verdict.VALID
        if verdict is Verdict.INVALID:
            yield Problem(one.reason_element, f"{one.reason} is no adjustment reason code")
        elif verdict is Verdict.UNKNOWN:
            message = f"not checked: reason {one.reason} is not in our table"
            yield Problem(one.reason_element, message, severity=INFO)


@claim_rule(
    "S552",
    severity=WARN,
    status="A7:634",
    source="X12 code source 411, form of remittance advice remark codes",
    when=("MOA",),
)
def remark_code_malformed(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A remark code has not the form of one.

    Why: remark codes are M, MA or N with a number (MOA03 to MOA07).
    Fix: copy the code of the remittance. Whether it exists was not checked.
    """
    for payer in other_payers(claim):
        for segment in payer.loop.segments("MOA"):
            for place in REMARK_PLACES:
                code = segment.value(place)
                if code and not REMARK.fullmatch(code):
                    yield Problem(segment[place], f"{code} is no remark code")


RULES: tuple[Rule, ...] = (adjustment_reason_unknown, remark_code_malformed)
