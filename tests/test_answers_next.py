"""What to do next: the list, its dates, and the claims prepared for replacement."""

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from adjudicated import CONTEXT, answered, sent_claims, year
from answer_files import claim, claims
from cli_process import scrubber
from test_answers_match import DAY, OURS, SAMPLES

from scrubber.answers.judged import judged_claims
from scrubber.answers.match_rows import settled_claims
from scrubber.answers.next_steps import NextStep, NextSteps
from scrubber.answers.prices import Prices
from scrubber.answers.read import read_answers
from scrubber.answers.rows import Problem
from scrubber.answers.sent import SentClaim
from scrubber.answers.store import AnswerStore
from scrubber.outputs.replacement_claims import as_replacement
from scrubber.testing.adjudicator import PAID, Verdict
from scrubber.x12.block import Block
from scrubber.x12.delimiters import USUAL
from scrubber.x12.lexer import recut

TODAY = date(2026, 4, 1)


def steps(ours: Sequence[bytes], answers: Sequence[tuple[str, bytes]]) -> list[NextStep]:
    store, found = AnswerStore(), NextSteps(CONTEXT.profiles, TODAY, Prices())
    for number, content in enumerate(ours):
        for one in judged_claims([content], f"{number}.837", CONTEXT):
            if not isinstance(one, Problem):
                store.add_sent(*one)
    for name, content in answers:
        for row in read_answers([content], name):
            store.add(row)
    store.match()
    for settled in settled_claims(store):
        found.add(settled, store.is_sent_again(settled.claim, settled.payer_claim))
    return list(found.steps())


def test_the_samples_most_expensive_first() -> None:
    found = steps([OURS], SAMPLES)
    assert [one.expected for one in found] == sorted((one.expected for one in found), reverse=True)
    told = {(one.claim_id, one.line): (one.step, one.denial, one.due) for one in found}
    medicare = date(2027, 3, 2)
    assert told == {
        ("MG-1002", "1"): ("new claim", "CO-4 N822 MA01 MA130", medicare),
        ("MG-1003", "1"): ("check", "PR-119 N435", None),
        ("MG-1004", "2"): ("records", "CO-97", date(2026, 7, 23)),
        ("MG-1005", "1"): ("check", "CO-222 N362", None),
        ("MG-1008", "1"): ("reopen", "CO-31 N382", date(2027, 3, 20)),
        ("MG-1009", "1"): ("reopen", "CO-197 M62", date(2027, 3, 20)),
        ("MG-1013", ""): ("new claim", "A3:21 A7:562:82 A7:453", medicare),
    }
    rejected = next(one for one in found if one.claim_id == "MG-1013")
    assert (rejected.denied, rejected.days_left) == (Decimal("116.00"), (medicare - TODAY).days)
    units = next(one for one in found if one.claim_id == "MG-1005")
    assert units.denied == Decimal("80.00")


LINE = f"97110:GP 58.00 1 {DAY} L1"


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ([], 1),
        ([claims(claim("MG-2", LINE, frequency="7", replaces="T000000001-0-1"))], 0),
        ([claims(claim("MG-1", LINE), made_on="20260325")], 0),
        (
            [
                claims(claim("MG-1", LINE), made_on="20260325", payer="OTHER").replace(
                    b"PI*12345", b"PI*99999"
                )
            ],
            1,
        ),
        ([claims(claim("MG-1", LINE), made_on="20260201")], 1),
    ],
)
def test_what_was_sent_again_asks_for_nothing(again: list[bytes], expected: int) -> None:
    first = claims(claim("MG-1", LINE))
    # The payer had the first claim only.
    content = answered(sent_claims(first), lambda _claim, _line: Verdict("CO", "16", ("M51",)))
    content = content.replace(b"DTM*232", b"DTM*050*20260305~DTM*232")
    content = content.replace(b"SE*19", b"SE*20")
    assert len(steps([first, *again], [("a.835", content)])) == expected


def replaced(text: str, number: str = "ICN1") -> tuple[str, int]:
    return as_replacement(recut(Block([], "", USUAL), text), number)


def test_a_replacement_changes_the_frequency_and_names_the_payers_number() -> None:
    head = "CLM*A1*58***11:B:1*Y*A*Y*Y~DTP*431*D8*20260101~REF*G1*X~"
    rest = "HI*ABK:M545~NM1*82*1*A~REF*F8*OTHER~LX*1~SV1*HC:97110*58*UN*1***1~"
    text, more = replaced(head + rest)
    assert text == head.replace("11:B:1", "11:B:7") + "REF*F8*ICN1~" + rest
    assert more == 1
    text, more = replaced(text, "ICN2")
    assert (text.count("F8*ICN2"), text.count("F8*ICN1"), more) == (1, 0, 0)
    lines = (head + rest).replace("~", "~\n")
    assert replaced(lines)[0] == (head.replace("11:B:1", "11:B:7") + "REF*F8*ICN1~" + rest).replace(
        "~", "~\n"
    )
    assert replaced("CLM*A1*58***11:B*Y~LX*1~")[0] == "CLM*A1*58***11:B:7*Y~REF*F8*ICN1~LX*1~"


def test_the_command_writes_claims_on_request_only(tmp_path: Path) -> None:
    ours = year(200, 12)
    denied = {one.claim_id for one in ours.sent[::5]}

    def decide(one: SentClaim, _line: object) -> Verdict:
        return Verdict("CO", "16", ("M76",)) if one.claim_id in denied else PAID

    (tmp_path / "a.837").write_bytes(ours.claims)
    (tmp_path / "a.835").write_bytes(answered(ours.sent, decide))
    out = tmp_path / "out"
    call = ["answers", "next", tmp_path / "a.837", tmp_path / "a.835", "--out", out]
    call += ["--as-of", "2026-04-01"]
    done = scrubber(*call)
    assert (done.returncode, done.stderr) == (1, "")
    assert not list(out.glob("*.837"))
    assert scrubber(*call, "--write-claims").returncode == 1
    (written,) = out.glob("*.837")
    assert written.name == "a.replacement.837"
    assert written.stat().st_mode & 0o777 == 0o600
    with (out / "next_steps.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["claim_id"] for row in rows} == denied
    expected = {row["claim_id"]: row["payer_claim"] for row in rows if row["step"] == "replace"}
    found = {one.claim_id: one for one in sent_claims(written.read_bytes())}
    assert {number: one.replaces for number, one in found.items()} == expected
    assert {one.frequency for one in found.values()} == {"7"}
    before = {one.claim_id: one for one in ours.sent}
    assert all(one.lines == before[number].lines for number, one in found.items())
    done = scrubber("check", written, "--as-of", "2026-03-02", "--output", "short")
    assert done.returncode == 0, done.stdout


def test_nothing_to_do(tmp_path: Path) -> None:
    ours = year(5, 12)
    (tmp_path / "a.837").write_bytes(ours.claims)
    (tmp_path / "a.835").write_bytes(answered(ours.sent, lambda _claim, _line: PAID))
    call = ["answers", "next", tmp_path / "a.837", tmp_path / "a.835", "--out", tmp_path / "out"]
    assert scrubber(*call, "--write-claims").returncode == 0
    assert not list((tmp_path / "out").glob("*.837"))
