"""Every output is read again before it replaces anything; one that is wrong replaces nothing, and
keeps nothing from going out that it does not concern."""

import hashlib
import json
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_process import DAY, FIXTURES
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from written_files import contents

from scrubber.cli import main
from scrubber.engine.claim_scrub import ClaimScrubber, Judged
from scrubber.engine.surroundings import Surroundings
from scrubber.outputs.accepted_files import Limits
from scrubber.outputs.acknowledgments.ack_277ca import Ack277caWriter
from scrubber.outputs.report_check import clean_claim
from scrubber.run.acknowledgment_files import AcknowledgmentFiles
from scrubber.run.claim_files import ClaimFiles
from scrubber.run.report_files import ReportFiles
from scrubber.run.scrub_file import FORMATS, Request, scrub_file
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.runs import CONTEXT, SHARED
from scrubber.testing.wire import Wire, wires
from scrubber.x12.block import Block

CLINIC_DAY = FIXTURES / "clinic_day.837"
SEVERAL = FIXTURES / "clean" / "several_providers.837"
Damage = Callable[[bytes], bytes]
ALL = {"all"}


def scrub(*arguments: object) -> Result:
    mask, handler = os.umask(0o077), signal.getsignal(signal.SIGTERM)
    try:
        return CliRunner().invoke(main, ["scrub", *DAY, *map(str, arguments)])
    finally:
        os.umask(mask)
        signal.signal(signal.SIGTERM, handler)


def swap(old: bytes, new: bytes) -> Damage:
    """The first `old` replaced by `new`, which must be there."""

    def damage(text: bytes) -> bytes:
        assert old in text
        return text.replace(old, new, 1)

    return damage


def without_end(text: bytes) -> bytes:
    return text[:-40]


def without_line(start: bytes) -> Damage:
    """Without the first line that begins so."""

    def damage(text: bytes) -> bytes:
        lines = text.splitlines(keepends=True)
        lost = next(line for line in lines if line.startswith(start))
        lines.remove(lost)
        return b"".join(lines)

    return damage


@pytest.mark.parametrize(
    ("damage", "said", "aside"),
    [
        (without_end, "bytes, ", ALL),
        (swap(b"CLM*", b"CLX*"), "it holds 8 claims, 9 were meant", {"MG-1001"}),
        (swap(b"MG-1001*271.00", b"MG-1001*272.00"), "come to $1,954.00", {"MG-1001"}),
        (swap(b"~\nHL*2*1*", b"~\nHL*3*1*"), "HL01 of level 2 is another number", ALL),
        (swap(b"~\nHL*2*1*", b"~\nHL*2*9*"), "HL02 of level 2 is not", ALL),
        (swap(b"~\nGE*1*", b"~\nGE*2*"), "GE01 says 2 transaction sets", ALL),
    ],
)  # fmt: skip
def test_claims_that_an_accepted_file_is_wrong_about_are_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Damage, said: str, aside: set[str]
) -> None:
    scrub(CLINIC_DAY, "--out", tmp_path)
    before = dispositions(tmp_path)
    spoil_what_is_written(monkeypatch, "accepted.837", damage, times=1)
    done = scrub(CLINIC_DAY, "--out", tmp_path)
    assert done.exit_code == 2
    assert "set aside: clinic_day.accepted.837 was read again: " in done.stderr
    assert said in done.stderr
    after = dispositions(tmp_path)
    passing = {one for one in before if before[one] != "rejected"}
    aside = passing if aside == ALL else aside
    assert {one for one in passing if after[one] == "rejected"} == aside
    accepted, rejected = claims_in(tmp_path, "accepted"), claims_in(tmp_path, "rejected")
    assert sorted(accepted) == sorted(passing - aside)
    assert sorted(rejected) == sorted(set(before) - set(accepted))


