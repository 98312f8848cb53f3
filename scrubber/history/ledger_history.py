"""What earlier services say about those of a claim over a longer time. Pure: rows in, words out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from scrubber.claim.claim import REPLACES, VOID
from scrubber.engine.earlier_services import Said
from scrubber.history.services import ServiceRow
from scrubber.rules.annual_threshold import NOT_EXPECTED_TO_PAY
from scrubber.rules.history import THRESHOLD
from scrubber.therapy.thresholds import threshold

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


class Visit(NamedTuple):
    """A treatment day of a discipline and its note, as a ServiceRow has them."""

    discipline: str
    first: date
    note: str


class PatientHistory:
    """What a patient's services in force add up to: dollars that count towards the threshold of a
    year, services without a rate, and treatment days with what is known of a note."""

    def __init__(self, rows: Iterable[ServiceRow] = ()) -> None:
        self._dollars: defaultdict[tuple[int, str], Decimal] = defaultdict(Decimal)
        self._unpriced: Counter[tuple[int, str]] = Counter()
        self._noted: Counter[Visit] = Counter()
        self.add(in_force(rows))

    def add(self, rows: Iterable[ServiceRow], times: int = 1) -> None:
        """Services of an accepted claim; with -1 those that it replaces, which no longer count."""
        for row in rows:
            if row.counted:
                key = row.first.year, SHARED.get(row.discipline, "")
                self._dollars[key] += times * (row.expected or 0)
                self._unpriced[key] += times * (row.expected is None)
            if row.note:
                self._noted[Visit(row.discipline, row.first, row.note)] += times

    def accrued(self, year: int, discipline: str) -> tuple[Decimal, int]:
        """Dollars of a calendar year that surely count, and how many services have no rate."""
        key = year, SHARED.get(discipline, "")
        return self._dollars[key], self._unpriced[key]

    @property
    def visits(self) -> list[Visit]:
        """The treatment days of which it is known whether there was a note."""
        return [visit for visit, count in self._noted.items() if count]


def over_threshold(
    rows: Sequence[ServiceRow], earlier: PatientHistory, opening: Decimal
) -> list[Said]:
    """What is to be said of the lines of a claim above the threshold of the year. `opening` are
    the dollars that counted before the ledger began, for the year and discipline of the claim."""
    said: list[Said] = []
    own = PatientHistory()
    for row in rows:
        bound = threshold(row.first.year, row.discipline) if row.counted else None
        if bound is not None:
            year = row.first.year, row.discipline
            (before, untold), (here, missing) = earlier.accrued(*year), own.accrued(*year)
            known, unpriced = opening + before + here, untold + missing
            lacks = "KX" not in row.modifiers and not NOT_EXPECTED_TO_PAY & set(row.modifiers)
            if known > bound.kx and lacks:
                words = f"at least ${known:.2f} were accrued in {bound.year} before this service"
                if unpriced:
                    words += f" (services without a rate in our table, not counted: {unpriced})"
                words += f"; above ${bound.kx} for {SHARED[row.discipline]} {row.code} needs KX"
                said.append(Said(THRESHOLD, row.line, words))
        own.add([row])
    return said
