"""Runs the file drop in processes of their own and lets them die, or their disk fail.

As a script it reads trials as JSON from standard input. A trial is a drop and its sessions, one
after the other; a session is one start of `scrubber watch --once` and what is done to it:

    kill_at     it is killed with SIGKILL before its nth operation on a file of the drop
    kill_open   it is killed when it opens a file whose path ends so
    fail_at     its nth operation fails, as do all after it with `persists`; `error` is the errno
    full_at     from its nth operation on the disk is full: whatever needs room fails
    fail_under  every renaming into this folder fails
    limit       no file may become larger than this many bytes
    write_at    a supplier who has the file `writer` open since before writes the bytes of `more`
                to its end before the nth operation
    also        a folder outside the drop, operations in which count too
    arguments   more arguments

`collect` names a folder into which everything in outbound is moved after each session, as a
consumer would. Written are, for each session, the signal that ended it, its exit status, its log,
and how many operations it made.
"""

import errno
import io
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import Any

from scrubber.cli import main

WARM_UP = Path(__file__).parent.parent / "fixtures" / "clinic_day.837"

OPERATIONS = frozenset(
    {"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "os.link",
     "os.listdir", "os.scandir", "shutil.rmtree"}
)  # fmt: skip
WRITES = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
OPTIONS = ("--once", "--settle", "0", "--patience", "0", "--as-of", "2026-03-02")


class Saboteur:
    """Counts operations on files below a folder and does to them what the session asks for."""

    def __init__(self, drop: str, session: dict[str, Any]) -> None:
        self._folders = (drop, session.get("also", drop))
        self._session = session
        self._writer = (
            os.open(session["writer"], os.O_WRONLY | os.O_APPEND) if "writer" in session else -1
        )
        self.operations = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in OPERATIONS:
            return
        paths = [os.fsdecode(one) for one in arguments[:2] if isinstance(one, (str, bytes, Path))]
        inside_tree = event in ("os.rmdir", "os.remove") and arguments[-1] != -1
        if not inside_tree and not any(path.startswith(self._folders) for path in paths):
            return
        self.operations += 1
        session = self._session
        if self.operations == session.get("write_at"):
            os.write(self._writer, Path(session["more"]).read_bytes())
        if self.operations == session.get("kill_at") or (
            event == "open" and paths and paths[0].endswith(session.get("kill_open", "\0"))
        ):
            os.kill(os.getpid(), signal.SIGKILL)
        if self._needs_room(event, arguments) and self.operations >= session.get("full_at", 1e9):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self._fails(event, paths):
            code = session["error"]
            raise OSError(code, os.strerror(code))

    def _needs_room(self, event: str, arguments: tuple[Any, ...]) -> bool:
        return event == "os.mkdir" or (event == "open" and bool(arguments[2] & WRITES))

    def _fails(self, event: str, paths: list[str]) -> bool:
        session = self._session
        if "fail_under" in session:
            return event == "os.rename" and paths[1].startswith(session["fail_under"])
        at = session.get("fail_at", 0)
        return self.operations == at or bool(session.get("persists") and 0 < at < self.operations)


def run_session(drop: str, session: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as log, tempfile.TemporaryFile("w+") as counted:
        child = os.fork()
        if child == 0:
            run_in_child(drop, session, log.fileno(), counted.fileno())
        _, status = os.waitpid(child, 0)
        log.seek(0)
        counted.seek(0)
        return {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "status": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "log": log.read(),
            "operations": int(counted.read() or 0),
        }


def run_in_child(drop: str, session: dict[str, Any], log: int, counted: int) -> None:
    os.dup2(log, 1)
    os.dup2(log, 2)
    status = 99
    saboteur = Saboteur(drop, session)
    try:
        if "limit" in session:
            resource.setrlimit(resource.RLIMIT_FSIZE, (session["limit"], resource.RLIM_INFINITY))
        sys.addaudithook(saboteur)
        main(["watch", drop, *OPTIONS, *session.get("arguments", ())], prog_name="scrubber")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 98
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        if "limit" not in session:
            os.write(counted, str(saboteur.operations).encode())
        os._exit(status)


def collect(drop: Path, into: Path) -> None:
    """Take what was delivered; a name that was delivered twice is kept twice."""
    for file in list(delivered(drop)):
        target = into / file.relative_to(drop / "outbound")
        target.parent.mkdir(parents=True, exist_ok=True)
        while target.exists():
            target = target.with_name(target.name + ".again")
        file.rename(target)


def delivered(drop: Path) -> Iterator[Path]:
    for file in (drop / "outbound").rglob("*"):
        if file.is_file() and not file.name.startswith("."):
            yield file


def run_trials(trials: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    results = []
    for trial in trials:
        told = []
        for session in trial["sessions"]:
            told.append(run_session(trial["drop"], session))
            if "collect" in trial:
                collect(Path(trial["drop"]), Path(trial["collect"]))
        results.append(told)
    return results


def warm_up() -> None:
    """Load once what every session needs; they are forked from this process."""
    with tempfile.TemporaryDirectory() as folder:
        inbound = Path(folder, "inbound")
        inbound.mkdir()
        shutil.copyfile(WARM_UP, inbound / "warm_up.837")
        with redirect_stderr(io.StringIO()), suppress(SystemExit):
            main(["watch", folder, *OPTIONS])


if __name__ == "__main__":
    warm_up()
    json.dump(run_trials(json.load(sys.stdin)), sys.stdout)
