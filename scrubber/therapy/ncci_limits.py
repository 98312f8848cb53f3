"""Medically unlikely edits (MUE): the most units of a code, for Medicare and for Medicaid.

Source: CMS NCCI MUE tables. MAI 1 limits a line, 2 and 3 limit a day over all lines of the code;
2 is absolute, 3 may be appealed with records. Medicaid publishes no MAI: its values count per day.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast

from scrubber.codes.quarter import quarter_with
from scrubber.codes.table_file import (
    Release,
    TableError,
    chosen,
    day,
    number,
    read_table,
    required_day,
)
from scrubber.therapy.ncci_pairs import Program
from scrubber.therapy.table import DATA

COLUMNS = ("code", "units", "adjudication", "confirmed_through", "reason", "effective_from")


@dataclass(frozen=True, slots=True)
class Limit:
    """The units limit of a code.

    `adjudication` is the MAI, None for Medicaid. `confirmed_through` is the last day for which
    the value was seen; after it the limit is probably, not surely, the same.
    """

    code: str
    units: int
    adjudication: Literal[1, 2, 3] | None
    confirmed_through: date | None
    reason: str
    release: str

    @property
    def per_line(self) -> bool:
        """Whether each line is limited by itself (MAI 1)."""
        return self.adjudication == 1

    @property
    def absolute(self) -> bool:
        """Whether no appeal can lift it (MAI 2)."""
        return self.adjudication == 2

    def is_older_than(self, on: date) -> bool:
        """Whether the value was last seen before the date of service."""
        return self.confirmed_through is not None and on > self.confirmed_through


@dataclass(frozen=True, slots=True)
class _LimitTable:
    release: Release
    quarters: dict[date, dict[str, Limit]]


def limit(
    code: str,
    on: date,
    program: Program = Program.MEDICARE,
    tables: Path | None = None,
) -> Limit | None:
    """The limit of a code in the quarter in use on a day, the first one we have for earlier days;
    None when that has none: not checked (some are confidential).

    `tables` is the folder of imported tables. Raises TableError for a damaged file.
    """
    quarters = _read(_path(program, tables)).quarters
    begun = max((day for day in quarters if day <= on), default=min(quarters, default=on))
    return quarters.get(begun, {}).get(code)


def release(program: Program = Program.MEDICARE, tables: Path | None = None) -> Release:
    """Provenance of the table."""
    return _read(_path(program, tables)).release


def _path(program: Program, tables: Path | None) -> Path:
    return chosen(_SHIPPED[program], tables)


_SHIPPED = {program: DATA / f"mue_{program.value}.csv" for program in Program}


@cache
def _read(path: Path) -> _LimitTable:
    table = read_table(path, COLUMNS)
    one_quarter = len({row["effective_from"] for row in table.rows}) == 1
    quarters: dict[date, dict[str, Limit]] = {}
    for row in table.rows:
        begins = required_day(row["effective_from"])
        quarters.setdefault(begins, {})[row["code"]] = Limit(
            code=row["code"],
            units=_units(row["units"]),
            adjudication=cast(Literal[1, 2, 3] | None, number(row["adjudication"])),
            confirmed_through=day(row["confirmed_through"]),
            reason=row["reason"],
            release=table.release.release if one_quarter else str(quarter_with(begins)),
        )
    return _LimitTable(table.release, quarters)


def _units(cell: str) -> int:
    units = number(cell)
    if units is None:
        raise TableError("a number of units expected in place of an empty cell")
    return units
