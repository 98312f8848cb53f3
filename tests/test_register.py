"""The register: every claim that was scrubbed with a ledger, with its state."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scrubber.cli import main
from scrubber.history.book import Ledger
from scrubber.history.database import ledger_url
from scrubber.history.keys import read_keys
from scrubber.history.registered import Filter, UnknownClaimError

CLINIC = (Path(__file__).parent.parent / "fixtures" / "clinic_day.837").read_text()
TODAY = date(2026, 3, 10)


class Office:
    """An office with a ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = folder / "ledger.sqlite3"

    def run(self, *arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == status, result.output
        return result.output

    def scrub(self, text: str, name: str = "day", as_of: str = "2026-03-02") -> dict[str, Any]:
        file = self.folder / f"{name}.837"
        file.write_text(text)
        options = ("--out", str(self.folder / "out"), "--ledger", str(self.ledger))
        CliRunner().invoke(main, ["scrub", str(file), *options, "--quiet", "--as-of", as_of])
        report: dict[str, Any] = json.loads(
            (self.folder / "out" / f"{name}.report.json").read_text()
        )
        return report

    def list(self, *options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            self.run("claims", "list", "--ledger", str(self.ledger), "--output", "json",
                     "--as-of", TODAY.isoformat(), "--rows", "0", *options)
        )  # fmt: skip
        return found

    def show(self, claim: str) -> dict[str, Any]:
        options = ("--ledger", str(self.ledger), "--output", "json")
        found: dict[str, Any] = json.loads(self.run("claims", "show", claim, *options))
        return found

    def set(self, claim: str, state: str, *options: str, status: int = 0) -> str:
        why = ("--why", "the patient paid", "--ledger", str(self.ledger))
        return self.run("claims", "set", claim, state, *why, *options, status=status)

    def open(self) -> Ledger:
        return Ledger(ledger_url(str(self.ledger)), read_keys(self.folder / "ledger.sqlite3.key"))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_each_claim_is_registered_with_its_state(office: Office) -> None:
    report = office.scrub(CLINIC)
    states = {one["claim_id"]: one["state"] for one in office.list()}
    assert states.keys() == {one["claim_id"] for one in report["claims"]}
    for one in report["claims"]:
        rejected = one["disposition"] == "rejected"
        assert (states[one["claim_id"]] in ("to fix", "waiting for consent")) == rejected
    charges = {one["claim_id"]: one["charge"] for one in report["claims"]}
    assert {one["claim_id"]: one["charge"] for one in office.list()} == charges


def test_the_filing_limit_is_that_of_the_payer_profile(office: Office) -> None:
    office.scrub(CLINIC)
    one = next(one for one in office.list() if one["profile"] == "medicare_b")
    assert one["due"] == f"2027{one['first'][4:]}"
    assert one["days_left"] == (date.fromisoformat(one["due"]) - TODAY).days
    assert all(one["due"] is None for one in office.list() if not one["profile"])


def test_filters_narrow_the_list(office: Office) -> None:
    office.scrub(CLINIC)
    every = office.list()
    fix = office.list("--state", "to fix")
    assert fix == [one for one in every if one["state"] == "to fix"]
    assert 0 < len(fix) < len(every)
    large = office.list("--amount", "$170")
    assert large == [one for one in every if float(one["charge"]) >= 170]
    assert {one["payer_name"] for one in office.list("--payer", "aetna")} == {"AETNA"}
    assert office.list("--age", "8") == every
    assert office.list("--age", "9") == []
    reason = fix[0]["reasons"][0]
    assert office.list("--reason", reason) == [one for one in every if reason in one["reasons"]]
    assert office.list("--text", "%") == []


def test_pages_laid_end_to_end_are_the_list(office: Office) -> None:
    office.scrub(CLINIC)
    pages = [office.list("--rows", "5", "--page", str(nth)) for nth in (1, 2, 3, 4)]
    assert [one for page in pages for one in page] == office.list()


def test_a_claim_that_comes_again_is_a_further_version(office: Office) -> None:
    office.scrub(CLINIC)
    office.scrub(f"{CLINIC}\n", "next", "2026-03-03")
    found = [one for one in office.list() if one["claim_id"] == "MG-1010"]
    assert [(one["versions"], one["received"]) for one in found] == [(2, "2026-03-03")]
    story = office.show("MG-1010")
    assert [(one["what"], one["on"]) for one in story["steps"]] == [
        ("received", "2026-03-02"), ("received", "2026-03-03"),
    ]  # fmt: skip
    every = office.list("--all-versions")
    assert len([one for one in every if one["claim_id"] == "MG-1010"]) == 2


def test_a_person_says_what_only_a_person_knows(office: Office) -> None:
    office.scrub(CLINIC)
    claim = office.list("--state", "ready")[0]["claim_id"]
    log = office.folder / "audit.jsonl"
    office.set(claim, "written off", "--who", "Dana", "--audit", str(log))
    story = office.show(claim)
    assert story["claim"]["state"] == "written off"
    step = story["steps"][-1]
    assert (step["what"], step["detail"], step["who"]) == (
        "written off", "the patient paid", "Dana",
    )  # fmt: skip
    entry = json.loads(log.read_text())
    assert (entry["event"], entry["state"]) == ("state", "written off")
    assert claim not in log.read_text() and "Dana" not in log.read_text()
    office.set(claim, "sent")
    assert office.show(claim)["claim"]["state"] == "sent"


def test_a_rejected_claim_cannot_have_been_sent(office: Office) -> None:
    office.scrub(CLINIC)
    claim = office.list("--state", "to fix")[0]["claim_id"]
    assert "in no file that could be sent" in office.set(claim, "sent", status=2)


def test_findings_tell_who_allowed_a_repair(office: Office) -> None:
    report = office.scrub(CLINIC)
    claim = next(
        one for one in report["claims"] if any("consent" in each for each in one["corrections"])
    )
    found = [one for one in office.show(claim["claim_id"])["findings"] if one["fixed"]]
    assert any("payer profile" in one["consent"] for one in found)


def test_members_are_found_by_their_id_and_not_named(office: Office) -> None:
    office.scrub(CLINIC)
    member = CLINIC.split("*MI*", 1)[1].split("~", 1)[0]
    found = office.list("--member", member)
    assert 0 < len(found) < len(office.list())
    assert all("patient" not in one for one in found)


def test_forgetting_a_file_forgets_its_claims(office: Office) -> None:
    report = office.scrub(CLINIC)
    office.run("ledger", "forget", str(office.ledger), report["input"]["sha256"])
    assert office.list() == []


def test_totals_add_up(office: Office) -> None:
    report = office.scrub(CLINIC)
    register = office.open().register
    totals = register.totals(as_of=TODAY)
    assert sum(one.claims for one in totals) == register.count(as_of=TODAY)
    assert str(sum(one.charge for one in totals)) == report["totals"]["charge"]
    assert register.count(Filter(states=("paid",)), as_of=TODAY) == 0


@pytest.mark.parametrize("id", ["", "x", "1-", "1-99", "99999999999-1"])
def test_an_unknown_claim_is_refused(office: Office, id: str) -> None:
    office.scrub(CLINIC)
    register = office.open().register
    with pytest.raises(UnknownClaimError):
        register.story(id, as_of=TODAY)
    with pytest.raises(UnknownClaimError):
        register.say(id, "sent", who="", why="", now=datetime(2026, 3, 10))
