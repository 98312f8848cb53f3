"""Small files go out of a drop together: as safely as one by one, and none waits for another."""

import errno
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from test_watch_folder_folder import measured
from watch_folder_runs import (
    CLEAN,
    FIXTURES,
    MIXED,
    assert_as_if_nothing_happened,
    kept,
    make_drop,
    operations_of,
    run_trials,
    tree,
    trials_over,
)

from scrubber.cli.watch import watch
from scrubber.watch_folder import watcher
from scrubber.watch_folder.passage import Passage

ONE = "clean/one_claim.837"
SEVERAL = "clean/several_providers.837"
FILES = (CLEAN, MIXED, ONE, SEVERAL)


def run_once(drop: Path, patience: str = "0") -> Result:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    options = ["--once", "--settle", "0", "--patience", patience, "--as-of", "2026-03-02"]
    try:
        return CliRunner().invoke(watch, [str(drop), *options])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_several_files_are_killed_at_every_few_steps(tmp_path: Path) -> None:
    steps = operations_of(tmp_path, *FILES)
    sessions = ([{"kill_at": at}, {}] for at in range(3, steps + 1, 7))
    trials = trials_over(tmp_path, FILES, sessions)
    assert len(trials) >= 30
    for trial, (killed, restarted) in zip(trials, run_trials(trials), strict=True):
        assert killed["signal"] == signal.SIGKILL
        assert restarted["signal"] == 0, restarted["log"]
        assert_as_if_nothing_happened(trial, FILES)


def test_a_file_that_kills_takes_none_of_those_in_hand_with_it(tmp_path: Path) -> None:
    """Files that were scrubbed before it are begun as often as it is, and are not to blame."""
    drop = make_drop(tmp_path / "trial", *FILES)
    deadly = {"kill_open": f"received/{Path(SEVERAL).name}"}
    told = run_trials([{"drop": str(drop), "sessions": [deadly] * 4}])[0]
    assert [one["signal"] for one in told] == [signal.SIGKILL] * 3 + [0]
    held = tree(drop / "error")
    assert sum(name.endswith(".reason.txt") for name in held) == 1
    assert (FIXTURES / SEVERAL).read_bytes() in held.values()
    for file in FILES[:-1]:
        assert (FIXTURES / file).read_bytes() in tree(drop / "archive").values()
    assert len(kept(drop)) == len(FILES) + 1


def test_one_that_cannot_go_out_holds_up_no_other(tmp_path: Path) -> None:
    drop = make_drop(tmp_path / "trial", *FILES)
    full = {"fail_under": str(drop / "outbound" / "rejected"), "error": errno.ENOSPC}
    [[told]] = run_trials([{"drop": str(drop), "sessions": [full]}])
    assert told["status"] == 2
    assert told["log"].count("event=put_off") == 1
    assert len(list((drop / "work").iterdir())) == 1, "MIXED alone has rejected claims"
    assert len(tree(drop / "archive")) == len(FILES) - 1
    trial = {"drop": str(drop), "sessions": [{}]}
    run_trials([trial])
    assert_as_if_nothing_happened(trial, FILES)


def test_the_same_content_twice_in_one_look(tmp_path: Path) -> None:
    drop = make_drop(tmp_path, CLEAN, ONE)
    shutil.copyfile(FIXTURES / CLEAN, drop / "inbound" / "again.837")
    os.utime(drop / "inbound" / "again.837", (1_000_050, 1_000_050))
    told = run_once(drop).stderr
    assert told.count("event=scrubbed") == 2
    assert told.count("event=duplicate") == 1
    assert list((drop / "inbound").iterdir()) == []
    assert len(tree(drop / "outbound" / "accepted")) == 2


