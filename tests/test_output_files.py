"""Files that appear whole or not at all, however the process ends."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli_process import DAY, FIXTURES, scrubber
from hypothesis import given
from hypothesis import strategies as st

from scrubber.outputs.output_files import HELD, AppendedFile, OutputFile, remove_left_behind

BEGUN = "import os, sys, signal; from pathlib import Path; folder = Path(sys.argv[1]); "
BEGUN += "from scrubber.outputs.output_files import AppendedFile, OutputFile; "


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
    program = "kept = OutputFile(folder), AppendedFile(folder); kept[0].settle(); "
    program += "os.kill(os.getpid(), 9)"
    assert begun(folder, program) == -9
    left = list(folder.iterdir())
    assert len(left) == 2
    return left


def test_what_a_killed_process_left_is_taken_away(tmp_path: Path) -> None:
    killed(tmp_path)
    (tmp_path / ".scrubber-x.tmp").touch()
    (tmp_path / "a.report.json").touch()
    with OutputFile(tmp_path) as one, AppendedFile(tmp_path) as other:
        one.settle()
        remove_left_behind(tmp_path)
        kept = {one.path.name, other.path.name, ".scrubber-x.tmp", "a.report.json"}
        assert {path.name for path in tmp_path.iterdir()} == kept


def test_nothing_is_taken_from_a_process_that_may_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of this machine, told by its number, or of another, told by a lock."""
    left = killed(tmp_path)
    monkeypatch.setattr("scrubber.outputs.output_files.process_lives", lambda _: True)
    remove_left_behind(tmp_path)
    assert all(path.exists() for path in left)
    monkeypatch.undo()
    waits = "kept = OutputFile(folder), AppendedFile(folder); kept[0].settle(); "
    waits += "print(flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", BEGUN + waits, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    other.stdout.readline()

    monkeypatch.setattr("scrubber.outputs.output_files.process_lives", lambda _: False)
    remove_left_behind(tmp_path)
    names = [path.name for path in tmp_path.iterdir()]
    assert len(names) == 2
    assert all(name.startswith(f".scrubber-{other.pid}-") for name in names)
    other.communicate(b"\n")


def test_what_is_short_lies_nowhere_until_somebody_asks(tmp_path: Path) -> None:
    with OutputFile(tmp_path) as short, OutputFile(tmp_path) as text, OutputFile(tmp_path) as long:
        short.write(b"x" * 1000)
        text.text().write("y" * 1000)
        assert list(tmp_path.iterdir()) == []
        long.write(b"z" * (HELD + 1))
        assert len(list(tmp_path.iterdir())) == 1
        assert short.path.read_bytes() == b"x" * 1000
        assert text.path.read_bytes() == b"y" * 1000
        text.place(tmp_path / "text")
    assert [path.name for path in tmp_path.iterdir()] == ["text"]


@given(st.lists(st.text(max_size=HELD), max_size=6))
def test_what_is_written_is_read_again_however_long(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    lines = [repr(text) + "\n" for text in texts]
    with OutputFile(tmp_path_factory.getbasetemp()) as file:
        spool = file.text()
        for line in lines:
            spool.write(line)
        for _ in range(2):
            spool.seek(0)
            assert list(spool) == lines
        spool.write("more\n")
        spool.seek(0)
        assert list(spool) == [*lines, "more\n"]
        assert file.path.read_text(encoding="utf-8") == "".join(lines) + "more\n"


def test_the_folder_for_outputs_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir(mode=0o700)
    (tmp_path / "here").symlink_to(tmp_path / "there")
    done = scrubber("scrub", FIXTURES / "clinic_day.837", "--out", tmp_path / "here", *DAY)
    assert done.returncode == 1
    assert len(list((tmp_path / "there").iterdir())) == 5


def test_the_next_run_takes_away_what_a_killed_one_left(tmp_path: Path) -> None:
    killed(tmp_path)
    done = scrubber("scrub", FIXTURES / "clinic_day.837", "--out", tmp_path, "--quiet", *DAY)
    assert done.returncode == 1
    assert not list(tmp_path.glob(".*"))
