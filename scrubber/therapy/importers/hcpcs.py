"""Imports the quarterly HCPCS level II file: which codes are in force on which days.

Form, as CMS publishes it (HCPC2026_JUL_ANWEB_06172026 as text or workbook inside an archive): lines
of 320 columns with code (1-5), kind of record in column 11 (3: the first of a code; 4: more of its
text; 7 and 8: a modifier), and days YYYYMMDD on which the code was added (269-276) and on which it
may be used for the last time (285-292); or a sheet with the columns HCPC, RECID, ADD DT and TERM
DT. Texts and prices are not kept.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scrubber.codes.hcpcs import COLUMNS, TABLE_NAME
from scrubber.codes.quarter import Quarter
from scrubber.therapy.importers.official_file import (
    OfficialFile,
    Row,
    digest,
    labeled_rows,
    official_file,
)
from scrubber.therapy.importers.quarter import quarter_of
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table

# A release has about 8,700 codes.
MOST_ROWS = 100_000

_FIRST = "3"
_KINDS = ("3", "4", "7", "8")
_LABELS = ("hcpc|hcpcs", "recid", "adddt", "termdt")
_CODE = re.compile(r"[A-Z][0-9]{4}")
_DAY = re.compile(r"[0-9]{8}")


def import_hcpcs(path: Path, tables: Path, quarter: Quarter | None = None) -> Path:
    """Read a release and write the days of its codes into the folder; returns the file.

    `quarter` is needed only where no name tells it. Raises ImportFileError for a row that cannot be
    read.
    """
    found: dict[str, tuple[str, str, str]] = {}
    with official_file(path, _is_data) as official:
        for row, (code, kind, added, ended) in _records(official):
            if kind not in _KINDS:
                raise official.refuse(row.number, "a kind of record 3, 4, 7 or 8 in column 11")
            if kind != _FIRST:
                continue
            if not _CODE.fullmatch(code):
                raise official.refuse(row.number, "a code of a letter and four digits")
            found[code] = (code, _day(added, row, official), _day(ended, row, official))
            refuse_more(path.name, len(found), MOST_ROWS, "codes")
        of = quarter_of(quarter, official.names)
    refuse_fewer((path.name,), len(found), 1, "codes")
    facts = {
        "name": "HCPCS level II",
        "title": "HCPCS level II codes by date of service",
        "source": f"CMS HCPCS quarterly update, imported from {path.name}",
        "release": str(of),
        "date": of.first_day.isoformat(),
        "through": of.last_day.isoformat(),
        "sha256": digest(path),
    }
    return write_table(tables, TABLE_NAME, facts, COLUMNS, [found[one] for one in sorted(found)])


def _is_data(name: str) -> bool:
    return "anweb" in name.lower() and "correction" not in name.lower()


def _records(official: OfficialFile) -> Iterator[tuple[Row, tuple[str, str, str, str]]]:
    """Code, kind, first and last day of each record."""
    if official.inner_name.lower().endswith(".txt"):
        for row in official.rows:
            if line := row.cell(0):
                yield row, (line[:5], line[10:11], line[268:276].strip(), line[284:292].strip())
        return
    for row, (code, kind, added, ended) in labeled_rows(official, _LABELS):
        if code or kind:
            yield row, (code, kind, added, ended)


def _day(text: str, row: Row, official: OfficialFile) -> str:
    if not text:
        return ""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        raise official.refuse(row.number, "days YYYYMMDD") from None
