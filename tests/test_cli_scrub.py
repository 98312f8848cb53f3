"""`scrubber scrub` as a biller meets it: what is written, what is said, the exit status."""

import json
import os
import pty
import resource
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from cli_process import COMMAND, DAY, FIXTURES, scrubber, started
from click.testing import CliRunner, Result

from scrubber.cli import main
from scrubber.run.scrub_file import scrub_file

CLINIC_DAY = FIXTURES / "clinic_day.837"
ONE_CLAIM = FIXTURES / "clean" / "one_claim.837"
HOSTILE = FIXTURES / "hostile"


def scrub(*arguments: object) -> Result:
    """The same within this process, for what does not need one of its own."""
    words = ["scrub", *DAY, *map(str, arguments)]
    mask = os.umask(0)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        return CliRunner().invoke(main, words)
    finally:
        os.umask(mask)
        signal.signal(signal.SIGTERM, handler)


def report(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_clinic_day_is_split_and_summed_up(tmp_path: Path) -> None:
    done = scrubber("scrub", CLINIC_DAY, "--out", "out", *DAY, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == ""
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    endings = ("accepted.837", "rejected.837", "report.csv", "report.html", "report.json")
    assert written == [f"clinic_day.{ending}" for ending in endings]
    assert done.stdout.startswith("clinic_day.837  14 claims, $2,734.10\n")
    assert "  corrected         1         $172.00   repaired, ready to send\n" in done.stdout
    assert "  rejected          5         $781.10   returned to you\n" in done.stdout
    assert done.stdout.endswith(
        "    clinic_day.report.html\n\n  Open out/clinic_day.report.html to see what to fix\n"
    )


def test_what_is_written_is_for_its_owner_only(tmp_path: Path) -> None:
    scrub(CLINIC_DAY, "--out", tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}


def test_the_standard_input_is_a_file_like_any_other(tmp_path: Path) -> None:
    done = scrubber(
        "scrub", "-", "--out", "out", *DAY, folder=tmp_path, given=ONE_CLAIM.read_bytes()
    )
    assert done.returncode == 0
    assert (tmp_path / "out" / "stdin.accepted.837").read_bytes() == ONE_CLAIM.read_bytes()


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("empty", 2, "the file is empty"),
        ("whitespace", 2, "the file contains only spaces (10 bytes not read)"),
        ("not_x12", 2, "no ISA segment (99 bytes not read)"),
        ("isa_only", 2, "IEA is missing before this point (byte 107)"),
        ("truncated_in_segment", 2, "not scrubbed whole: SE is missing"),
        ("missing_se", 2, "not scrubbed whole: SE is missing"),
        ("missing_ge", 2, "not scrubbed whole: GE is missing"),
        ("missing_iea", 2, "not scrubbed whole: IEA is missing"),
        ("remittance_in_claim_group", 2, "not scrubbed whole: the transaction set is not an 837"),
        ("binary_rubbish", 1, ""),
        ("gigantic_element", 1, ""),
        ("empty_segments", 0, ""),
        ("isa_too_long", 0, ""),
        ("isa_too_short", 0, ""),
    ],
)
def test_hostile_files(tmp_path: Path, name: str, status: int, said: str) -> None:
    path = HOSTILE / f"{name}.837"
    done = scrub(path, "--out", tmp_path)
    assert done.exit_code == status
    written = report(tmp_path / f"{name}.report.json")
    if not said:
        assert done.stderr == ""
        return
    first, *more = done.stderr.splitlines()
    assert first.startswith(f"Error: {path}: {said}")
    assert more[0].startswith("  What to do: ")
    reason = first.removeprefix(f"Error: {path}: ").removeprefix("not scrubbed whole: ")
    assert any(reason.startswith(finding["message"]) for finding in written["findings"])


def test_every_hostile_file_is_tried() -> None:
    mark = test_hostile_files.pytestmark[0]  # type: ignore[attr-defined]
    assert {name for name, _, _ in mark.args[1]} == {path.stem for path in HOSTILE.iterdir()}


