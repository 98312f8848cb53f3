"""Copies of a SQLite ledger that are whole, also while somebody writes to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from scrubber.errors import ScrubberError
from scrubber.history.database import key_path


class BackupError(ScrubberError):
    """A backup that cannot be made; the message says why."""


def back_up(url: str, target: Path) -> list[Path]:
    """Copy the ledger at a URL, and the key beside it, to a file and its .key, mode 0600; the files
    written. Raises BackupError, also where such a file is there already."""
    key = key_path(url)
    if key is None:
        raise BackupError("a ledger on a server is copied by its own means, PostgreSQL by pg_dump")
    source, key_copy = key.with_suffix(""), target.with_name(f"{target.name}.key")
    if not source.exists():
        raise BackupError(f"{source}: there is no such ledger")
    try:
        _place(_copied(source, target), target)
        if not key.exists():
            return [target]
        temporary = _made(key_copy)
        temporary.write_bytes(key.read_bytes())
        _place(temporary, key_copy)
    except FileExistsError as error:
        raise BackupError(f"{error.filename2 or error.filename}: it exists; name another") from None
    except OSError as error:
        raise BackupError(f"{target}: it cannot be written: {error.strerror}") from None
    except sqlite3.Error as error:
        raise BackupError(f"{source}: it cannot be copied: {error}") from None
    return [target, key_copy]


def _copied(source: Path, target: Path) -> Path:
    """A copy beside the target, of one moment, as one file without a log beside it."""
    temporary = _made(target)
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as ledger,
            closing(sqlite3.connect(temporary)) as copy,
        ):
            ledger.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            [(verdict,)] = copy.execute("PRAGMA quick_check(1)")
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
    except BaseException:
        temporary.unlink()
        raise
    return temporary


def _made(target: Path) -> Path:
    """An empty file for its owner only, to be filled before it has its name."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    return temporary


def _place(temporary: Path, target: Path) -> None:
    """Give a file its name, on the disk; one that has it already stays."""
    try:
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        target.hardlink_to(temporary)
    finally:
        temporary.unlink()
