"""The audit log: what it tells, what it does not tell, and that it cannot be changed unseen."""

import errno
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from scrubber.cli import main
from scrubber.ledger.audit_log import AuditLog, verify

FIXTURES = Path(__file__).parent.parent / "fixtures"


def written(folder: Path, count: int = 5) -> Path:
    file = folder / "audit.jsonl"
    log = AuditLog(file)
    for number in range(count):
        log.append([{"event": "test", "number": number}])
    return file


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def test_a_log_is_sound_however_its_entries_were_grouped(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.append({"number": number} for number in range(3))
    log.append([])
    log.append([{"number": 3}])
    verdict = verify(lines_of(tmp_path / "audit.jsonl"))
    assert (verdict.entries, verdict.problem) == (4, "")
    assert [one["number"] for one in log.entries()] == [0, 1, 2, 3]
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("change", "entry", "problem"),
    [
        (lambda lines: [lines[0], lines[1].replace(b'"number":1', b'"number":7'), *lines[2:]],
         2, "changed after it was written"),
        (lambda lines: lines[:2] + lines[3:], 3, "entry 4 stands where entry 3 belongs"),
        (lambda lines: lines[1:], 1, "entry 2 stands where entry 1 belongs"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2, "entry 3 stands where"),
        (lambda lines: [*lines, b"{}\n"], 6, "no entry of an audit log"),
        (lambda lines: [*lines, b"[]\n"], 6, "no entry of an audit log"),
        (lambda lines: [*lines[:-1], lines[-1][:-9]], 5, "not whole"),
    ],
    ids=["changed", "left out", "beginning cut off", "swapped", "added", "no record", "torn"],
)  # fmt: skip
def test_what_was_done_to_a_log_shows(
    tmp_path: Path, change: object, entry: int, problem: str
) -> None:
    file = written(tmp_path)
    assert callable(change)
    file.write_bytes(b"".join(change(lines_of(file))))
    told = CliRunner().invoke(main, ["audit", "verify", str(file)])
    assert told.exit_code == 1
    assert told.output.startswith(f"entry {entry}: ")
    assert problem in told.output


def test_a_cut_off_end_shows_to_who_kept_the_last_hash(tmp_path: Path) -> None:
    file = written(tmp_path)
    told = CliRunner().invoke(main, ["audit", "verify", str(file)])
    assert told.exit_code == 0
    last = told.output.split()[-1]
    assert CliRunner().invoke(main, ["audit", "verify", str(file), "--last", last]).exit_code == 0
    file.write_bytes(b"".join(lines_of(file)[:-1]))
    told = CliRunner().invoke(main, ["audit", "verify", str(file), "--last", last])
    assert told.exit_code == 1
    assert "cut off" in told.output


@given(st.data())
def test_no_byte_can_be_changed_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = written(tmp_path_factory.mktemp("log"), 3)
    whole = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    whole[at] = new
    verdict = verify(bytes(whole).splitlines(keepends=True))
    assert verdict.problem or verdict.entries != 3


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_after_a_crash_in_the_middle_of_an_entry_the_log_goes_on(tmp_path: Path, cut: int) -> None:
    file = written(tmp_path)
    file.write_bytes(file.read_bytes()[:-cut])
    AuditLog(file).append([{"event": "test", "number": 9}])
    verdict = verify(lines_of(file))
    assert (verdict.entries, verdict.problem) == (5, "")


