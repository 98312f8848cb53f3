"""Where the memory of a long run lies that is too much for the memory of the process.

A SQLite database without a name: the system takes it away when the process ends, however it ends.
It holds keyed hashes, codes and amounts.
"""

import errno
import marshal
from collections.abc import Iterable
from typing import Any

Plain = tuple[Any, ...]
"""What a patient day holds, in tuples of numbers, bytes and texts."""

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

    def put(
        self, days: Iterable[tuple[bytes, Plain]], numbers: Iterable[tuple[bytes, int, int]]
    ) -> None:
        """Take over days, and numbers with file and claim; what a key had before is replaced.

        Keys in order are put where their neighbours are, which spares the disk. Raises OSError
        where the disk for temporary files is full.
        """
        import sqlite3  # noqa: PLC0415

        days, numbers = sorted(days, key=_key), sorted(numbers)
        bits = self._filter
        for key in [row[0] for row in days] + [row[0] for row in numbers]:
            one, other = _bits(key)
            bits[one >> 3] |= 1 << (one & 7)
            bits[other >> 3] |= 1 << (other & 7)
        database = self._database
        try:
            database.execute("BEGIN")
            database.executemany(
                "INSERT OR REPLACE INTO days VALUES (?, ?)",
                ((key, marshal.dumps(found)) for key, found in days),
            )
            database.executemany("INSERT OR REPLACE INTO numbers VALUES (?, ?, ?)", numbers)
            database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise OSError(errno.ENOSPC, f"the folder for temporary files: {error}") from None

    def day(self, key: bytes) -> Plain | None:
        """What lies under a patient day."""
        if not self._may_have(key):
            return None
        row = self._database.execute("SELECT found FROM days WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        found: Plain = marshal.loads(row[0])
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


def _key(row: tuple[bytes, Plain]) -> bytes:
    return row[0]


def _bits(key: bytes) -> tuple[int, int]:
    """Two places in the filter, of a key whose every byte matters."""
    mixed = hash(key)
    return mixed % FILTER_BITS, (mixed >> 30) % FILTER_BITS
