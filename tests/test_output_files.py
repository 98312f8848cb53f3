"""Files that appear whole or not at all, however the process ends."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli_process import DAY, FIXTURES, scrubber

from scrubber.reports.output_files import AppendedFile, OutputFile, remove_left_behind

BEGUN = "import os, sys, signal; from pathlib import Path; folder = Path(sys.argv[1]); "
BEGUN += "from scrubber.reports.output_files import AppendedFile, OutputFile; "


def begun(folder: Path, program: str) -> int:
    """Run a program that begins files in a folder; how it ended."""
    words = [sys.executable, "-c", BEGUN + program, str(folder)]
    return subprocess.run(words, check=False, timeout=60).returncode


def test_a_process_that_ends_before_its_with_leaves_no_file(tmp_path: Path) -> None:
    ended = begun(tmp_path, "kept = OutputFile(folder); sys.exit(int(not kept.path.exists()))")
    assert ended == 0
    assert list(tmp_path.iterdir()) == []


def killed(folder: Path) -> list[Path]:
    """What a process that was killed left in a folder."""
    program = "kept = OutputFile(folder), AppendedFile(folder); os.kill(os.getpid(), 9)"
    assert begun(folder, program) == -9
    left = list(folder.iterdir())
    assert len(left) == 2
    return left


def test_what_a_killed_process_left_is_taken_away(tmp_path: Path) -> None:
    killed(tmp_path)
    (tmp_path / ".scrubber-x.tmp").touch()
    (tmp_path / "a.report.json").touch()
    with OutputFile(tmp_path) as one, AppendedFile(tmp_path) as other:
        remove_left_behind(tmp_path)
        kept = {one.path.name, other.path.name, ".scrubber-x.tmp", "a.report.json"}
        assert {path.name for path in tmp_path.iterdir()} == kept


def test_nothing_is_taken_from_a_process_that_may_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of this machine, told by its number, or of another, told by a lock."""
    left = killed(tmp_path)
    monkeypatch.setattr("scrubber.reports.output_files.os.kill", lambda *_: None)
    remove_left_behind(tmp_path)
    assert all(path.exists() for path in left)
    monkeypatch.undo()
    waits = "kept = OutputFile(folder), AppendedFile(folder); print(flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", BEGUN + waits, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    other.stdout.readline()

    def gone(number: int, _signal: int) -> None:
        raise ProcessLookupError(number)

    monkeypatch.setattr("scrubber.reports.output_files.os.kill", gone)
    remove_left_behind(tmp_path)
    names = [path.name for path in tmp_path.iterdir()]
    assert len(names) == 2
    assert all(name.startswith(f".scrubber-{other.pid}-") for name in names)
    other.communicate(b"\n")


def test_the_next_run_takes_away_what_a_killed_one_left(tmp_path: Path) -> None:
    killed(tmp_path)
    done = scrubber("scrub", FIXTURES / "clinic_day.837", "--out", tmp_path, "--quiet", *DAY)
    assert done.returncode == 1
    assert not list(tmp_path.glob(".*"))
