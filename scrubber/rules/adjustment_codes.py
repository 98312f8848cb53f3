"""Rules on the adjustment and remark codes that were copied from a remittance."""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Loop
from scrubber.codes import adjustment, code_list
from scrubber.codes.code_list import CodeList
from scrubber.codes.verdict import Verdict
from scrubber.findings import Problem, Severity
from scrubber.rules.other_payers import OtherPayer, adjustments_of, line_decisions, other_payers
from scrubber.rules.rule import Rule, Setting, claim_rule
from scrubber.x12.segment import Element

INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT
REMARK = re.compile(r"M[0-9]{1,3}|MA[0-9]{2,3}|N[0-9]{1,4}")
REMARK_PLACES = range(3, 8)
DECIDED = "573"
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
def adjustment_reason_unknown(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """An adjustment reason code is invalid, or is not in our table.

    Why: it tells the next payer why the charge was not paid. If the user imported the code list, a
    code that is not on it, or was not on the day of the decision, is a warning.
    Fix: copy the code from the remittance. A code that is merely not in our table was not checked.
    """
    adjustments = [one for payer in other_payers(claim) for one in payer.adjustments]
    adjustments += [one for decision in line_decisions(claim) for one in decision.adjustments]
    for one in adjustments:
        verdict = adjustment.check(one.reason) if one.reason else Verdict.VALID
        if verdict is Verdict.INVALID:
            yield Problem(one.reason_element, f"{one.reason} is not an adjustment reason code")
        elif one.reason and code_list.is_imported(CodeList.REASONS, setting.tables):
            on = _decided_on(one.loop) or setting.as_of
            words = code_list.doubt(CodeList.REASONS, one.reason, on, setting.tables)
            if words:
                yield Problem(one.reason_element, words, severity=WARN)
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
    """A remark code does not have the right format.

    Why: remark codes are M, MA or N with a number (MOA03 to MOA07).
    Fix: copy the code from the remittance. Whether it exists is checked only with the code list.
    """
    for payer in other_payers(claim):
        for at in _remark_codes(payer):
            if not REMARK.fullmatch(at.value):
                yield Problem(at, f"{at.value} is not a remark code")


@claim_rule(
    "S526",
    severity=WARN,
    status="A7:634",
    source="X12 code source 411, remittance advice remark codes, as the user imported the list",
    when=("MOA",),
    concerns=lambda setting: code_list.is_imported(CodeList.REMARKS, setting.tables),
)
def remark_code_not_listed(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A remark code is not on the code list, or was not on the day of the decision.

    Why: it tells the next payer what the prior one found. Checked only if the user imported the
    list (scrubber table import --kind rarc).
    Fix: copy the code from the remittance; import a newer list if it is out of date.
    """
    for payer in other_payers(claim):
        on = _decided_on(payer.loop) or setting.as_of
        for at in _remark_codes(payer):
            if REMARK.fullmatch(at.value):
                words = code_list.doubt(CodeList.REMARKS, at.value, on, setting.tables)
                if words:
                    yield Problem(at, words)


@claim_rule("S322", severity=WARN, status="A7:519", source=CAS_NOTES, when=("CAS",))
def adjustment_of_zero(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The amount of an adjustment is zero.

    Why: a CAS reports what was taken off the charge; zero takes nothing off, and some payers reject
    it.
    Fix: remove the adjustment.
    """
    for loop in _decisions(claim):
        for one in adjustments_of(loop):
            if one.amount == 0:
                message = f"adjustment {one.group} {one.reason} has an amount of zero"
                yield Problem(one.amount_element, message)


@claim_rule("S323", severity=WARN, status="A7:696", source=CAS_NOTES, when=("CAS",))
def adjustment_group_divided(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Adjustments of one group are in several CAS segments, though one has room for them.

    Why: a CAS holds up to six reasons of one group; a receiver that keeps one CAS per group
    loses the other.
    Fix: put the reasons of the group in one CAS.
    """
    for loop in _decisions(claim):
        open_groups: set[str] = set()
        for segment in loop.segments("CAS"):
            group = segment.value(1)
            if group in open_groups:
                yield Problem(segment[1], f"a second CAS of group {group}; the first has room left")
            if group and not any(segment.value(place) for place in LAST_ADJUSTMENT):
                open_groups.add(group)


def _remark_codes(payer: OtherPayer) -> Iterator[Element]:
    for segment in payer.loop.segments("MOA"):
        yield from (segment[place] for place in REMARK_PLACES if segment.value(place))


def _decided_on(loop: Loop) -> date | None:
    """The day on which a payer decided, of a line (2430) or of the claim (2330B)."""
    payer = loop.child("2330B")
    return loop.date(DECIDED) or (payer.date(DECIDED) if payer is not None else None)


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
    remark_code_not_listed,
)