def test_nothing_leaves_before_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor before the record is that says so; and no file is put away before its outputs are."""
    drop = make_drop(tmp_path, *FILES)
    on_disk: dict[int, float] = {}
    fsync, replace = os.fsync, Path.replace

    def told_fsync(handle: int) -> None:
        found = os.fstat(handle)
        fsync(handle)
        # What changes afterwards is on the disk no more.
        on_disk[found.st_ino] = found.st_mtime

    def is_on_disk(path: Path) -> bool:
        return on_disk.get(path.stat().st_ino) == path.stat().st_mtime

    left: list[Path] = []

    def told_replace(path: Path, target: Path) -> Path:
        target = Path(target)
        work = path.parent.parent
        if "outbound" in target.parts and "work" in path.parts:
            assert is_on_disk(path), "the output"
            assert is_on_disk(work), "the name of the record"
            assert is_on_disk(work / "run.json"), "the record"
            left.append(target.parent)
        elif "archive" in target.parts:
            assert all(map(is_on_disk, left)), "the names of the outputs"
            assert is_on_disk(path), "the file itself"
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", told_fsync)
    monkeypatch.setattr(Path, "replace", told_replace)
    run_once(drop)
    assert len(tree(drop / "archive")) == len(FILES)
    assert len(left) > 5 * len(FILES)


def test_files_share_what_the_disk_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each further file asks for no more than its own outputs and records."""
    asked: list[int] = []
    fsync = os.fsync

    def told_fsync(handle: int) -> None:
        asked.append(handle)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", told_fsync)

    def asked_for(count: int) -> int:
        asked.clear()
        drop = make_drop(tmp_path / str(count))
        for number in range(count):
            text = (FIXTURES / ONE).read_bytes().replace(b"MG", f"M{number}".encode())
            file = drop / "inbound" / f"{number}.837"
            file.write_bytes(text + b" " * number)
            os.utime(file, (1_000_000, 1_000_000))
        run_once(drop)
        assert len(tree(drop / "archive")) == count
        return len(asked)

    one, many = asked_for(1), asked_for(21)
    assert (many - one) / 20 < one * 0.75


def test_a_long_file_keeps_none_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in hand goes out before a file is taken that is longer than all that may wait."""
    drop = make_drop(tmp_path, ONE, CLEAN, MIXED)
    monkeypatch.setattr(watcher, "MOST_BYTES", (FIXTURES / MIXED).stat().st_size)
    gone: list[int] = []
    make = Passage.make

    def told_make(passage: Any, run: Any) -> None:
        gone.append(len(tree(drop / "archive")))
        make(passage, run)

    monkeypatch.setattr(Passage, "make", told_make)
    run_once(drop)
    assert gone == [0, 0, 2]


def test_what_was_put_off_is_tried_again_from_its_outputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that was full when outputs were to be brought to it: they are made again, and the
    attempt does not count."""
    drop = make_drop(tmp_path)
    run_once(drop)
    shutil.copyfile(FIXTURES / ONE, drop / "inbound" / "one.837")
    fsync = os.fsync

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(4):
        assert "event=put_off" in run_once(drop).stderr
        assert tree(drop / "outbound") == {}
    monkeypatch.setattr(os, "fsync", fsync)
    assert "event=scrubbed" in run_once(drop).stderr
    assert list(tree(drop / "archive").values()) == [(FIXTURES / ONE).read_bytes()]


@pytest.mark.parametrize("patience", ["0", "100000000"])
def test_a_file_that_cannot_be_read_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: str
) -> None:
    """It stays where it is, is named once, and is taken when it can be read."""
    drop = make_drop(tmp_path, MIXED, ONE, CLEAN)
    blocked = drop / "inbound" / Path(MIXED).name
    (drop / "inbound" / f"{blocked.name}.done").touch()
    forbid(monkeypatch, blocked)
    told = run_once(drop, patience)
    assert told.exit_code == 2
    assert told.stderr.count('event=refused reason="it cannot be taken: Permission denied"') == 1
    assert len(tree(drop / "archive")) == 2
    assert blocked.exists()
    assert measured(drop)["scrubber_waiting_files"] == 1
    monkeypatch.undo()
    assert run_once(drop, patience).exit_code == 1
    assert len(tree(drop / "archive")) == 3


def forbid(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """Let the system refuse to open a file, as it does not where tests run as root."""
    open_ = os.open

    def refuse(path: Any, *arguments: Any, **named: Any) -> int:
        if os.fspath(path) == str(file):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return open_(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse)


def test_a_file_that_cannot_be_moved_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder where everybody moves only what is his own."""
    drop = make_drop(tmp_path, MIXED, ONE, CLEAN)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == Path(MIXED).name:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    assert run_once(drop).exit_code == 2
    assert len(tree(drop / "archive")) == 2
    assert list((drop / "work").iterdir()) == []
    monkeypatch.undo()
    assert run_once(drop).exit_code == 1
    assert len(tree(drop / "archive")) == 3
