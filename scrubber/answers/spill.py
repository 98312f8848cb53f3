"""Records in order of a key, of which only one at a time is held in memory."""

import pickle
import sqlite3
from collections.abc import Iterator
from typing import Generic, TypeVar

Record = TypeVar("Record")


class Spill(Generic[Record]):
    """Lies in a nameless database, which the system takes away when the process ends."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE spill (id INTEGER PRIMARY KEY, key INTEGER, held BLOB)"
        )
        self._database.execute("BEGIN")

    def add(self, record: Record, key: int = 0) -> None:
        """Take a record."""
        row = (key, pickle.dumps(record))
        self._database.execute("INSERT INTO spill (key, held) VALUES (?, ?)", row)

    def __iter__(self) -> Iterator[Record]:
        """All records, the largest key first; those of one key in the order they came."""
        for (held,) in self._database.execute("SELECT held FROM spill ORDER BY key DESC, id"):
            yield pickle.loads(held)
