"""Where the memory of a long run lies that is too much for the memory of the process.

A SQLite database without a name: the system takes it away when the process ends, however it ends.
It holds keyed hashes, codes and amounts.
"""

import errno
import marshal
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

FILTER_BITS = 1 << 26
PAGES_IN_MEMORY = "-16384"
TABLE = "CREATE TABLE records (key BLOB PRIMARY KEY, record BLOB) WITHOUT ROWID"


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
            TABLE,
        ):
            self._database.execute(statement)

    def put(self, records: Iterable[tuple[bytes, Any]]) -> None:
        """Take over records, plain tuples; what a key had before is replaced.

        Keys in order are put where their neighbours are, which spares the disk. Raises OSError
        where the disk for temporary files is full.
        """
        import sqlite3  # noqa: PLC0415

        bits = self._filter
        found = sorted(records, key=itemgetter(0))
        for key, _ in found:
            one, other = _bits(key)
            bits[one >> 3] |= 1 << (one & 7)
            bits[other >> 3] |= 1 << (other & 7)
        database = self._database
        try:
            database.execute("BEGIN")
            database.executemany(
                "INSERT OR REPLACE INTO records VALUES (?, ?)",
                ((key, marshal.dumps(record)) for key, record in found),
            )
            database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise OSError(errno.ENOSPC, f"the folder for temporary files: {error}") from None

    def get(self, key: bytes) -> Any:
        """The record of a key; None where there is none."""
        if not self._may_have(key):
            return None
        query = "SELECT record FROM records WHERE key = ?"
        row = self._database.execute(query, (key,)).fetchone()
        return marshal.loads(row[0]) if row is not None else None

    def _may_have(self, key: bytes) -> bool:
        one, other = _bits(key)
        bits = self._filter
        return bool(bits[one >> 3] >> (one & 7) & 1 and bits[other >> 3] >> (other & 7) & 1)


def _bits(key: bytes) -> tuple[int, int]:
    """Two places in the filter, of a key whose every byte matters."""
    mixed = hash(key)
    return mixed % FILTER_BITS, (mixed >> 30) % FILTER_BITS
