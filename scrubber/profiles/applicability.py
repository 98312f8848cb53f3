"""Which of a payer's statements hold for a claim, and which of them only warn of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from scrubber.findings import Severity
from scrubber.profiles.claim_statements import Authorization, Participation, TimelyFiling, either
from scrubber.profiles.code_statements import (
    AgeLimit,
    EvaluationDay,
    NotPayable,
    OwnPair,
    PairEdits,
    Replacement,
    RestrictedPlace,
    Telehealth,
    TelehealthList,
)
from scrubber.profiles.line_of_business import Coverage, LineOfBusiness
from scrubber.profiles.rule_statements import FixConsent, RuleSeverity
from scrubber.profiles.statement import Stated, Statement
from scrubber.profiles.unit_statements import (
    DailyLimit,
    RelativeValueCap,
    UnlikelyEdits,
    VisitLimit,
)

_DECIDED_BEFORE = (
    *(DailyLimit, VisitLimit, RelativeValueCap, Telehealth, TelehealthList),
    *(NotPayable, Replacement),
    *(AgeLimit, RestrictedPlace, EvaluationDay, OwnPair, Authorization),
)
"""What a payer does not judge anew where another has decided before it: it pays what that one left
to the patient. KNOWLEDGE: coordination of benefits."""
_EDITED_BEFORE = (UnlikelyEdits, PairEdits)
"""The same, but for Medicare, which edits secondary claims too. KNOWLEDGE: Medicaid programs and
other payers leave the edits of claims that Medicare has decided to Medicare."""


def that_hold(statements: Sequence[Statement], coverage: Coverage) -> Iterator[Statement]:
    """Those of the statements in force that hold for a claim with that coverage, in doubt where
    it is not certain that they do."""
    told = [one.participates for one in statements if isinstance(one, Participation)]
    participates = told[0] if told else None
    held = [one for one in statements if _holds(one.stated, coverage, participates)]
    is_medicare = coverage.line is LineOfBusiness.MEDICARE
    judged_before = _DECIDED_BEFORE if is_medicare else (*_DECIDED_BEFORE, *_EDITED_BEFORE)
    for one in _joined(_of_state(held)):
        stated = one.stated
        decided = coverage.decided and isinstance(one, judged_before)
        unsure = stated.participating is not None and participates is None
        if coverage.certain and not decided and not unsure:
            yield one
        else:
            yield from in_doubt(one)


def _of_state(held: Sequence[Statement]) -> list[Statement]:
    """Without those for all states of which there is one for the claim's state."""
    of_state = {(one.stated.kind, one.stated.key) for one in held if one.stated.states}
    return [
        one
        for one in held
        if one.stated.states or (one.stated.kind, one.stated.key) not in of_state
    ]


def _joined(held: Sequence[Statement]) -> Iterator[Statement]:
    """With the two filing limits between which participation decides as one."""
    limits = [one for one in held if isinstance(one, TimelyFiling)]
    yield from (one for one in held if not isinstance(one, TimelyFiling))
    if limits:
        yield either(limits)


def _holds(stated: Stated, coverage: Coverage, participates: bool | None) -> bool:
    """Whether a statement is for claims of that line and state, and for such an office, as far as
    that is known."""
    return (
        (not stated.lines or coverage.line in stated.lines)
        and (not stated.states or coverage.state in stated.states)
        and (None in (stated.participating, participates) or stated.participating is participates)
    )


def in_doubt(statement: Statement) -> Iterator[Statement]:
    """The statement as it holds where that is not certain: it warns at most. What would raise a
    rule to a rejection, and consent to change what is claimed, do not hold at all."""
    if isinstance(statement, FixConsent):
        return
    if isinstance(statement, RuleSeverity) and statement.severity is Severity.REJECT:
        return
    record = cast(Any, statement)
    yield record._replace(stated=replace(statement.stated, in_doubt=True))
