"""What earlier services say about those of a claim. Pure: rows in, words out."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from scrubber.claim.claim import REPLACEMENT, VOID
from scrubber.engine.earlier_services import (
    Said,
    Terms,
    duplicates,
    over_units,
    pairs,
    say_duplicates,
)
from scrubber.ledger.services import ServiceRow
from scrubber.rules.annual_threshold import NOT_EXPECTED_TO_PAY
from scrubber.rules.history import THRESHOLD
from scrubber.therapy.thresholds import threshold

REPLACES = frozenset({REPLACEMENT, VOID})
SHARED = {"GP": "PT and SLP", "GN": "PT and SLP", "GO": "OT"}


def in_force(rows: Iterable[ServiceRow]) -> list[ServiceRow]:
    """The rows that no later replacement or void of the same claim has taken the place of."""
    latest: dict[str, tuple[int, int]] = {}
    ordered = sorted(rows, key=lambda row: (row.file, row.claim_number, row.line))
    for row in ordered:
        if row.frequency in REPLACES:
            latest[row.claim] = row.file, row.claim_number
    return [
        row
        for row in ordered
        if row.frequency != VOID and (row.file, row.claim_number) >= latest.get(row.claim, (0, 0))
    ]


def said_of(
    rows: Sequence[ServiceRow], earlier: Sequence[ServiceRow], opening: Decimal, terms: Terms
) -> list[Said]:
    """What is to be said of the lines of a claim, `rows`, of which all are of one patient.

    `earlier` are the patient's rows in force, of claims that came before. `opening` are the
    dollars that counted before the ledger began, for the year and discipline of the claim.
    """
    if not rows or rows[0].frequency == VOID:
        return []
    if rows[0].frequency in REPLACES:
        earlier = [row for row in earlier if row.claim != rows[0].claim]
    twins = list(duplicates(rows, earlier))
    said = say_duplicates(twins, _on_claim)
    repeated = [row for row, _ in twins]
    others = [row for row in rows if row not in repeated]
    said += over_units(others, earlier, terms)
    said += pairs(others, earlier, terms, _on_claim)
    return said + _over_threshold(rows, earlier, opening)


def _on_claim(_row: ServiceRow) -> str:
    return "on a claim that was accepted"


def _over_threshold(
    rows: Sequence[ServiceRow], earlier: Sequence[ServiceRow], opening: Decimal
) -> list[Said]:
    said: list[Said] = []
    before = list(earlier)
    for row in rows:
        bound = threshold(row.first.year, row.discipline) if row.counted else None
        if bound is not None:
            known, unpriced = accrued(before, row.first.year, row.discipline, opening)
            lacks = "KX" not in row.modifiers and not NOT_EXPECTED_TO_PAY & set(row.modifiers)
            if known > bound.kx and lacks:
                words = f"at least ${known:.2f} were accrued in {bound.year} before this service"
                if unpriced:
                    words += f" ({unpriced} services have no rate in our table and count nothing)"
                words += f"; above ${bound.kx} for {SHARED[row.discipline]} {row.code} needs KX"
                said.append(Said(THRESHOLD, row.line, words))
        before.append(row)
    return said


def accrued(
    rows: Iterable[ServiceRow], year: int, discipline: str, opening: Decimal
) -> tuple[Decimal, int]:
    """Dollars of a calendar year that surely count, and how many services have no rate."""
    counted = [
        row
        for row in rows
        if row.counted
        and row.first.year == year
        and SHARED.get(row.discipline) == SHARED.get(discipline)
    ]
    known = sum((row.expected for row in counted if row.expected is not None), opening)
    return known, sum(row.expected is None for row in counted)
