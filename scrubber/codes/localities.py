"""Payment localities of the physician fee schedule by ZIP code, from the user's copy of CMS' file.

None is shipped. Some ZIP codes lie in several localities: there the last four digits decide.
Source: CMS Pub. 100-04, chapter 1, section 10.1.1; CMS change request 5208 (nine-digit ZIP codes).
"""

import re
from datetime import date
from functools import cache
from pathlib import Path

from scrubber.codes.record_file import RecordFile, record_file
from scrubber.codes.table_file import Release, TableError

NAME = "zip_localities_{day}.txt"
KEY_WIDTH = 9
WHOLE, SPLIT, UNKNOWN = " ", "+", "?"
"""Marks: a ZIP code in one locality; one whose last four digits decide, with records of its own for
what differs; and one whose last four digits decide by a file that was not imported."""

_FILE = re.compile(r"zip_localities_(\d{4}-\d\d-\d\d)\.txt")


def locality(zip_code: str, on: date, tables: Path | None) -> str:
    """Carrier and locality (0111205) of a place on a day, in the release in use on the day, the
    first we have for earlier days; empty where no table has it, and where the last four digits
    decide and are not known."""
    releases = _releases(tables)
    if not releases or not zip_code:
        return ""
    begun = max((day for day in releases if day <= on), default=min(releases))
    found = releases[begun].find(zip_code) or releases[begun].find(zip_code[:5]) or ""
    mark = found[-1:]
    known = mark == WHOLE or (mark == SPLIT and len(zip_code) == KEY_WIDTH)
    return found[:-1] if known else ""


def releases(tables: Path | None) -> tuple[Release, ...]:
    """Provenance of the tables, the earliest first. Raises TableError for a damaged one."""
    return tuple(one.release for _, one in sorted(_releases(tables).items()))


@cache
def _releases(tables: Path | None) -> dict[date, RecordFile]:
    if tables is None:
        return {}
    found = {}
    for path in tables.iterdir():
        if (name := _FILE.fullmatch(path.name)) is not None:
            try:
                found[date.fromisoformat(name[1])] = record_file(path)
            except ValueError:
                raise TableError(f"{path.name}: not the name of a table") from None
    return found
