"""What is known of a file that is being scrubbed; it outlives the process that scrubs it."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RECORD = "run.json"
CLAIMED, SCRUBBED = "claimed", "scrubbed"


@dataclass(frozen=True)
class RunRecord:
    """One file on its way through the drop.

    `run` is the hash of the file, shortened, and a number. `name` is what the supplier called it,
    `stem` what its outputs are called. `received` is the day it came in, which is the date its
    claims are judged as of. `attempts` counts how often scrubbing it was begun. When `state` is
    scrubbed, all outputs are ready to be delivered; `reason` then says why the file goes to the
    error folder, `problem` what was not scrubbed in a file that goes to the archive.
    `disposition` counts claims, `codes` claims by rejecting rule.
    """

    run: str
    name: str
    stem: str
    sha256: str
    size: int
    modified_ns: int
    received: str
    attempts: int = 0
    state: str = CLAIMED
    reason: str = ""
    problem: str = ""
    duplicate_of: str = ""
    status: int = 0
    seconds: float = 0.0
    disposition: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)


def read_record(folder: Path) -> RunRecord | None:
    """The record of a run folder; None where there is none or it was cut off by a crash."""
    try:
        return RunRecord(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_record(folder: Path, record: RunRecord, durable: bool = False) -> None:
    """Replace the record of a run folder; `durable` also against loss of power."""
    write_json(folder / RECORD, asdict(record), durable)


def write_json(path: Path, value: Any, durable: bool = False) -> None:
    """Replace a small file, whole or not at all, mode 0600; one writer at a time."""
    write_text(path, json.dumps(value) + "\n", durable)


def write_text(path: Path, text: str, durable: bool = False) -> None:
    """Replace a small file, whole or not at all, mode 0600; one writer at a time."""
    temporary = path.with_name(f".{path.name}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    handle = os.open(temporary, flags, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        if durable:
            os.fsync(handle)
    temporary.replace(path)
