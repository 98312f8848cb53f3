"""Who decided about a repair that changes what is claimed is on record with every correction."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli_process import FIXTURES, scrubber

import scrubber as api
from scrubber.engine import Consent
from scrubber.run.decisions import DecisionError, read_decisions

WAITING = FIXTURES / "reported" / "practice_visits" / "fault_59_xe.837"
CLAIM, RULE = "PT-20418", "S640"
HEAD = "claim,rule,decision,who,when,why\n"
DAY = ("--as-of", "2026-03-02")


def decided(folder: Path, *rows: str) -> Path:
    file = folder / "decisions.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return file


def scrubbed(folder: Path, *options: object) -> tuple[Any, dict[str, Any]]:
    done = scrubber("scrub", WAITING, "--out", folder / "out", *options, *DAY)
    report = json.loads((folder / "out" / "fault_59_xe.report.json").read_text())
    return done, report


def test_without_consent_the_claim_waits(tmp_path: Path) -> None:
    done, report = scrubbed(tmp_path)
    (claim,) = report["claims"]
    assert claim["disposition"] == "rejected"
    assert "1 claim waits for your consent to a repair" in done.stdout


def test_an_accepted_repair_names_who_when_and_why(tmp_path: Path) -> None:
    file = decided(tmp_path, f"{CLAIM},{RULE},accept,Pat Lee,2026-03-01,chart checked")
    done, report = scrubbed(tmp_path, "--decisions", file, "--audit", tmp_path / "audit.jsonl")
    (claim,) = report["claims"]
    assert claim["disposition"] == "corrected"
    consent = {
        "basis": "person", "origin": "decisions.csv:2", "who": "Pat Lee",
        "given": "2026-03-01", "reason": "chart checked",
    }  # fmt: skip
    assert [one["consent"] for one in claim["corrections"] if one["code"] == RULE] == [consent]
    assert "waits for your consent" not in done.stdout
    entries = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    (entry,) = (one for one in entries if one.get("event") == "claim")
    assert [one["consent"] for one in entry["corrections"] if one["rule"] == RULE] == [consent]


def test_a_declined_repair_is_not_made_and_says_who_declined_it(tmp_path: Path) -> None:
    file = decided(tmp_path, f"{CLAIM},{RULE},decline,Pat Lee,2026-03-01,two sessions")
    done, report = scrubbed(tmp_path, "--decisions", file, "--consent", RULE)
    (claim,) = report["claims"]
    assert claim["disposition"] == "rejected"
    (finding,) = (one for one in claim["findings"] if one["code"] == RULE)
    assert "with_consent" not in finding
    assert finding["declined"]["who"] == "Pat Lee"
    assert "waits for your consent" not in done.stdout
    shown = scrubber("check", WAITING, "--decisions", file, *DAY).stdout
    assert "declined for this claim, Pat Lee, 2026-03-01 (decisions.csv:2): two sessions" in shown


def test_a_decision_is_for_its_claim_and_rule_alone(tmp_path: Path) -> None:
    others = (f"PT-1,{RULE},accept,P,2026-03-01,w", f"{CLAIM},S601,accept,P,2026-03-01,w")
    done, report = scrubbed(tmp_path, "--decisions", decided(tmp_path, *others))
    assert report["claims"][0]["disposition"] == "rejected"
    assert done.stderr.splitlines() == [
        f"Note: decisions.csv:2: {RULE} had nothing to repair",
        "Note: decisions.csv:3: S601 had nothing to repair",
    ]


def test_the_last_decision_counts(tmp_path: Path) -> None:
    rows = (f"{CLAIM},{RULE},{said},P,2026-03-01,w" for said in ("decline", "accept"))
    _, report = scrubbed(tmp_path, "--decisions", decided(tmp_path, *rows))
    assert report["claims"][0]["disposition"] == "corrected"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_many_processes_know_the_decisions(tmp_path: Path, jobs: str) -> None:
    file = decided(tmp_path, f"{CLAIM},{RULE},accept,P,2026-03-01,w")
    (tmp_path / "other.837").write_bytes(WAITING.read_bytes().replace(b"PT-20418", b"PT-20419"))
    done = scrubber(
        "scrub", WAITING, tmp_path / "other.837", "--out", tmp_path / "out",
        "--decisions", file, "--jobs", jobs, *DAY,
    )  # fmt: skip
    assert done.stderr == ""
    found = [
        json.loads((tmp_path / "out" / f"{name}.report.json").read_text())["totals"]["corrected"]
        for name in ("fault_59_xe", "other")
    ]
    assert [one["claims"] if isinstance(one, dict) else one for one in found] == [1, 0]


def test_programs_give_consents() -> None:
    consent = Consent(RULE, reason="chart checked", basis="person", claim=CLAIM, who="Pat Lee")
    result = api.check(WAITING, as_of=date(2026, 3, 2), consents=[consent])
    (claim,) = result.claims
    assert [one.consent for one in claim.corrections if one.code == RULE] == [consent]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no column claim, rule, decision, who, when, why"),
        ("claim,rule,decision,who,when\n", "has no column why"),
        (HEAD + "a,S601,yes,P,2026-03-01,w\n", "line 2: decision must be accept or decline"),
        (HEAD + "a,S601,accept,P,March,w\n", "line 2: when must be a day such as 2026-03-02"),
        (HEAD + "a,S601,accept,,2026-03-01,w\n", "line 2: who is empty"),
        (HEAD + "a,S601\n", "line 2: has 2 of 6 columns"),
        (HEAD + "a,601,accept,P,2026-03-01,w\n", "line 2: rule must be a code such as S601"),
    ],
)
def test_a_file_of_decisions_with_a_mistake_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "decisions.csv"
    file.write_text(text)
    with pytest.raises(DecisionError, match=said):
        read_decisions(file)
    done = scrubber("check", WAITING, "--decisions", file, *DAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_decision_on_a_rule_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    file = decided(tmp_path, f"{CLAIM},S999,accept,P,2026-03-01,w")
    done = scrubber("check", WAITING, "--decisions", file, *DAY)
    assert done.returncode == 2
    assert "decisions.csv:2: consent S999" in done.stderr
