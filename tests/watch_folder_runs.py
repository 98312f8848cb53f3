"""Drops for tests, started in processes of their own, and what must be true of them at the end."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from scrubber.history.audit_log import AuditLog, verify
from scrubber.history.keys import read_keys

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "tests" / "watch_folder_trials.py"
FIXTURES = ROOT / "fixtures"
MIXED, CLEAN, EMPTY = "clinic_day.837", "clean/several_envelopes.837", "hostile/empty.837"


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


HASHES = re.compile(rb'(?<=": ")[0-9a-f]{32}(?=")')


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder; hashes of repaired values are left out, as each drop has its key."""
    return {
        str(file.relative_to(folder)): HASHES.sub(b"", file.read_bytes())
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
    log = drop / "state" / "audit.jsonl"
    keys = read_keys(drop / "state" / "audit.jsonl.key")
    with log.open("rb") as lines:
        assert verify(lines, keys).problem == ""
    entries = AuditLog(log, keys).entries()
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
