"""oxedi, a reader of 835 files by others, finds the same money in them as we do."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import oxedi
import pytest
from adjudicated import answered, payer, year
from answer_files import ANSWERS

from scrubber.answers.read import read_answers
from scrubber.answers.rows import (
    Adjustment,
    ClaimAnswer,
    Finding,
    LineAnswer,
    Payment,
    ProviderAdjustment,
)
from scrubber.testing.adjudicator import TAKES_BACK, Manner

SAMPLES = sorted(ANSWERS.glob("*.835"))
OURS = year(60, 11, "0.2")
ABSENT = "∅"
Told = tuple[str | Decimal | None, ...]


def theirs(content: bytes, table: str, *columns: str) -> Counter[Told]:
    """The rows of one of oxedi's tables. Numbers are compared as numbers."""
    _, names, *rows = oxedi.parse(content).tables[table].render().strip().splitlines()
    at = [[one.partition(":")[0] for one in names.split(" | ")].index(name) for name in columns]
    cells = (row.split(" | ") for row in rows)
    return Counter(tuple(told(row[place]) for place in at) for row in cells)


def told(value: object) -> str | Decimal | None:
    if value is None or value in ("", ABSENT):
        return None
    text = str(value)
    return Decimal(text) if text.removeprefix("-").replace(".", "", 1).isdigit() else text


def ours(content: bytes, kind: type[tuple[object, ...]], *columns: str) -> Counter[Told]:
    rows = [one for one in read_answers([content], "a.835") if isinstance(one, kind)]
    return Counter(tuple(told(getattr(one, name)) for name in columns) for one in rows)


def agree(content: bytes) -> None:
    assert ours(content, Payment, "trace", "amount") == theirs(
        content, "payments", "trace_number", "total_payment_amount"
    )
    assert ours(
        content, ClaimAnswer, "claim_id", "status", "charge", "paid", "patient_share", "payer_claim"
    ) == theirs(
        content, "claims", "claim_id", "claim_status", "charge_amount", "payment_amount",
        "patient_responsibility", "payer_control_number",
    )  # fmt: skip
    assert ours(content, LineAnswer, "control_number", "charge", "paid") == theirs(
        content, "services", "line_item_control_number", "charge_amount", "payment_amount"
    )
    assert ours(content, Adjustment, "group", "reason", "amount", "quantity") == theirs(
        content, "adjustments", "group_code", "reason_code", "amount", "quantity"
    )
    assert ours(content, ProviderAdjustment, "provider", "reason", "reference", "amount") == theirs(
        content, "provider_adjustments", "provider_id", "reason_code", "reference_id", "amount"
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.stem)
def test_both_read_the_same_of_a_sample(sample: Path) -> None:
    agree(sample.read_bytes())


@pytest.mark.parametrize("manner", [Manner(), Manner(False, False), TAKES_BACK])
def test_both_read_the_same_of_a_generated_file(manner: Manner) -> None:
    agree(answered(OURS.sent, payer(OURS.faults), manner))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.stem)
def test_both_say_alike_whether_a_sample_balances(sample: Path) -> None:
    content = sample.read_bytes()
    findings = [one for one in read_answers([content], "a.835") if isinstance(one, Finding)]
    kinds = {one.kind for one in oxedi.parse(content).diagnostics}
    assert bool(findings) == ("BalanceMismatch" in kinds)


def test_both_find_the_same_claims_out_of_balance() -> None:
    content = answered(OURS.sent, payer(OURS.faults)).replace(b"*CO*45*", b"*CO*45*1", 3)
    found = [one.rule for one in read_answers([content], "a.835") if isinstance(one, Finding)]
    rules = [one.rule for one in oxedi.parse(content).diagnostics if one.kind == "BalanceMismatch"]
    assert found.count("R302") == sum('"claim_balance"' in one for one in rules) >= 1
