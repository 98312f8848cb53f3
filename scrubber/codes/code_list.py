"""Code lists of X12 with the days on which each code starts and stops, from the user's copy; none
is shipped. Only codes and days are kept: the texts are copyrighted.
"""

from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrubber.codes.table_file import Release, day, imported, read_table

COLUMNS = ("code", "effective_from", "effective_to")


class CodeList(Enum):
    """A list: its file, and what a code of it is called."""

    REASONS = ("carc.csv", "adjustment reason")
    REMARKS = ("rarc.csv", "remark code")
    STATUSES = ("claim_status_codes.csv", "claim status code")

    @property
    def file(self) -> str:
        """The name of its file in the folder of imported tables."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What a code of it is called."""
        return self.value[1]


class _Days(NamedTuple):
    starts: date | None
    stops: date | None


def is_imported(which: CodeList, tables: Path | None) -> bool:
    """Whether the user imported the list."""
    return _codes(which, tables) is not None


def doubt(which: CodeList, code: str, on: date, tables: Path | None) -> str:
    """What the list says against a code on a day, for people; empty where it has the code in
    force, and where it was not imported."""
    codes = _codes(which, tables)
    if codes is None:
        return ""
    found = codes.get(code)
    if found is None:
        return f"{which.words} {code} is not in the imported list"
    if found.starts is not None and on < found.starts:
        return f"{which.words} {code} was not in effect before {found.starts}"
    if found.stops is not None and on > found.stops:
        return f"{which.words} {code} stopped on {found.stops}"
    return ""


def release(which: CodeList, tables: Path | None) -> Release | None:
    """Provenance of a list; None where there is none. Raises TableError for a damaged one."""
    path = imported(which.file, tables)
    if path is None:
        return None
    _codes(which, tables)
    return read_table(path, COLUMNS).release


@cache
def _codes(which: CodeList, tables: Path | None) -> dict[str, _Days] | None:
    path = imported(which.file, tables)
    if path is None:
        return None
    return {
        row["code"]: _Days(day(row["effective_from"]), day(row["effective_to"]))
        for row in read_table(path, COLUMNS).rows
    }
