"""Who may order and refer for Medicare patients, by the user's copy of CMS' file; none is shipped.

The file has two million rows, so it is searched in place. Of each provider it holds the NPI and
five marks, and no name.
"""

from datetime import date
from functools import cache
from pathlib import Path

from scrubber.codes.record_file import RecordFile, record_file
from scrubber.codes.table_file import Release, imported

TABLE_NAME = "order_referring.txt"
KEY_WIDTH = 10
FLAGS = ("partb", "dme", "hha", "pmd", "hospice")
"""The services a provider may order or refer for, in the order of the marks, each Y or N."""


def may_refer(npi: str, tables: Path | None) -> bool | None:
    """Whether a provider may order and refer for services of Part B; None for one that the file
    does not have."""
    table = _table(tables)
    marks = table.find(npi) if table is not None else None
    return marks[FLAGS.index("partb")] == "Y" if marks is not None else None


@cache
def is_imported(tables: Path | None) -> bool:
    """Whether the user imported the file."""
    return imported(TABLE_NAME, tables) is not None


def as_of(tables: Path | None) -> date | None:
    """The day of the file, where its name tells it."""
    table = _table(tables)
    return table.release.as_of if table is not None else None


def release(tables: Path | None) -> Release | None:
    """Provenance of the file; None where there is none. Raises TableError for a damaged one."""
    table = _table(tables)
    return table.release if table is not None else None


@cache
def _table(tables: Path | None) -> RecordFile | None:
    path = imported(TABLE_NAME, tables)
    return record_file(path) if path is not None else None
