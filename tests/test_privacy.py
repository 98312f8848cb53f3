"""What tells who a patient is leaves the program only in claim files, or where it is asked for.

The files written as claims (accepted, rejected) hold what came in. Acknowledgments name the
patient, as their guides want it. Everything else must not: reports of all kinds, the terminal,
messages of damaged files and of faults of the program.
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_process import FIXTURES
from click.testing import CliRunner
from marked_claims import (
    MARK,
    SPOILINGS,
    TRACES,
    damaged_files,
    marked_interchanges,
    marked_segments,
    written,
)
from test_report_schema import VALIDATOR

from scrubber.claim.claim import Claim
from scrubber.cli import main
from scrubber.engine import FileScrubber
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Setting, claim_rule
from scrubber.run.scrub_file import Request, scrub_file
from scrubber.testing.runs import CONTEXT

DAY = ("--as-of", "2026-03-02")
CLAIM_FILES = (".accepted.837", ".rejected.837", ".999", ".ta1", ".277ca")


@pytest.fixture(scope="module")
def inbound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbound")
    for number, file in enumerate((b"".join(marked_interchanges()), *damaged_files())):
        (folder / f"f{number:02}.837").write_bytes(file)
    return folder


def told(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(one) for one in (*arguments, *DAY)])
    assert done.exit_code in (0, 1, 2)
    return done.output


def traces_in(text: str) -> set[str]:
    upper = text.upper()
    return {trace for trace in TRACES if trace in upper}


def texts_of(file: Path) -> Iterator[str]:
    """The text of a report, and of each member of a workbook."""
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as book:
            for name in book.namelist():
                yield book.read(name).decode("utf-8")
    else:
        yield file.read_bytes().decode("utf-8")


def leaks(folder: Path) -> dict[str, set[str]]:
    """The traces in every file but those that are claims or acknowledgments."""
    found = {}
    for file in folder.iterdir():
        if not file.name.endswith(CLAIM_FILES):
            traces = set().union(*map(traces_in, texts_of(file)))
            if traces:
                found[file.name] = traces
    return found


def test_no_report_tells_who_a_patient_is(inbound: Path, tmp_path: Path) -> None:
    output = told("scrub", inbound, "--out", tmp_path, "--format", "json,csv,html,xlsx,999,277ca")
    assert traces_in(output) == set()
    assert leaks(tmp_path) == {}
    endings = {file.name.split(".", 1)[1] for file in tmp_path.iterdir()}
    assert endings == {
        "accepted.837", "rejected.837", "report.json", "report.csv", "report.html", "report.xlsx",
        "999", "277ca",
    }  # fmt: skip
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("output", ["text", "short", "json"])
def test_a_check_on_the_terminal_does_not_tell(inbound: Path, output: str) -> None:
    assert traces_in(told("check", inbound, "--output", output)) == set()


def test_a_diff_on_the_terminal_does_not_tell(inbound: Path) -> None:
    assert traces_in(told("diff", inbound)) == set()


def test_where_it_is_asked_for_it_is_shown(tmp_path: Path) -> None:
    source = tmp_path / "day.837"
    source.write_bytes(written(marked_segments(SPOILINGS["blanks around it"])))
    assert MARK in told("check", source, "--show-phi")
    assert MARK in told("diff", source, "--show-phi")
    assert MARK in told("check", source, "--show-phi", "--output", "json")
    out = tmp_path / "out"
    told("scrub", source, "--out", out, "--show-phi", "--format", "json,csv,html,xlsx")
    shown = leaks(out)
    assert set(shown) == {f"day.report.{kind}" for kind in ("json", "csv", "html", "xlsx")}
    for traces in shown.values():
        assert traces >= {MARK, "1937-04-13", "1962-07-17"}


@pytest.mark.parametrize(
    ("name", "patient"),
    [
        (
            "one_claim",
            {
                "name": "ABERNATHY, RUTH",
                "birth_date": "1948-03-16",
                "member_id": "1EG4TE5MK72",
                "address": "410 WALNUT ST, AUSTIN, TX, 78702",
            },
        ),
        (
            "dependent_patient",
            {
                "name": "CASTELLANOS, NICO",
                "birth_date": "2019-06-11",
                "member_id": "XYZ884412345",
                "address": "9 JUNIPER CT, AUSTIN, TX, 78745",
            },
        ),
    ],
)
def test_the_patient_is_shown_as_the_file_has_them(
    tmp_path: Path, name: str, patient: dict[str, str]
) -> None:
    source = FIXTURES / "clean" / f"{name}.837"
    told("scrub", source, "--out", tmp_path, "--show-phi")
    report = json.loads((tmp_path / f"{name}.report.json").read_bytes())
    assert report["claims"][-1]["patient"] == patient
    assert VALIDATOR.is_valid(report)


def test_the_number_of_a_claim_may_be_told(tmp_path: Path) -> None:
    source = tmp_path / "day.837"
    source.write_bytes(written(marked_segments(str)))
    assert "B1" in told("check", source)


@pytest.mark.parametrize("command", ["scrub", "check", "diff"])
def test_a_fault_of_the_program_does_not_tell(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError(f"cannot read {MARK}")

    source = tmp_path / "day.837"
    source.write_bytes(written(marked_segments(str)))
    monkeypatch.setattr(FileScrubber, "parts", broken)
    out = ("--out", tmp_path / "out") if command == "scrub" else ()
    output = told(command, source, *out)
    assert traces_in(output) == set()
    assert "ValueError" in output
    if out:
        assert leaks(tmp_path / "out") == {}


def test_a_rule_that_fails_does_not_tell(tmp_path: Path) -> None:
    def failing(claim: Claim, _: Setting) -> Iterator[Problem]:
        raise ValueError(f"cannot read {claim.raw}")

    rule = claim_rule("S401", severity=Severity.REJECT, status="", source="")(failing)
    source = tmp_path / "day.837"
    source.write_bytes(written(marked_segments(str)))
    outcome = scrub_file(source, "day", CONTEXT, FileScrubber(CONTEXT, [rule]), Request(tmp_path))
    report = (tmp_path / "day.report.json").read_text(encoding="utf-8")
    assert outcome.status == 2
    assert "S401: ValueError" in report
    assert traces_in(report) == set()
