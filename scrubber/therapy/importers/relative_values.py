"""Imports the relative value file of the physician fee schedule: the values of therapy codes.

Form, as CMS publishes it (PPRRVU, CSV or text inside a ZIP): notices and a header over several
rows, then one row a code: code, modifier, description, status, one cell not used, work, practice
expense outside and (after a mark) inside a facility, malpractice, totals, and later the multiple
procedure mark (5: always therapy) and the conversion factor. The descriptions are not kept.
"""

import re
from decimal import Decimal
from pathlib import Path

from scrubber.therapy import relative_values
from scrubber.therapy.importers.official_file import OfficialFile, Row, digest, official_file
from scrubber.therapy.importers.refusal import ImportFileError, refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table
from scrubber.therapy.table import known_code

LEAST_ROWS = 40
MOST_ROWS = 100_000
THERAPY = "5"

_CODE, _MODIFIER, _WORK, _EXPENSE, _MALPRACTICE, _TOTAL = 0, 1, 5, 6, 10, 11
_MULTIPLE, _FACTOR = 18, 24
_NUMBER = re.compile(r"[0-9]{0,5}\.?[0-9]{1,6}", re.ASCII)
_YEAR = re.compile(r"(?:PPRRVU|RVU)_?(?:20)?([0-9]{2})", re.IGNORECASE)
_ROUNDING = Decimal("0.011")


def import_relative_values(path: Path, tables: Path, least_rows: int = LEAST_ROWS) -> Path:
    """Read a release and write the values of therapy codes into the folder; returns the file.

    Raises ImportFileError for a row whose values do not add up to its total, a name without a
    year, or fewer codes than the floor.
    """
    found: dict[str, tuple[str, ...]] = {}
    with official_file(path, lambda name: "pprrvu" in name.lower()) as official:
        year = _year(official.name, official.inner_name)
        for row in official.rows:
            if row.cell(_MODIFIER) or known_code(row.cell(_CODE)) is None:
                continue
            found[row.cell(_CODE)] = _values(row, official)
            refuse_more(path.name, len(found), MOST_ROWS, "codes")
    refuse_fewer((path.name,), len(found), least_rows, "therapy codes")
    facts = {
        "name": "relative values",
        "title": "Medicare relative values of therapy codes and conversion factor",
        "source": f"CMS physician fee schedule, imported from {path.name}",
        "release": str(year),
        "date": f"{year}-01-01",
        "sha256": digest(path),
    }
    days = (f"{year}-01-01", f"{year}-12-31")
    rows = [(code, *values, *days) for code, values in sorted(found.items())]
    return write_table(tables, relative_values.TABLE_NAME, facts, relative_values.COLUMNS, rows)


def _values(row: Row, official: OfficialFile) -> tuple[str, ...]:
    """Total, practice expense, whether always therapy, conversion factor."""
    places = (_WORK, _EXPENSE, _MALPRACTICE, _TOTAL, _FACTOR)
    texts = [row.cell(place) for place in places]
    if not all(_NUMBER.fullmatch(text) for text in texts):
        raise official.refuse(row.number, "relative values and a conversion factor")
    work, expense, malpractice, total, _ = (Decimal(text) for text in texts)
    if abs(work + expense + malpractice - total) > _ROUNDING:
        raise official.refuse(row.number, "values that add up to the total")
    always = "Y" if row.cell(_MULTIPLE) == THERAPY else ""
    return str(total), str(expense), always, str(Decimal(texts[-1]))


def _year(*names: str) -> int:
    for name in names:
        if found := _YEAR.search(name):
            return 2000 + int(found[1])
    raise ImportFileError(f"{names[0]}: the name tells no year, such as PPRRVU2026 or RVU26A")
