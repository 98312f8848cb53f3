"""What Medicare is expected to pay for the lines of a claim, as far as the fee tables know.

National amounts; an assistant's line at 85 %. Where the user imported the relative values, for
every therapy code and after the multiple procedure reduction of a claim of one day; else for 97110
and before it, as no source of ours has its practice expense. To rank findings by dollars, not to
price a claim.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

from scrubber.claim.values import amount
from scrubber.engine.results import ClaimResult
from scrubber.profiles.profile import DatedProfile
from scrubber.therapy.fees import expected_amount
from scrubber.therapy.relative_values import FULL, Billed, expected_amounts, is_imported

MEDICARE = "medicare"
BY_ASSISTANT = frozenset({"CQ", "CO"})
Amounts = tuple[Decimal | None, ...]


def expected_of(claim: ClaimResult, payer: DatedProfile | None, tables: Path | None) -> Amounts:
    """Dollars for each line, None where the tables have no rate; empty where no line has one or
    the payer is not Medicare."""
    day = claim.service_from
    if day is None or payer is None or payer.payer_type != MEDICARE:
        return ()
    lines = [
        Billed(
            line.code if line.therapy is not None else "",
            amount(line.units) or Decimal(0),
            not BY_ASSISTANT.isdisjoint(line.modifiers),
        )
        for line in claim.lines
    ]
    found = _by_rate(lines, day)
    if is_imported(tables):
        valued = _by_values(lines, claim, payer, tables)
        found = [one if one is not None else rate for one, rate in zip(valued, found, strict=True)]
    return tuple(found) if any(one is not None for one in found) else ()


def _by_rate(lines: list[Billed], day: date) -> list[Decimal | None]:
    return [expected_amount(line.code, line.units, day, line.by_assistant) for line in lines]


def _by_values(
    lines: list[Billed], claim: ClaimResult, payer: DatedProfile, tables: Path | None
) -> list[Decimal | None]:
    assert claim.service_from is not None
    reduction = payer.multiple_procedure_reduction
    # Which lines of several days go together is not told here.
    of_one_day = claim.service_from == claim.service_to
    paid = reduction.practice_expense_percent if reduction is not None and of_one_day else FULL
    return expected_amounts(lines, claim.service_from, tables, paid)
