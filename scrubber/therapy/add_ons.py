"""Add-on codes: which primary codes an add-on may be billed with, on the same day.

Shipped in the therapy code table (NCCI add-on codes of 2024 quarter 3); the official file is the
user's to import.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from scrubber.codes.table_file import Release, day, imported, read_table
from scrubber.therapy import table
from scrubber.therapy.table import therapy_code

TABLE_NAME = "add_ons.csv"
COLUMNS = ("add_on", "primary", "type", "effective_from", "effective_to")

_CONTRACTOR_DECIDES = "CCCCC"


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on code with its primary codes; with `contractor_decides` there may be others."""

    code: str
    primaries: tuple[str, ...]
    contractor_decides: bool


def add_on(code: str, on: date, tables: Path | None = None) -> AddOn | None:
    """The add-on on a date of service; None for a code that is not an add-on as far as we know.

    `tables` is the folder of imported tables. Raises TableError for a damaged file.
    """
    edits = _imported(tables)
    if edits is None:
        found = therapy_code(code, on)
        primaries = found.addon_primaries if found else ()
        return AddOn(code, primaries, contractor_decides=False) if primaries else None
    in_force = [edit for edit in edits.get(code, ()) if edit.in_force(on)]
    if not in_force:
        return None
    return AddOn(
        code=code,
        primaries=tuple(edit.primary for edit in in_force if edit.primary != _CONTRACTOR_DECIDES),
        contractor_decides=any(edit.open_ended for edit in in_force),
    )


def release(tables: Path | None = None) -> Release:
    """Provenance of the add-on codes in use."""
    path = imported(TABLE_NAME, tables)
    return read_table(path).release if path else table.release()


@dataclass(frozen=True, slots=True)
class _Edit:
    primary: str
    type: str
    effective_from: date | None
    effective_to: date | None

    @property
    def open_ended(self) -> bool:
        # Type 1 names every primary code, type 2 none, type 3 some.
        return self.type != "1" or self.primary == _CONTRACTOR_DECIDES

    def in_force(self, on: date) -> bool:
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or on <= self.effective_to)


@cache
def _imported(tables: Path | None) -> dict[str, tuple[_Edit, ...]] | None:
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    edits: dict[str, tuple[_Edit, ...]] = {}
    for row in read_table(path, COLUMNS).rows:
        edit = _Edit(
            primary=row["primary"],
            type=row["type"],
            effective_from=day(row["effective_from"]),
            effective_to=day(row["effective_to"]),
        )
        edits[row["add_on"]] = (*edits.get(row["add_on"], ()), edit)
    return edits
