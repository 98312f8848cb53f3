"""Imports the NUCC provider taxonomy CSV; only the codes are kept.

Form, as NUCC publishes it: a header beginning with Code, then one row a code.
"""

import re
from datetime import date
from pathlib import Path

from scrubber.codes import taxonomy
from scrubber.therapy.importers.official_file import digest, official_file
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table

# A release has about 880 codes.
LEAST_ROWS = 700
MOST_ROWS = 100_000

_VERSION = re.compile(r"(?<![0-9])([0-9]{2})([01])(?![0-9])")


def import_taxonomies(path: Path, tables: Path, least_rows: int = LEAST_ROWS) -> Path:
    """Read a release and write its codes into the folder; returns the file.

    Raises ImportFileError for a row that cannot be read or fewer codes than the floor.
    """
    codes: set[str] = set()
    begun = False
    with official_file(path) as official:
        for row in official.rows:
            if taxonomy.is_well_formed(row.cell(0)):
                begun = True
                codes.add(row.cells[0])
                refuse_more(path.name, len(codes), MOST_ROWS, "codes")
            elif begun and row.cell(0):
                raise official.refuse(row.number, "a taxonomy code of ten characters")
        release, day = _version(official.names)
    refuse_fewer((path.name,), len(codes), least_rows, "codes")
    facts = {
        "name": "taxonomy",
        "title": "Provider taxonomy codes, full set",
        "source": f"NUCC, imported from {path.name}",
        "release": release,
        "date": day,
        "sha256": digest(path),
    }
    rows = [(code,) for code in sorted(codes)]
    return write_table(tables, taxonomy.FULL_TABLE.name, facts, ("code",), rows)


def _version(names: tuple[str, ...]) -> tuple[str, str]:
    for name in names:
        if found := _VERSION.search(name):
            # Versions come out in January (.0) and July (.1).
            day = date(2000 + int(found[1]), 7 if found[2] == "1" else 1, 1)
            return f"NUCC {found[1]}.{found[2]}", day.isoformat()
    return "NUCC", ""
