"""NCCI procedure-to-procedure pairs: which code of two is not paid, and what may open the pair.

Shipped is a snapshot of the Medicare pairs that touch a therapy code; official quarterly files
are the user's to import (`scrubber.therapy.importers`). Look-ups are dictionary hits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Literal, cast

from scrubber.codes.table_file import Release, TableFile, chosen, day, number, read_table
from scrubber.therapy.table import DATA

SHIPPED = DATA / "pairs_medicare.csv"

COLUMNS = (
    "column1",
    "column2",
    "indicator",
    "effective_from",
    "effective_to",
    "basis",
    "confirmed_through",
    "reason",
)

MOST_FOUND = 8192

# Indicator 9 marks a pair that was deleted on its first day: never in force.
_OPEN_OR_NOT = (0, 1)


class Program(Enum):
    """Whose NCCI tables; the values are part of the names of table files."""

    MEDICARE = "medicare"
    MEDICAID = "medicaid"


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair in force on the date asked for. `column2` is the code that is not paid.

    `indicator` 0: no modifier bypasses the edit; 1: an NCCI modifier on either line may (CR 11168).
    `confirmed`: CMS files were seen that say so for that very date. Otherwise the date lies after
    the release or before it with a first day unknown or inferred: most likely so, not surely.
    `reason` is CMS' rationale in our own words, empty where the table has none.
    """

    column1: str
    column2: str
    indicator: Literal[0, 1]
    effective_from: date | None
    effective_to: date | None
    confirmed: bool
    reason: str
    release: str

    @property
    def modifier_may_open(self) -> bool:
        """Whether an NCCI modifier (59, X{EPSU} or another of its kind) may open the pair."""
        return self.indicator == 1


@dataclass(frozen=True, slots=True)
class _Row:
    column1: str
    column2: str
    indicator: int | None
    effective_from: date | None
    effective_to: date | None
    basis: str
    confirmed_through: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class PairTable:
    """A table of pairs of one program."""

    release: Release
    _rows: dict[tuple[str, str], tuple[_Row, ...]]
    _found: dict[tuple[str, str, date], Pair | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def find(self, first: str, second: str, on: date) -> Pair | None:
        """The pair of two codes, in either order, in force on the date of service.

        None: no pair in this table. A date after `release.through` means the answer may be out
        of date either way; `is_older_than` tells.
        """
        asked = (first, second, on)
        if asked not in self._found:
            if len(self._found) >= MOST_FOUND:
                self._found.clear()
            self._found[asked] = self._find(first, second, on)
        return self._found[asked]

    def _find(self, first: str, second: str, on: date) -> Pair | None:
        for key in ((first, second), (second, first)):
            for row in self._rows.get(key, ()):
                if _in_force(row, on):
                    return self._pair(row, on)
        return None

    def knows(self, first: str, second: str) -> bool:
        """Whether the table has any row for two codes, in either order and for whatever dates."""
        return (first, second) in self._rows or (second, first) in self._rows

    def is_older_than(self, on: date) -> bool:
        """Whether the table was made for an earlier quarter than the date of service."""
        return self.release.through is not None and on > self.release.through

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows.values())

    def _pair(self, row: _Row, on: date) -> Pair:
        return Pair(
            column1=row.column1,
            column2=row.column2,
            indicator=cast(Literal[0, 1], row.indicator),
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            confirmed=self._confirmed(row, on),
            reason=row.reason,
            release=self.release.release,
        )

    def _confirmed(self, row: _Row, on: date) -> bool:
        known_from = self.release.as_of
        if row.basis == "sourced":
            known_from = row.effective_from or date.min
        known_to = row.effective_to or row.confirmed_through or self.release.through
        return known_from is not None and known_from <= on and (known_to is None or on <= known_to)


@cache
def pair_table(program: Program = Program.MEDICARE, tables: Path | None = None) -> PairTable | None:
    """The table of a program; None when there is none (Medicaid unless imported): not checked.

    `tables` is the folder of imported tables. Raises TableError for a damaged file.
    """
    path = chosen(DATA / f"pairs_{program.value}.csv", tables)
    return _read(path) if path.is_file() else None


def _in_force(row: _Row, on: date) -> bool:
    if row.indicator not in _OPEN_OR_NOT:
        return False
    too_early = row.effective_from is not None and on < row.effective_from
    too_late = row.effective_to is not None and on > row.effective_to
    return not (too_early or too_late)


def _read(path: Path) -> PairTable:
    table = read_table(path, COLUMNS)
    rows: dict[tuple[str, str], tuple[_Row, ...]] = {}
    for row in _rows(table):
        key = (row.column1, row.column2)
        rows[key] = (*rows.get(key, ()), row)
    return PairTable(table.release, rows)


def _rows(table: TableFile) -> Iterator[_Row]:
    for row in table.rows:
        yield _Row(
            column1=row["column1"],
            column2=row["column2"],
            indicator=number(row["indicator"]),
            effective_from=day(row["effective_from"]),
            effective_to=day(row["effective_to"]),
            basis=row["basis"],
            confirmed_through=day(row["confirmed_through"]),
            reason=row["reason"],
        )
