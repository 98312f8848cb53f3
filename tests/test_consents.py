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


def test_a_claim_that_consent_alone_does_not_free_does_not_wait(tmp_path: Path) -> None:
    file = tmp_path / "two.837"
    file.write_bytes(WAITING.read_bytes().replace(b"*XX*1", b"*XX*2", 1))
    done = scrubber("scrub", file, "--out", tmp_path / "out", *DAY)
    report = json.loads((tmp_path / "out" / "two.report.json").read_text())
    (claim,) = report["claims"]
    rejecting = [one for one in claim["findings"] if one["severity"] == "reject"]
    assert {"with_consent" in one for one in rejecting} == {True, False}
    assert "for your consent" not in done.stdout


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


LEDGER = "claims.sqlite3"


def ledger_of(folder: Path) -> Path:
    """A ledger that was begun with another file."""
    clean = FIXTURES / "clean" / "one_claim.837"
    scrubber("scrub", clean, "--out", folder / "begun", "--ledger", folder / LEDGER, *DAY)
    return folder / LEDGER


def listed(ledger: Path) -> list[dict[str, Any]]:
    return list(map(json.loads, scrubber("consent", "list", ledger, "--json").stdout.splitlines()))


def test_a_ledger_keeps_a_decision_for_the_claim_when_it_comes(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    words = ("--claim", CLAIM, "--who", "Pat Lee", "--why", "chart checked")
    assert scrubber("consent", "give", ledger, RULE, *words).stdout == "recorded: 1\n"
    (record,) = listed(ledger)
    assert (record["basis"], record["who"], record["claim"] != CLAIM) == ("person", "Pat Lee", True)
    assert CLAIM.encode() not in ledger.read_bytes()
    _, report = scrubbed(tmp_path, "--ledger", ledger)
    (consent,) = (
        one["consent"] for one in report["claims"][0]["corrections"] if one["code"] == RULE
    )
    assert (consent["origin"], consent["reason"]) == ("ledger:1", "chart checked")


def test_a_drop_uses_the_decisions_of_its_ledger(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    scrubber("consent", "give", ledger, RULE, "--until", "2026-12-31", "--why", "all checked")
    inbound = tmp_path / "drop" / "inbound"
    inbound.mkdir(parents=True)
    (inbound / "day.837").write_bytes(WAITING.read_bytes())
    drop = ("watch", tmp_path / "drop", "--once", "--settle", "0", "--allow-shared")
    done = scrubber(*drop, "--ledger", ledger, *DAY)
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "drop" / "outbound" / "reports").glob("*.json")
    report = json.loads(file.read_text())
    assert [one["origin"] for one in report["run"]["consents"]] == ["ledger:1"]
    assert report["claims"][0]["disposition"] == "corrected"


def test_a_revoked_decision_is_not_used(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    scrubber("consent", "give", ledger, RULE, "--claim", CLAIM, "--why", "chart checked")
    assert scrubber("consent", "revoke", ledger, "1", "--who", "Sam").stdout == "revoked: 1\n"
    assert scrubber("consent", "revoke", ledger, "1").returncode == 2
    assert "revoked" in scrubber("consent", "list", ledger).stdout
    _, report = scrubbed(tmp_path, "--ledger", ledger)
    assert report["claims"][0]["disposition"] == "rejected"


def test_an_ended_decision_is_not_used(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    scrubber("consent", "give", ledger, RULE, "--until", "2026-03-01", "--why", "until spring")
    done, report = scrubbed(tmp_path, "--ledger", ledger)
    assert report["claims"][0]["disposition"] == "rejected"
    assert f"Note: ledger:1: the consent to {RULE} ended on 2026-03-01" in done.stderr


def test_a_ledger_takes_a_file_of_decisions(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    file = decided(
        tmp_path, f"{CLAIM},{RULE},accept,P,2026-03-01,w", f"{CLAIM},S601,decline,P,2026-03-01,w"
    )
    assert scrubber("consent", "give", ledger, "--decisions", file).stdout == "recorded: 1, 2\n"
    assert [one["declined"] for one in listed(ledger)] == [False, True]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((RULE, "--why", "w"), "a consent for all claims needs its last day"),
        ((RULE, "--claim", "1"), "say why with --why"),
        (("--why", "w", "--claim", "1"), "name a rule"),
        (("S999", "--why", "w", "--claim", "1"), "S999"),
    ],
)
def test_what_a_decision_needs_is_asked_for(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = scrubber("consent", "give", ledger_of(tmp_path), *words)
    assert done.returncode == 2
    assert said in done.stderr