@pytest.mark.parametrize("name", ["-", "/dev/fd/{0}"])
def test_what_comes_through_a_pipe_is_set_aside_in_part_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    reading, writing = os.pipe()
    before = os.dup(0)
    try:
        os.write(writing, CLINIC_DAY.read_bytes())
        os.close(writing)
        os.dup2(reading, 0)
        spoil_what_is_written(monkeypatch, "accepted.837", swap(b"CLM*", b"CLX*"))
        done = scrub(name.format(reading), "--out", tmp_path)
    finally:
        os.dup2(before, 0)
        os.close(before)
        os.close(reading)
    assert done.exit_code == 2
    assert "claim MG-1001 is set aside" in done.stderr
    (path,) = tmp_path.glob("*.report.json")
    report = json.loads(path.read_text())
    assert report["input"]["sha256"] == hashlib.sha256(CLINIC_DAY.read_bytes()).hexdigest()
    stem = path.name.removesuffix(".report.json")
    assert report["input"]["name"] == stem
    accepted = (tmp_path / f"{stem}.accepted.837").read_bytes()
    rejected = (tmp_path / f"{stem}.rejected.837").read_bytes()
    assert (accepted.count(b"CLM*"), rejected.count(b"CLM*")) == (8, 6)
    assert not list(tmp_path.glob(".scrubber-*"))


@pytest.mark.parametrize(
    ("name", "damage", "said"),
    [
        ("accepted.837", swap(b"CLM*", b"CLX*"), "it holds "),
        ("rejected.837", swap(b"CLM*", b"CLX*"), "it holds 4 claims, 5 were meant"),
        ("rejected.837", swap(b"~\nSE*", b"~\nSX*"), "SE is missing"),
    ],
)
def test_where_setting_aside_does_not_help_all_claims_go_back_in_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, damage: Damage, said: str
) -> None:
    spoil_what_is_written(monkeypatch, name, damage, times=1 if name == "rejected.837" else 9)
    done = scrub(CLINIC_DAY, "--out", tmp_path)
    assert done.exit_code == 2
    assert f"all claims are set aside: clinic_day.{name} was read again: {said}" in done.stderr
    assert (tmp_path / "clinic_day.rejected.837").read_bytes() == CLINIC_DAY.read_bytes()
    assert not (tmp_path / "clinic_day.accepted.837").exists()
    assert set(dispositions(tmp_path).values()) == {"rejected"}


def test_a_copy_that_is_none_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scrub(CLINIC_DAY, "--out", tmp_path, "--format", ",".join(FORMATS))
    for path in tmp_path.iterdir():
        path.write_text("of an earlier run")
    before = contents(tmp_path)
    spoil_what_is_written(monkeypatch, "rejected.837", swap(b"CLM*", b"CLX*"), times=9)
    done = scrub(CLINIC_DAY, "--out", tmp_path, "--format", ",".join(FORMATS))
    assert done.exit_code == 2
    assert (
        "nothing of it was written: clinic_day.rejected.837 was read again: it is not a copy"
        in (done.stderr)
    )
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "damage", "said"),
    [
        ("999", swap(b"\nAK9*A*1*1*1", b"\nAK9*A*1*1*0"), "AK904 is not the number"),
        ("999", without_end, "a segment lacks its terminator"),
        ("277ca", without_line(b"STC*A0:16:PR"), "SE01 says "),
        ("277ca", swap(b"QTY*90*9", b"QTY*90*8"), "QTY is not the number of claims"),
        ("277ca", swap(b"AMT*YY*781.1", b"AMT*YY*781.2"), "AMT is not what the claims"),
        ("ta1", without_line(b"TA1"), "it answers 0, 1 were meant"),
        ("report.json", without_line(b'{"claim_id"'), "it holds 13 claims, 14 were meant"),
        ("report.json", swap(b'":"271.00","s', b'":"272.00","s'), "its charges do not"),
        ("report.json", swap(b'"lines":[{', b'"lines":[['), "it is not a scrubber-report/1"),
        ("report.json", without_end, "it is not a scrubber-report/1"),
        ("report.csv", without_line(b"clinic_day.837,"), "findings, "),
        ("report.csv", swap(b",", b",,"), "cells, "),
        ("report.html", without_end, "it is not a complete page"),
        ("report.html", swap(b'{"claims":[{', b'{"claims":[['), "its data cannot be read"),
        ("report.xlsx", without_end, "it is not a workbook"),
    ],
)  # fmt: skip
def test_a_report_or_answer_that_is_wrong_is_missing_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, damage: Damage, said: str
) -> None:
    scrub(CLINIC_DAY, "--out", tmp_path, "--format", ",".join(FORMATS))
    before = contents(tmp_path)
    spoil_what_is_written(monkeypatch, name, damage)
    done = scrub(CLINIC_DAY, "--out", tmp_path, "--format", ",".join(FORMATS))
    assert done.exit_code == 2
    assert f"Error: {CLINIC_DAY}: clinic_day.{name} was not written: read again, " in done.stderr
    assert said in done.stderr
    del before[f"clinic_day.{name}"]
    assert contents(tmp_path) == before


