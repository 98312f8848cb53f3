"""What Medicare pays for therapy codes in each locality, from the user's copy of CMS' payment
amount file; none is shipped.

The file has the amount of a unit and, for always-therapy codes, the amount after the multiple
procedure reduction of half the practice expense.
Source: 42 CFR 414.22 and CMS Pub. 100-04, chapter 5, section 10.7.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from scrubber.codes.table_file import Release, decimal, imported, read_table, required_day
from scrubber.therapy.unit_prices import UnitPrice

TABLE_NAME = "payment_amounts.csv"
COLUMNS = ("code", "locality", "amount", "reduced", "whole", "effective_from", "effective_to")
"""`locality` is carrier and locality. `whole` is Y in a release of every code, empty in one of
changes. An amount of 0 is none: the code is not paid, or the contractor prices it."""


@dataclass(frozen=True, slots=True)
class _Payments:
    """A release: prices by code and locality, and whose localities it has."""

    effective_from: date
    effective_to: date
    whole: bool
    prices: dict[tuple[str, str], UnitPrice | None]
    localities: set[str]


def has_locality(locality: str, on: date, tables: Path | None) -> bool:
    """Whether there are amounts of a locality for a day."""
    return any(one.whole and locality in one.localities for one in _in_use(on, tables))


def unit_price(code: str, locality: str, on: date, tables: Path | None) -> UnitPrice | None:
    """What a unit of the code pays there on a day; None where the file has no amount."""
    changed = (one.prices for one in _in_use(on, tables) if (code, locality) in one.prices)
    return next(changed, {}).get((code, locality))


def release(tables: Path | None) -> Release | None:
    """Provenance of the table; None where there is none. Raises TableError for a damaged one."""
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    _payments(tables)
    return read_table(path, COLUMNS).release


def _in_use(on: date, tables: Path | None) -> Iterator[_Payments]:
    """The releases that hold on a day, the latest first: changes, then what they change."""
    for one in _payments(tables):
        if one.effective_from <= on <= one.effective_to:
            yield one
            if one.whole:
                return


@cache
def _payments(tables: Path | None) -> tuple[_Payments, ...]:
    """The releases, the latest first."""
    path = imported(TABLE_NAME, tables)
    if path is None:
        return ()
    found: dict[date, _Payments] = {}
    for row in read_table(path, COLUMNS).rows:
        begins = required_day(row["effective_from"])
        if begins not in found:
            ends, whole = required_day(row["effective_to"]), row["whole"] == "Y"
            found[begins] = _Payments(begins, ends, whole, {}, set())
        found[begins].prices[row["code"], row["locality"]] = _price(row)
        found[begins].localities.add(row["locality"])
    return tuple(found[day] for day in sorted(found, reverse=True))


def _price(row: dict[str, str]) -> UnitPrice | None:
    full, reduced = decimal(row["amount"]), decimal(row["reduced"] or "0")
    # The file takes off half of the practice expense.
    return UnitPrice(full, 2 * (full - reduced) if reduced else Decimal(0)) if full else None
