"""What Medicare is expected to pay for the lines of a claim, as far as the fee tables know.

With payment amounts and ZIP code localities imported, to the cent: what the place of service pays,
after the multiple procedure reduction of each day, an assistant's line at 85 %. Else national
amounts: with relative values imported for every therapy code and after that reduction, without them
for 97110 and before it, as no source of ours has its practice expense.
"""

from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from scrubber.claim.values import amount
from scrubber.codes.localities import locality
from scrubber.engine.results import ClaimResult, LineSummary
from scrubber.profiles.profile import DatedProfile
from scrubber.therapy import payment_amounts, relative_values
from scrubber.therapy.fees import national_rate
from scrubber.therapy.unit_prices import FULL, Billed, UnitPrice, line_amounts

MEDICARE = "medicare"
BY_ASSISTANT = frozenset({"CQ", "CO"})


class Expected(NamedTuple):
    """Dollars for each line, None where the tables have no price; empty where no line has one or
    the payer is not Medicare. `locality` is the carrier and locality whose amounts they are, empty
    where they are national."""

    amounts: tuple[Decimal | None, ...] = ()
    locality: str = ""


def expected_of(claim: ClaimResult, payer: DatedProfile | None, tables: Path | None) -> Expected:
    """What a claim is expected to be paid."""
    first = claim.service_from
    if first is None or payer is None or payer.payer_type != MEDICARE:
        return Expected()
    reduction = payer.multiple_procedure_reduction
    paid = reduction.practice_expense_percent if reduction is not None else FULL
    where = locality(claim.zip_code, first, tables)
    if not payment_amounts.has_locality(where, first, tables):
        where = ""
    amounts: dict[int, Decimal | None] = {}
    placed = sorted(enumerate(claim.lines), key=lambda one: (one[1].day or first, one[0]))
    for day, of_day in groupby(placed, key=lambda one: one[1].day or first):
        numbers, lines = zip(*of_day, strict=True)
        billed = [_billed(line) for line in lines]
        prices = [_price(line, day, where, tables) for line in billed]
        amounts |= zip(numbers, line_amounts(billed, prices, day, paid), strict=True)
    found = tuple(amounts[number] for number in range(len(claim.lines)))
    return Expected(found, where) if any(one is not None for one in found) else Expected()


def _billed(line: LineSummary) -> Billed:
    return Billed(
        line.code if line.therapy is not None else "",
        amount(line.units) or Decimal(0),
        not BY_ASSISTANT.isdisjoint(line.modifiers),
    )


def _price(line: Billed, day: date, where: str, tables: Path | None) -> UnitPrice | None:
    if where:
        return payment_amounts.unit_price(line.code, where, day, tables)
    price = relative_values.unit_price(line.code, day, tables)
    rate = national_rate(line.code, day) if price is None else None
    return UnitPrice(rate) if rate is not None else price
