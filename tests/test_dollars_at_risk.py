"""What findings hold up, in the dollars Medicare is expected to pay where those are known."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rule_cases import FOLDER

from scrubber.engine import FileScrubber
from scrubber.engine.context import Context
from scrubber.outputs.at_risk import AtRisk, at_risk_of
from scrubber.outputs.summary_json import summary_json
from scrubber.outputs.summary_text import summary_lines
from scrubber.outputs.tally import Tally
from scrubber.outputs.work_list import WorkList
from scrubber.profiles.loader import load_profiles
from scrubber.rules import RULES
from scrubber.run.run_summary import RunSummary
from scrubber.testing.runs import run

CONTEXT = Context(date(2026, 3, 2), load_profiles())
BASE = FOLDER / "bases"
VISIT = (BASE / "medicare_visit.837").read_text(encoding="latin-1")
RATE = Decimal("29.06")
EXPECTED = "Expected: what Medicare pays for these lines"


def claim_of(text: str) -> dict[str, Any]:
    (claim,) = run(text.encode("latin-1"), FileScrubber(CONTEXT, RULES)).report["claims"]
    return dict(claim)


def spoiled(*changes: tuple[str, str]) -> dict[str, Any]:
    text = VISIT
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return claim_of(text)


WRONG_TOTAL = ("CLM*PCN001*250*", "CLM*PCN001*251*")
NO_MODIFIER = ("SV1*HC:97530:GP*", "SV1*HC:97530*")


def test_a_claim_with_nothing_open_has_no_dollars_at_risk() -> None:
    assert "at_risk" not in claim_of(VISIT)


def test_a_rejection_holds_up_all_lines_by_what_medicare_is_expected_to_pay() -> None:
    risk = spoiled(WRONG_TOTAL)["at_risk"]
    assert risk == {"charge": "251.00", "expected": {"1": str(2 * RATE)}}


def test_where_no_rate_is_known_nothing_is_expected() -> None:
    other = ("SV1*HC:97110:GP*", "SV1*HC:97116:GP*")
    assert spoiled(WRONG_TOTAL, other)["at_risk"] == {"charge": "251.00"}


def test_all_lines_may_have_a_rate() -> None:
    alone = VISIT[: VISIT.index("LX*2~")] + VISIT[VISIT.index("SE*37") :].replace("SE*37", "SE*29")
    risk = claim_of(alone)["at_risk"]
    assert risk == {"charge": "250.00", "expected": {"1": str(2 * RATE)}}


@pytest.mark.parametrize(
    ("changes", "dollars"),
    [
        ([("97110:GP*", "97110:GP:CQ*")], Decimal("49.40")),
        ([("97110:GP*", "97110:GO:CO*")], Decimal("49.40")),
        ([("*20260301*1200*CH", "*20250301*1200*CH")], 2 * RATE),
    ],
    ids=[
        "an assistant's line at 85 %",
        "an occupational therapy assistant's too",
        "by the date of service",
    ],
)
def test_expected_amounts(changes: list[tuple[str, str]], dollars: Decimal) -> None:
    assert spoiled(WRONG_TOTAL, *changes)["at_risk"]["expected"]["1"] == str(dollars)


def test_other_payers_are_not_expected_to_pay_what_medicare_does() -> None:
    text = (BASE / "unknown_payer_visit.837").read_text(encoding="latin-1")
    risk = claim_of(text.replace(*WRONG_TOTAL))["at_risk"]
    assert risk == {"charge": "251.00"}


def report_claim(**risk: Any) -> dict[str, Any]:
    lines = [{"line": number, "charge": charge} for number, charge in ((1, "100.00"), (2, "90.00"))]
    return {"lines": lines, "charge": "195.00", "at_risk": risk}


def test_a_line_counts_by_itself_and_the_whole_claim_by_its_lines() -> None:
    known = report_claim(expected={"1": "58.12"})
    assert at_risk_of(known, [2]) == AtRisk(Decimal("90.00"), Decimal(0))
    assert at_risk_of(known, [1]) == AtRisk(Decimal("100.00"), Decimal("58.12"))
    assert at_risk_of(known, [1, 2]) == AtRisk(Decimal("190.00"), Decimal("58.12"))
    assert at_risk_of(known, [None, 2]) == AtRisk(Decimal("195.00"), Decimal("58.12"))
    assert at_risk_of(report_claim(), [None]) == AtRisk(Decimal("195.00"), Decimal(0))
    assert at_risk_of(known, [7]) == at_risk_of(known, [None]), "a line the claim does not have"


def claim_with(code: str, charge: str, **risk: Any) -> dict[str, Any]:
    finding = {"code": code, "severity": "reject", "line": 1, "fixed": False}
    finding |= {"message": "", "snip": 6}
    return {
        "claim_id": code, "profile": "", "payer_id": "", "payer_name": "",
        "disposition": "rejected",
        "charge": charge, "lines": [{"line": 1, "charge": charge}], "findings": [finding],
        "corrections": [], "at_risk": risk,
    }  # fmt: skip


def test_charges_and_expected_amounts_each_have_a_column() -> None:
    tally = Tally()
    tally.add(claim_with("S301", "60.00"))
    tally.add(claim_with("S601", "500.00", expected={"1": "58.12"}))
    summary = tally.summary()
    assert [(one.code, one.charge, one.expected) for one in summary.reasons] == [
        ("S601", Decimal("500.00"), Decimal("58.12")),
        ("S301", Decimal("60.00"), Decimal(0)),
    ]
    shown = ["".join(text for text, _ in line) for line in summary_lines("f", summary, {})]
    assert [line.split()[-2:] for line in shown if line.split()[:1] in (["S601"], ["S301"])] == [
        ["$500.00", "$58.12"],
        ["1", "$60.00"],
    ]
    assert any(EXPECTED in line for line in shown)


@pytest.mark.parametrize(
    ("localities", "words"),
    [
        ((None,), "(national amounts)"),
        (("0111205",), "(amounts of the payment locality)"),
        (("0111205", None, None), "(amounts of the payment locality for 1 claim, national for 2)"),
    ],
)
def test_the_summary_says_whose_amounts_are_expected(
    localities: tuple[str | None, ...], words: str
) -> None:
    tally = Tally()
    for number, locality in enumerate(localities):
        claim = claim_with(f"S{number}", "60.00", expected={"1": "58.12"})
        claim["at_risk"] |= {"locality": locality} if locality else {}
        tally.add(claim)
    run_summary = RunSummary()
    run_summary.add(tally.summary())
    for summary in (tally.summary(), run_summary.summary()):
        shown = ["".join(text for text, _ in line) for line in summary_lines("f", summary, {})]
        assert any(f"{EXPECTED} {words}, where known." in line for line in shown)
        figures = json.loads(summary_json(summary, 1, 1, []))["expected_amounts"]
        local = sum(one is not None for one in localities)
        assert figures == {"of_locality": local, "national": len(localities) - local}


def test_that_only_charges_are_known_needs_no_words() -> None:
    tally = Tally()
    tally.add(claim_with("S301", "60.00"))
    shown = ["".join(text for text, _ in line) for line in summary_lines("f", tally.summary(), {})]
    assert not any(EXPECTED in line for line in shown)


def test_the_page_lists_the_claim_with_the_most_dollars_first() -> None:
    work = WorkList()
    for code, charge in (("A", "60.00"), ("B", "500.00")):
        claim = claim_with(code, charge)
        work.add(claim | {
            "service_from": None, "payer_name": "", "place_of_service": "", "diagnoses": [],
            "service_to": None, "interchange": "", "transaction": "",
            "lines": [], "findings": [],
            "corrections": [{"code": "S1", "path": "CLM", "line": None, "before": "", "after": "x",
                             "title": ""}],
        })  # fmt: skip
    listed = json.loads("".join(work.json_pieces()))["claims"]
    assert [(one["id"], one["charge"]) for one in listed] == [("B", "500.00"), ("A", "60.00")]
