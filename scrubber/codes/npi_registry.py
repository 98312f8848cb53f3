"""Providers as the national registry (NPPES) has them, from a file of the user's; none is shipped.

The whole registry has eight million rows; a user imports those of the providers that matter.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast

from scrubber.codes.table_file import Release, day, imported, read_table

TABLE_NAME = "npi.csv"
COLUMNS = ("npi", "entity", "deactivated", "reactivated")


@dataclass(frozen=True, slots=True)
class Registered:
    """A provider in the registry. `entity` is 1 for a person, 2 for an organization, empty where
    a deactivated number tells nothing more."""

    npi: str
    entity: Literal["1", "2", ""]
    deactivated: date | None
    reactivated: date | None

    def is_active(self, on: date) -> bool:
        """Whether the number was in use on a day."""
        if self.deactivated is None or on < self.deactivated:
            return True
        back = self.reactivated
        return back is not None and self.deactivated <= back <= on


def is_imported(tables: Path | None) -> bool:
    """Whether the user imported a file of the registry."""
    return imported(TABLE_NAME, tables) is not None


def registered(npi: str, tables: Path | None) -> Registered | None:
    """The provider of that number; None where the imported file does not have it."""
    return (_registry(tables) or {}).get(npi)


def release(tables: Path | None) -> Release | None:
    """Provenance of the file; None where there is none. Raises TableError for a damaged one."""
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    _registry(tables)
    return read_table(path, COLUMNS).release


@cache
def _registry(tables: Path | None) -> dict[str, Registered] | None:
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    return {
        row["npi"]: Registered(
            npi=row["npi"],
            entity=cast(Literal["1", "2", ""], row["entity"]),
            deactivated=day(row["deactivated"]),
            reactivated=day(row["reactivated"]),
        )
        for row in read_table(path, COLUMNS).rows
    }