def test_a_set_without_claims_is_not_passed_in_silence(tmp_path: Path) -> None:
    file = ONE_CLAIM.read_text(encoding="latin-1")
    lost = file[file.index("CLM*") : file.rindex("SE*")]
    (tmp_path / "empty.837").write_text(file.replace(lost, ""), encoding="latin-1")
    done = scrub(tmp_path / "empty.837", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "empty.837: the transaction set has no claim" in done.stderr
    assert "S215" in {one["code"] for one in report(tmp_path / "out/empty.report.json")["findings"]}
    checked = CliRunner().invoke(main, ["check", *DAY, str(tmp_path / "empty.837")])
    assert checked.exit_code == 2


def test_a_path_that_names_nothing(tmp_path: Path) -> None:
    done = scrubber("scrub", "clams.837", "--out", "out", folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "Error: clams.837: there is no such file or folder\n"
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_path_that_names_nothing_stops_no_other(tmp_path: Path, jobs: int) -> None:
    (tmp_path / "empty").mkdir()
    inputs = ("nothing-*.837", "clams.837", "empty", ONE_CLAIM)
    done = scrubber("scrub", *inputs, "--out", "out", "--jobs", jobs, *DAY, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("Error: ") == 3
    assert {path.name.partition(".")[0] for path in (tmp_path / "out").iterdir()} == {"one_claim"}


def test_a_slip_of_the_pen_costs_no_report_of_an_earlier_run(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_bytes(ONE_CLAIM.read_bytes())
    scrub(claims, "--out", tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    claims.rename(tmp_path / "archived.837")
    assert scrub(claims, "--out", tmp_path / "out").exit_code == 2
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as closed:
        closed.bind(str(tmp_path / "socket.837"))
    done = scrub(tmp_path / "socket.837", "/proc/self/mem", ONE_CLAIM, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "socket.837: a socket, not a file" in done.stderr
    assert "/proc/self/mem: the file cannot be read: Input/output error" in done.stderr
    for name, why in (("socket", "a socket, not a file"), ("mem", "the file cannot be read: ")):
        written = report(tmp_path / "out" / f"{name}.report.json")
        assert written["findings"][0]["message"].startswith(why)
    assert (tmp_path / "out" / "one_claim.accepted.837").exists()
    assert not list((tmp_path / "out").glob(".scrubber-*"))


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    done = scrub(
        HOSTILE / "empty.837", "nowhere", FIXTURES / "clean", "*.zzz", "--out", tmp_path / "out"
    )
    assert done.exit_code == 2
    clean = list((FIXTURES / "clean").glob("*.837"))
    assert done.stdout.startswith(f"{len(clean) + 3} files  ")
    assert [line.split(": ")[1] for line in done.stderr.splitlines() if "Error" in line] == [
        str(HOSTILE / "empty.837"),
        "nowhere",
        "*.zzz",
    ]
    for path in clean:
        accepted = tmp_path / "out" / f"{path.stem}.accepted.837"
        assert accepted.read_bytes() == path.read_bytes()


def test_a_fault_of_the_program_names_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(source: Path, *rest: Any) -> Any:
        if source.stem == "one_claim":
            raise ValueError("JANE DOE")
        return scrub_file(source, *rest)

    monkeypatch.setattr("scrubber.run.scrub_input.scrub_file", failing)
    other = FIXTURES / "clean" / "line_ends_lf.837"
    done = scrub(ONE_CLAIM, other, "--out", tmp_path)
    assert done.exit_code == 2
    assert (
        "an internal error in the scrubber, not a problem with the file (ValueError" in done.stderr
    )
    assert "JANE" not in done.output
    assert (tmp_path / "line_ends_lf.accepted.837").exists()


def test_a_fault_outside_a_file_is_one_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_paths: object) -> None:
        raise KeyError("JANE DOE")

    monkeypatch.setattr("scrubber.cli.scrub.find_inputs", failing)
    done = scrub(ONE_CLAIM, "--out", "out")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "(KeyError at scrubber/cli/scrub.py:" in done.stderr
    assert "JANE" not in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "{file}"], "Directory '{file}' is a file."),
        (["--out", "{file}/below"], "{file}/below: Not a directory; choose a folder you may write"),
        (["--out", "out", "--format", "pdf"], "--format pdf: choose from json, csv"),
        (["--out", "out", "--consent", "S000"], "consent S000: there is no rule S000"),
        (["--out", "out", "--documentation", "{file}"], "the header lacks claim_id, line, minutes"),
        (["--out", "out", "--profiles", "{folder}"], "has no profiles in it"),
        (["--out", "out", "--tables", "{folder}"], "no table was imported into it"),
        (["--out", "out", "--as-of", "March"], "'March': a date such as 2026-03-02 expected"),
        ([], "Missing option '--out'."),
    ],
)
def test_what_is_asked_for_wrongly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("text\n")
    folder.mkdir()
    places = {"file": file, "folder": folder}
    done = scrub(ONE_CLAIM, *(word.format(**places) for word in arguments))
    assert done.exit_code == 2
    assert not Path("out").exists()
    assert said.format(**places) in done.stderr
    assert file.read_text() == "text\n"


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    for name in ("day.837", "day.accepted.837"):
        (tmp_path / name).write_bytes(CLINIC_DAY.read_bytes())
    done = scrub(tmp_path / "day.837", tmp_path / "day.accepted.837", "--out", tmp_path)
    assert done.exit_code == 2
    assert "day.accepted.837 would be overwritten by an output; choose another" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["day.837", "day.accepted.837"]
    assert (tmp_path / "day.accepted.837").read_bytes() == CLINIC_DAY.read_bytes()


@pytest.mark.parametrize("path", [".", "*.837"])
def test_outputs_beside_the_inputs_are_not_scrubbed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("day.837").write_bytes(CLINIC_DAY.read_bytes())
    first = scrub(path, "--out", ".")
    files = {one: one.read_bytes() for one in Path().iterdir()}
    second = scrub(path, "--out", ".")
    assert second.output == first.output
    assert {one: one.read_bytes() for one in Path().iterdir()} == files


def test_inputs_of_one_name_have_outputs_of_their_own(tmp_path: Path) -> None:
    for place in ("north/day.837", "south/day.837", "south/day.txt", "only.837"):
        path = tmp_path / "in" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ONE_CLAIM.read_bytes())
    done = scrub(tmp_path / "in", "--out", tmp_path / "out", "--quiet")
    assert (done.exit_code, done.output) == (0, "")
    accepted = sorted(path.name for path in (tmp_path / "out").glob("*.accepted.837"))
    names = ("day.txt", "north-day.837", "only", "south-day.837")
    assert accepted == [f"{name}.accepted.837" for name in names]


