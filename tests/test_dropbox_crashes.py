"""Whatever happens to a watcher: no claim is lost, none goes out twice, no file disappears.

Each trial starts real processes over real files. They are killed at every step they take in the
drop, or their disk fails them; then the drop is started again and left alone. At the end everything
must be as if nothing had happened, byte for byte, and nothing that was delivered and carried off
before the crash may be delivered again.
"""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scrubber.ledger.audit_log import AuditLog, verify
from scrubber.ledger.book import Ledger, ledger_url
from scrubber.ledger.keys import Keys

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "tests" / "dropbox_trials.py"
FIXTURES = ROOT / "fixtures"
MIXED, CLEAN, EMPTY = "clinic_day.837", "clean/several_envelopes.837", "hostile/empty.837"
SPREAD = 24


def make_drop(root: Path, *files: str) -> Path:
    """A drop in which files wait, the first one the oldest."""
    drop = root / "drop"
    (drop / "inbound").mkdir(parents=True, mode=0o700)
    drop.chmod(0o700)
    for age, file in enumerate(files):
        target = drop / "inbound" / Path(file).name
        shutil.copyfile(FIXTURES / file, target)
        os.utime(target, (1_000_000 + age, 1_000_000 + age))
    return drop


def run_trials(trials: list[dict[str, Any]], *before: str) -> list[list[dict[str, Any]]]:
    ran = subprocess.run(
        [*before, sys.executable, str(SCRIPT)],
        input=json.dumps(trials), capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    told: list[list[dict[str, Any]]] = json.loads(ran.stdout)
    return told


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }


def kept(drop: Path) -> dict[str, bytes]:
    """What the drop keeps of the files themselves; with nothing left to be done."""
    assert list((drop / "inbound").iterdir()) == []
    assert list((drop / "work").iterdir()) == []
    return {**tree(drop / "archive"), **tree(drop / "error")}


