"""Laws of matching and of the backtest, over generated claims and whatever a payer decides."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from adjudicated import CONTEXT, answered, backtested, settled, year
from hypothesis import given, settings
from hypothesis import strategies as st
from pyx12_verdict import pyx12_accepts

from scrubber.answers.read import read_answers
from scrubber.answers.rows import ClaimAnswer, Finding, LineAnswer, Payment, Problem
from scrubber.answers.sent import SentClaim, SentLine
from scrubber.answers.settle import SettledClaim
from scrubber.outputs.backtest_record import Record, backtest_record
from scrubber.testing.adjudicator import PAID, TAKES_BACK, Manner, Verdict, amounts_of

OURS = year(30, 9, "0.2")
CLAIMS = [("a.837", OURS.claims)]
VERDICTS = (
    *[PAID] * 8,
    Verdict("CO", "4", ("N822", "MA130")),
    Verdict("PR", "27"),
    Verdict("CO", "55"),
    Verdict("CO", "97"),
    Verdict("OA", "18"),
    Verdict("PR", "119", ("N435",)),
)
seeds = st.integers(0, 1 << 32)
few = settings(max_examples=15, deadline=None)


def payer(seed: int) -> Callable[[SentClaim, SentLine], Verdict]:
    """Decides at random, each line the same whenever it is asked."""
    return lambda claim, line: Random(f"{seed} {claim.claim_id} {line.number}").choice(VERDICTS)


def told(claims: list[SettledClaim]) -> list[tuple[object, ...]]:
    """What holds in the end of each line."""
    return sorted(
        (
            claim.claim.claim_id, at, one.outcome, one.paid, one.taken_back, one.paid_by_next,
            one.final and (one.final.allowed, one.final.denied, one.final.patient),
        )
        for claim in claims
        for at, one in enumerate(claim.lines)
    )  # fmt: skip


def record(answers: list[tuple[str, bytes]]) -> Record:
    backtest, denials = backtested(CLAIMS, answers, CONTEXT)
    assert len(denials) == sum(one.number for one in backtest.by_kind.values())
    return backtest_record(backtest, {})


@few
@given(seeds, st.booleans())
def test_answers_balance_and_are_read_back_as_decided(seed: int, numbers: bool) -> None:
    decide = payer(seed)
    rows = list(read_answers([answered(OURS.sent, decide, Manner(numbers))], "a.835"))
    off = {number for number, one in OURS.faults.items() if one.kind == "total-off"}
    faults = [one for one in rows if isinstance(one, Finding | Problem)]
    assert {getattr(one, "claim_id", "?") for one in faults} - {""} <= off
    payments = [one for one in rows if isinstance(one, Payment)]
    assert {one.balanced for one in payments if not off} <= {"yes"}
    lines = [one for one in rows if isinstance(one, LineAnswer)]
    decided = [decide(claim, line) for claim in OURS.sent for line in claim.lines]
    for row, verdict in zip(lines, decided, strict=True):
        assert row.outcome == ("denied" if verdict.reason else "paid")
        assert row.denied == (row.charge if verdict.reason else 0)
    assert len([one for one in rows if isinstance(one, ClaimAnswer)]) == len(OURS.sent)


@few
@given(seeds, st.booleans(), st.booleans())
def test_every_line_ends_as_it_was_decided(seed: int, numbers: bool, modifiers: bool) -> None:
    decide = payer(seed)
    found = settled(CLAIMS, [("a.835", answered(OURS.sent, decide, Manner(numbers, modifiers)))])
    for claim in found:
        for one in claim.lines:
            verdict = decide(claim.claim, one.line)
            if one.outcome == "not decided":
                alike = [
                    line for line in claim.claim.lines
                    if (line.code, line.first_day, line.charge)
                    == (one.line.code, one.line.first_day, one.line.charge)
                ]  # fmt: skip
                assert len(alike) > 1 or one.line.first_day is None
                assert not (numbers and one.line.control_number)
            else:
                assert one.outcome == ("denied" if verdict.reason else "paid")
                assert one.paid == amounts_of(one.line, verdict).paid


@few
@given(seeds, st.lists(st.integers(0, 29), max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_files_and_copies_change_nothing(
    seed: int, cuts: list[int], shuffled: Random
) -> None:
    decide = payer(seed)
    whole = record([("a.835", answered(OURS.sent, decide))])
    places = sorted({0, *cuts, len(OURS.sent)})
    files = [
        (f"{at}.835", answered(OURS.sent[at:until], decide, first=at + 1))
        for at, until in pairwise(places)
    ]
    files += [(f"copy-{name}", content) for name, content in files[:2]]
    shuffled.shuffle(files)
    assert record(files) == whole


@few
@given(seeds, seeds, st.booleans())
def test_a_reversal_and_its_correction_leave_the_correction(
    seed: int, later: int, in_order: bool
) -> None:
    correction = ("c.835", answered(OURS.sent, payer(later), first=7, paid_on=date(2026, 4, 20)))
    first = answered(OURS.sent, payer(seed))
    back = answered(OURS.sent, payer(seed), TAKES_BACK, paid_on=date(2026, 4, 10))
    files = [("a.835", first), ("b.835", back), correction]
    both = settled(CLAIMS, files if in_order else files[::-1])
    assert told(both) == told(settled(CLAIMS, [correction]))


@few
@given(seeds, st.integers(0, 30))
def test_the_charges_of_all_outcomes_are_what_was_sent(seed: int, answers: int) -> None:
    found = record([("a.835", answered(OURS.sent[:answers], payer(seed)))])
    sent = [line.charge or Decimal(0) for claim in OURS.sent for line in claim.lines]
    assert sum(Decimal(one["charge"]) for one in found["lines"].values()) == sum(sent)
    assert sum(one["count"] for one in found["lines"].values()) == len(sent)


@pytest.mark.parametrize("manner", [Manner(), Manner(False, False), TAKES_BACK])
def test_pyx12_finds_no_fault(manner: Manner) -> None:
    clean = [one for one in OURS.sent if one.claim_id not in OURS.faults]
    assert pyx12_accepts(answered(clean, payer(1), manner).decode())


def test_pyx12_would_find_one() -> None:
    content = answered(OURS.sent[:1], payer(1)).decode()
    assert not pyx12_accepts(content.replace("*HC:", "*XX:"))
