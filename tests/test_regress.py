"""scrubber regress: what is recorded, what is told, and by which exit status."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scrubber.claim.claim import Claim
from scrubber.cli import main
from scrubber.findings import Problem
from scrubber.history.keys import read_keys
from scrubber.profiles.loader import shipped_folder
from scrubber.regression.baseline import Conditions
from scrubber.regression.comparison import Difference, differences
from scrubber.rules import RULES
from scrubber.rules.rule import ClaimRule, Setting

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
MEDICARE = shipped_folder() / "medicare_b.xml"
DAY = ("--as-of", "2026-03-02")


class Bench:
    """A corpus of two files and a baseline of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.corpus.mkdir()
        self.baseline = folder / "claims.baseline"
        for file in (FIXTURES / "clinic_day.837", FIXTURES / "clean" / "one_claim.837"):
            shutil.copy(file, self.corpus)

    def run(self, *options: str | Path) -> Result:
        arguments = ("regress", self.corpus, "--baseline", self.baseline, *options)
        done = CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)
        assert "Traceback" not in done.output
        return done

    def recorded(self) -> None:
        """With a baseline as of a day."""
        assert self.run(*DAY).exit_code == 0

    def compared(self, *options: str | Path) -> dict[str, Any]:
        done = self.run("--output", "json", *options)
        found: dict[str, Any] = json.loads(done.stdout)
        assert done.exit_code == (0 if found["same"] else 1)
        return found

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.baseline.read_text().splitlines()]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def lenient(tmp_path: Path) -> Path:
    """A folder with a Medicare that asks for no GP, GO or GN."""
    folder = tmp_path / "profiles"
    folder.mkdir()
    text = MEDICARE.read_text(encoding="utf-8")
    assert 'always-codes="required"' in text
    changed = text.replace('always-codes="required"', 'always-codes="optional"')
    (folder / "medicare_b.xml").write_text(changed, encoding="utf-8")
    return folder


def test_the_first_run_records_and_the_next_finds_nothing(bench: Bench) -> None:
    first = bench.run(*DAY)
    assert (first.exit_code, first.output) == (0, f"15 claims recorded in {bench.baseline}\n")
    key = bench.folder / "claims.baseline.key"
    assert [one.stat().st_mode & 0o777 for one in (bench.baseline, key)] == [0o600, 0o600]
    before = bench.baseline.read_bytes()
    again = bench.run()
    assert again.exit_code == 0
    assert again.output.endswith("\n  No claim changes.\n")
    assert "as of" not in again.output, "the date is that of the baseline"
    assert bench.baseline.read_bytes() == before


def test_an_edited_profile_is_told_by_rule_payer_and_dollars(bench: Bench, lenient: Path) -> None:
    bench.recorded()
    told = bench.compared("--profiles", lenient)
    assert told["conditions"][0]["what"] == "profile medicare_b"
    (move,) = told["dispositions"]
    assert move == {"before": "corrected", "after": "accepted", "claims": 1, "charge": "172.00"}
    (kind,) = told["findings"]
    assert (kind["code"], kind["severity"], kind["fixed"]) == ("S601", "reject", True)
    assert kind["go"] == {"claims": 1, "charge": "172.00"}
    (payer,) = told["payers"]
    assert payer["payer"].startswith("medicare_b ")
    assert payer["changed"] == {"claims": 1, "charge": "172.00"}
    (claim,) = told["changes"]
    assert claim["claim_id"] == "MG-1009"
    lines = bench.run("--profiles", lenient).output
    assert re.search(r"corrected -> accepted +1 +\$172\.00", lines)
    assert re.search(r"medicare_b \d+ +1 +\$172\.00", lines)


def test_a_claim_rejected_only_now_counts_so_for_its_payer(bench: Bench, lenient: Path) -> None:
    text = MEDICARE.read_text(encoding="utf-8")
    assert text.count('<fix-consent given="yes"') == 1
    without = text.replace('<fix-consent given="yes"', '<fix-consent given="no"')
    (lenient / "medicare_b.xml").write_text(without, encoding="utf-8")
    bench.recorded()
    (payer,) = bench.compared("--profiles", lenient)["payers"]
    assert payer["rejected_now"] == {"claims": 1, "charge": "172.00"}
    assert payer["no_longer_rejected"]["claims"] == 0
    bench.run("--profiles", lenient, "--update")
    (payer,) = bench.compared()["payers"]
    assert payer["no_longer_rejected"] == {"claims": 1, "charge": "172.00"}


def test_update_takes_the_new_verdicts_over(bench: Bench, lenient: Path) -> None:
    bench.recorded()
    done = bench.run("--profiles", lenient, "--update")
    assert done.exit_code == 0
    assert "corrected -> accepted" in done.output
    assert "15 claims recorded" in done.output
    assert bench.compared("--profiles", lenient)["same"]
    assert not bench.compared()["same"]


def test_a_claim_is_the_same_in_another_file_and_interchange(bench: Bench) -> None:
    bench.recorded()
    file = bench.corpus / "one_claim.837"
    text = file.read_text(encoding="latin-1")
    file.unlink()
    number = text.split("*")[13]
    (bench.corpus / "renamed.837").write_text(text.replace(number, "000009999"), encoding="latin-1")
    assert bench.compared()["same"]


