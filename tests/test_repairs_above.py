"""What is repaired above a claim, in an envelope, header or level, counts for the claims beneath:
they are corrected in every report, whenever the repair came to light."""

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scrubber.cli import main
from scrubber.engine import FileScrubber, scrub
from scrubber.engine.repairs_above import MOST_REPAIRS
from scrubber.history.audit_log import verify
from scrubber.history.keys import read_keys
from scrubber.regression.corpus import CorpusReader
from scrubber.rules import RULES
from scrubber.testing.runs import CONTEXT
from scrubber.x12.reader import BlockReader

FIXTURES = Path(__file__).parent.parent / "fixtures"
SEVERAL = (FIXTURES / "clean" / "several_providers.837").read_text("latin-1")
DEPENDENT = (FIXTURES / "clean" / "dependent_patient.837").read_text("latin-1")
ENVELOPES = (FIXTURES / "clean" / "several_envelopes.837").read_text("latin-1")
LAST_CLAIM = "CLM*" + SEVERAL.split("~\nCLM*")[-1].split("***", maxsplit=1)[0]
ACCEPTED, CORRECTED, REJECTED = "accepted", "corrected", "rejected"


def changed(text: str, *changes: tuple[str, str]) -> bytes:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode("latin-1")


def dispositions(file: bytes) -> list[str]:
    return [claim.disposition.value for claim in scrub(file, CONTEXT).claims]


def reported(file: bytes, folder: Path, *options: str) -> dict[str, Any]:
    (folder / "day.837").write_bytes(file)
    arguments = ["scrub", str(folder / "day.837"), "--out", str(folder), "--as-of", "2026-03-02"]
    done = CliRunner().invoke(main, [*arguments, *options])
    assert done.exit_code in (0, 1), done.output
    report: dict[str, Any] = json.loads((folder / "day.report.json").read_text("utf-8"))
    return report


def ein_of(text: str, nth: int) -> str:
    """The nth tax number of a file, with its segment's name."""
    return "REF*EI*" + text.split("REF*EI*")[nth + 1].split("~", maxsplit=1)[0]


def hyphened(text: str, nth: int) -> tuple[str, str]:
    ein = ein_of(text, nth)
    return ein, f"{ein[:9]}-{ein[9:]}"


def test_only_the_claims_of_the_repaired_provider_are_corrected() -> None:
    first, *rest = dispositions(SEVERAL.encode("latin-1"))
    assert {first, *rest} == {ACCEPTED}
    told = dispositions(changed(SEVERAL, hyphened(SEVERAL, 1)))
    assert told[0] == ACCEPTED
    assert CORRECTED in told
    assert told[-1] == ACCEPTED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("*00*          *00*", "*00**00*"),
        ("NM1*85*2", "NM1*85*2 "),
        ("*XX*1", "*XX* 1"),
        ("HL*1**20*1~", "HL*1**20*0~"),
        ("HL*1**20*1~", "HL*1**20*1*~"),
        ("~\nGE*1*", "~\nGE*2*"),
        ("~\nIEA*1*", "~\nIEA*2*"),
    ],
)
def test_a_repair_above_all_claims_corrects_all(old: str, new: str) -> None:
    text = (FIXTURES / "clean" / "replacement_claim.837").read_text("latin-1")
    assert set(dispositions(changed(text, (old, new)))) == {CORRECTED}


def test_a_recounted_trailer_corrects_the_claims_of_its_set_only(tmp_path: Path) -> None:
    before, number = ENVELOPES.split("~\nSE*")[0:2]
    count = number.split("*")[0]
    file = changed(ENVELOPES, (f"~\nSE*{count}*", f"~\nSE*{int(count) + 1}*"))
    of_set = before.count("~\nCLM*")
    told = dispositions(file)
    assert told[:of_set] == [CORRECTED] * of_set
    assert CORRECTED not in told[of_set:]
    report = reported(file, tmp_path)
    assert [one["disposition"] for one in report["claims"]] == told
    assert report["totals"][CORRECTED] == of_set
    assert [one["code"] for one in report["claims"][0]["corrections"]] == ["S110"]
    assert not report["claims"][-1]["corrections"]


def test_what_is_removed_before_an_interchange_corrects_its_claims_only(tmp_path: Path) -> None:
    mark, second = "\u00ef\u00bb\u00bf", ENVELOPES.split("~\nISA*")[0].count("~\nCLM*")
    assert "~\nISA*" in ENVELOPES
    told = dispositions(changed(ENVELOPES, ("ISA*", f"{mark}ISA*")))
    assert (set(told[:second]), set(told[second:])) == ({CORRECTED}, {ACCEPTED})
    file = changed(ENVELOPES, ("~\nISA*", "~\n \x00ISA*"))
    told = dispositions(file)
    assert (set(told[:second]), set(told[second:])) == ({ACCEPTED}, {CORRECTED})
    report = reported(file, tmp_path)
    assert [one["disposition"] for one in report["claims"]] == told
    assert [one["code"] for one in report["corrections"]] == ["S131"]
    assert [one["code"] for one in report["claims"][-1]["corrections"]] == ["S131"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("~\nSE*", "~\nSE*1"), ("*22*1~", "*22*0~"), ("ISA*", "\u00ef\u00bb\u00bfISA*")],
)
def test_a_baseline_records_them_corrected_too(tmp_path: Path, old: str, new: str) -> None:
    file = changed(DEPENDENT, (old, new))
    reader = CorpusReader(FileScrubber(CONTEXT, RULES), read_keys(tmp_path / "key"))
    verdicts = [claim.verdict.disposition for claim in reader.claims(BlockReader([file]))]
    assert set(verdicts) == {CORRECTED}
    assert verdicts == dispositions(file)


