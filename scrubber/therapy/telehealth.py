"""CMS's list of telehealth services: what Medicare pays by telehealth, by calendar year.

Only codes of the therapy table are kept. A year that is not in the table was not imported and
says nothing.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from scrubber.codes.table_file import Release, chosen, read_release, read_table
from scrubber.therapy.table import DATA

TABLE = DATA / "telehealth_medicare.csv"
COLUMNS = ("year", "code", "status", "audio_only")


@dataclass(frozen=True, slots=True)
class TelehealthService:
    """A code on the list of a year. `status` is the list's own word (permanent, provisional;
    empty since 2026). `audio_only` is None where the list does not tell."""

    code: str
    status: str
    audio_only: bool | None


def is_known_year(on: date, tables: Path | None = None) -> bool:
    """Whether the table holds the list of that year; `tables` is the folder of imported ones."""
    return on.year in _lists(tables)


def telehealth_service(code: str, on: date, tables: Path | None = None) -> TelehealthService | None:
    """The code as it is listed on a date of service; None where it is not on that year's list."""
    return _lists(tables).get(on.year, {}).get(code)


def release(tables: Path | None = None) -> Release:
    """Provenance of the table."""
    return read_release(chosen(TABLE, tables))


@cache
def _lists(tables: Path | None) -> dict[int, dict[str, TelehealthService]]:
    lists: dict[int, dict[str, TelehealthService]] = {}
    for row in read_table(chosen(TABLE, tables), COLUMNS).rows:
        audio_only = {"Y": True, "N": False}.get(row["audio_only"])
        service = TelehealthService(row["code"], row["status"], audio_only)
        lists.setdefault(int(row["year"]), {})[row["code"]] = service
    return lists
