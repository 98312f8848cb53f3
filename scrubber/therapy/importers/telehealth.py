"""Imports CMS's list of telehealth services: the therapy codes on the list of a calendar year.

Form, as CMS publishes it (XLSX and text inside a ZIP): a title that names the year, a header with
the code first (HCPCS or Code), then one row a code: code, short descriptor, and columns that
changed over the years: status (permanent, provisional), whether sound alone is enough, remarks.
Descriptors are not kept; notes below the list are passed over.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scrubber.codes.table_file import read_table
from scrubber.therapy import telehealth
from scrubber.therapy.importers.official_file import OfficialFile, digest, is_code, official_file
from scrubber.therapy.importers.refusal import ImportFileError, refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table
from scrubber.therapy.table import known_code

# A list has about 270 codes.
LEAST_ROWS = 150
MOST_ROWS = 10_000

_HEADINGS = ("hcpcs", "code", "hcpcs code", "cpt code")
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")


def import_telehealth(
    path: Path, tables: Path, starts: date | None = None, least_rows: int = LEAST_ROWS
) -> Path:
    """Read the list of a year and put it in place of that year's in the folder; returns the file.

    `starts`, a day of the year, is needed only when neither title nor file name tells the year.
    Raises ImportFileError for a file without the header, without a year, or with fewer codes than
    the floor.
    """
    with official_file(path) as official:
        title, services, read = _services(official)
        year = _year(starts, (title, official.inner_name, official.name))
    refuse_fewer((path.name,), read, least_rows, "codes")
    imported = tables / telehealth.TABLE.name
    in_use = imported if imported.is_file() else telehealth.TABLE
    others = [
        tuple(row[column] for column in telehealth.COLUMNS)
        for row in read_table(in_use, telehealth.COLUMNS).rows
        if row["year"] != year
    ]
    rows = sorted([*others, *((year, *service) for service in services)])
    facts = {
        "name": "telehealth list, Medicare",
        "title": "Therapy codes on CMS's list of telehealth services, by calendar year",
        "source": f"CMS, {year} imported from {path.name}",
        "release": f"calendar years {rows[0][0]} to {rows[-1][0]}",
        "date": f"{rows[0][0]}-01-01",
        "through": f"{rows[-1][0]}-12-31",
        "sha256": digest(path),
    }
    return write_table(tables, telehealth.TABLE.name, facts, telehealth.COLUMNS, rows)


def _services(official: OfficialFile) -> tuple[str, list[tuple[str, str, str]], int]:
    """What stands above the header, the therapy codes (code, status, sound alone), and how many
    codes were read."""
    title: list[str] = []
    header: list[str] | None = None
    found: dict[str, tuple[str, str, str]] = {}
    read = 0
    for row in official.rows:
        if header is None:
            if row.cell(0).lower() in _HEADINGS:
                header = [cell.lower() for cell in row.cells]
            title += row.cells
            continue
        code = row.cell(0)
        if not is_code(code):
            continue
        read += 1
        refuse_more(official.name, read, MOST_ROWS, "codes")
        if known_code(code):
            sound = _cell(row.cells, header, "audio")[:1].upper()
            found[code] = (code, _cell(row.cells, header, "status").lower(), sound)
    if header is None:
        raise ImportFileError(f"{official.name}: a header that begins with HCPCS or Code expected")
    return " ".join(title), list(found.values()), read


def _cell(cells: Sequence[str], header: Sequence[str], word: str) -> str:
    """The cell under the heading with a word in it; empty where there is none."""
    places = [place for place, heading in enumerate(header) if word in heading]
    return cells[places[0]] if places and places[0] < len(cells) else ""


def _year(starts: date | None, texts: Sequence[str]) -> str:
    if starts is not None:
        return str(starts.year)
    found = next((match[0] for text in texts if (match := _YEAR.search(text))), None)
    if found is None:
        raise ImportFileError(f"{texts[-1]}: neither title nor name tells the year of the list")
    return found