def test_a_wrong_child_code_concerns_the_claims_before_and_after_it_is_known() -> None:
    assert "*22*1~" in DEPENDENT
    told = dispositions(changed(DEPENDENT, ("*22*1~", "*22*0~")))
    assert CORRECTED in told
    own = dispositions(changed(SEVERAL, ("*22*0~", "*22*1~")))
    assert own[0] == CORRECTED
    assert own[-1] == ACCEPTED


def test_a_rejected_claim_takes_no_part_in_the_repair_above_it(tmp_path: Path) -> None:
    text = (FIXTURES / "clean" / "one_claim.837").read_text("latin-1")
    file = changed(text, hyphened(text, 0), ("*172.00*", "*173.00*"))
    (claim,) = reported(file, tmp_path)["claims"]
    assert (claim["disposition"], claim["corrections"]) == (REJECTED, [])
    assert {one["code"] for one in claim["findings"]} == {"S301"}


def test_who_is_rejected_with_its_set_takes_no_part_either(tmp_path: Path) -> None:
    file = changed(SEVERAL, hyphened(SEVERAL, 0), (LAST_CLAIM, f"{LAST_CLAIM}X"))
    apart = reported(file, tmp_path)["claims"]
    assert (apart[0]["disposition"], apart[-1]["disposition"]) == (CORRECTED, REJECTED)
    for claim in reported(file, tmp_path, "--isolate", "transaction")["claims"]:
        assert (claim["disposition"], claim["corrections"]) == (REJECTED, [])
        assert "S503" not in {one["code"] for one in claim["findings"]}


def test_every_report_says_the_same(tmp_path: Path) -> None:
    file = changed(SEVERAL, hyphened(SEVERAL, 1), ("~\nGE*", "~\nGE*9"))
    log = tmp_path / "audit.jsonl"
    report = reported(file, tmp_path, "--format", "csv,html,xlsx,277ca", "--audit", str(log))
    of_claims = {one["claim_id"]: one["disposition"] for one in report["claims"]}
    assert set(of_claims.values()) == {CORRECTED}
    with (tmp_path / "day.report.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    of_ein = [row for row in rows if row["Code"] == "S503"]
    assert of_ein
    assert all(of_claims[row["Claim"]] == row["Disposition"] == CORRECTED for row in of_ein)
    of_ge = [row["Claim"] for row in rows if row["Code"] == "S107"]
    assert sorted(of_ge) == sorted(of_claims)
    sheet = zipfile.ZipFile(tmp_path / "day.report.xlsx").read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<row ") == len(rows) + 1
    page = (tmp_path / "day.report.html").read_text("utf-8")
    listed = json.loads(page.split('id="claims">')[1].split("</script>")[0])["claims"]
    assert {one["id"]: one["disposition"] for one in listed} == of_claims
    answer = (tmp_path / "day.277ca").read_text("ascii")
    assert answer.count("STC*A0:16:PR") == len(of_claims)
    _the_log_agrees(log, of_claims)


def _the_log_agrees(log: Path, of_claims: dict[str, str]) -> None:
    keys = read_keys(log.with_name("audit.jsonl.key"))
    assert not verify(log.read_bytes().splitlines(keepends=True), keys).problem
    entries = [json.loads(line) for line in log.read_text("ascii").splitlines()]
    claims = {one["claim"]: one for one in entries if one["event"] == "claim"}
    assert set(claims) == {keys.of("claim id", one) for one in of_claims}
    repairs = [one for one in entries if one["event"] == "correction"]
    assert [one["rule"] for one in repairs] == ["S503", "S107"]
    ein = ein_of(SEVERAL, 1)[7:]
    assert repairs[0]["before"] == keys.of("value", f"{ein[:2]}-{ein[2:]}")
    assert repairs[0]["after"] == keys.of("value", ein)
    named = [fix for one in claims.values() for fix in one["corrections"] if fix["rule"] == "S503"]
    assert named
    for fix in named:
        assert fix.items() <= repairs[0].items()


def test_the_figures_of_a_run_agree(tmp_path: Path) -> None:
    text = (FIXTURES / "clean" / "one_claim.837").read_text("latin-1")
    (tmp_path / "day.837").write_bytes(changed(text, hyphened(text, 0)))
    arguments = ["scrub", str(tmp_path / "day.837"), "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(main, [*arguments, "--as-of", "2026-03-02"]).output
    assert "Clean-claim rate 100.0 %  (0.0 % as received)" in told
    line = next(line for line in told.splitlines() if line.startswith("  S503"))
    assert line.split()[-2:] == ["1", "$172.00"]


def test_a_claim_names_so_many_repairs_above_it_and_no_more() -> None:
    text = (FIXTURES / "clean" / "one_claim.837").read_text("latin-1")
    (claim,) = scrub(
        changed(text, ("HL*1**20*1~", "HL*1**20*1" + "*\n" * 300 + "~")), CONTEXT
    ).claims
    assert claim.disposition.value == CORRECTED
    assert len(claim.findings) == len(claim.corrections) == MOST_REPAIRS
