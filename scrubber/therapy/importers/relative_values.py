"""Imports the relative value file of the physician fee schedule: the values of therapy codes.

Form, as CMS publishes it (PPRRVU as CSV inside RVU26A.zip): notices and labels over several rows,
then one row a code: code, modifier, description, status, one cell not used, work, practice expense
outside and (after a mark) inside a facility, malpractice, totals, and later the multiple procedure
mark (5: always therapy) and, in the column labeled FACTOR, the conversion factor. The descriptions
are not kept. Since 2026 there are two files: QPP for clinicians in qualifying alternative payment
models and nonQPP for all others, which differ in the conversion factor.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from scrubber.codes.quarter import Quarter, quarter_with
from scrubber.therapy.importers.official_file import (
    CSV_FIRST,
    OfficialFile,
    Row,
    digest,
    official_file,
)
from scrubber.therapy.importers.periods import FROM, with_other_periods
from scrubber.therapy.importers.qualifying import for_qualifying, note_on, refuse_the_other
from scrubber.therapy.importers.quarter import fee_schedule_quarter
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table
from scrubber.therapy.relative_values import COLUMNS, TABLE_NAME
from scrubber.therapy.table import known_code

LEAST_ROWS = 40
MOST_ROWS = 100_000
THERAPY = "5"

_CODE, _MODIFIER, _WORK, _EXPENSE, _MALPRACTICE, _TOTAL = 0, 1, 5, 6, 10, 11
_MULTIPLE, _FACTOR = 18, 24
_FACTOR_LABEL = "FACTOR"
_NUMBER = re.compile(r"[0-9]{0,5}\.?[0-9]{1,6}", re.ASCII)
_ROUNDING = Decimal("0.011")


def import_relative_values(
    path: Path,
    tables: Path,
    quarter: Quarter | None = None,
    qualifying: bool = False,
    least_rows: int = LEAST_ROWS,
) -> Path:
    """Read a release and add the values of therapy codes to those in the folder; returns the file.

    `quarter` is needed only where no name tells it. `qualifying` takes the file for qualifying
    alternative payment models. Raises ImportFileError for a row whose values do not add up to its
    total or fewer codes than the floor.
    """
    found: dict[str, tuple[str, ...]] = {}

    def wanted(name: str) -> bool:
        return "pprrvu" in name.lower() and for_qualifying(name) in (None, qualifying)

    with official_file(path, wanted, CSV_FIRST) as official:
        refuse_the_other(official.names, qualifying)
        first_day = fee_schedule_quarter(quarter, official.names).first_day
        note = note_on(official.names)
        factor = _FACTOR
        for row in official.rows:
            if _FACTOR_LABEL in row.cells:
                factor = row.cells.index(_FACTOR_LABEL)
            if row.cell(_MODIFIER) or known_code(row.cell(_CODE)) is None:
                continue
            found[row.cell(_CODE)] = _values(row, official, factor)
            refuse_more(path.name, len(found), MOST_ROWS, "codes")
    refuse_fewer((path.name,), len(found), least_rows, "therapy codes")
    days = (first_day.isoformat(), date(first_day.year, 12, 31).isoformat())
    rows = [(code, *values, *days) for code, values in sorted(found.items())]
    rows = with_other_periods(tables / TABLE_NAME, COLUMNS, rows)
    return write_table(tables, TABLE_NAME, _facts(rows, note, path), COLUMNS, rows)


def _facts(rows: list[tuple[str, ...]], note: str, path: Path) -> dict[str, str]:
    named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    factors = {row[FROM]: row["conversion_factor"] for row in named}
    last = quarter_with(date.fromisoformat(max(factors)))
    releases = (
        f"{quarter_with(date.fromisoformat(day))} (conversion factor {factor})"
        for day, factor in sorted(factors.items())
    )
    return {
        "name": "relative values",
        "title": "Medicare relative values of therapy codes and conversion factor",
        "source": f"CMS physician fee schedule, imported from {path.name}",
        "release": ", ".join(releases),
        "date": last.first_day.isoformat(),
        "through": last.last_day.isoformat(),
        "sha256": digest(path),
        "note": note,
    }


def _values(row: Row, official: OfficialFile, factor: int) -> tuple[str, ...]:
    """Total, practice expense, whether always therapy, conversion factor."""
    places = (_WORK, _EXPENSE, _MALPRACTICE, _TOTAL, factor)
    texts = [row.cell(place) for place in places]
    if not all(_NUMBER.fullmatch(text) for text in texts):
        raise official.refuse(row.number, "relative values and a conversion factor")
    work, expense, malpractice, total, _ = (Decimal(text) for text in texts)
    if abs(work + expense + malpractice - total) > _ROUNDING:
        raise official.refuse(row.number, "values that add up to the total")
    always = "Y" if row.cell(_MULTIPLE) == THERAPY else ""
    return str(total), str(expense), always, str(Decimal(texts[-1]))
