"""What a unit is worth: what the payer allowed for it before, else Medicare's amount."""

import sqlite3
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scrubber.answers.settle import SettledClaim
from scrubber.therapy import relative_values
from scrubber.therapy.fees import national_rate

PAID_BEFORE, MEDICARE, CHARGE = "allowed before", "medicare", "charge"
_CENT = Decimal("0.01")
_SCALE = 10_000


class Expected(NamedTuple):
    """Dollars, and what they are taken from: PAID_BEFORE, MEDICARE or CHARGE."""

    dollars: Decimal
    basis: str


class Worth(NamedTuple):
    """What decides the worth of a line: days of service and of decision may be None."""

    payer: str
    code: str
    modifiers: frozenset[str]
    units: Decimal | None
    charge: Decimal
    served: date | None
    decided: date | None


class Prices:
    """Allowed amounts per unit by payer, code and modifiers, in a nameless database."""

    def __init__(self, tables: Path | None = None) -> None:
        self._tables = tables
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE prices (kind TEXT, day TEXT, unit INTEGER);"
        )
        self._database.execute("BEGIN")
        self._is_indexed = False
        self._median = lru_cache(1 << 14)(self._median_of)

    def add(self, settled: SettledClaim) -> None:
        """Learn from the lines of a claim that were paid in full and whose answer balances."""
        for one in settled.lines:
            final, line = one.final, one.line
            if final is None or final.outcome != "paid" or not final.sure or not final.paid_on:
                continue
            if final.allowed and final.allowed > 0 and line.units and line.units > 0:
                unit = int((final.allowed / line.units * _SCALE).to_integral_value())
                kind = _kind(settled.claim.payer_label, line.code, line.modifiers)
                row = (kind, final.paid_on.isoformat(), unit)
                self._database.execute("INSERT INTO prices VALUES (?, ?, ?)", row)

    def expected(self, of: Worth) -> Expected:
        """What a line would have brought: units times the median of the year up to the month in
        which it was decided, never more than its charge."""
        if of.units is not None and of.units > 0:
            until = f"{of.decided or of.served or date.max:%Y-%m}"
            median = self._median(_kind(of.payer, of.code, of.modifiers), until)
            if median is not None:
                return Expected(min(of.charge, _cents(of.units * median)), PAID_BEFORE)
            rate = self._medicare(of.code, of.served)
            if rate is not None:
                return Expected(min(of.charge, _cents(of.units * rate)), MEDICARE)
        return Expected(of.charge, CHARGE)

    def expected_of_part(self, of: Worth, part: Decimal) -> Expected:
        """The same for a part of the charge."""
        whole = self.expected(of)
        share = min(part / of.charge, Decimal(1)) if of.charge else Decimal(1)
        return Expected(_cents(whole.dollars * share), whole.basis)

    def _medicare(self, code: str, served: date | None) -> Decimal | None:
        if served is None:
            return None
        price = relative_values.unit_price(code, served, self._tables)
        return price.full if price is not None else national_rate(code, served)

    def _median_of(self, kind: str, month: str) -> Decimal | None:
        """The lower median of a unit in the twelve months up to this one."""
        if not self._is_indexed:
            self._database.execute("CREATE INDEX price_kind ON prices (kind, day)")
            self._is_indexed = True
        where = "FROM prices WHERE kind = ? AND day >= ? AND day <= ?"
        begin = f"{int(month[:4]) - 1}-{month[5:]}-99"
        span = (kind, begin, f"{month}-99")
        (count,) = self._database.execute(f"SELECT count(*) {where}", span).fetchone()
        if not count:
            return None
        query = f"SELECT unit {where} ORDER BY unit LIMIT 1 OFFSET ?"
        (unit,) = self._database.execute(query, (*span, (count - 1) // 2)).fetchone()
        return Decimal(unit) / _SCALE


def _kind(payer: str, code: str, modifiers: frozenset[str]) -> str:
    return "|".join((payer, code, *sorted(modifiers)))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
