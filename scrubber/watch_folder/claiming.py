"""Takes a file for one watcher alone, and finds what a watcher that died has left behind."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import monotonic

from scrubber.files.locks import Lock, locked, try_lock
from scrubber.files.system import BYTES, NO_LINK, NO_WAIT
from scrubber.watch_folder.arrivals import Arrival
from scrubber.watch_folder.folders import DropFolders
from scrubber.watch_folder.run_record import (
    CLAIMED,
    MADE,
    RunRecord,
    confirm_made,
    discard_made,
    read_record,
    write_made,
    write_record,
)
from scrubber.watch_folder.seen import SeenContents

LONGEST_NAME = 80
PREFIX = 16
ATTEMPT = "attempt."
UNUSUAL = re.compile(r"[^A-Za-z0-9._-]")


class ArrivalError(Exception):
    """A file that cannot be taken though the drop is in order; the message says why."""


@dataclass
class Run:
    """A file that this process has to itself until `release`. `made` is its record to be, once
    its outputs were made and until they are on the disk; `may_be_told` says that the audit log may
    have it, `is_returned` that it was given back. `attempt` counts from 1."""

    folder: Path
    record: RunRecord
    lock: Lock
    may_be_told: bool = False
    made: RunRecord | None = None
    is_returned: bool = False
    attempt: int = 1
    begun: float = field(default_factory=monotonic)

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
        return self.record.output_name

    def note(self, record: RunRecord) -> None:
        """Replace the record."""
        write_record(self.folder, record)
        self.record = record

    @property
    def crashes(self) -> int:
        """How often scrubbing the file was begun and ended the process."""
        return len(list(self.folder.glob(f"{ATTEMPT}*")))

    @contextmanager
    def attempting(self) -> Iterator[None]:
        """Leaves a mark if the process ends within the block. To take the mark away needs no room
        on a disk, so a full one costs no attempt."""
        self.attempt = self.crashes + 1
        mark = self.folder / f"{ATTEMPT}{self.attempt}"
        mark.touch(0o600)
        try:
            yield
        finally:
            mark.unlink()

    def is_as_taken(self) -> bool:
        """Whether the file is what it was when it was taken; whoever sent it may still have it
        open. One that was not scrubbed may be one that cannot be read. Raises OSError."""
        record = self.made or self.record
        found = os.lstat(self.received)
        if record.reason or found.st_size != record.size:
            return (found.st_size, found.st_mtime_ns) == (record.size, record.modified_ns)
        return hash_of(self.received) == record.sha256

    def discard(self) -> None:
        """Begin anew: whatever was made of the file goes."""
        shutil.rmtree(self.out, ignore_errors=True)
        discard_made(self.folder)
        self.out.mkdir(0o700)

    def finish_making(self, record: RunRecord) -> None:
        """Its outputs are made, and are to be brought to the disk."""
        write_made(self.folder, record)
        self.made = record

    @property
    def unsynced(self) -> list[Path]:
        """What is to be brought to the disk before `confirm`; who sent the file as received
        may not have seen to that."""
        if self.made is None:
            return []
        readable = not self.made.reason and os.access(self.received, os.R_OK)
        received = [self.received] if readable else []
        return [*self.out.iterdir(), self.out, self.folder / MADE, *received]

    def confirm(self) -> None:
        """What was made is on the disk: nothing is made anew from now on."""
        if self.made is not None:
            confirm_made(self.folder)
            self.record, self.made = self.made, None

    def remove(self) -> None:
        """Take the folder away; everything of it has been delivered."""
        _remove(self.folder, self.lock)

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

        Raises ArrivalError where this file cannot be read or moved, OSError where the drop cannot
        be written.
        """
        try:
            sha256 = hash_of(arrival.path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ArrivalError(error.strerror) from None
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
            run.is_returned = True
            run.remove()
            run.release()

    def _lock_of(self, folder: Path) -> Path:
        return self._folders.locks / folder.name

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
        lock = try_lock(self._lock_of(folder))
        assert lock is not None, "nobody else can have a folder made under the claim lock"
        run = Run(folder, record, lock)
        try:
            run.note(record)
            run.received.parent.mkdir(0o700)
            if self._moved(arrival, run):
                return run
        except BaseException:
            self._abandon(run)
            raise
        self._abandon(run)
        return None

    def _moved(self, arrival: Arrival, run: Run) -> bool:
        """Whether the file is ours now; not if somebody was faster, or changed it."""
        try:
            for companion in arrival.companions:
                # First, so that none is left over that would vouch for a later file of that name.
                companion.unlink(missing_ok=True)
            arrival.path.rename(run.received)
        except FileNotFoundError:
            return False
        except PermissionError as error:
            raise ArrivalError(error.strerror) from None
        found = os.lstat(run.received)
        if (found.st_ino, found.st_size, found.st_mtime_ns) != arrival.look:
            _return(run.received, self._folders.inbound)
            return False
        return True

    def _abandon(self, run: Run) -> None:
        """Let go of a file that could not be taken; one that was moved is an orphan now."""
        if not _received(run.folder):
            run.remove()
        run.release()

    def _adopt(self, folder: Path) -> Run | None:
        lock = try_lock(self._lock_of(folder)) if folder.is_dir() else None
        if lock is None:
            return None
        record = read_record(folder) or _record_again(folder)
        if record is None or (record.state == CLAIMED and not _received(folder)):
            _remove(folder, lock)
            lock.release()
            return None
        return Run(folder, record, lock, may_be_told=True)


def _remove(folder: Path, lock: Lock) -> None:
    """Take a folder away, and its lock file while it is held: then nobody can hold one without a
    name. Windows does not remove it before the release, and then by itself."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        Path(lock.lock_file).unlink()


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; of the file itself, never of one it links to."""
    handle = os.open(path, os.O_RDONLY | NO_LINK | NO_WAIT | BYTES)
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
