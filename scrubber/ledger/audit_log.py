"""An append-only log of what was done: JSON lines, each with the hash of the one before.

Claims, values before and after, and people are keyed hashes; the log holds no patient data. What
was written cannot be changed, left out or put in later without the chain of hashes showing it; that
its end was cut off shows only to who kept the last hash elsewhere.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

Entry = dict[str, Any]
START = "0" * 64
PIECE = 1 << 16
WRITTEN_AT_ONCE = 1 << 18


class Verdict(NamedTuple):
    """Whether a log is sound: how many entries are, the hash of the last one, and what is wrong
    with the next one; empty if nothing is."""

    entries: int
    last: str
    problem: str = ""


class AuditLog:
    """A log file. Whoever appends has it to himself meanwhile; to look first and then append,
    take a lock around both."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries at the end, durably, and chain them; few are held at a time. Raises
        OSError.

        What a crash left of an entry at the end was never acknowledged and is taken off first.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        handle = os.open(self._path, flags, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            sequence, previous = self._end(handle)
            end = os.fstat(handle).st_size
            try:
                _write_chained(handle, entries, sequence, previous)
            except BaseException:
                # All of them or none: they will be told again.
                os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)

    def entries(self) -> Iterator[Entry]:
        """The entries, unverified, as far as they are whole."""
        if not self._path.exists():
            return
        with self._path.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def _end(self, handle: int) -> tuple[int, str]:
        """Number and hash of the last whole entry; what follows it is taken off."""
        size = os.fstat(handle).st_size
        end = _last_line_end(handle, size)
        if end < size:
            os.ftruncate(handle, end)
        if not end:
            return 0, START
        begin = _last_line_end(handle, end - 1)
        last = json.loads(os.pread(handle, end - begin, begin))
        return last["sequence"], last["hash"]


def verify(lines: Iterable[bytes]) -> Verdict:
    """Follow the chain of a log from its first entry on."""
    count, previous = 0, START
    for line in lines:
        problem = _problem(line, count + 1, previous)
        if problem:
            return Verdict(count, previous, problem)
        count += 1
        previous = json.loads(line)["hash"]
    return Verdict(count, previous)


def _problem(line: bytes, sequence: int, previous: str) -> str:
    if not line.endswith(b"\n"):
        return "the last entry is not whole"
    try:
        entry = json.loads(line)
        told = entry.pop("hash"), entry["sequence"], entry["previous"]
    except (ValueError, KeyError, AttributeError, TypeError):
        return "this is no entry of an audit log"
    if told[1] != sequence:
        return f"entry {told[1]} stands where entry {sequence} belongs"
    if told[2] != previous:
        return "it does not follow the entry before it"
    return "" if told[0] == _hash(entry) else "it was changed after it was written"


def _chained(entry: Entry, sequence: int, previous: str) -> tuple[str, str]:
    whole = {"sequence": sequence, "previous": previous, **entry}
    told = _hash(whole)
    return json.dumps({**whole, "hash": told}, separators=(",", ":")) + "\n", told


def _hash(entry: Entry) -> str:
    text = json.dumps(entry, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _write_chained(handle: int, entries: Iterable[Entry], sequence: int, previous: str) -> None:
    text = bytearray()
    for entry in entries:
        sequence += 1
        line, previous = _chained(entry, sequence, previous)
        text += line.encode()
        if len(text) >= WRITTEN_AT_ONCE:
            _write(handle, text)
    _write(handle, text)
    os.fsync(handle)


def _write(handle: int, text: bytearray) -> None:
    """Write all of the text and empty it."""
    while text:
        del text[: os.write(handle, text)]


def _last_line_end(handle: int, before: int) -> int:
    """The offset after the last line end that stands before an offset."""
    at = before
    while at > 0:
        begin = max(0, at - PIECE)
        found = os.pread(handle, at - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        at = begin
    return 0