@pytest.mark.parametrize("broken", [Ack277caWriter, "html"])
def test_a_report_or_answer_that_breaks_off_is_missing_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    def breaks(*_arguments: object) -> None:
        raise AssertionError("MG-1001")

    if broken == "html":
        monkeypatch.setattr("scrubber.outputs.html_report.write_html", breaks)
    else:
        monkeypatch.setattr(broken, "inside", breaks)
    done = scrub(CLINIC_DAY, "--out", tmp_path, "--format", "json,html,999,ta1,277ca")
    assert done.exit_code == 2
    assert (
        "an internal error in the scrubber, not a problem with the file (AssertionError"
        in done.stderr
    )
    assert "MG-1001" not in done.stderr
    assert len(claims_in(tmp_path, "accepted")) == 9
    missing = "report.html" if broken == "html" else "277ca"
    assert not (tmp_path / f"clinic_day.{missing}").exists()


def test_a_fault_of_ours_in_one_claim_does_not_stop_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scrub(CLINIC_DAY, "--out", tmp_path)
    before = dispositions(tmp_path)
    judge = ClaimScrubber._judge

    def breaks(scrubber: ClaimScrubber, block: Block, above: Surroundings) -> Judged:
        if "MG-1001" in block.text:
            raise AssertionError(block.text)
        return judge(scrubber, block, above)

    monkeypatch.setattr(ClaimScrubber, "_judge", breaks)
    done = scrub(CLINIC_DAY, "--out", tmp_path)
    assert done.exit_code == 2
    assert dispositions(tmp_path) == {**before, "MG-1001": "rejected"}
    assert "MG-1001" in claims_in(tmp_path, "rejected")
    report = json.loads((tmp_path / "clinic_day.report.json").read_bytes())
    (finding,) = report["claims"][0]["findings"]
    assert finding["code"] == "S193"
    assert finding["message"].endswith("not a problem with the claim (AssertionError)")


