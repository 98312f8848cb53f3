"""Records of a report that belong to no claim: a few are held, the others lie in a spool.

A long file may have a correction in every subscriber, so they are not bounded by anything.
"""

import json
from collections.abc import Iterator
from typing import Any, TextIO

HELD = 1000


class ListedRecords:
    """Records in the order in which they were added. Those that are not held are lines of the
    spool that begin with `mark`; walking through them moves the spool's place."""

    def __init__(self, spool: TextIO, mark: str) -> None:
        self._spool = spool
        self._mark = mark
        self._held: list[dict[str, Any]] = []
        self._count = 0

    def add(self, record: dict[str, Any]) -> None:
        """Take the next one; the spool stands at its end."""
        self._count += 1
        if self._count <= HELD:
            self._held.append(record)
        else:
            self._spool.write(f"{self._mark}{json.dumps(record)}\n")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        yield from self._held
        if self._count > HELD:
            self._spool.seek(0)
            for line in self._spool:
                if line.startswith(self._mark):
                    yield json.loads(line[len(self._mark) :])
