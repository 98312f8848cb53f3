"""The program runs where what only POSIX has is not there, as on Windows."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli_process import DAY, ENVIRONMENT, FIXTURES

from scrubber.cli import COMMANDS
from scrubber.files import system

CLINIC_DAY = FIXTURES / "clinic_day.837"
MODULES = ("fcntl", "pwd", "grp", "resource", "termios", "pty", "tty", "syslog")
OF_OS = (
    "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "getuid", "geteuid", "fchmod", "pread", "fork",
    "posix_fadvise", "kill", "getloadavg",
)  # fmt: skip
OF_SIGNAL = ("SIGHUP", "SIGUSR1", "SIGKILL", "SIGALRM", "pthread_sigmask", "alarm")
HIDDEN = f"""
import os, signal, sys, types

class Hiding:
    def find_spec(self, name, path=None, target=None):
        if name in {MODULES!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

# What the interpreter, filelock and psutil have of their own on each system is not ours to hide.
from filelock import FileLock
import psutil
import getpass, multiprocessing.util, shutil, socket, ssl, subprocess, tempfile, threading
whole = types.ModuleType("os")
whole.__dict__.update(os.__dict__)
for name, module in list(sys.modules.items()):
    if name.startswith(("filelock", "psutil")) and getattr(module, "os", None) is os:
        module.os = whole
for name in {MODULES!r}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Hiding())
for module, names in ((os, {OF_OS!r}), (signal, {OF_SIGNAL!r})):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
import scrubber.files.system as system
system.IS_WINDOWS = True
assert system._FCNTL is None

def refusing(change):
    # A change of a name fails while the file, or one in the folder, is open.
    def changed(path, *others, **words):
        whole = os.path.abspath(os.fspath(path))
        for number in os.listdir("/proc/self/fd"):
            try:
                opened = os.readlink("/proc/self/fd/" + number)
            except OSError:
                continue
            if (opened + "/").startswith(whole + "/") and not os.path.isdir(opened):
                raise PermissionError(13, "in use by another process", path)
        return change(path, *others, **words)
    return changed

shutil._use_fd_functions = False
for name in ("rename", "replace", "unlink", "remove", "rmdir"):
    setattr(os, name, refusing(getattr(os, name)))
from scrubber.__main__ import main
sys.argv = ["scrubber", *sys.argv[1:]]
main()
"""


def hidden(*arguments: object, folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command where nothing of that is there."""
    return subprocess.run(
        [sys.executable, "-c", HIDDEN, *map(str, arguments)],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
        env={**ENVIRONMENT, **settings},
    )  # fmt: skip


def outputs(folder: Path) -> dict[str, bytes]:
    """The outputs in a folder, but workbooks, which hold the time."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.suffix != ".xlsx"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_imported_without_posix(command: str, tmp_path: Path) -> None:
    done = hidden(command, "--help", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: scrubber {command}")


def test_files_are_scrubbed_without_posix(tmp_path: Path) -> None:
    content = CLINIC_DAY.read_bytes()
    (tmp_path / "one.837").write_bytes(content)
    (tmp_path / "two.837").write_bytes(content.replace(b"MG-", b"MH-"))
    words = ("--format", "json,csv,html,xlsx,999,ta1,277ca", "--audit", "audit.jsonl", *DAY)
    plain = subprocess.run(
        [sys.executable, "-m", "scrubber", "scrub", "one.837", "two.837", "--out", "plain",
         *words], cwd=tmp_path, env=ENVIRONMENT, check=False,
    )  # fmt: skip
    for run, jobs in (("hidden", "1"), ("jobs", "2")):
        done = hidden(
            "scrub", "one.837", "two.837", "--out", run, "--jobs", jobs, *words, folder=tmp_path
        )
        assert (done.returncode, done.stderr) == (plain.returncode, "") == (1, "")
        assert outputs(tmp_path / run) == outputs(tmp_path / "plain")
    assert hidden("audit", "verify", "audit.jsonl", folder=tmp_path).returncode == 0


def test_a_ledger_is_kept_without_posix(tmp_path: Path) -> None:
    words = ("scrub", CLINIC_DAY, "--out", "out", "--ledger", "claims.sqlite3", *DAY)
    assert hidden(*words, folder=tmp_path).returncode == 1
    again = hidden(*words, folder=tmp_path)
    assert "the same file was scrubbed before" in again.stderr


def test_a_drop_is_watched_without_posix(tmp_path: Path) -> None:
    inbound = tmp_path / "drop" / "inbound"
    inbound.mkdir(parents=True)
    (inbound / "day.837").write_bytes(CLINIC_DAY.read_bytes())
    done = hidden("watch", "drop", "--once", "--settle", "0", *DAY, folder=tmp_path)
    assert done.returncode == 1, done.stderr
    assert list((tmp_path / "drop" / "outbound" / "accepted").glob("*.accepted.837"))
    assert list((tmp_path / "drop" / "archive").rglob("*.837"))
    assert not list((tmp_path / "drop" / "work").iterdir())


def test_what_a_killed_run_left_is_removed_without_posix(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    out = tmp_path / "out"
    out.mkdir()
    left = out / f".scrubber-{dead.pid}-x.tmp"
    left.write_bytes(b"")
    assert hidden("scrub", CLINIC_DAY, "--out", "out", *DAY, folder=tmp_path).returncode == 1
    assert not left.exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "utf-16"])
@pytest.mark.parametrize("command", ["check", "scrub", "rule"])
def test_consoles_of_other_encodings_stop_nothing(
    tmp_path: Path, command: str, encoding: str
) -> None:
    name = "Ärzte – 診療.837"
    (tmp_path / name).write_bytes(CLINIC_DAY.read_bytes())
    arguments = {
        "check": ("check", name, *DAY),
        "scrub": ("scrub", name, "--out", "out", *DAY),
        "rule": ("rule", "show", "S601"),
    }[command]
    done = subprocess.run(
        [sys.executable, "-m", "scrubber", *arguments], cwd=tmp_path, capture_output=True,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding}, check=False,
    )  # fmt: skip
    assert done.returncode == (0 if command == "rule" else 1)
    assert b"Traceback" not in done.stderr
    assert done.stdout.decode(encoding)


def test_the_standard_input_needs_no_path(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrubber", "check", "-", *DAY],
        input=CLINIC_DAY.read_bytes(), capture_output=True, cwd=tmp_path, env=ENVIRONMENT,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"5 claims would be rejected" in done.stdout


def test_a_name_that_is_as_long_as_names_may_be(tmp_path: Path) -> None:
    names = [letter * 250 + ".837" for letter in "ab"] + ["ä" * 120 + f"{n}.837" for n in "12"]
    for name in names:
        (tmp_path / name).write_bytes(CLINIC_DAY.read_bytes())
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "scrubber", "scrub", *names, "--out", out, "--quiet", *DAY],
        cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert len(list(out.glob("*.rejected.837"))) == len(names)


def test_a_file_that_is_open_for_a_moment_is_replaced_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "IS_WINDOWS", True)
    monkeypatch.setattr(system, "_PAUSE", 0)
    refusals = [PermissionError(), PermissionError()]
    replaced = Path.replace

    def reluctant(path: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replaced(path, target)

    monkeypatch.setattr(Path, "replace", reluctant)
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")
    system.replace(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "new"
    assert not (tmp_path / "new").exists()