def test_a_long_entry_is_followed_by_the_right_number(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.append([{"text": "x" * 200_000}])
    log.append([{"text": "y"}])
    assert verify(lines_of(tmp_path / "audit.jsonl")).problem == ""


def test_a_drop_tells_what_it_did_and_of_nobody(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "fixtures" / "clinic_day.837").read_text("latin-1")
    drop = tmp_path / "drop"
    (drop / "inbound").mkdir(parents=True)
    drop.chmod(0o700)
    (drop / "inbound" / "DOE.837").write_text(text, "latin-1")
    arguments = ["watch", str(drop), "--once", "--settle", "0", "--as-of", "2026-03-02"]
    assert CliRunner().invoke(main, arguments).exit_code == 1
    file = drop / "state" / "audit.jsonl"
    assert verify(lines_of(file)).problem == ""
    *claims, whole = [json.loads(line) for line in lines_of(file)]
    assert sum(one["disposition"] == "rejected" for one in claims) == 5
    assert all(one["rejected_by"] for one in claims if one["disposition"] == "rejected")
    corrected = [one for one in claims if one["disposition"] == "corrected"]
    assert [sorted(one["corrections"][0]) for one in corrected] == [
        ["after", "before", "line", "path", "rule"]
    ]
    assert whole["claims"] == {"accepted": 8, "corrected": 1, "rejected": 5}
    assert set(whole["out"]) >= {".accepted.837", ".rejected.837", ".report.json"}
    held = file.read_text()
    assert "DOE" not in held
    for found in re.findall(r"NM1\*(?:IL|QC)\*1\*([^~]*)~", text):
        for value in found.split("*"):
            assert len(value) < 4 or value not in held
    for claim_id in re.findall(r"CLM\*([^*]+)", text):
        assert claim_id not in held


def scrubbed_with_audit(folder: Path, *files: Path | str) -> Path:
    log = folder / "audit.jsonl"
    options = ("--out", folder / "out", "--as-of", "2026-03-02", "--audit", log, "--quiet")
    CliRunner().invoke(main, ["scrub", *map(str, (*files, *options))])
    return log


def test_a_run_without_a_drop_may_keep_a_log_too(tmp_path: Path) -> None:
    file = scrubbed_with_audit(tmp_path, FIXTURES / "clinic_day.837", FIXTURES / "hostile")
    assert verify(lines_of(file)).problem == ""
    entries = [json.loads(line) for line in lines_of(file)]
    whole = [one for one in entries if one["event"] == "file"]
    assert len(whole) == 1 + len(list((FIXTURES / "hostile").glob("*")))
    assert whole[0]["claims"] == {"accepted": 8, "corrected": 1, "rejected": 5}
    received = (FIXTURES / "clinic_day.837").read_bytes()
    assert whole[0]["in"] == hashlib.sha256(received).hexdigest()
    for ending in ("accepted.837", "rejected.837", "report.json", "report.csv"):
        placed = tmp_path / "out" / f"clinic_day.{ending}"
        assert whole[0]["out"][ending] == hashlib.sha256(placed.read_bytes()).hexdigest()
    assert {one["end"] for one in whole} == {"scrubbed", "error"}
    claims = [one for one in entries if one["run"] == whole[0]["run"] and one["event"] == "claim"]
    assert [one["disposition"] for one in claims].count("rejected") == 5
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "audit.jsonl.key").stat().st_mode & 0o777 == 0o600


def test_logs_of_several_runs_are_one_chain(tmp_path: Path) -> None:
    for _ in range(3):
        file = scrubbed_with_audit(tmp_path, FIXTURES / "clean" / "one_claim.837")
    verdict = verify(lines_of(file))
    assert (verdict.entries, verdict.problem) == (3, "")


def test_a_log_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").symlink_to(tmp_path / "elsewhere")
    file = str(FIXTURES / "clean" / "one_claim.837")
    options = ["--out", str(tmp_path / "out"), "--audit", str(tmp_path / "audit.jsonl")]
    told = CliRunner().invoke(main, ["scrub", file, *options])
    assert told.exit_code == 2
    assert "the audit log cannot be written" in told.output
    assert not (tmp_path / "elsewhere").exists()


def test_what_the_log_could_not_take_is_not_taken_for_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a ledger the next run would leave the file alone, and nobody would ever be told."""
    file, ledger = FIXTURES / "clinic_day.837", str(tmp_path / "ledger.sqlite3")

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(AuditLog, "append", full)
        scrubbed_with_audit(tmp_path, file, "--ledger", ledger)
    assert not (tmp_path / "audit.jsonl").exists()
    for times in (1, 2):
        lines = lines_of(scrubbed_with_audit(tmp_path, file, "--ledger", ledger))
        entries = [json.loads(line) for line in lines]
        assert sum(one["event"] == "claim" for one in entries) == 6
        ends = [one["end"] for one in entries if one["event"] == "file"]
        assert ends == ["scrubbed", "duplicate"][:times]


def test_of_entries_that_do_not_fit_none_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are told again once there is room: half of them would then stand there twice."""
    file = written(tmp_path, 3)
    before = file.read_bytes()
    write = os.write

    def full(handle: int, text: bytes) -> int:
        written = write(handle, text[:200])
        monkeypatch.setattr(os, "write", fail)
        return written

    def fail(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        AuditLog(file).append({"event": "x", "number": number} for number in range(9))
    monkeypatch.undo()
    assert file.read_bytes() == before


def test_processes_that_write_at_once_keep_the_chain(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    code = (
        "import sys\nfrom pathlib import Path\nfrom scrubber.ledger.audit_log import AuditLog\n"
        "for number in range(40):\n"
        "    AuditLog(Path(sys.argv[1])).append([{'number': number, 'text': 'x' * 5000}])\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(file)]) for _ in range(3)]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    verdict = verify(lines_of(file))
    assert (verdict.entries, verdict.problem) == (120, "")
