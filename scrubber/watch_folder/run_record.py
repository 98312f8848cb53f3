"""What is known of a file that is being scrubbed; it outlives the process that scrubs it."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scrubber.files.system import BYTES, NO_LINK, replace

RECORD, MADE = "run.json", "made.json"
CLAIMED, SCRUBBED = "claimed", "scrubbed"
TRUNCATED, CHANGED = "truncated_file", "changed_file"


@dataclass(frozen=True)
class RunRecord:
    """One file on its way through the drop.

    `run` is the hash of the file, shortened, and a number. `name` is what the supplier called it,
    `stem` what its outputs are called. `received` is the day it came in, which is the date its
    claims are judged as of. When `state` is scrubbed, all outputs are on the disk, to be delivered;
    `reason` then says why the file goes to the error folder, `problem` what of it was not scrubbed.
    `alarm` names what somebody should look after. `disposition` counts claims, `codes` claims by
    rejecting rule; `late_tables` are past their date for some of its lines.
    """

    run: str
    name: str
    stem: str
    sha256: str
    size: int
    modified_ns: int
    received: str
    state: str = CLAIMED
    reason: str = ""
    problem: str = ""
    alarm: str = ""
    duplicate_of: str = ""
    status: int = 0
    seconds: float = 0.0
    disposition: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    late_tables: list[str] = field(default_factory=list)

    @property
    def output_name(self) -> str:
        """What the names of its outputs begin with."""
        return f"{self.stem}.{self.run}"

    @property
    def ending(self) -> str:
        """Where the file goes in the end: error or archive; duplicate for one that goes there
        too."""
        if self.reason:
            return "error"
        return "duplicate" if self.duplicate_of else "archive"


def read_record(folder: Path) -> RunRecord | None:
    """The record of a run folder; None where there is none or it was cut off by a crash."""
    try:
        return RunRecord(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_record(folder: Path, record: RunRecord) -> None:
    """Replace the record of a run folder."""
    write_json(folder / RECORD, asdict(record))


def write_made(folder: Path, record: RunRecord) -> Path:
    """Write beside the record the one that is to replace it once all outputs are on the disk."""
    write_whole(folder / MADE, json.dumps(asdict(record)) + "\n")
    return folder / MADE


def confirm_made(folder: Path) -> None:
    """All outputs are on the disk: that record holds from now on."""
    replace(folder / MADE, folder / RECORD)


def discard_made(folder: Path) -> None:
    """The outputs are to be made anew."""
    (folder / MADE).unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Replace a small file, whole or not at all, mode 0600; one writer at a time."""
    write_text(path, json.dumps(value) + "\n")


def write_text(path: Path, text: str) -> None:
    """Replace a small file, whole or not at all, mode 0600; one writer at a time."""
    temporary = temporary_name(path)
    write_whole(temporary, text)
    replace(temporary, path)


def temporary_name(path: Path) -> Path:
    """Where a small file is written before it replaces another."""
    return path.with_name(f".{path.name}.tmp")


def write_whole(path: Path, text: str) -> None:
    """Write a small file, mode 0600; what a crash leaves may be cut off."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK | BYTES
    handle = os.open(path, flags, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
