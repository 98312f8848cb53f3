"""Takes a file for one watcher alone, and finds what a watcher that died has left behind."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scrubber.dropbox.arrivals import Arrival
from scrubber.dropbox.folders import DropFolders
from scrubber.dropbox.locks import Lock, locked, try_lock
from scrubber.dropbox.run_record import CLAIMED, RunRecord, read_record, write_record
from scrubber.dropbox.seen import SeenContents

LONGEST_NAME = 80
PREFIX = 16
UNUSUAL = re.compile(r"[^A-Za-z0-9._-]")


@dataclass
class Run:
    """A file that this process has to itself until `release`."""

    folder: Path
    record: RunRecord
    lock: Lock
    resumed: bool = False

    @property
    def received(self) -> Path:
        """The file as it came in."""
        return self.folder / "received" / self.record.name

    @property
    def out(self) -> Path:
        """Where its outputs wait to be delivered."""
        return self.folder / "out"

    @property
    def output_name(self) -> str:
        """What the names of its outputs begin with."""
        return f"{self.record.stem}.{self.record.run}"

    def note(self, record: RunRecord, durable: bool = False) -> None:
        """Replace the record."""
        write_record(self.folder, record, durable)
        self.record = record

    def remove(self) -> None:
        """Take the folder away; everything of it has been delivered."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def release(self) -> None:
        """Let others have the file."""
        self.lock.release()


class Claims:
    """Claims files of a drop. Whoever renames a file into a folder of its own has it."""

    def __init__(self, folders: DropFolders) -> None:
        self._folders = folders
        self._lock = folders.state / "claim.lock"
        self._seen = SeenContents(folders.seen)

    def claim(self, arrival: Arrival, today: date) -> Run | None:
        """Take a complete file. None where somebody else has it, or one of the same content.

        Raises OSError where the drop cannot be written.
        """
        try:
            sha256 = hash_of(arrival.path)
        except FileNotFoundError:
            return None
        with locked(self._lock):
            if self._in_work(sha256):
                return None
            return self._take(arrival, sha256, today)

    def orphans(self) -> Iterator[Run]:
        """What was begun and is nobody's now, each one locked."""
        for folder in sorted(self._folders.work.iterdir()):
            with locked(self._lock):
                run = self._adopt(folder)
            if run is not None:
                yield run

    def give_back(self, run: Run) -> None:
        """Return a file that was not complete after all to the inbound folder."""
        with locked(self._lock):
            _return(run.received, self._folders.inbound)
            run.remove()
            run.release()

    def _in_work(self, sha256: str) -> bool:
        prefix = sha256[:PREFIX]
        return any(folder.name.startswith(prefix) for folder in self._folders.work.iterdir())

    def _take(self, arrival: Arrival, sha256: str, today: date) -> Run | None:
        seen = self._seen.of(sha256)
        run_id = f"{sha256[:PREFIX]}-{seen.runs + 1}"
        folder = self._folders.work / run_id
        name = plain_name(arrival.path.name)
        record = RunRecord(
            run_id, name, Path(name).stem, sha256, arrival.size, arrival.modified_ns,
            today.isoformat(), duplicate_of=seen.done,
        )  # fmt: skip
        folder.mkdir(0o700)
        lock = try_lock(folder / ".lock")
        assert lock is not None, "nobody else can have a folder made under the claim lock"
        run = Run(folder, record, lock)
        run.note(record)
        run.received.parent.mkdir(0o700)
        for companion in arrival.companions:
            # First, so that none is left over that would vouch for a later file of that name.
            companion.unlink(missing_ok=True)
        try:
            arrival.path.rename(run.received)
        except FileNotFoundError:
            run.remove()
            run.release()
            return None
        found = os.lstat(run.received)
        if (found.st_ino, found.st_size, found.st_mtime_ns) != arrival.look:
            _return(run.received, self._folders.inbound)
            run.remove()
            run.release()
            return None
        return run

    def _adopt(self, folder: Path) -> Run | None:
        try:
            lock = try_lock(folder / ".lock")
        except (FileNotFoundError, NotADirectoryError):
            return None
        if lock is None:
            return None
        record = read_record(folder) or _record_again(folder)
        if record is None or (record.state == CLAIMED and not _received(folder)):
            shutil.rmtree(folder, ignore_errors=True)
            lock.release()
            return None
        return Run(folder, record, lock, resumed=True)


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; of the file itself, never of one it links to."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_name(name: str) -> str:
    """A supplier's file name with nothing in it but letters, digits, dots, dashes and low lines."""
    stem, ending = os.path.splitext(UNUSUAL.sub("_", name))  # noqa: PTH122
    return (stem.strip(".-")[:LONGEST_NAME] or "file") + ending[:12]


def _received(folder: Path) -> list[Path]:
    try:
        return list((folder / "received").iterdir())
    except FileNotFoundError:
        return []


def _record_again(folder: Path) -> RunRecord | None:
    """The record of a file whose own was lost with the power."""
    for file in _received(folder):
        found = os.lstat(file)
        return RunRecord(
            folder.name, file.name, file.stem, hash_of(file), found.st_size, found.st_mtime_ns,
            date.fromtimestamp(found.st_ctime).isoformat(),
        )  # fmt: skip
    return None


def _return(file: Path, inbound: Path) -> None:
    """Move a file back without replacing one that came meanwhile."""
    for number in range(1, 1000):
        name = file.name if number == 1 else f"{file.stem}-{number}{file.suffix}"
        try:
            (inbound / name).hardlink_to(file)
        except FileExistsError:
            continue
        file.unlink()
        return
