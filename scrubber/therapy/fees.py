"""Expected Medicare amounts: conversion factor, the rate of 97110, what an assistant's line pays.

National amounts without geographic adjustment or practice expense reduction. A date or code that is
not in the table gives None, never a guess.
Source: CMS physician fee schedule, see data/fees.csv; assistant share: CMS Therapy page 2026.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from scrubber.codes.table_file import Release, read_release, read_table
from scrubber.therapy.table import DATA

TABLE = DATA / "fees.csv"

ASSISTANT_SHARE = Decimal("0.85")
ASSISTANT_REDUCTION_FROM = date(2022, 1, 1)


@dataclass(frozen=True, slots=True)
class Fee:
    """Fee schedule figures of a period. `rates` are national dollars a unit, by code."""

    effective_from: date
    effective_to: date
    conversion_factor: Decimal
    rates: tuple[tuple[str, Decimal], ...]
    source: str
    confidence: str


def fee(on: date) -> Fee | None:
    """The figures in force on a date of service; None for a date that is not in the table."""
    return next((row for row in _fees() if row.effective_from <= on <= row.effective_to), None)


def conversion_factor(on: date) -> Decimal | None:
    """Dollars a relative value unit; None for a date that is not in the table."""
    found = fee(on)
    return found.conversion_factor if found else None


def national_rate(code: str, on: date) -> Decimal | None:
    """Dollars a unit of the code, before any reduction; None where the table has no rate."""
    found = fee(on)
    return dict(found.rates).get(code) if found else None


def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _fees() -> tuple[Fee, ...]:
    return tuple(
        Fee(
            effective_from=date.fromisoformat(row["effective_from"]),
            effective_to=date.fromisoformat(row["effective_to"]),
            conversion_factor=Decimal(row["conversion_factor"]),
            rates=(("97110", Decimal(row["rate_97110"])),) if row["rate_97110"] else (),
            source=row["source"],
            confidence=row["confidence"],
        )
        for row in read_table(TABLE).rows
    )
