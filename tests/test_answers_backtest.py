"""The backtest: what is predicted and what is silent, against a payer that knows the truth."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from adjudicated import (
    ANSWERS_TO_FAULTS,
    CONTEXT,
    PAID_ON,
    SENT_ON,
    answered,
    backtested,
    payer,
    sent_claims,
    year,
)
from answer_files import ANSWERS
from cli_process import scrubber
from test_answers_match import OURS, SAMPLES

from scrubber.answers.denial_map import denial_entry, entries
from scrubber.answers.judged import judged_claims
from scrubber.answers.proportions import Proportion, wilson
from scrubber.answers.rows import Problem
from scrubber.answers.sent import SentClaim, SentLine
from scrubber.outputs.backtest_record import backtest_record
from scrubber.rules.pages import catalogue
from scrubber.testing.adjudicator import PAID, Verdict


def test_every_rule_of_the_table_of_denials_exists() -> None:
    assert {rule for entry in entries() for rule in entry.rules} <= set(catalogue())
    steps = {entry.step for entry in entries()}
    assert steps == {
        "new claim", "replace", "appeal", "records", "patient", "other payer", "wait", "write off",
        "check", "none",
    }  # fmt: skip
    assert {entry.scenario for entry in entries()} == {"documents", "data", "coverage", "apart", ""}
    assert all(entry.source and entry.action and entry.meaning for entry in entries())


@pytest.mark.parametrize(
    ("group", "reason", "remarks", "rules"),
    [
        ("CO", "4", "N822 MA130", "S601"),
        ("PR", "119", "N435", "S656 S692"),
        ("CO", "97", "", "S721 S720 S631"),
        ("CO", "222", "N362", "S703 S696"),
        ("CO", "31", "N382", "S429 S710 S558"),
        ("PI", "31", "N382", "S429 S710 S558"),
        ("CO", "197", "M62", "S707"),
        ("CO", "197", "N999", "S707"),
        ("CO", "16", "MA130", ""),
        ("CO", "16", "M51 N350", "S425 S507 S604"),
        ("CO", "26", "", ""),
    ],
)
def test_the_most_special_row_speaks(group: str, reason: str, remarks: str, rules: str) -> None:
    entry = denial_entry(group, reason, remarks.split())
    assert entry is not None
    assert " ".join(entry.rules) == rules


def test_what_the_table_has_not() -> None:
    assert denial_entry("CO", "55", ()) is None
    assert denial_entry("CO", "16", ("N1",)) is None


def test_wilson_bounds() -> None:
    assert [round(one, 3) for one in wilson(5, 5)] == [0.566, 1.0]
    assert [round(one, 3) for one in wilson(16, 16)] == [0.806, 1.0]
    assert [round(one, 3) for one in wilson(0, 10)] == [0.0, 0.278]
    assert Proportion(9, 9).share is None
    assert Proportion(9, 9).bounds is None
    assert Proportion(5, 10).share == 0.5


def test_the_samples() -> None:
    backtest, denials = backtested([("ours.837", OURS)], SAMPLES)
    found = {(one.claim_id, one.group, one.reason): one.mapped for one in denials}
    assert found == {
        ("MG-1002", "CO", "4"): "S601",
        ("MG-1003", "PR", "119"): "S656 S692",
        ("MG-1004", "CO", "97"): "S721 S720 S631",
        ("MG-1005", "CO", "222"): "S703 S696",
        ("MG-1008", "CO", "31"): "S429 S710 S558",
        ("MG-1009", "CO", "197"): "S707",
    }
    assert sum(one.denied for one in denials) == Decimal("488.00")
    assert [one.claim_id for one in denials if one.kind == "predicted"] == ["MG-1002"]
    assert (backtest.rates.payer_accepted, backtest.rates.payer_answered) == (1, 2)
    # A unit of 97110 GP was allowed at 29.06, 20.00, 25.00 and 39.06 before.
    assert next(one for one in denials if one.claim_id == "MG-1003").basis == "allowed before"


FAULTY = year(700, 5, "0.5")
CONTEXT_LATER = replace(CONTEXT, as_of=date(2027, 1, 1))


def test_all_that_a_payer_denies_for_faults_we_check_is_predicted() -> None:
    answers = answered(FAULTY.sent, payer(FAULTY.faults))
    backtest, denials = backtested([("a.837", FAULTY.claims)], [("a.835", answers)])
    wrong = [
        (one.claim_id, FAULTY.faults[one.claim_id].kind, one.kind, one.fired, one.mapped)
        for one in denials
        if one.kind != "predicted"
    ]
    assert wrong == []
    faulty = {
        number for number, one in FAULTY.faults.items() if one.kind in ANSWERS_TO_FAULTS
    }  # fmt: skip
    assert {one.claim_id for one in denials} == faulty
    assert len({FAULTY.faults[number].kind for number in faulty}) == len(ANSWERS_TO_FAULTS)
    record = backtest_record(backtest, {})
    assert record["denied"]["coverage"] == record["denied"]["reachable"] == 1.0
    assert record["rates"]["denied_at_first"]["part"] == len(faulty)
    assert record["rates"]["median_days_to_payment"] == (PAID_ON - SENT_ON).days


def test_every_class_is_counted_exactly() -> None:
    clean = [one.claim_id for one in FAULTY.sent if one.claim_id not in FAULTY.faults]
    repeated = [number for number, one in FAULTY.faults.items() if one.kind == "diagnosis-repeated"]
    verdicts = {
        **dict.fromkeys(clean[:20], Verdict("CO", "4", ("N822",))),
        **dict.fromkeys(clean[20:35], Verdict("PR", "27")),
        **dict.fromkeys(clean[35:40], Verdict("CO", "55")),
        **dict.fromkeys(repeated, Verdict("CO", "109", ("N105",))),
    }
    assert repeated

    def decide(claim: SentClaim, _line: SentLine) -> Verdict:
        return verdicts.get(claim.claim_id, PAID)

    answers = answered(FAULTY.sent, decide)
    _, denials = backtested([("a.837", FAULTY.claims)], [("a.835", answers)])
    lines = {one.claim_id: len(one.lines) for one in FAULTY.sent}
    dollars = {one.claim_id: one.charge for one in FAULTY.sent}
    expected = {
        "silent": clean[:20],
        "uncovered": clean[20:35],
        "unmapped": clean[35:40],
        "found otherwise": repeated,
    }
    counted = Counter(one.kind for one in denials)
    assert counted == {kind: sum(lines[one] for one in of) for kind, of in expected.items()}
    off = {one for one, fault in FAULTY.faults.items() if fault.kind == "total-off"}
    for kind, of_kind in expected.items():
        denied = sum((one.denied for one in denials if one.kind == kind), Decimal(0))
        assert not off & set(of_kind)
        assert denied == sum(dollars[one] or Decimal(0) for one in of_kind)


def test_what_we_would_have_rejected_and_was_paid() -> None:
    answers = answered(FAULTY.sent, lambda _claim, _line: PAID)
    backtest, denials = backtested([("a.837", FAULTY.claims)], [("a.835", answers)])
    assert denials == []
    several = [one for one, fault in FAULTY.faults.items() if fault.kind == "total-off"]
    outcome = backtest.rules["S301", "rejects"]
    assert (outcome.decided, outcome.paid) == (len(several), len(several))
    record = backtest_record(backtest, {})
    row = next(one for one in record["rules"] if one["rule"] == "S301")
    if len(several) < 10:
        assert row["share"] is None
    else:
        assert row["advice"] == "consider warn"
    became = {one["became"] for one in record["dispositions"]}
    assert became == {"paid"}


def test_what_is_taken_back_was_no_payment() -> None:
    content = OURS
    first, second = SAMPLES[0], SAMPLES[5]
    backtest, _ = backtested([("a.837", content)], [first, second])
    assert backtest.rates.taken_back == 0
    name, reversal = SAMPLES[9]
    paid = reversal.replace(b"*22*", b"*1*").replace(b"*-", b"*").replace(b"PLB", b"NTE")
    backtest, _ = backtested([("a.837", content)], [("p.835", paid), (name, reversal)])
    assert (backtest.rates.taken_back, backtest.rates.taken_back_dollars) == (1, Decimal("58.00"))
    assert {one.paid for one in backtest.rules.values()} == {0}


def test_claims_are_judged_as_of_the_day_of_their_set() -> None:
    old = FAULTY.claims.replace(b"20260301", b"20250301")
    content = FAULTY.claims + old
    days = [len(sent_claims(one)) for one in (FAULTY.claims, old)]
    found = [
        judged
        for one in judged_claims([content], "a.837", CONTEXT_LATER)
        if not isinstance(one, Problem)
        for judged in one[1:]
    ]
    assert len(found) == sum(days)
    fired = [{rule.code for rule in one.fired} if one is not None else set() for one in found]
    future = {"S409"}
    assert sum(bool(future & one) for one in fired[: days[0]]) < days[0] / 4
    assert sum(bool(future & one) for one in fired[days[0] :]) > days[0] / 2


def test_rejections_of_a_277ca_against_ours() -> None:
    backtest, _ = backtested([("ours.837", OURS)], SAMPLES)
    assert sum(one.number for one in backtest.rejections.values()) == 1


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent" / "a.837").write_bytes(FAULTY.claims)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.835").write_bytes(answered(FAULTY.sent, payer(FAULTY.faults)))
    out = tmp_path / "out"
    call = ["answers", "backtest", tmp_path / "sent", tmp_path / "inbox", "--out", out]
    done = scrubber(*call)
    # Dates that are no dates were planted, too.
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    problems = (out / "problems.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert all("DTP03,is not a real date" in one for one in problems)
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    record = json.loads((out / "backtest.json").read_text())
    assert record["claims"] == 700
    page = (out / "backtest.html").read_text()
    assert "<script" not in page
    assert "<svg" in page
    assert "prefers-color-scheme: dark" in page
    assert done.stdout.startswith((out / "backtest.txt").read_text())
    members = {one.member for one in FAULTY.sent if one.member}
    text = "".join(path.read_text(encoding="utf-8-sig") for path in out.iterdir())
    assert not [one for one in members if one in text]
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert scrubber(*call).returncode == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_answers_are_named_last_or_by_option(tmp_path: Path) -> None:
    (tmp_path / "a.837").write_bytes(OURS)
    call = ["answers", "backtest", tmp_path / "a.837", "--out", tmp_path / "out"]
    done = scrubber(*call, "--answers", ANSWERS / "*.835")
    assert done.returncode == 0
    assert "488.00 charged" in done.stdout
    done = scrubber(*call)
    assert done.returncode == 2
    assert "name claims and answers" in done.stderr
