"""What the lines of a patient's day pay by the price of a unit, after the multiple procedure
reduction: of all always-therapy units of a day one is paid in full, the one with the highest
practice expense; of the others a part of the practice expense is taken off.

Source: 42 CFR 414.22 and CMS Pub. 100-04, chapter 5, section 10.7.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from operator import itemgetter
from typing import NamedTuple

from scrubber.therapy.fees import ASSISTANT_REDUCTION_FROM, ASSISTANT_SHARE

FULL = Decimal(100)

_CENT = Decimal("0.01")


class UnitPrice(NamedTuple):
    """Dollars of a unit, and how many of them are practice expense that the reduction may take a
    part of: 0 for what is not always therapy."""

    full: Decimal
    expense: Decimal = Decimal(0)


class Billed(NamedTuple):
    """A line of a day: code, units, and whether an assistant gave it (CQ or CO)."""

    code: str
    units: Decimal
    by_assistant: bool


def line_amounts(
    lines: Sequence[Billed],
    prices: Sequence[UnitPrice | None],
    on: date,
    paid_percent: Decimal = FULL,
) -> list[Decimal | None]:
    """Dollars for each line of a patient's day, rounded to the cent; None where it has no price.

    `paid_percent` of the practice expense is paid for the second and later always-therapy units.
    """
    priced = [
        (price.expense, at)
        for at, (line, price) in enumerate(zip(lines, prices, strict=True))
        if price is not None and line.units > 0
    ]
    dearest, in_full = max(priced, key=itemgetter(0), default=(Decimal(0), -1))
    amounts: list[Decimal | None] = []
    for at, (line, price) in enumerate(zip(lines, prices, strict=True)):
        if price is None:
            amounts.append(None)
            continue
        reduced = line.units - (min(line.units, Decimal(1)) if at == in_full and dearest else 0)
        off = reduced * price.expense * (1 - paid_percent / FULL)
        is_shared = line.by_assistant and on >= ASSISTANT_REDUCTION_FROM
        share = ASSISTANT_SHARE if is_shared else Decimal(1)
        dollars = (line.units * price.full - off) * share
        amounts.append(dollars.quantize(_CENT, ROUND_HALF_UP))
    return amounts
