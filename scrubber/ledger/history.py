"""What earlier services say about those of a claim. Pure: rows in, words out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from scrubber.ledger.services import ServiceRow
from scrubber.rules.history import DUPLICATE_SERVICE, THRESHOLD, UNITS_OVER_CLAIMS
from scrubber.rules.rule import Rule
from scrubber.therapy.ncci_limits import limit
from scrubber.therapy.ncci_pairs import Program
from scrubber.therapy.thresholds import threshold

# Modifiers that say a service is another one of its kind on the same day.
REPEATED = frozenset({"59", "76", "77", "91", "XE", "XP", "XS", "XU"})
NOT_EXPECTED_TO_PAY = frozenset({"GA", "GX", "GY", "GZ"})
REPLACES = frozenset({"7", "8"})
VOID = "8"
SHARED = {"GP": "PT and SLP", "GN": "PT and SLP", "GO": "OT"}


class Said(NamedTuple):
    """A problem with one service line (its number within the claim)."""

    rule: Rule
    line: int
    message: str


@dataclass(frozen=True)
class Terms:
    """What of the payer's rules matters here: the table of unlikely edits, or None for none."""

    program: Program | None


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
    duplicates = [row for row in rows if _has_twin(row, earlier)]
    said = [Said(DUPLICATE_SERVICE, row.line, _duplicate(row)) for row in duplicates]
    if terms.program is not None:
        others = [row for row in rows if row not in duplicates]
        said += _units(others, earlier, terms.program)
    return said + _over_threshold(rows, earlier, opening)


def _has_twin(row: ServiceRow, earlier: Sequence[ServiceRow]) -> bool:
    if REPEATED.intersection(row.modifiers):
        return False
    wanted = (row.provider, row.code, row.first, row.last, row.place, row.charge)
    return any(
        (one.provider, one.code, one.first, one.last, one.place, one.charge) == wanted
        for one in earlier
    )


def _duplicate(row: ServiceRow) -> str:
    return (
        f"{row.code} was billed before for the same patient, provider, day, place and charge, "
        "and that claim was accepted"
    )


def _units(
    rows: Sequence[ServiceRow], earlier: Sequence[ServiceRow], program: Program
) -> list[Said]:
    said = []
    for row in rows:
        found = limit(row.code, program)
        if found is None or found.per_line or found.units == 0 or row.first != row.last:
            continue
        key = (row.provider, row.code, row.first)
        before = sum(
            (one.units for one in earlier if (one.provider, one.code, one.first) == key),
            Decimal(0),
        )
        now = sum(
            (one.units for one in rows if (one.provider, one.code, one.first) == key), Decimal(0)
        )
        is_last = row is [one for one in rows if (one.provider, one.code, one.first) == key][-1]
        if before and is_last and now <= found.units < before + now:
            words = f"{_plain(now)} units of {row.code}, after {_plain(before)} on other claims "
            words += f"of this day: {found.units} a day is the most (MUE, {found.release})"
            said.append(Said(UNITS_OVER_CLAIMS, row.line, words))
    return said


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


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
