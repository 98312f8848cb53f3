"""Every output is read again before it replaces anything; one that is wrong replaces nothing."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_process import DAY, FIXTURES
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from written_files import contents

from scrubber.batch.acknowledgment_files import AcknowledgmentFiles
from scrubber.batch.claim_files import ClaimFiles
from scrubber.batch.report_files import ReportFiles
from scrubber.batch.scrub_file import FORMATS, Request, scrub_file
from scrubber.cli import main
from scrubber.reports.accepted_files import Limits
from scrubber.reports.report_check import clean_claim
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.runs import CONTEXT, SHARED
from scrubber.testing.wire import Wire, wires

CLINIC_DAY = FIXTURES / "clinic_day.837"
SEVERAL = FIXTURES / "clean" / "several_providers.837"
Damage = Callable[[bytes], bytes]


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
    ("name", "damage", "said"),
    [
        ("accepted.837", without_end, "bytes, "),
        ("accepted.837", swap(b"CLM*", b"CLX*"), "it holds 8 claims, 9 were meant"),
        ("accepted.837", swap(b"MG-1001*271.00", b"MG-1001*272.00"), "come to $1,954.00"),
        ("accepted.837", swap(b"~\nHL*2*1*", b"~\nHL*3*1*"), "HL01 of level 2 is another number"),
        ("accepted.837", swap(b"~\nHL*2*1*", b"~\nHL*2*9*"), "HL02 of level 2 is not"),
        ("accepted.837", swap(b"~\nGE*1*", b"~\nGE*2*"), "GE01 says 2 transaction sets"),
        ("rejected.837", swap(b"CLM*", b"CLX*"), "it holds 4 claims, 5 were meant"),
        ("rejected.837", swap(b"~\nSE*", b"~\nSX*"), "SE is missing"),
        ("999", swap(b"\nAK9*A*1*1*1", b"\nAK9*A*1*1*0"), "AK904 is not the number"),
        ("999", without_end, "a segment lacks its terminator"),
        ("277ca", without_line(b"STC*A0:16:PR"), "SE01 says "),
        ("277ca", swap(b"QTY*90*9", b"QTY*90*8"), "QTY is not the number of claims"),
        ("277ca", swap(b"AMT*YY*781.1", b"AMT*YY*781.2"), "AMT is not what the claims"),
        ("ta1", without_line(b"TA1"), "it answers 0, 1 were meant"),
        ("report.json", without_line(b'{"claim_id"'), "it holds 13 claims, 14 were meant"),
        ("report.json", swap(b'":"271.00","s', b'":"272.00","s'), "its charges do not"),
        ("report.json", swap(b'"lines":[{', b'"lines":[['), "it is no scrubber-report/1"),
        ("report.json", without_end, "it is no scrubber-report/1"),
        ("report.csv", without_line(b"clinic_day.837,"), "findings, "),
        ("report.csv", swap(b",", b",,"), "cells, "),
        ("report.html", without_end, "it is no whole page"),
        ("report.html", swap(b'{"claims":[{', b'{"claims":[['), "its data cannot be read"),
        ("report.xlsx", without_end, "it is no workbook"),
    ],
)  # fmt: skip
def test_an_output_that_is_wrong_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, damage: Damage, said: str
) -> None:
    out = tmp_path / "out"
    scrub(CLINIC_DAY, "--out", out, "--format", ",".join(FORMATS))
    for path in out.iterdir():
        path.write_bytes(b"of an earlier run")
    before = contents(out)
    spoil_what_is_written(monkeypatch, name, damage)
    done = scrub(CLINIC_DAY, "--out", out, "--format", ",".join(FORMATS))
    assert done.exit_code == 2
    assert done.stderr.startswith(f"Error: {CLINIC_DAY}: nothing of it was written: ")
    assert f"clinic_day.{name} was read again: " in done.stderr
    assert said in done.stderr
    assert contents(out) == before


def spoil_what_is_written(monkeypatch: pytest.MonkeyPatch, name: str, damage: Damage) -> None:
    """Let the disk hold something else than was written to it, under the temporary name."""
    if name.endswith("837"):
        check = ClaimFiles.check

        def check_claims(files: ClaimFiles, totals: dict[str, object]) -> None:
            for one in files._written():
                if one.name.endswith(name):
                    one.file.path.write_bytes(damage(one.file.path.read_bytes()))
            check(files, totals)

        monkeypatch.setattr(ClaimFiles, "check", check_claims)
    elif name.startswith("report."):
        check_all = ReportFiles.check

        def check_reports(files: ReportFiles) -> None:
            path = files._files[name.removeprefix("report.")].path
            path.write_bytes(damage(path.read_bytes()))
            check_all(files)

        monkeypatch.setattr(ReportFiles, "check", check_reports)
    else:
        check_named = AcknowledgmentFiles.check

        def check_answers(files: AcknowledgmentFiles, stem: str) -> None:
            path = files._files[name].path
            path.write_bytes(damage(path.read_bytes()))
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
    wires(),
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
