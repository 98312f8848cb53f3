"""Place of service codes (code source 237), looked up on the date of service."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from scrubber.codes.table_file import CODES_DATA, Release, day, read_release, read_table
from scrubber.codes.verdict import Verdict

TABLE = CODES_DATA / "place_of_service.csv"


@dataclass(frozen=True, slots=True)
class PlaceOfService:
    """A place of service. `effective_from` None: in the set as far back as we know."""

    code: str
    meaning: str
    effective_from: date | None
    effective_to: date | None
    inpatient: bool
    telehealth: bool


def place(code: str) -> PlaceOfService | None:
    """The place a code stands for, whatever the date; None if no such code was ever assigned."""
    return _places().get(code)


def is_valid(code: str, on: date) -> bool:
    """Whether the code was in the set on the date of service."""
    found = _places().get(code)
    if found is None or (found.effective_from and on < found.effective_from):
        return False
    return not (found.effective_to and on > found.effective_to)


def check(code: str, on: date) -> Verdict:
    """VALID or INVALID on the date of service; the set is complete, so never UNKNOWN."""
    return Verdict.VALID if is_valid(code, on) else Verdict.INVALID


def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _places() -> dict[str, PlaceOfService]:
    return {
        row["code"]: PlaceOfService(
            code=row["code"],
            meaning=row["meaning"],
            effective_from=day(row["effective_from"]),
            effective_to=day(row["effective_to"]),
            inpatient=row["inpatient"] == "Y",
            telehealth=row["telehealth"] == "Y",
        )
        for row in read_table(TABLE).rows
    }
