"""Rules on the adjustment and remark codes that were copied from a remittance."""

import re
from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Loop
from scrubber.codes import adjustment
from scrubber.codes.verdict import Verdict
from scrubber.findings import Problem, Severity
from scrubber.rules.other_payers import adjustments_of, line_decisions, other_payers
from scrubber.rules.rule import Rule, Setting, claim_rule

INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT
REMARK = re.compile(r"M[0-9]{1,3}|MA[0-9]{2,3}|N[0-9]{1,4}")
REMARK_PLACES = range(3, 8)
CAS_NOTES = "X12 005010X222A1, notes on CAS: up to six nonzero adjustments of one group"
LAST_ADJUSTMENT = range(17, 20)
"""Elements of the sixth adjustment of a CAS."""


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


@claim_rule("S322", severity=WARN, status="A7:519", source=CAS_NOTES, when=("CAS",))
def adjustment_of_zero(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """An adjustment is of zero dollars.

    Why: a CAS gives what was taken off the charge; an amount of zero takes nothing off, and some
    payers reject it.
    Fix: leave the adjustment out.
    """
    for loop in _decisions(claim):
        for one in adjustments_of(loop):
            if one.amount == 0:
                message = f"adjustment {one.group} {one.reason} is of zero dollars"
                yield Problem(one.amount_element, message)


@claim_rule("S323", severity=WARN, status="A7:696", source=CAS_NOTES, when=("CAS",))
def adjustment_group_divided(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Adjustments of one group are spread over several CAS segments that would fit into one.

    Why: a CAS holds up to six reasons of one group; a receiver that keeps one CAS per group
    loses the other.
    Fix: put the reasons of the group into one CAS.
    """
    for loop in _decisions(claim):
        open_groups: set[str] = set()
        for segment in loop.segments("CAS"):
            group = segment.value(1)
            if group in open_groups:
                yield Problem(segment[1], f"a second CAS of group {group}; the first has room left")
            if group and not any(segment.value(place) for place in LAST_ADJUSTMENT):
                open_groups.add(group)


def _decisions(claim: Claim) -> Iterator[Loop]:
    """Where another payer's adjustments stand: 2320 and 2430."""
    yield from claim.other_payers
    for line in claim.lines:
        yield from line.adjudications


RULES: tuple[Rule, ...] = (
    adjustment_reason_unknown,
    adjustment_of_zero,
    adjustment_group_divided,
    remark_code_malformed,
)
