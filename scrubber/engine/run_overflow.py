"""Where the memory of a long run lies that is too much for the memory of the process.

A SQLite database without a name: the system takes it away when the process ends, however it ends.
It holds keyed hashes, codes and amounts.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrubber.engine.run_memory import Place, Remembered

FILTER_BITS = 1 << 24
PAGES_IN_MEMORY = "-4096"
TABLES = (
    "CREATE TABLE days (key BLOB PRIMARY KEY, found BLOB) WITHOUT ROWID",
    "CREATE TABLE numbers (key BLOB PRIMARY KEY, file INTEGER, claim INTEGER) WITHOUT ROWID",
)


class Overflow:
    """Keys and what belongs to them. A filter of bits answers most questions for keys that are
    not there without a look into the database."""

    def __init__(self) -> None:
        import sqlite3  # noqa: PLC0415

        self._filter = bytearray(FILTER_BITS // 8)
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            f"PRAGMA cache_size = {PAGES_IN_MEMORY}",
            *TABLES,
        ):
            self._database.execute(statement)

    def put(self, days: dict[bytes, tuple[Remembered, ...]], numbers: dict[bytes, Place]) -> None:
        """Take over all of it; what a key had before is replaced."""
        for key in (*days, *numbers):
            for bit in _bits(key):
                self._filter[bit >> 3] |= 1 << (bit & 7)
        database = self._database
        database.execute("BEGIN")
        database.executemany(
            "INSERT OR REPLACE INTO days VALUES (?, ?)",
            ((key, pickle.dumps(days[key], pickle.HIGHEST_PROTOCOL)) for key in sorted(days)),
        )
        database.executemany(
            "INSERT OR REPLACE INTO numbers VALUES (?, ?, ?)",
            ((key, *numbers[key]) for key in sorted(numbers)),
        )
        database.execute("COMMIT")

    def day(self, key: bytes) -> tuple[Remembered, ...] | None:
        """What lies under a patient day."""
        if not self._may_have(key):
            return None
        row = self._database.execute("SELECT found FROM days WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        found: tuple[Remembered, ...] = pickle.loads(row[0])
        return found

    def number(self, key: bytes) -> tuple[int, int] | None:
        """File and claim that lie under a claim number."""
        if not self._may_have(key):
            return None
        query = "SELECT file, claim FROM numbers WHERE key = ?"
        found: tuple[int, int] | None = self._database.execute(query, (key,)).fetchone()
        return found

    def _may_have(self, key: bytes) -> bool:
        one, other = _bits(key)
        bits = self._filter
        return bool(bits[one >> 3] >> (one & 7) & 1 and bits[other >> 3] >> (other & 7) & 1)


def _bits(key: bytes) -> tuple[int, int]:
    """Two places in the filter, of a key whose every byte matters."""
    mixed = hash(key)
    return mixed % FILTER_BITS, (mixed >> 30) % FILTER_BITS
