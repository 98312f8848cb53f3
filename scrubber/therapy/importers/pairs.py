"""Imports the quarterly NCCI pair files (PTP edits of practitioners), Medicare or Medicaid.

Form, as CMS publishes it: notice and header lines, then tab-separated rows or a sheet of column 1,
column 2, (Medicare: a star for pairs from before 1996,) first day, last day or a star, indicator,
rationale. Medicare comes in several parts (-f1, -f2, ...), which belong together.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from scrubber.codes.quarter import Quarter
from scrubber.therapy.importers.official_file import (
    OfficialFile,
    Row,
    digest,
    is_code,
    official_file,
)
from scrubber.therapy.importers.quarter import quarter_of
from scrubber.therapy.importers.refusal import ImportFileError, refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table
from scrubber.therapy.ncci_pairs import COLUMNS, Program
from scrubber.therapy.table import known_code

# A Medicare practitioner release has about 2.6 million rows, some 1,400 of them therapy pairs.
LEAST_ROWS = 100_000
LEAST_THERAPY_ROWS = 1_000
MOST_THERAPY_ROWS = 100_000

_ALL_PARTS = "; give all parts of the release (f1, f2, ...) together"

_DAY = re.compile(r"[0-9]{8}")
_PART = re.compile(r"-f(\d+)(?=\.|$)", re.IGNORECASE)

# CMS' rationale to our own words.
_REASONS = {
    "misuse of column two code with column one code": "not meant to be used together",
    "mutually exclusive procedures": "mutually exclusive",
    "more extensive procedure": "part of the larger service",
    "standards of medical/surgical practice": "standard of practice",
    "standards of medical / surgical practice": "standard of practice",
    "cpt separate procedure definition": "separate procedure",
    "hcpcs/cpt procedure code definition": "definition of the code",
    "cpt manual or cms manual coding instruction": "coding instruction",
    "cpt manual or cms manual coding instructions": "coding instruction",
    "sequential procedure": "sequential procedure",
}


def import_pairs(
    paths: Sequence[Path],
    tables: Path,
    program: Program,
    quarter: Quarter | None = None,
    least_rows: int = LEAST_ROWS,
    least_therapy_rows: int = LEAST_THERAPY_ROWS,
) -> Path:
    """Read all parts of a release and write the therapy pairs into the folder; returns the file.

    `quarter` is needed only when the file names do not tell it. Raises ImportFileError for a part
    that is missing, a row that cannot be read, or fewer rows than the floors.
    """
    names = [path.name for path in paths]
    _all_parts(names)
    read, kept = 0, []
    inner_names: list[str] = []
    for path in paths:
        with official_file(path) as official:
            inner_names += official.names[1:]
            for row in data_rows(official):
                read += 1
                if known_code(row.cells[0]) or known_code(row.cells[1]):
                    kept.append(_pair(official, row))
                    refuse_more(path.name, len(kept), MOST_THERAPY_ROWS, "therapy pairs")
    refuse_fewer(names, read, least_rows, "rows", _ALL_PARTS)
    refuse_fewer(names, len(kept), least_therapy_rows, "therapy pairs", _ALL_PARTS)
    found = quarter_of(quarter, (*names, *inner_names))
    return write_table(
        tables,
        f"pairs_{program.value}.csv",
        _facts(program, found, names, [digest(path) for path in paths]),
        COLUMNS,
        sorted(kept),
    )


def data_rows(official: OfficialFile) -> Iterator[Row]:
    """The rows below notice and header; a row that is not of two codes is refused."""
    begun = False
    for row in official.rows:
        if is_code(row.cell(0)) and is_code(row.cell(1)):
            begun = True
            yield row
        elif begun and any(row.cells):
            raise official.refuse(row.number, "two procedure codes")


def _all_parts(names: Sequence[str]) -> None:
    parts = sorted(int(found[1]) for name in names if (found := _PART.search(name)))
    if parts and parts != list(range(1, len(parts) + 1)):
        given = ", ".join(f"f{part}" for part in parts)
        raise ImportFileError(f"{names[0]}: all parts from f1 on expected together, {given} given")


def _pair(official: OfficialFile, row: Row) -> tuple[str, ...]:
    # Medicare has a column more than Medicaid: the star for pairs from before 1996.
    at = 2 if row.cell(2).isdigit() else 3
    indicator = row.cell(at + 2)
    if indicator not in ("0", "1", "9"):
        raise official.refuse(row.number, "a modifier indicator 0, 1 or 9")
    return (
        row.cells[0],
        row.cells[1],
        indicator,
        _day(official, row, at),
        "" if row.cell(at + 1) in ("", "*") else _day(official, row, at + 1),
        "sourced",
        "",
        _REASONS.get(row.cell(at + 3).lower(), ""),
    )


def _day(official: OfficialFile, row: Row, index: int) -> str:
    cell = row.cell(index)
    try:
        if not _DAY.fullmatch(cell):
            raise ValueError
        return date(int(cell[:4]), int(cell[4:6]), int(cell[6:])).isoformat()
    except ValueError:
        raise official.refuse(row.number, f"a date YYYYMMDD in column {index + 1}") from None


def _facts(
    program: Program, quarter: Quarter, names: Sequence[str], digests: Sequence[str]
) -> dict[str, str]:
    return {
        "name": f"NCCI pairs, {program.value.title()}",
        "title": "NCCI procedure-to-procedure edits of practitioners that touch a therapy code",
        "source": f"imported from {', '.join(names)}",
        "release": str(quarter),
        "date": quarter.first_day.isoformat(),
        "through": quarter.last_day.isoformat(),
        "sha256": " ".join(digests),
    }