@cache
def undisturbed(files: tuple[str, ...], root: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    drop = make_drop(root / "undisturbed", *files)
    run_trials([{"drop": str(drop), "sessions": [{}]}])
    return tree(drop / "outbound"), kept(drop)


def operations_of(root: Path, *files: str) -> int:
    drop = make_drop(root / "counted", *files)
    [[told]] = run_trials([{"drop": str(drop), "sessions": [{}]}])
    assert told["signal"] == 0
    return int(told["operations"])


def assert_as_if_nothing_happened(trial: dict[str, Any], files: tuple[str, ...]) -> None:
    drop = Path(trial["drop"])
    outputs, files_kept = undisturbed(files, drop.parent.parent)
    found = tree(drop / "outbound")
    if "collect" in trial:
        assert found == {}
        found = tree(Path(trial["collect"]))
    assert found == outputs
    assert kept(drop) == files_kept
    assert_audited_once(drop, len(files))


def assert_audited_once(drop: Path, files: int) -> None:
    with (drop / "state" / "audit.jsonl").open("rb") as lines:
        assert verify(lines).problem == ""
    entries = AuditLog(drop / "state" / "audit.jsonl").entries()
    runs = [one["run"] for one in entries if one["event"] == "file"]
    assert len(runs) == len(set(runs)) == files


def trials_over(
    root: Path, files: tuple[str, ...], sessions: Iterator[list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    made = []
    for number, one in enumerate(sessions):
        place = root / f"trial{number}"
        drop = make_drop(place, *files)
        made.append({"drop": str(drop), "sessions": one, "collect": str(place / "taken")})
    return made


def test_killed_at_every_step_of_one_file(tmp_path: Path) -> None:
    steps = operations_of(tmp_path, MIXED)
    assert steps > 60
    sessions = ([{"kill_at": at}, {}] for at in range(1, steps + 1))
    trials = trials_over(tmp_path, (MIXED,), sessions)
    for trial, (killed, restarted) in zip(trials, run_trials(trials), strict=True):
        assert killed["signal"] == signal.SIGKILL
        assert restarted["signal"] == 0, restarted["log"]
        assert_as_if_nothing_happened(trial, (MIXED,))


def test_killed_again_and_again_over_several_files(tmp_path: Path) -> None:
    """Each start lives a little longer than the one before, so that it gets through in the end."""
    files = (MIXED, EMPTY, CLEAN)
    steps = operations_of(tmp_path, *files)
    sessions = (
        [{"kill_at": at}, {"kill_at": 2 * at}, {}]
        for at in range(5, steps + 1, max(1, steps // (SPREAD // 2)))
    )
    trials = trials_over(tmp_path, files, sessions)
    for trial, _ in zip(trials, run_trials(trials), strict=True):
        assert_as_if_nothing_happened(trial, files)


def test_killed_while_a_ledger_is_kept(tmp_path: Path) -> None:
    """The ledger knows each file once, and no file is a duplicate of itself."""
    files = (MIXED, CLEAN)
    steps = operations_of(tmp_path, *files)
    kills = [[{"kill_at": at}, {}] for at in range(4, steps + 1, max(1, steps // 12))]
    trials = trials_over(tmp_path, files, iter([[{}], *kills]))
    for trial in trials:
        ledger = ["--ledger", str(Path(trial["drop"]).parent / "ledger.sqlite3")]
        trial["sessions"] = [{**one, "arguments": ledger} for one in trial["sessions"]]
    run_trials(trials)
    undisturbed_trial, *others = trials
    for trial in others:
        assert ledger_of(trial) == ledger_of(undisturbed_trial)
        assert tree(Path(trial["collect"])) == tree(Path(undisturbed_trial["collect"]))
        assert len(kept(Path(trial["drop"]))) == len(files)


def ledger_of(trial: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The files and services of a trial's ledger, without what depends on its key."""
    url = ledger_url(str(Path(trial["drop"]).parent / "ledger.sqlite3"))
    book = Ledger(url, Keys(b"-" * 32))
    files = [(one.id, one.sha256, one.claims) for one in book.files()]
    plain = [one._replace(claim="", patient="", provider="") for one in book.services()]
    book.close()
    return [*files, *plain]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO], ids=os.strerror)
@pytest.mark.parametrize("persists", [False, True], ids=["once", "from then on"])
def test_an_operation_fails(tmp_path: Path, error: int, persists: bool) -> None:
    files = (MIXED, CLEAN)
    steps = operations_of(tmp_path, *files)
    sessions = (
        [{"fail_at": at, "error": error, "persists": persists}, {}]
        for at in range(8 + error % 7, steps + 1, max(1, steps // 4))
    )
    trials = trials_over(tmp_path, files, sessions)
    for trial, (failed, _) in zip(trials, run_trials(trials), strict=True):
        assert failed["signal"] == 0
        assert_as_if_nothing_happened(trial, files)


def test_outputs_cannot_be_delivered(tmp_path: Path) -> None:
    files = (MIXED, CLEAN)
    drop = make_drop(tmp_path / "trial", *files)
    outbound = str(drop / "outbound")
    sessions = [{"fail_under": outbound, "error": errno.EROFS}] * 5
    told = run_trials([{"drop": str(drop), "sessions": sessions}])[0]
    assert {one["status"] for one in told} == {2}
    assert tree(drop / "outbound") == {}
    assert len(list((drop / "work").iterdir())) == 2, "both files wait, neither is given up"
    trial = {"drop": str(drop), "sessions": [{}]}
    run_trials([trial])
    assert_as_if_nothing_happened(trial, files)


@pytest.mark.parametrize("limit", [0, 300, 3000])
def test_files_cannot_grow(tmp_path: Path, limit: int) -> None:
    files = (MIXED, CLEAN)
    drop = make_drop(tmp_path / "trial", *files)
    trial = {"drop": str(drop), "sessions": [{"limit": limit}] * 4 + [{}]}
    told = run_trials([trial])[0]
    assert told[0]["status"] != 0
    assert_as_if_nothing_happened(trial, files)


def own_mounts() -> bool:
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(
        probe, capture_output=True, check=False
    ).returncode == 0  # fmt: skip


@pytest.mark.skipif(not own_mounts(), reason="no file systems may be mounted here")
@pytest.mark.parametrize(
    ("folder", "option"),
    [("outbound", "size=4k"), ("outbound", "ro"), ("work", "size=8k"), ("archive", "size=4k")],
)
def test_a_real_disk_is_full_or_read_only(tmp_path: Path, folder: str, option: str) -> None:
    """The folder is a small or read-only file system of its own; later it is an ordinary folder,
    with what it held carried over."""
    files = (MIXED, CLEAN)
    drop = make_drop(tmp_path / "trial", *files)
    place, saved = drop / folder, tmp_path / "saved"
    for one in (place, saved):
        one.mkdir(mode=0o700)
    if option == "ro":
        for kind in ("accepted", "rejected", "acks", "reports"):
            (place / kind).mkdir(mode=0o700)
    mount = f"mount --bind {place} {place} && mount -o remount,bind,ro {place}"
    if option != "ro":
        mount = f"mount -t tmpfs -o {option},mode=700 tmpfs {place}"
    script = f'{mount} && "$@" && cp -a {place}/. {saved}'
    trial = {"drop": str(drop), "sessions": [{}, {}]}
    told = run_trials([trial], "unshare", "-rm", "sh", "-c", script, "sh")[0]
    assert told[0]["status"] == 2, told[0]["log"]
    assert "put_off" in told[0]["log"] or "drop_unusable" in told[0]["log"]
    shutil.copytree(saved, place, dirs_exist_ok=True)
    run_trials([{"drop": str(drop), "sessions": [{}]}])
    assert_as_if_nothing_happened(trial, files)


def test_a_file_that_kills_is_set_aside_after_its_third_crash(tmp_path: Path) -> None:
    files = (MIXED, CLEAN)
    drop = make_drop(tmp_path / "trial", *files)
    deadly = {"kill_open": f"received/{Path(MIXED).name}"}
    told = run_trials([{"drop": str(drop), "sessions": [deadly] * 4}])[0]
    assert [one["signal"] for one in told] == [signal.SIGKILL] * 3 + [0]
    held = tree(drop / "error")
    [reason] = [text for name, text in held.items() if name.endswith(".reason.txt")]
    assert b"begun 3 times and never came to an end" in reason
    assert (FIXTURES / MIXED).read_bytes() in held.values()
    assert list(kept(drop).values()).count((FIXTURES / CLEAN).read_bytes()) == 1
    accepted = tree(drop / "outbound" / "accepted")
    assert list(accepted.values()) == [(FIXTURES / CLEAN).read_bytes()]
