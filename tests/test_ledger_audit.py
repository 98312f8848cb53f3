"""The audit log: what it tells, what it does not tell, and that it cannot be changed unseen."""

import errno
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from scrubber.cli import main
from scrubber.history.audit_log import AuditLog, Verdict, verify
from scrubber.history.keys import read_keys

FIXTURES = Path(__file__).parent.parent / "fixtures"


def written(folder: Path, count: int = 5) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "audit.jsonl"
    log = log_of(file)
    for number in range(count):
        log.append([{"event": "test", "number": number}])
    return file


def key_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.key")


def log_of(file: Path) -> AuditLog:
    return AuditLog(file, read_keys(key_of(file)))


def verdict_on(file: Path) -> Verdict:
    return verify(lines_of(file), read_keys(key_of(file)))


def verified(file: Path, *options: str | Path) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", str(file), *map(str, options)])


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def test_a_log_is_sound_however_its_entries_were_grouped(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    log = log_of(file)
    log.append({"number": number} for number in range(3))
    log.append([])
    log.append([{"number": 3}])
    verdict = verdict_on(file)
    assert (verdict.entries, verdict.problem) == (4, "")
    assert [one["number"] for one in log.entries()] == [0, 1, 2, 3]
    assert file.stat().st_mode & 0o777 == 0o600


def resealed_without_the_key(lines: list[bytes]) -> list[bytes]:
    """The log as whoever knows the program, but not the key, would write it anew."""
    previous, told = json.loads(lines[0])["previous"], []
    for line in lines:
        entry = {**json.loads(line), "previous": previous, "number": 7}
        del entry["hash"]
        text = json.dumps(entry, separators=(",", ":"))
        previous = hashlib.sha256(text.encode()).hexdigest()
        told.append(f'{text[:-1]},"hash":"{previous}"}}\n'.encode())
    return told


def changed(old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    """The second entry with other bytes in it."""

    def change(lines: list[bytes]) -> list[bytes]:
        assert old in lines[1]
        return [lines[0], lines[1].replace(old, new, 1), *lines[2:]]

    return change


@pytest.mark.parametrize(
    ("change", "entry", "problem"),
    [
        (changed(b'"number":1', b'"number":7'), 2, "changed after it was written"),
        (changed(b'"number":1', b'"number":1,"number":1'), 2, "changed after it was written"),
        (changed(b'"number":1', b'"number":7,"number":1'), 2, "changed after it was written"),
        (changed(b'"hash":', b'"hash":"0","hash":'), 2, "changed after it was written"),
        (changed(b'"number":1', b'"number": 1'), 2, "changed after it was written"),
        (changed(b"{", b" {"), 2, "changed after it was written"),
        (changed(b"}", b"}\r"), 2, "changed after it was written"),
        (changed(b'"test"', b'"\\u0074est"'), 2, "changed after it was written"),
        (changed(b'"number":1', b'"number":1.0'), 2, "changed after it was written"),
        (changed(b'"event":"test","number":1', b'"number":1,"event":"test"'), 2,
         "changed after it was written"),
        (changed(b'"sequence":2', b'"sequence":true'), 2, "not an entry of an audit log"),
        (lambda lines: lines[:2] + lines[3:], 3, "entry 4 is where entry 3 should be"),
        (lambda lines: lines[1:], 1, "entry 2 is where entry 1 should be"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2, "entry 3 is where"),
        (lambda lines: [*lines, lines[-1]], 6, "entry 5 is where entry 6 should be"),
        (lambda lines: [*lines, b"{}\n"], 6, "not an entry of an audit log"),
        (lambda lines: [*lines, b"[]\n"], 6, "not an entry of an audit log"),
        (lambda lines: [*lines, b"[" * 100_000 + b"\n"], 6, "not an entry of an audit log"),
        (lambda lines: [*lines, b"\0" * 90 + b"\n"], 6, "not an entry of an audit log"),
        (lambda lines: [*lines[:-1], lines[-1][:-9]], 5, "incomplete"),
        (resealed_without_the_key, 1, "changed after it was written"),
    ],
    ids=[
        "changed", "named twice", "named twice, changed", "hash twice", "blank", "blank before",
        "line end", "escape", "other number", "order of fields", "truth for number",
        "left out", "beginning cut off", "swapped", "again", "added", "no record", "nested",
        "zeros", "torn", "sealed without the key",
    ],
)  # fmt: skip
def test_what_was_done_to_a_log_shows(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], entry: int, problem: str
) -> None:
    file = written(tmp_path)
    file.write_bytes(b"".join(change(lines_of(file))))
    told = verified(file)
    assert told.exit_code == 1
    assert told.output.startswith(f"entry {entry}: ")
    assert problem in told.output


def last_hash(file: Path) -> str:
    found = re.search("last hash ([0-9a-f]{64})\n", verified(file).output)
    assert found is not None
    return found[1]


def test_a_cut_off_end_shows_to_who_kept_the_last_hash(tmp_path: Path) -> None:
    file = written(tmp_path)
    last = last_hash(file)
    assert "not proven" not in verified(file, "--last", last).output
    file.write_bytes(b"".join(lines_of(file)[:-1]))
    told = verified(file)
    assert told.exit_code == 0
    assert "not proven: that none were cut off the end" in told.output
    told = verified(file, "--last", last)
    assert told.exit_code == 1
    assert "cut off" in told.output


def test_what_came_after_the_hash_that_was_kept_is_not_proven(tmp_path: Path) -> None:
    file = written(tmp_path)
    last = last_hash(file)
    log_of(file).append([{"event": "test"}])
    told = verified(file, "--last", last)
    assert told.exit_code == 0
    assert "not proven: that none were cut off after entry 5" in told.output


@pytest.mark.parametrize("kept", ["", "0", "9" * 63, "9" * 64 + '"'])
def test_only_a_whole_hash_is_looked_for(tmp_path: Path, kept: str) -> None:
    told = verified(written(tmp_path), "--last", kept)
    assert told.exit_code == 2
    assert "64 hexadecimal digits" in told.output


def test_a_hash_that_stands_in_another_field_is_not_the_one_that_was_kept(tmp_path: Path) -> None:
    file, gone = tmp_path / "audit.jsonl", "5" * 64
    log_of(file).append([{"note": gone, "text": f'"hash":"{gone}"', "of": {"hash": gone}}])
    assert verified(file, "--last", gone).exit_code == 1


def test_a_log_of_another_key_is_not_taken_for_ours(tmp_path: Path) -> None:
    """Nor is it written to: its entries would be taken for damage, or ours for another's."""
    file, other = written(tmp_path / "one"), key_of(written(tmp_path / "two"))
    told = verified(file, "--audit-key", other)
    assert told.exit_code == 1
    assert told.output == "entry 1: the log was started with a different key, or without one\n"
    before = file.read_bytes()
    with pytest.raises(OSError, match="started with a different key"):
        AuditLog(file, read_keys(other)).append([{"event": "test"}])
    assert file.read_bytes() == before


def test_the_key_may_come_from_a_file_elsewhere_or_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, elsewhere = written(tmp_path), tmp_path / "elsewhere"
    key_of(file).rename(elsewhere)
    told = verified(file)
    assert (told.exit_code, elsewhere.exists()) == (2, True)
    assert "the key is missing" in told.output
    assert not key_of(file).exists()
    assert verified(file, "--audit-key", elsewhere).exit_code == 0
    monkeypatch.setenv("SCRUBBER_AUDIT_SECRET", elsewhere.read_text())
    assert verified(file).exit_code == 0
    monkeypatch.setenv("SCRUBBER_AUDIT_SECRET", "secret")
    told = verified(file)
    assert told.exit_code == 2
    assert "SCRUBBER_AUDIT_SECRET: this is not a key" in told.output
    elsewhere.chmod(0o644)
    assert "others can read the key" in verified(file, "--audit-key", elsewhere).output


@given(st.data())
def test_no_byte_can_be_changed_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = written(tmp_path_factory.mktemp("log"), 3)
    whole = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    whole[at] = new
    file.write_bytes(whole)
    verdict = verdict_on(file)
    assert verdict.problem or verdict.entries != 3


@pytest.mark.parametrize(
    ("whole", "damage"),
    [
        (4, 1), (4, 20), (4, 150), (0, 40), (5, b"\0" * 4096), (5, b"garbage\n"), (5, b"[]\n"),
        (5, b"\xff\xfe\n{}\n{"), (5, b'{"sequence":6}\n'), (5, b"[" * 70_000 + b"\n"),
    ],
    ids=repr,
)  # fmt: skip
def test_after_a_crash_in_the_middle_of_an_entry_the_log_goes_on(
    tmp_path: Path, whole: int, damage: int | bytes
) -> None:
    """A line that is torn after so many bytes, or what a disk leaves there; it is kept aside and
    recorded."""
    file = written(tmp_path)
    lines = lines_of(file)
    damage = lines[whole][:-damage] if isinstance(damage, int) else damage
    file.write_bytes(b"".join(lines[:whole]) + damage)
    log_of(file).append([{"event": "test", "number": 9}])
    verdict = verdict_on(file)
    assert (verdict.entries, verdict.problem) == (whole + 2, "")
    assert verdict.repaired == (whole + 1,)
    aside = file.with_name("audit.jsonl.damaged")
    assert aside.read_bytes() == damage
    assert aside.stat().st_mode & 0o777 == 0o600
    entries = list(log_of(file).entries())
    assert [one.get("number") for one in entries] == [*range(whole), None, 9]
    assert entries[-2]["sha256"] == hashlib.sha256(damage).hexdigest()
    assert f"entry {whole + 1} records a damaged end" in verified(file).output


def test_a_damaged_entry_in_the_middle_keeps_nobody_from_going_on(tmp_path: Path) -> None:
    file = written(tmp_path)
    file.write_bytes(file.read_bytes().replace(b'"sequence":2,', b'"sequence":2.', 1))
    log_of(file).append([{"event": "test", "number": 9}])
    assert [one["number"] for one in log_of(file).entries()] == [0, 2, 3, 4, 9]
    assert verdict_on(file).problem == "this is not an entry of an audit log"


def test_a_long_entry_is_followed_by_the_right_number(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    log = log_of(file)
    log.append([{"text": "x" * 200_000}])
    log.append([{"text": "y"}])
    assert verdict_on(file).problem == ""


def test_a_drop_tells_what_it_did_and_of_nobody(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "fixtures" / "clinic_day.837").read_text("latin-1")
    drop = tmp_path / "drop"
    (drop / "inbound").mkdir(parents=True)
    drop.chmod(0o700)
    (drop / "inbound" / "DOE.837").write_text(text, "latin-1")
    arguments = ["watch", str(drop), "--once", "--settle", "0", "--as-of", "2026-03-02"]
    assert CliRunner().invoke(main, arguments).exit_code == 1
    file = drop / "state" / "audit.jsonl"
    assert verdict_on(file).problem == ""
    *claims, whole = [json.loads(line) for line in lines_of(file)]
    assert sum(one["disposition"] == "rejected" for one in claims) == 5
    assert all(one["rejected_by"] for one in claims if one["disposition"] == "rejected")
    corrected = [one for one in claims if one["disposition"] == "corrected"]
    assert [sorted(one["corrections"][0]) for one in corrected] == [
        ["after", "before", "consent", "line", "path", "rule"]
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
    assert verdict_on(file).problem == ""
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
    verdict = verdict_on(file)
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
        log_of(file).append({"event": "x", "number": number} for number in range(9))
    monkeypatch.undo()
    assert file.read_bytes() == before


def test_processes_that_write_at_once_keep_the_chain(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    code = (
        "import sys\nfrom pathlib import Path\nfrom scrubber.history.audit_log import AuditLog\n"
        "from scrubber.history.keys import read_keys\n"
        "for number in range(40):\n"
        "    log = AuditLog(Path(sys.argv[1]), read_keys(Path(sys.argv[1] + '.key')))\n"
        "    log.append([{'number': number, 'text': 'x' * 5000}])\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(file)]) for _ in range(3)]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    verdict = verdict_on(file)
    assert (verdict.entries, verdict.problem) == (120, "")
