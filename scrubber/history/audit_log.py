"""An append-only log of what was done: JSON lines, each sealed with a key together with the one
before.

Claims, values before and after, and people are keyed hashes; the log holds no patient data. Without
the key no entry can be changed, put in, left out between others or moved; who has the key can write
another log. That entries were cut off the end shows only against a hash that was kept elsewhere.
"""

import errno
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scrubber.files.locks import locked
from scrubber.files.system import BYTES, NO_LINK, read_at
from scrubber.history.keys import Keys

Entry = dict[str, Any]
PIECE = 1 << 16
WRITTEN_AT_ONCE = 1 << 18
REPAIRED = "repaired"


class Verdict(NamedTuple):
    """Whether a log is sound: how many entries are, the hash of the last one, and what is wrong
    with the next one; empty if nothing is. `anchor` is the number of the entry that has the hash
    kept elsewhere, 0 if none has; `repaired` are those that record a damaged end taken off."""

    entries: int
    last: str
    problem: str = ""
    anchor: int = 0
    repaired: tuple[int, ...] = ()


class _Last(NamedTuple):
    """Number and hash of the last entry that is as it was written, and the offset of its end."""

    sequence: int
    hash: str
    end: int


class AuditLog:
    """A log file. Whoever appends has it to himself meanwhile; to look first and then append,
    take a lock around both."""

    def __init__(self, path: Path, keys: Keys) -> None:
        self._path = path
        self._keys = keys

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries at the end, durably, and chain them; few are held at a time.

        What a crash left at the end that is not an entry goes to FILE.damaged first, and an entry
        records that. Raises OSError, also where the log was begun under another key.
        """
        with locked(self._path.with_name(f"{self._path.name}.lock")):
            self._append(entries)

    def _append(self, entries: Iterable[Entry]) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | NO_LINK | BYTES
        handle = os.open(self._path, flags, 0o600)
        try:
            _refuse_other_key(handle, self._keys)
            last = _last_entry(handle, self._keys)
            if last.end < os.fstat(handle).st_size:
                last = self._write_chained(handle, [self._put_aside(handle, last.end)], last)
            self._write_chained(handle, entries, last)
        finally:
            os.close(handle)

    def entries(self) -> Iterator[Entry]:
        """The entries, unverified; what is none is left out."""
        if not self._path.exists():
            return
        with self._path.open("rb") as lines:
            for line in lines:
                entry = _parsed(line)
                if entry is not None:
                    yield entry

    def _put_aside(self, handle: int, end: int) -> Entry:
        """Take off what follows the last entry; the entry that records it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_LINK | BYTES
        size, digest = os.fstat(handle).st_size, hashlib.sha256()
        damaged = os.open(self._path.with_name(f"{self._path.name}.damaged"), flags, 0o600)
        with os.fdopen(damaged, "wb") as aside:
            for at in range(end, size, PIECE):
                piece = read_at(handle, PIECE, at)
                digest.update(piece)
                aside.write(piece)
            aside.flush()
            os.fsync(damaged)
        os.ftruncate(handle, end)
        return {"event": REPAIRED, "bytes": size - end, "sha256": digest.hexdigest()}

    def _write_chained(self, handle: int, entries: Iterable[Entry], last: _Last) -> _Last:
        """Write entries after the last one, all or none; the one that is the last then."""
        sequence, previous, end = last
        text = bytearray()
        try:
            for entry in entries:
                sequence += 1
                sealed = _text({"sequence": sequence, "previous": previous, **entry})
                previous = _seal(sealed, self._keys)
                text += _line(sealed, previous)
                if len(text) >= WRITTEN_AT_ONCE:
                    _write(handle, text)
            _write(handle, text)
            os.fsync(handle)
        except BaseException:
            os.ftruncate(handle, end)
            raise
        return _Last(sequence, previous, os.fstat(handle).st_size)


def verify(lines: Iterable[bytes], keys: Keys, anchor: str = "") -> Verdict:
    """Follow the chain of a log from its first entry on; `anchor` is the hash of an entry that
    must be in it."""
    count, previous, found = 0, _start(keys), 0
    repaired: list[int] = []
    for line in lines:
        entry = _parsed(line)
        problem = _problem(line, entry, count + 1, previous, keys)
        if entry is None or problem:
            return Verdict(count, previous, problem, found, tuple(repaired))
        count += 1
        previous = entry["hash"]
        if entry.get("event") == REPAIRED:
            repaired.append(count)
        if previous == anchor:
            found = count
    return Verdict(count, previous, "", found, tuple(repaired))


def _problem(line: bytes, entry: Entry | None, sequence: int, previous: str, keys: Keys) -> str:
    if not line.endswith(b"\n"):
        return "the last entry is incomplete"
    if entry is None:
        return "this is not an entry of an audit log"
    if entry["sequence"] != sequence:
        return f"entry {entry['sequence']} is where entry {sequence} should be"
    if entry["previous"] != previous:
        if sequence == 1:
            return "the log was started with a different key, or without one"
        return "it does not follow the entry before it"
    return "" if _is_sealed(line, entry, keys) else "it was changed after it was written"


def _parsed(line: bytes) -> Entry | None:
    """The entry in a line; None where there is none."""
    try:
        entry = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or not line.endswith(b"\n"):
        return None
    kinds = (("sequence", int), ("previous", str), ("hash", str))
    return entry if all(type(entry.get(name)) is kind for name, kind in kinds) else None


def _is_sealed(line: bytes, entry: Entry, keys: Keys) -> bool:
    """Whether a line is to the byte what was written. Put together again from what was read of
    it, it shows blanks, names given twice and other ways to write the same."""
    text = _text({name: value for name, value in entry.items() if name != "hash"})
    seal = _seal(text, keys)
    return hmac.compare_digest(_line(text, seal), line)


def _text(entry: Entry) -> str:
    return json.dumps(entry, separators=(",", ":"))


def _line(text: str, seal: str) -> bytes:
    return f'{text[:-1]},"hash":"{seal}"}}\n'.encode("ascii")


def _seal(text: str, keys: Keys) -> str:
    return keys.seal("audit entry", text)


def _start(keys: Keys) -> str:
    """What the first entry has in place of the hash before it: it tells keys apart."""
    return keys.seal("audit log")


def _refuse_other_key(handle: int, keys: Keys) -> None:
    with open(handle, "rb", closefd=False) as lines:
        lines.seek(0)
        first = _parsed(lines.readline())
    if first is not None and first["sequence"] == 1 and first["previous"] != _start(keys):
        raise PermissionError(
            errno.EACCES,
            "the audit log was started with a different key: restore that key, or move the log",
        )


def _last_entry(handle: int, keys: Keys) -> _Last:
    end = _last_line_end(handle, os.fstat(handle).st_size)
    while end:
        begin = _last_line_end(handle, end - 1)
        line = read_at(handle, end - begin, begin)
        entry = _parsed(line)
        if entry is not None and _is_sealed(line, entry, keys):
            return _Last(entry["sequence"], entry["hash"], end)
        end = begin
    return _Last(0, _start(keys), 0)


def _write(handle: int, text: bytearray) -> None:
    """Write all of the text and empty it."""
    while text:
        del text[: os.write(handle, text)]


def _last_line_end(handle: int, before: int) -> int:
    """The offset after the last line end that stands before an offset."""
    at = before
    while at > 0:
        begin = max(0, at - PIECE)
        found = read_at(handle, at - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        at = begin
    return 0