def test_claims_that_come_and_go_are_counted(bench: Bench) -> None:
    bench.recorded()
    file = bench.corpus / "one_claim.837"
    text = file.read_text(encoding="latin-1")
    file.write_text(text.replace("20260227", "20260226"), encoding="latin-1")
    told = bench.compared()
    assert told["new"] == told["gone"]
    assert told["new"]["claims"] == 1
    assert told["changed"]["claims"] == 0
    assert "not in the baseline" in bench.run().output


def test_equal_claims_are_told_apart(bench: Bench) -> None:
    shutil.copy(bench.corpus / "one_claim.837", bench.corpus / "one_claim_again.837")
    bench.recorded()
    assert len([row for row in bench.rows() if "claim" in row]) == 16
    (bench.corpus / "one_claim_again.837").unlink()
    assert bench.compared()["gone"]["claims"] == 1


def test_what_is_wrong_with_a_file_itself_is_recorded_too(bench: Bench) -> None:
    shutil.copy(FIXTURES / "hostile" / "missing_iea.837", bench.corpus)
    bench.recorded()
    (row,) = (row for row in bench.rows() if "file" in row)
    assert row["findings"]
    assert bench.compared()["same"]
    held = bench.baseline.read_text().splitlines()
    kept = [line for line in held if '"file"' not in line]
    bench.baseline.write_text("\n".join(kept) + "\n")
    told = bench.compared()
    assert told["files"][0]["file"].endswith("missing_iea.837")
    assert told["files"][0]["came"]
    assert "missing_iea.837" in bench.run().output


def test_claims_repaired_otherwise_are_changed(bench: Bench) -> None:
    bench.recorded()
    held = bench.baseline.read_text()
    changed = re.sub(r'"repairs":"[0-9a-f]+"', '"repairs":"00"', held)
    assert changed != held
    bench.baseline.write_text(changed)
    told = bench.compared()
    assert told["changed"]["claims"] == 1
    assert told["findings"] == told["dispositions"] == []
    assert "stays corrected  repaired otherwise" in bench.run().output


def test_a_rule_that_cannot_be_run_any_more_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.recorded()
    monkeypatch.setattr("scrubber.cli.regress.RULES", [crashing()])
    told = bench.compared()
    assert ("S301", "not checked") in {(k["code"], k["severity"]) for k in told["findings"]}


def crashing() -> ClaimRule:
    rule = next(one for one in RULES if one.code == "S301")
    assert isinstance(rule, ClaimRule)

    def crash(_claim: Claim, _setting: Setting) -> Iterator[Problem]:
        raise ZeroDivisionError

    return replace(rule, check=crash)


def test_the_baseline_names_nobody(bench: Bench) -> None:
    bench.recorded()
    held = bench.baseline.read_text()
    assert "MG-1009" not in held
    for file in bench.corpus.iterdir():
        assert file.stem not in held
        text = file.read_text(encoding="latin-1")
        for segment in re.findall(r"(?:NM1|N3|N4|DMG|REF|PER)\*([^~]*)", text):
            for value in re.split(r"[*:]", segment):
                assert len(value.strip()) < 6 or value.strip() not in held


def test_another_key_is_refused_and_a_lost_one_not_made_anew(bench: Bench) -> None:
    bench.recorded()
    other = bench.folder / "other.key"
    read_keys(other)
    told = bench.run("--key", other)
    assert (told.exit_code, told.output) == (
        2,
        f"Error: {bench.baseline}: this baseline was made with another key\n",
    )
    (bench.folder / "claims.baseline.key").unlink()
    lost = bench.run()
    assert lost.exit_code == 2
    assert "the key of this baseline is missing" in lost.output
    assert not (bench.folder / "claims.baseline.key").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this baseline is damaged"),
        ("[]", "this is not a baseline"),
        ("{}", "this is not a baseline"),
        ("[" * 100_000, "this baseline is damaged"),
        ("{head}\nnot json\n", "this baseline is damaged"),
        ('{head}\n{"claim":"00"}\n', "this baseline is damaged"),
        ("{head}\n", "this baseline is truncated"),
    ],
)
def test_what_is_no_baseline_is_refused_in_a_line(bench: Bench, text: str, said: str) -> None:
    bench.recorded()
    head = bench.baseline.read_text().splitlines()[0]
    bench.baseline.write_text(text.replace("{head}", head))
    told = bench.run()
    assert told.exit_code == 2
    assert told.output.startswith(f"Error: {bench.baseline}: {said}")
    assert told.output.count("\n") == 1


def test_nothing_is_recorded_where_a_file_cannot_be_read(bench: Bench) -> None:
    done = bench.run(bench.folder / "nowhere.837", *DAY)
    assert done.exit_code == 2
    assert "no such file" in done.output
    assert "not written, as files could not be read" in done.output
    assert not bench.baseline.exists()


def test_conditions_that_differ_are_named() -> None:
    def run(version: str, *profiles: str) -> dict[str, Any]:
        named = [{"id": one, "version": version, "sha256": "a" * 64} for one in profiles]
        return {"version": version, "as_of": "2026-03-02", "profiles": named}

    before = Conditions(run("1.0", "aetna", "uhc"), ("isolate claim",))
    after = Conditions(run("1.1", "uhc"), ("isolate claim", "consent S601"))
    assert differences(before, after) == [
        Difference("scrubber", "1.0", "1.1"),
        Difference("options", "isolate claim", "isolate claim, consent S601"),
        Difference("profile aetna", "1.0 (aaaaaaaa)", ""),
        Difference("profile uhc", "1.0 (aaaaaaaa)", "1.1 (aaaaaaaa)"),
    ]
    assert differences(before, before) == []
