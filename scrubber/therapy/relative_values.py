"""Relative values of therapy codes, from the user's copy of the CMS file; none is shipped.

With them the amount Medicare is expected to pay is known for every therapy code, and the multiple
procedure reduction can be counted: of all always-therapy units of a day one is paid in full, the
one with the highest practice expense; of the others a part of the practice expense is taken off.
Source: 42 CFR 414.22 and CMS Pub. 100-04, chapter 5, section 10.7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrubber.codes.table_file import Release, TableError, imported, read_table, required_day
from scrubber.therapy.fees import ASSISTANT_REDUCTION_FROM, ASSISTANT_SHARE

TABLE_NAME = "relative_values.csv"
COLUMNS = (
    "code", "total", "practice_expense", "always_therapy", "conversion_factor",
    "effective_from", "effective_to",
)  # fmt: skip
FULL = Decimal(100)

_CENT = Decimal("0.01")


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


class Billed(NamedTuple):
    """A line of a day: code, units, and whether an assistant gave it (CQ or CO)."""

    code: str
    units: Decimal
    by_assistant: bool


def relative_value(code: str, on: date, tables: Path | None) -> RelativeValue | None:
    """The values of a code in the release in use on a day; None for one that is not in it, and
    for a day before the first release or after the year of the last one."""
    releases = _values(tables) or {}
    begun = max((day for day in releases if day <= on), default=None)
    found = releases[begun].get(code) if begun is not None else None
    return found if found is not None and on <= found.effective_to else None


def expected_amounts(
    lines: Sequence[Billed], on: date, tables: Path | None, paid_percent: Decimal = FULL
) -> list[Decimal | None]:
    """Dollars for each line of a patient's day, rounded to the cent; None where no value is known.

    `paid_percent` of the practice expense is paid for the second and later always-therapy units.
    """
    values = [relative_value(line.code, on, tables) for line in lines]
    billed = [one for one, line in zip(values, lines, strict=True) if one and line.units > 0]
    always = [one for one in billed if one.always_therapy]
    dearest = max(always, key=lambda one: one.practice_expense, default=None)
    paid_in_full = False
    amounts: list[Decimal | None] = []
    for line, value in zip(lines, values, strict=True):
        if value is None:
            amounts.append(None)
            continue
        reduced = line.units if value.always_therapy else Decimal(0)
        if value is dearest and not paid_in_full and line.units > 0:
            reduced -= min(line.units, Decimal(1))
            paid_in_full = True
        off = reduced * value.practice_expense * (1 - paid_percent / FULL)
        share = ASSISTANT_SHARE if _is_reduced(line, on) else Decimal(1)
        dollars = (line.units * value.total - off) * value.factor * share
        amounts.append(dollars.quantize(_CENT, ROUND_HALF_UP))
    return amounts


def release(tables: Path | None) -> Release | None:
    """Provenance of the table; None where there is none. Raises TableError for a damaged one."""
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    _values(tables)
    return read_table(path, COLUMNS).release


def is_imported(tables: Path | None) -> bool:
    """Whether the user imported the file."""
    return imported(TABLE_NAME, tables) is not None


def _is_reduced(line: Billed, on: date) -> bool:
    return line.by_assistant and on >= ASSISTANT_REDUCTION_FROM


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
            _number(row["total"]),
            _number(row["practice_expense"]),
            row["always_therapy"] == "Y",
            _number(row["conversion_factor"]),
            required_day(row["effective_to"]),
        )
    return releases


def _number(text: str) -> Decimal:
    if not text.replace(".", "", 1).isdecimal():
        raise TableError(f"a number expected in place of {text!r}")
    return Decimal(text)
