"""The processes of `--jobs` as the system sees them: what they hold, and when they end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from cli_process import DAY, scrubber, started
from written_files import contents

from scrubber.run.worker_pool import AFRESH, FORK, start_method

CLAIMS = 4500
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells of processes")


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in several parts."""
    file = tmp_path_factory.mktemp("long") / "long.837"
    scrubber("generate", CLAIMS, "--out", file, "--faults", "0.05", *DAY)
    return file


@pytest.fixture
def run(tmp_path: Path, long_file: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A run in two processes."""
    words = ("scrub", long_file, "--out", tmp_path / "out", "--jobs", "2", "--quiet", *DAY)
    process = started(*words, folder=tmp_path)
    yield process
    process.kill()
    process.communicate()


def workers_of(process: int) -> list[int]:
    """The copies of a process that work for it and live."""
    told = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(one) for one in told if command_of(one) == command_of(process)]


def command_of(process: int | str) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def wait_for(is_so: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit
        time.sleep(0.01)


def lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def opened(process: int) -> list[str]:
    """What a process has open, beside its standard streams."""
    folder = Path(f"/proc/{process}/fd")
    try:
        return [str(one.readlink()) for one in folder.iterdir() if int(one.name) > 2]
    except FileNotFoundError:
        return []


def holds_its_connection_only(worker: int) -> bool:
    held = opened(worker)
    return len(held) == 1 and held[0].startswith("socket:")


@LINUX
def test_workers_hold_no_file_of_the_process_they_work_for(
    run: "subprocess.Popen[bytes]",
) -> None:
    """A lock or a pipe that they held would outlive it."""
    wait_for(lambda: len(workers_of(run.pid)) == 2)
    for worker in workers_of(run.pid):
        # Modules that it loads are open for a moment.
        wait_for(partial(holds_its_connection_only, worker))


@LINUX
def test_workers_end_with_the_process_they_work_for(run: "subprocess.Popen[bytes]") -> None:
    wait_for(lambda: len(workers_of(run.pid)) == 2)
    workers = workers_of(run.pid)
    run.kill()
    run.wait()
    wait_for(lambda: not any(map(lives, workers)))


@LINUX
def test_a_worker_that_is_killed_changes_nothing(
    run: "subprocess.Popen[bytes]", tmp_path: Path, long_file: Path
) -> None:
    wait_for(lambda: len(workers_of(run.pid)) == 2)
    os.kill(workers_of(run.pid)[0], signal.SIGKILL)
    run.communicate()
    assert run.returncode == 1
    scrubber("scrub", long_file, "--out", tmp_path / "one", *DAY)
    assert contents(tmp_path / "out") == contents(tmp_path / "one")


def test_a_process_with_threads_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert start_method() == (FORK if sys.platform == "linux" else AFRESH)
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert start_method() == AFRESH
