"""Imports the quarterly units limits (MUE of practitioners), Medicare or Medicaid.

Form, as CMS publishes it: a notice (in one quoted cell or on several lines) and a header, then
code, value, for Medicare the adjudication indicator written out ("3 Date of Service Edit: ..."),
and the rationale. The rows have no dates: the quarter is in the file name.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scrubber.codes.quarter import Quarter, quarter_with
from scrubber.therapy.importers.official_file import (
    OfficialFile,
    Row,
    digest,
    is_code,
    official_file,
)
from scrubber.therapy.importers.periods import FROM, with_other_periods
from scrubber.therapy.importers.quarter import quarter_of
from scrubber.therapy.importers.refusal import refuse_fewer
from scrubber.therapy.importers.table_writer import write_table
from scrubber.therapy.ncci_limits import COLUMNS
from scrubber.therapy.ncci_pairs import Program
from scrubber.therapy.table import known_code

# A practitioner release has about 15,000 rows.
LEAST_ROWS = 5_000

_UNITS = re.compile(r"[0-9]{1,6}")


def import_limits(
    path: Path,
    tables: Path,
    program: Program,
    quarter: Quarter | None = None,
    least_rows: int = LEAST_ROWS,
) -> Path:
    """Read a release and add the limits of therapy codes to those in the folder; returns the file.

    `quarter` is needed only when the file name does not tell it. Raises ImportFileError for a row
    that cannot be read, a code that comes twice, or fewer rows than the floor.
    """
    limits: dict[str, tuple[str, ...]] = {}
    read = 0
    with official_file(path) as official:
        for row in _data_rows(official):
            read += 1
            if row.cells[0] in limits:
                raise official.refuse(row.number, "each code once")
            if known_code(row.cells[0]):
                limits[row.cells[0]] = _limit(official, row, program)
        names = official.names
    refuse_fewer(names[:1], read, least_rows, "rows")
    found = quarter_of(quarter, names)
    dates = (found.last_day.isoformat(), "", found.first_day.isoformat())
    name = f"mue_{program.value}.csv"
    rows = with_other_periods(tables / name, COLUMNS, [(*row, *dates) for row in limits.values()])
    quarters = sorted({date.fromisoformat(row[COLUMNS.index(FROM)]) for row in rows})
    last = quarter_with(quarters[-1])
    facts = {
        "name": f"MUE, {program.value.title()}",
        "title": f"{program.value.title()} practitioner units limits (MUE) of therapy codes",
        "source": f"imported from {path.name}",
        "release": ", ".join(str(quarter_with(day)) for day in quarters),
        "date": last.first_day.isoformat(),
        "through": last.last_day.isoformat(),
        "sha256": digest(path),
    }
    return write_table(tables, name, facts, COLUMNS, rows)


def _data_rows(official: OfficialFile) -> Iterator[Row]:
    begun = False
    for row in official.rows:
        if is_code(row.cell(0)) and _UNITS.fullmatch(row.cell(1)):
            begun = True
            yield row
        elif begun and any(row.cells):
            raise official.refuse(row.number, "a procedure code and a whole number of units")


def _limit(official: OfficialFile, row: Row, program: Program) -> tuple[str, ...]:
    adjudication = ""
    if program is Program.MEDICARE:
        adjudication = row.cell(2)[:1]
        if adjudication not in ("1", "2", "3"):
            raise official.refuse(row.number, "an adjudication indicator 1, 2 or 3 in column 3")
    return (row.cells[0], row.cells[1], adjudication)