@pytest.mark.parametrize("room", [2_000, 5_000, 12_000])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, room: int) -> None:
    """A limit on the size of files stands in for a full disk."""
    done = subprocess.run(
        [*COMMAND, "scrub", str(CLINIC_DAY), "--out", "out", *DAY],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=20,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert done.returncode == 2
    message = "its outputs cannot be written to out: File too large"
    assert done.stderr.decode().splitlines()[0] == f"Error: {CLINIC_DAY}: {message}"
    left = {path.name: path for path in (tmp_path / "out").iterdir()}
    assert left.keys() <= {"clinic_day.report.json", "clinic_day.report.csv"}
    if left:
        findings = report(left["clinic_day.report.json"])["findings"]
        assert [finding["message"] for finding in findings] == [message]


@pytest.mark.parametrize("source", ["-", "days.837"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals, status: int, source: str
) -> None:
    # More than is held before a file is made for it, and more than is scrubbed in a moment.
    (tmp_path / "days.837").write_bytes(CLINIC_DAY.read_bytes() * 2_000)
    process = started("scrub", source, "--out", "out", folder=tmp_path)
    assert process.stdin is not None
    process.stdin.write(CLINIC_DAY.read_bytes())
    process.stdin.flush()
    limit = time.monotonic() + 10
    while not list(tmp_path.glob("out/.scrubber-*")):
        assert time.monotonic() < limit
        time.sleep(0.02)
    process.send_signal(number)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == status
    assert errors.decode() in ("", "Error: interrupted; unfinished files were not written\n")
    assert list((tmp_path / "out").iterdir()) == []


def test_on_a_terminal_there_is_colour_and_a_bar(tmp_path: Path) -> None:
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    ours, theirs = pty.openpty()
    words = ["scrub", str(ONE_CLAIM), str(CLINIC_DAY), "--out", str(tmp_path / "out"), *DAY]
    done = subprocess.run(
        [*COMMAND, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, check=False
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert done.returncode == 1
    assert "Scrubbing" in shown
    assert "\x1b[1;31m  rejected  \x1b[0m" in shown


def test_a_terminal_is_no_file_of_claims(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, "scrub", "-", "--out", str(tmp_path / "out")],
        stdin=theirs,
        capture_output=True,
        check=False,
        timeout=20,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert b"the standard input is a terminal" in done.stderr


def test_the_summary_for_programs_says_what_the_one_for_people_says(tmp_path: Path) -> None:
    done = scrub(CLINIC_DAY, "--out", tmp_path / "out", "--output", "json")
    told = json.loads(done.output)
    totals = report(tmp_path / "out" / "clinic_day.report.json")["totals"]
    assert (told["schema"], told["status"], told["files"]) == ("scrubber-summary/1", 1, 1)
    for disposition in ("accepted", "corrected", "rejected"):
        assert told[disposition]["claims"] == totals[disposition]
    assert told["rejected"]["charge"] == totals["charge_rejected"]
    assert sorted(told["written"]) == sorted(map(str, (tmp_path / "out").iterdir()))
    assert {one["code"] for one in told["reasons"]} <= {
        finding["code"]
        for claim in report(tmp_path / "out" / "clinic_day.report.json")["claims"]
        for finding in claim["findings"]
    }


def test_the_summary_for_programs_is_there_for_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    done = scrub(HOSTILE / "empty.837", "--out", tmp_path / "out", "--output", "json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["status"], told["accepted"]["claims"]) == (2, 2, 0)
    assert told["clean_claim_rate"] is None


def documented(folder: Path, *rows: str) -> Path:
    path = folder / "visits.csv"
    path.write_text("".join(f"{row}\n" for row in ("claim_id,line,minutes", *rows)))
    return path


def test_rows_of_the_documentation_that_belong_to_no_claim_are_told(tmp_path: Path) -> None:
    rows = documented(tmp_path, "ONE-1,1,30", "", "ONE-01,2,15", "ONE-1,2,15", "ONE-1,3,15")
    said = "Note: 2 rows of visits.csv match no claim and line of these files: rows 4, 6"
    words = ("--documentation", rows, *DAY)
    for command in (("check",), ("diff",), ("scrub", "--out", tmp_path / "out")):
        done = scrubber(*command, ONE_CLAIM, *words)
        assert (done.returncode, done.stderr) == (0, "")
        assert [one.strip() for one in done.stdout.splitlines() if "Note" in one] == [said]
    as_json = scrubber("check", ONE_CLAIM, *words, "--output", "json")
    assert (as_json.returncode, as_json.stderr) == (0, f"{said}\n")
    as_json = scrubber("scrub", ONE_CLAIM, *words, "--out", tmp_path / "out", "--output", "json")
    told = json.loads(as_json.stdout)["unmatched_documentation"]
    assert told == {"name": "visits.csv", "rows": 4, "unmatched": 2, "first": [4, 6]}
    quiet = scrubber("scrub", ONE_CLAIM, *words, "--out", tmp_path / "out", "--quiet")
    assert quiet.stdout + quiet.stderr == ""


def test_a_row_belongs_to_any_file_of_a_run_also_where_its_claim_is_rejected(
    tmp_path: Path,
) -> None:
    rows = documented(tmp_path, "ONE-1,1,30", "MG-1010,2,15", "MG-1010,7,15")
    done = scrubber("check", CLINIC_DAY, ONE_CLAIM, "--documentation", rows, "--jobs", "2", *DAY)
    assert "Note: 1 row of visits.csv matches no claim and line of these files: row 4" in (
        done.stdout.splitlines()
    )


def test_a_documentation_of_other_claims_is_told_as_such(tmp_path: Path) -> None:
    rows = documented(tmp_path, "A-1,1,30", "A-2,1,15")
    done = scrubber("check", ONE_CLAIM, "--documentation", rows, *DAY)
    assert "Note: no row of visits.csv matches a claim and line of these files" in done.stdout
    assert "A-1" not in done.stdout
    piped = subprocess.run(
        ["bash", "-c", f"cat {ONE_CLAIM} | {' '.join(COMMAND)} check - --documentation {rows}"],
        capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert b"Note" not in piped.stdout + piped.stderr  # a pipe cannot be read twice


NAMES = [
    b"new\nline.837", b"\x1b[31mred.837", b"latin-1 \xe9\xff.837", b"-dash.837", b"a...837",
    "right\u202eleft.837".encode(), b"*.837", b"[a].837", b"sp ace.837", b"=1+1.837",
]  # fmt: skip


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_names_that_are_no_text_or_take_more_than_their_line(tmp_path: Path, jobs: str) -> None:
    """Each file is scrubbed, and its name is shown on one line whatever is in it."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    for number, name in enumerate(NAMES):
        text = ONE_CLAIM.read_text().replace("ONE-1", f"N{number}")
        (inbox / os.fsdecode(name)).write_text(text)
        (inbox / os.fsdecode(name.replace(b".837", b".txt"))).write_text("no claims")
    done = scrubber(
        "scrub", inbox, "--out", tmp_path / "out", "--format", "json,csv,html,xlsx",
        "--jobs", jobs, *DAY,
    )  # fmt: skip
    assert done.returncode == 2
    errors = done.stderr.splitlines()
    assert len(errors) == 3 * len(NAMES)
    assert all(line.startswith(("Error: ", "  What to do: ", "  Written: ")) for line in errors)
    assert f"{len(NAMES)} claims" in done.stdout
    outputs = [one.name for one in (tmp_path / "out").iterdir()]
    assert all(name.isprintable() for name in outputs)
    assert sum(name.endswith(".accepted.837") for name in outputs) == len(NAMES)
    for one in (tmp_path / "out").glob("*.report.json"):
        assert report(one)["input"]["name"].isprintable()


@pytest.mark.parametrize("command", ["scrub", "watch"])
def test_a_workbook_that_cannot_be_made_is_refused_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("scrubber.cli.output_options.find_spec", lambda _name: None)
    own = {"scrub": (CLINIC_DAY, "--out", tmp_path / "out"), "watch": (tmp_path / "drop", "--once")}
    words = [command, "--format", "csv,xlsx", *map(str, own[command])]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--format xlsx needs XlsxWriter: pip install XlsxWriter" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "diff"])
def test_looking_at_files_with_such_names(tmp_path: Path, command: str) -> None:
    for name in NAMES:
        (tmp_path / os.fsdecode(name)).write_text(ONE_CLAIM.read_text().replace("*172.00*", "*1*"))
        (tmp_path / os.fsdecode(name.replace(b".837", b".txt"))).write_text("")
    done = scrubber(command, tmp_path, *DAY)
    assert done.returncode == 2, done.stderr
    assert all(line.isprintable() for line in done.stdout.splitlines())


def test_what_is_no_file_is_named_and_not_waited_for(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    os.mkfifo(inbox / "pipe.837")
    (inbox / "one.837").write_bytes(ONE_CLAIM.read_bytes())
    done = scrub(inbox, "/dev/zero", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "pipe.837: a named pipe, which may never end, not a file\n" in done.stderr
    assert "/dev/zero: a device, not a file\n" in done.stderr
    assert (tmp_path / "out" / "one.accepted.837").exists()


ACKNOWLEDGED = ("999", "ta1", "277ca")


def test_answers_among_claims_are_passed_by(tmp_path: Path) -> None:
    inbox, out = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    scrub(ONE_CLAIM, "--out", tmp_path, "--format", ",".join(ACKNOWLEDGED))
    for kind in ACKNOWLEDGED:
        (tmp_path / f"one_claim.{kind}").rename(inbox / f"{kind}.txt")
    alone = scrub(inbox, "--out", out)
    assert (alone.exit_code, alone.stdout) == (2, "")
    (inbox / "claims.837").write_bytes(ONE_CLAIM.read_bytes())
    for more in ((), ("--jobs", "2")):
        done = scrub(inbox, "--out", out, *more)
        assert done.exit_code == 0
        notes = done.stderr.splitlines()
        assert [note.partition(": the ")[0] for note in notes] == [
            f"Note: {inbox / name}.txt" for name in ("277ca", "999", "ta1")
        ]
    assert scrub(inbox, "--out", out, "--quiet").output == ""
    names = {path.name for path in out.iterdir()}
    assert {name for name in names if name.endswith(".837")} == {"claims.accepted.837"}
    (told,) = report(out / "999.report.json")["findings"]
    assert (told["code"], told["severity"], told["path"]) == ("S137", "info", "GS")


@pytest.mark.parametrize("command", ["check", "diff"])
def test_answers_alone_are_nothing_to_check(tmp_path: Path, command: str) -> None:
    scrub(ONE_CLAIM, "--out", tmp_path, "--format", "999")
    for more in ((), ("--output", "json")):
        alone = scrubber(command, tmp_path / "one_claim.999", *more, *DAY)
        assert alone.returncode == 2
        assert "Error: no claims in the files named" in alone.stderr
        beside = scrubber(command, tmp_path / "one_claim.999", ONE_CLAIM, *more, *DAY)
        assert (beside.returncode, "Error" in beside.stderr) == (0, False)


def test_answers_in_a_file_with_claims_do_not_change_its_status(tmp_path: Path) -> None:
    scrub(ONE_CLAIM, "--out", tmp_path, "--format", "999")
    both = tmp_path / "both.837"
    both.write_bytes(ONE_CLAIM.read_bytes() + (tmp_path / "one_claim.999").read_bytes())
    done = scrub(both, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stderr.startswith(f"Note: {both}: the group holds acknowledgments")
    assert (tmp_path / "out" / "both.accepted.837").read_bytes() == ONE_CLAIM.read_bytes()


@pytest.mark.parametrize("command", ["scrub", "check", "diff", "regress"])
def test_a_named_pipe_and_a_socket_are_not_waited_for(tmp_path: Path, command: str) -> None:
    pipe, talk = tmp_path / "pipe.837", tmp_path / "talk.837"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(talk))
        more = ["--baseline", tmp_path / "b"] if command == "regress" else []
        out = ["--out", tmp_path / "out"] if command == "scrub" else []
        done = scrubber(command, pipe, talk, *more, *out, *DAY)
    assert done.returncode == 2
    told = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert f"Error: {pipe}: a named pipe, which may never end, not a file" in told
    assert f"Error: {talk}: a socket, not a file" in told
    documented = scrubber("check", ONE_CLAIM, "--documentation", pipe, *DAY)
    assert documented.returncode == 2
    assert "'--documentation': " in documented.stderr
    assert documented.stderr.endswith("a named pipe, which may never end, not a file\n")


def test_the_pipe_of_a_shell_is_read(tmp_path: Path) -> None:
    words = " ".join(shlex.quote(str(word)) for word in (*COMMAND, "check", *DAY))
    line = f"{words} <(cat {shlex.quote(str(ONE_CLAIM))})"
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 0
    assert done.stdout.endswith(b"\nNo findings in 1 claim.\n")


def test_a_file_under_two_names_goes_out_once(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "one.837").write_bytes(ONE_CLAIM.read_bytes())
    (inbox / "again.837").symlink_to("one.837")
    scrub(inbox, inbox / ".." / "in" / "one.837", "--out", tmp_path / "out")
    assert [one.name for one in (tmp_path / "out").glob("*.accepted.837")] == ["again.accepted.837"]


def test_no_report_can_be_made_of_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("WAYNE")

    monkeypatch.setattr("scrubber.run.unread_file.report_unread", fail)
    (tmp_path / "a.837").write_text("")
    monkeypatch.setattr("scrubber.run.scrub_input.scrub_file", fail)
    (tmp_path / "b.837").write_bytes(ONE_CLAIM.read_bytes())
    done = scrub(tmp_path, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert done.stderr.count("Error: ") == 2
    assert "WAYNE" not in done.output


def test_a_drop_that_was_not_there_is_said_to_be_made(tmp_path: Path) -> None:
    first = scrubber("watch", tmp_path / "drop", "--once")
    assert first.returncode == 0
    said = f"Note: {tmp_path / 'drop'} did not exist and was created; put files into"
    assert first.stderr.startswith(said)
    assert scrubber("watch", tmp_path / "drop", "--once").stderr == ""


def test_rejected_claims_that_were_put_right_are_scrubbed_again(tmp_path: Path) -> None:
    """In a folder of their own; beside what else was written of the file they are outputs."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("day.rejected.837", "both.accepted.2.837", "kept.rejected.837", "kept.txt"):
        (inbox / name).write_bytes(ONE_CLAIM.read_bytes())
    for pattern in (inbox, f"{inbox}/*837"):
        out = tmp_path / f"out{len(str(pattern))}"
        scrub(pattern, "--out", out)
        names = {one.name.removesuffix(".report.json") for one in out.glob("*.report.json")}
        assert names - {"kept"} == {"day.rejected", "both.accepted.2"}
    out = tmp_path / "again"
    scrub(inbox / "kept.txt", "--out", out, "--format", "999")
    scrub(out, "--out", tmp_path / "nothing")
    assert not list((tmp_path / "nothing").glob("*.837"))
