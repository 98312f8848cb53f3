"""Relative values of therapy codes, from the user's copy of the CMS file; none is shipped.

With them the national amount Medicare is expected to pay is known for every therapy code, and the
multiple procedure reduction can be counted.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from scrubber.codes.table_file import Release, decimal, imported, read_table, required_day
from scrubber.therapy.unit_prices import UnitPrice

TABLE_NAME = "relative_values.csv"
COLUMNS = (
    "code", "total", "practice_expense", "always_therapy", "conversion_factor",
    "effective_from", "effective_to",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RelativeValue:
    """Relative values of a code outside a facility; `factor` are dollars for one.

    `always_therapy`: the code counts for the multiple procedure reduction.
    """

    code: str
    total: Decimal
    practice_expense: Decimal
    always_therapy: bool
    factor: Decimal
    effective_to: date


def relative_value(code: str, on: date, tables: Path | None) -> RelativeValue | None:
    """The values of a code in the release in use on a day; None for one that is not in it, and
    for a day before the first release or after the year of the last one."""
    releases = _values(tables) or {}
    begun = max((day for day in releases if day <= on), default=None)
    found = releases[begun].get(code) if begun is not None else None
    return found if found is not None and on <= found.effective_to else None


def unit_price(code: str, on: date, tables: Path | None) -> UnitPrice | None:
    """What a unit of the code pays nationally on a day; None where it has no values."""
    found = relative_value(code, on, tables)
    if found is None:
        return None
    expense = found.practice_expense if found.always_therapy else Decimal(0)
    return UnitPrice(found.total * found.factor, expense * found.factor)


def release(tables: Path | None) -> Release | None:
    """Provenance of the table; None where there is none. Raises TableError for a damaged one."""
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    _values(tables)
    return read_table(path, COLUMNS).release


@cache
def _values(tables: Path | None) -> dict[date, dict[str, RelativeValue]] | None:
    """Values by code, of each release by its first day."""
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    releases: dict[date, dict[str, RelativeValue]] = {}
    for row in read_table(path, COLUMNS).rows:
        releases.setdefault(required_day(row["effective_from"]), {})[row["code"]] = RelativeValue(
            row["code"],
            decimal(row["total"]),
            decimal(row["practice_expense"]),
            row["always_therapy"] == "Y",
            decimal(row["conversion_factor"]),
            required_day(row["effective_to"]),
        )
    return releases
