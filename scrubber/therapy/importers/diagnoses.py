"""Imports the ICD-10-CM order file and adds the release to the table in use.

Form, as CMS and NCHS publish it: lines of order number (columns 1-5), code (7-13), 1 for billable
or 0 for a category (15), and titles. Titles are not kept.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from scrubber.codes import icd10cm
from scrubber.codes.icd10cm import CODE_WIDTH, Diagnoses, read_diagnoses
from scrubber.codes.table_file import TableError
from scrubber.therapy.importers.official_file import OfficialFile, digest, official_file
from scrubber.therapy.importers.refusal import ImportFileError, refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_whole

# A release has about 74,000 billable codes.
LEAST_ROWS = 60_000
MOST_ROWS = 500_000

_LINE = re.compile(r"[0-9]{5} ([A-Z][0-9A-Z]{2,6}) *([01])(?: |$)")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_MONTH = re.compile(r"(?<![a-z])(jan|apr)(?:uary|il)?(?![a-z])", re.IGNORECASE)
_MONTHS = {"jan": 1, "apr": 4}
# CMS' archives of October are named for their year only, those of April for the month too.
_ARCHIVE = re.compile(r"codes?[-_ ]?descriptions", re.IGNORECASE)


def is_order_file(name: str) -> bool:
    """Whether a file inside an archive is the order file, not its addenda."""
    return "order" in name.lower() and "addenda" not in name.lower()


def import_diagnoses(
    path: Path, tables: Path, starts: date | None = None, least_rows: int = LEAST_ROWS
) -> Path:
    """Read an order file, add it to the table in use and write that into the folder.

    `starts`, the first day of the release, is needed only when no name tells it: of April where
    the archive or a folder says so, else of October (icd10cm_order_2027: 2026-10-01). Raises
    ImportFileError for a line that cannot be read, fewer billable codes than the floor, and for an
    order file by itself that is not the October release in use and may be that of April.
    """
    with official_file(path, is_order_file) as official:
        billable = {code for code, mark in _codes(official) if mark == "1"}
        names = (*_folder(path), *official.names)
        first_day = starts or _first_day(names)
    refuse_fewer((path.name,), len(billable), least_rows, "billable codes")
    if first_day is None:
        raise ImportFileError(f"{path.name}: the year is not in the name, give it with --starts")
    in_use = tables / icd10cm.TABLE.name
    try:
        table = read_diagnoses(in_use if in_use.is_file() else icd10cm.TABLE)
    except TableError as error:
        raise ImportFileError(f"the table in use cannot be added to: {error}") from None
    if starts is None and not any(map(_ARCHIVE.search, names)):
        _refuse_doubtful(path, table, billable, first_day)
    return write_whole(in_use, _added(table, billable, first_day, path))


def _folder(path: Path) -> tuple[str, ...]:
    """The name of the file's folder, where it is that of an archive or of a month of a year."""
    name = path.absolute().parent.name
    is_release = _ARCHIVE.search(name) or (_MONTH.search(name) and _YEAR.search(name))
    return (name,) if is_release else ()


def _refuse_doubtful(path: Path, table: Diagnoses, billable: set[str], first_day: date) -> None:
    """Order files of October and April have the same name. Raises ImportFileError for one that
    would change an October release that is complete."""
    column = next((at for at, one in enumerate(table.columns) if one == (first_day, True)), None)
    if column is None or first_day.month != 10:
        return
    known = {code for code, marks in _marks(table).items() if marks[column] == "1"}
    if known != billable:
        april = date(first_day.year + 1, 4, 1)
        raise ImportFileError(
            f"{path.name}: not the codes of {first_day} in use; if they are those of April give "
            f"--starts {april}, else --starts {first_day}"
        )


def _codes(official: OfficialFile) -> list[tuple[str, str]]:
    found = []
    for row in official.rows:
        if not row.cell(0):
            continue
        match = _LINE.match(row.cells[0])
        if not match:
            raise official.refuse(row.number, "an order number, a code, and 0 or 1")
        found.append((match[1], match[2]))
        refuse_more(official.name, len(found), MOST_ROWS, "codes")
    return found


def _first_day(names: Sequence[str]) -> date | None:
    month = next((found[1].lower() for name in names if (found := _MONTH.search(name))), None)
    year = next((int(found[1]) for name in reversed(names) if (found := _YEAR.search(name))), None)
    if year is None:
        return None
    return date(year, _MONTHS[month], 1) if month is not None else date(year - 1, 10, 1)


def _added(table: Diagnoses, billable: set[str], first_day: date, path: Path) -> str:
    columns = [column for column in table.columns if column[0] != first_day]
    at = sum(column[0] < first_day for column in columns)
    replaced = len(columns) < len(table.columns)
    absent = "".join("0" if whole else "?" for _, whole in columns)
    marks = {
        code: text[:at] + text[at + 1 :] if replaced else text
        for code, text in _marks(table).items()
    }
    codes = sorted({*marks, *billable}, key=lambda code: code.ljust(CODE_WIDTH))
    lines = []
    for code in codes:
        others = marks.get(code, absent)
        lines.append(f"{code:<7}{others[:at]}{int(code in billable)}{others[at:]}\n")
    columns.insert(at, (first_day, True))
    return _header(table, columns, first_day, path) + "".join(lines)


def _marks(table: Diagnoses) -> dict[str, str]:
    """The marks of each code, one a release."""
    return {
        table.code_at(index).decode("ascii").strip(): table.marks_at(index).decode("ascii")
        for index in range(len(table))
    }


def _header(table: Diagnoses, columns: list[tuple[date, bool]], first_day: date, path: Path) -> str:
    year_end = date(first_day.year + (first_day.month >= 10), 10, 1) - timedelta(days=1)
    listed = " ".join(f"{day} {'complete' if whole else 'partial'}" for day, whole in columns)
    facts = {
        "name": "ICD-10-CM",
        "title": "Billable ICD-10-CM diagnosis codes by date of service",
        "source": f"CDC/NCHS; the release of {first_day} imported from {path.name}",
        "release": f"releases from {columns[0][0]} to {columns[-1][0]}",
        "date": columns[-1][0].isoformat(),
        "sha256": digest(path),
        "until": max(table.until, year_end).isoformat(),
        "columns": listed,
    }
    return "".join(f"# {key}: {value}\n" for key, value in facts.items())
