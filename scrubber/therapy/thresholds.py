"""Annual Medicare thresholds of therapy: where KX is needed and where medical review begins.

Physical therapy and speech-language pathology share one, occupational therapy has its own. A
claim does not carry what was accrued, so the amount must come from the user or the ledger.
Source: CMS Therapy Services page, see data/thresholds.csv. A year not there is not checked.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from scrubber.codes.table_file import Release, read_release, read_table, words
from scrubber.therapy.table import DATA

TABLE = DATA / "thresholds.csv"

_DISCIPLINES = {"GP": "PT", "GO": "OT", "GN": "SLP"}


@dataclass(frozen=True, slots=True)
class Threshold:
    """Dollars allowed in a calendar year (deductible and coinsurance included).

    `kx` is the amount above which each line needs KX; `review` the amount above which medical
    review may be asked. `disciplines` are those that share it.
    """

    year: int
    disciplines: tuple[str, ...]
    kx: Decimal
    review: Decimal
    source: str
    confidence: str


def threshold(year: int, modifier: str) -> Threshold | None:
    """The threshold of a year for a plan-of-care modifier (GP, GO, GN); None: not checked."""
    return _thresholds().get((year, _DISCIPLINES.get(modifier, "")))


def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _thresholds() -> dict[tuple[int, str], Threshold]:
    rows = (
        Threshold(
            year=int(row["year"]),
            disciplines=words(row["disciplines"]),
            kx=Decimal(row["kx_threshold"]),
            review=Decimal(row["review_threshold"]),
            source=row["source"],
            confidence=row["confidence"],
        )
        for row in read_table(TABLE).rows
    )
    return {(row.year, discipline): row for row in rows for discipline in row.disciplines}
