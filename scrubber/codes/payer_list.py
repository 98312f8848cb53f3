"""The payers that the user's clearinghouse can reach, from its own list; none is shipped."""

from functools import cache
from pathlib import Path

from scrubber.codes.table_file import Release, imported, read_table

TABLE_NAME = "payers.csv"
COLUMN = "payer_id"


def is_listed(payer_id: str, tables: Path | None) -> bool | None:
    """Whether a payer id is on the list; None where the user imported none: not checked."""
    found = _listed(tables)
    return None if found is None else payer_id.strip().upper() in found


def release(tables: Path | None) -> Release | None:
    """Provenance of the list; None where there is none."""
    path = imported(TABLE_NAME, tables)
    return read_table(path, (COLUMN,)).release if path is not None else None


@cache
def _listed(tables: Path | None) -> frozenset[str] | None:
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    return frozenset(row[COLUMN].upper() for row in read_table(path, (COLUMN,)).rows)
