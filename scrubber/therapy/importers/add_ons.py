"""Imports the NCCI add-on code file: which primary codes an add-on may be billed with.

Form, as CMS publishes it: a header and rows of edit type (1, 2, 3), add-on code, its last day,
primary code (CCCCC: the contractor decides), its last day, first and last day of the edit, notes.
Days are written YYYYDDD, the day of the year.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from scrubber.codes.quarter import Quarter
from scrubber.therapy.add_ons import COLUMNS, TABLE_NAME
from scrubber.therapy.importers.official_file import (
    OfficialFile,
    Row,
    digest,
    is_code,
    official_file,
)
from scrubber.therapy.importers.quarter import quarter_of
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table
from scrubber.therapy.table import known_code

# A release has about 9,000 rows.
LEAST_ROWS = 1_000
MOST_THERAPY_ROWS = 100_000

_DAY = re.compile(r"[0-9]{7}")
_TYPE, _ADD_ON, _PRIMARY, _FROM, _TO = 0, 1, 3, 5, 6


def import_add_ons(
    path: Path, tables: Path, quarter: Quarter | None = None, least_rows: int = LEAST_ROWS
) -> Path:
    """Read a release and write the add-ons of therapy into the folder; returns the file.

    `quarter` is needed only when the file name does not tell it. Raises ImportFileError for a row
    that cannot be read or fewer rows than the floor.
    """
    kept, read = [], 0
    with official_file(path) as official:
        for row in _data_rows(official):
            read += 1
            if known_code(row.cell(_ADD_ON)):
                kept.append(_add_on(official, row))
                refuse_more(path.name, len(kept), MOST_THERAPY_ROWS, "add-ons of therapy")
        names = official.names
    refuse_fewer(names[:1], read, least_rows, "rows")
    found = quarter_of(quarter, names)
    facts = {
        "name": "add-on codes",
        "title": "NCCI add-on codes of therapy and their primary codes",
        "source": f"imported from {path.name}",
        "release": str(found),
        "date": found.first_day.isoformat(),
        "through": found.last_day.isoformat(),
        "sha256": digest(path),
    }
    return write_table(tables, TABLE_NAME, facts, COLUMNS, sorted(kept))


def _data_rows(official: OfficialFile) -> Iterator[Row]:
    begun = False
    for row in official.rows:
        if row.cell(_TYPE) in ("1", "2", "3") and is_code(row.cell(_ADD_ON)):
            begun = True
            yield row
        elif begun and any(row.cells):
            raise official.refuse(row.number, "an edit type 1, 2 or 3 and an add-on code")


def _add_on(official: OfficialFile, row: Row) -> tuple[str, ...]:
    if not is_code(row.cell(_PRIMARY)):
        raise official.refuse(row.number, "a primary code or CCCCC in column 4")
    return (
        row.cell(_ADD_ON),
        row.cell(_PRIMARY),
        row.cell(_TYPE),
        _day(official, row, _FROM),
        _day(official, row, _TO),
    )


def _day(official: OfficialFile, row: Row, index: int) -> str:
    cell = row.cell(index)
    if cell in ("", "*"):
        return ""
    try:
        if not _DAY.fullmatch(cell):
            raise ValueError
        return datetime.strptime(cell, "%Y%j").date().isoformat()
    except ValueError:
        raise official.refuse(row.number, f"a date YYYYDDD in column {index + 1}") from None
