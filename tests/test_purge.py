"""What is old and ours goes, named and audited; everything else stays."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_watch_folder_folder import CLEAN, MIXED, put, run_once

from scrubber.cli import main
from scrubber.history.audit_log import AuditLog, verify
from scrubber.history.keys import read_keys
from scrubber.watch_folder.retention import old_files

RECEIVED = date(2026, 3, 2)
TOMORROW = date.today() + timedelta(days=1)
LATER = date.today() + timedelta(days=500)
RUN = "817f33a5ebe698de-1"


def purge(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["purge", str(folder), *options])


def files_of(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def kept(folder: Path, before: date) -> list[str]:
    return [str(one.path.relative_to(folder)) for one in old_files(folder, before)]


@pytest.fixture
def used(drop: Path) -> Path:
    """A drop with one file that was scrubbed and one that was not."""
    put(drop, "DOE.837", MIXED)
    put(drop, "empty", b"", seconds_ago=9999)
    run_once(drop, "--format", "json,csv,html,999,ta1,277ca", "--claims-per-set", "2")
    return drop


def test_everything_of_a_run_grows_old(used: Path) -> None:
    ours = {one for one in files_of(used) if not one.startswith("state/")}
    assert set(kept(used, TOMORROW)) == ours
    assert {one.split("/")[0] for one in ours} == {"archive", "error", "outbound"}
    assert {one.split("/")[0] for one in kept(used, date.today())} == {"archive"}
    assert kept(used, RECEIVED) == []


def test_what_is_not_ours_stays(used: Path) -> None:
    ours = set(kept(used, LATER))
    elsewhere = used.parent / f"elsewhere.{RUN}.837"
    elsewhere.write_text("ours by name only")
    old = used / "archive" / "2019" / "01" / "02"
    old.mkdir(parents=True)
    folders = [used, used / "outbound", used / "error", used / "outbound" / "acks", old]
    for folder in folders:
        for name in ("notes.txt", f".{RUN}.999", "payer.999", f"a.{RUN[:-3]}.837", "b.837"):
            (folder / name).write_text("not ours")
        (folder / f"link.{RUN}.999").symlink_to(elsewhere)
        (folder / f"folder.{RUN}.999").mkdir()
    before = files_of(used)
    assert set(kept(used, LATER)) == ours
    for one in old_files(used, LATER):
        one.path.unlink()
    assert files_of(used) == before - ours
    assert elsewhere.exists()


def aged(drop: Path, day: str) -> Path:
    """The archived file of a drop, as if it had come in on a day."""
    [file] = drop.glob("archive/*/*/*/*.837")
    there = drop / "archive" / day
    there.mkdir(parents=True)
    return file.rename(there / file.name)


def test_the_archive_goes_by_its_days_and_nothing_without_yes(drop: Path) -> None:
    put(drop, "DOE.837", CLEAN)
    run_once(drop)
    old = aged(drop, "2020/01/31")
    looked = purge(drop, "--older-than", "400")
    assert (looked.exit_code, old.exists()) == (0, True)
    assert looked.stdout == (
        f"{old}\n1 file, {len(CLEAN):,} bytes to remove; nothing was removed; use --yes to remove\n"
    )
    done = purge(drop, "--older-than", "400", "--yes")
    assert done.exit_code == 0
    assert done.stdout == f"{old}\n1 file, {len(CLEAN):,} bytes removed\n"
    assert not (drop / "archive" / "2020").exists()
    assert (drop / "archive").exists() and kept(drop, TOMORROW)
    assert purge(drop, "--older-than", "400", "--yes").stdout == "0 files, 0 bytes removed\n"


def test_the_audit_log_names_what_was_removed_and_no_supplier(drop: Path) -> None:
    put(drop, "DOE.837", CLEAN)
    run_once(drop)
    old = aged(drop, "2020/01/31")
    purge(drop, "--older-than", "400", "--yes")
    path = drop / "state" / "audit.jsonl"
    keys = read_keys(drop / "state" / "audit.jsonl.key")
    *_, last = AuditLog(path, keys).entries()
    run = old.name.split(".")[1]
    assert (last["event"], last["run"], last["older_than"]) == ("purged", run, 400)
    assert last["out"] == [f".{run}.837"]
    assert "DOE" not in path.read_text()
    with path.open("rb") as lines:
        assert verify(lines, keys).problem == ""


def test_the_same_content_is_a_duplicate_still(drop: Path) -> None:
    put(drop, "a.837", CLEAN)
    run_once(drop)
    aged(drop, "2020/01/31")
    purge(drop, "--older-than", "400", "--yes")
    put(drop, "a.837", CLEAN)
    assert "event=duplicate" in run_once(drop).output


def scrubbed(folder: Path, *files: str) -> Path:
    out = folder / "out"
    for name in files:
        (folder / name).write_bytes(MIXED)
        CliRunner().invoke(main, ["scrub", str(folder / name), "--out", str(out)])
    return out


def test_the_outputs_of_a_run_go_together(tmp_path: Path) -> None:
    out = scrubbed(tmp_path, "a.837", "b.837")
    for name in ("a.837", "notes.txt", "payer.999", "c.accepted.837", "c.report.csv"):
        (out / name).write_text("not ours, or not known to be")
    (out / "d.report.json").write_text('{"schema": "another/1",\n "findings": [')
    (out / "d.rejected.837").write_text("not ours")
    found = kept(out, TOMORROW)
    assert found and {one[:2] for one in found} == {"a.", "b."} and "a.837" not in found
    assert "a.report.json" in found and "a.accepted.837" in found
    assert kept(out, date.today()) == []
    os.utime(out / "a.rejected.837", (4_000_000_000, 4_000_000_000))
    assert {one[:2] for one in kept(out, LATER)} == {"b."}


def test_a_folder_that_is_no_drop_and_has_no_outputs_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / f"a.{RUN}.837").write_text("not ours: no drop")
    assert old_files(tmp_path, LATER) == []
    assert purge(tmp_path, "--older-than", "0").exit_code == 2
    assert purge(tmp_path).exit_code == 2