def test_claims_set_aside_are_not_remembered_as_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the run nor the ledger takes the same claims for duplicates that come again."""
    again = tmp_path / "again.837"
    again.write_bytes(CLINIC_DAY.read_bytes() + b"\n")
    ledger = ("--ledger", tmp_path / "ledger.sqlite3")
    for options in ((), ledger):
        with monkeypatch.context() as patch:
            spoil_what_is_written(patch, "accepted.837", swap(b"MG-1001*271", b"MG-1001*272"))
            done = scrub(CLINIC_DAY, again, "--out", tmp_path / "out", *options)
        assert "claim MG-1001 is set aside" in done.stderr
        report = json.loads((tmp_path / "out" / "again.report.json").read_bytes())
        found = {one["claim_id"]: one["findings"] for one in report["claims"]}
        repeated = {one for one in found if "S491" in {f["code"] for f in found[one]}}
        assert "MG-1001" not in repeated
        assert len(repeated) == 8


def test_a_drop_sets_claims_aside_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop = tmp_path / "drop"
    (drop / "inbound").mkdir(parents=True)
    drop.chmod(0o700)
    shutil.copy(CLINIC_DAY, drop / "inbound")
    spoil_what_is_written(monkeypatch, "accepted.837", swap(b"MG-1001*271", b"MG-1001*272"))
    told = CliRunner().invoke(main, ["watch", str(drop), "--once", "--settle", "0", *DAY])
    assert told.exit_code == 2
    (report,) = drop.rglob("*.report.json")
    claims = {one["claim_id"]: one for one in json.loads(report.read_bytes())["claims"]}
    assert [one["code"] for one in claims["MG-1001"]["findings"]][-1] == "S193"
    (accepted,) = drop.rglob("*.accepted.837")
    assert accepted.read_bytes().count(b"~\nCLM*") == 8


def dispositions(folder: Path) -> dict[str, str]:
    told = json.loads((folder / "clinic_day.report.json").read_bytes())
    return {one["claim_id"]: one["disposition"] for one in told["claims"]}


def claims_in(folder: Path, side: str) -> list[str]:
    path = folder / f"clinic_day.{side}.837"
    return re.findall(r"~\nCLM\*([^*]*)", path.read_text("latin-1")) if path.exists() else []


def spoil_what_is_written(
    monkeypatch: pytest.MonkeyPatch, name: str, damage: Damage, times: int = 1
) -> None:
    """Let the disk hold something else than was written to it, under the temporary name, so many
    times."""
    left = [times]

    def spoil(path: Path) -> None:
        if left[0]:
            left[0] -= 1
            path.write_bytes(damage(path.read_bytes()))

    if name.endswith("837"):
        check = ClaimFiles.check

        def check_claims(files: ClaimFiles, *told: Any) -> None:
            for one in files._written():
                if one.name.endswith(name):
                    spoil(one.file.path)
            check(files, *told)

        monkeypatch.setattr(ClaimFiles, "check", check_claims)
    elif name.startswith("report."):
        check_all = ReportFiles.check

        def check_reports(files: ReportFiles) -> None:
            spoil(files._files[name.removeprefix("report.")].path)
            check_all(files)

        monkeypatch.setattr(ReportFiles, "check", check_reports)
    else:
        check_named = AcknowledgmentFiles.check

        def check_answers(files: AcknowledgmentFiles, stem: str) -> None:
            spoil(files._files[name].path)
            check_named(files, stem)

        monkeypatch.setattr(AcknowledgmentFiles, "check", check_answers)


def test_what_is_written_under_limits_is_named_in_the_report(tmp_path: Path) -> None:
    done = scrub(SEVERAL, "--out", tmp_path, "--one-provider-per-file", "--claims-per-set", "1")
    assert done.exit_code == 0
    outputs = json.loads((tmp_path / "several_providers.report.json").read_bytes())["outputs"]
    assert [one["name"] for one in outputs] == [
        "several_providers.accepted.837",
        "several_providers.accepted.2.837",
        "several_providers.accepted.3.837",
    ]
    for one in outputs:
        text = (tmp_path / one["name"]).read_text(encoding="latin-1")
        assert text.count("~\nCLM*") == text.count("~\nST*") == one["claims"]
        assert f"*XX*{one['billing_provider']}~" in text
        assert one["name"] in done.stdout


def test_further_files_of_an_earlier_run_are_removed_and_no_others(tmp_path: Path) -> None:
    for name in ("several_providers.accepted.4.837", "several_providers.x.accepted.2.837"):
        (tmp_path / name).write_bytes(b"")
    scrub(SEVERAL, "--out", tmp_path, "--one-provider-per-file")
    accepted = {path.name for path in tmp_path.glob("*.accepted*")}
    assert accepted == {
        "several_providers.accepted.837",
        "several_providers.accepted.2.837",
        "several_providers.accepted.3.837",
        "several_providers.x.accepted.2.837",
    }
    scrub(SEVERAL, "--out", tmp_path)
    assert not (tmp_path / "several_providers.accepted.2.837").exists()


def test_further_files_are_no_inputs_and_never_overwritten_as_such(tmp_path: Path) -> None:
    scrub(SEVERAL, "--out", tmp_path, "--one-provider-per-file")
    further = tmp_path / "several_providers.accepted.2.837"
    shutil.copy(SEVERAL, tmp_path)
    done = scrub(tmp_path / SEVERAL.name, further, "--out", tmp_path)
    assert done.exit_code == 2
    assert f"{further} would be overwritten" in done.stderr
    (tmp_path / SEVERAL.name).unlink()
    assert "holds no claim files" in scrub(tmp_path, "--out", tmp_path / "out").stderr


def test_control_numbers_of_further_files_can_be_given(tmp_path: Path) -> None:
    scrub(SEVERAL, "--out", tmp_path, "--one-provider-per-file", "--control-number", "837=88")
    text = (tmp_path / "several_providers.accepted.2.837").read_text(encoding="latin-1")
    assert text.split("*")[13] == "000000088"


def test_a_277ca_without_words(tmp_path: Path) -> None:
    scrub(CLINIC_DAY, "--out", tmp_path, "--format", "277ca", "--no-status-text")
    text = (tmp_path / "clinic_day.277ca").read_text(encoding="ascii")
    statuses = [one.split("*") for one in text.split("~\n") if one.startswith("STC*")]
    assert statuses
    assert all(len(status) <= 12 for status in statuses)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outputs")


@settings(max_examples=80, deadline=None)
@given(
    damaged_segments(FORM + DAMAGE),
    wires(may_wrap=True),
    st.builds(Limits, st.integers(0, 3), st.booleans(), st.booleans()),
    st.integers(0, 2000),
)
def test_no_file_however_damaged_is_refused_its_outputs(
    folder: Path, segments: Segments, wire: Wire, limits: Limits, cut: int
) -> None:
    file = wire.write(segments)
    (folder / "day.837").write_bytes(file[: len(file) - cut] if cut > 1000 else file)
    formats = ("json", "csv", "999", "ta1", "277ca")
    request = Request(folder, formats, limits=limits)
    scrub_file(folder / "day.837", "day", CONTEXT, SHARED, request)


def test_a_file_that_ends_in_the_name_of_a_claim_has_its_outputs(folder: Path) -> None:
    received = CLINIC_DAY.read_bytes()
    (folder / "day.837").write_bytes(received[: received.rindex(b"CLM*") + 3])
    scrub_file(folder / "day.837", "day", CONTEXT, SHARED, Request(folder))
    assert (folder / "day.rejected.837").read_bytes().count(b"~\nCLM~") == 1


def test_every_finding_of_the_report_links_to_the_page_of_its_rule(tmp_path: Path) -> None:
    scrub(CLINIC_DAY, "--out", tmp_path)
    told = json.loads((tmp_path / "clinic_day.report.json").read_bytes())
    findings = [f for one in (told, *told["claims"]) for f in one["findings"]]
    assert findings
    for finding in findings:
        _, room, code = finding["rule"].split("/")
        assert told[room][code]["title"]
        assert code == finding["code"]


def test_a_claim_with_nothing_to_report_is_taken_at_sight(tmp_path: Path) -> None:
    scrub(CLINIC_DAY, "--out", tmp_path)
    lines = (tmp_path / "clinic_day.report.json").read_text(encoding="utf-8").splitlines()
    claims = [line.rstrip(",") for line in lines if line.startswith('{"claim_id"')]
    clean = [one for one in claims if one.endswith('"findings":[],"corrections":[]}')]
    assert len(clean) > 5
    for one in claims:
        assert bool(clean_claim().fullmatch(one)) is (one in clean)
        assert not clean_claim().fullmatch(one.replace('"lines":[', '"lines":['[:-1]))
