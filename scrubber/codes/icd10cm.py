"""ICD-10-CM diagnosis codes: billable or not on the date of service.

The table is one text of fixed-width records, sorted by code and searched in place, so nothing is
built at start-up. Each record has one column a release: 1 billable, 0 not billable, ? not known.
Source: CDC/NCHS releases, see the first lines of data/icd10cm.txt. Codes are written as on a
claim: capitals, no dot.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path

from scrubber.codes.table_file import CODES_DATA, Release, TableError, chosen, day
from scrubber.codes.verdict import Verdict

TABLE = CODES_DATA / "icd10cm.txt"

CODE_WIDTH = 7

_FORM = re.compile(r"[A-Z][0-9AB][0-9A-Z][0-9A-Z]{0,4}")


class Standing(Enum):
    """How a diagnosis code stands on a date of service."""

    BILLABLE = "billable"
    NEEDS_MORE_CHARACTERS = "a category with longer codes"
    OTHER_DATES = "billable on other dates"
    NO_SUCH_CODE = "no such code"
    MALFORMED = "not in the form of a code"
    NOT_CHECKED = "not in our table for that date"


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """A table of diagnosis codes: `records` are `width` bytes each, below `start`.

    `columns` are the releases, each the first day of its use and whether it is complete;
    `until` is the last day of the last release.
    """

    columns: tuple[tuple[date, bool], ...]
    until: date
    records: bytes
    start: int
    width: int

    def __len__(self) -> int:
        return (len(self.records) - self.start) // self.width

    def code_at(self, index: int) -> bytes:
        """The code of a record, padded with blanks."""
        at = self.start + index * self.width
        return self.records[at : at + CODE_WIDTH]

    def marks_at(self, index: int) -> bytes:
        """The marks of a record, one a release."""
        at = self.start + index * self.width
        return self.records[at + CODE_WIDTH : at + self.width - 1]

    def column(self, on: date) -> int | None:
        """The release in use on a date; None before the first and after the last."""
        found = bisect_right(self.columns, on, key=lambda column: column[0]) - 1
        return found if found >= 0 and on <= self.until else None

    def position(self, code: str) -> int:
        """Where the code is or would be."""
        return bisect_left(range(len(self)), _padded(code), key=self.code_at)


def standing(code: str, on: date, tables: Path | None = None) -> Standing:
    """How a code stands on a date of service.

    NOT_CHECKED outside the years of the table, and for a code that is absent from a release
    which the table does not have whole. `tables` is the folder of imported tables.
    """
    if not _FORM.fullmatch(code):
        return Standing.MALFORMED
    column = diagnoses(tables).column(on)
    return Standing.NOT_CHECKED if column is None else _standing(code, column, tables)


def check(code: str, on: date, tables: Path | None = None) -> Verdict:
    """VALID when billable on the date of service, UNKNOWN when not checked, else INVALID."""
    found = standing(code, on, tables)
    if found is Standing.BILLABLE:
        return Verdict.VALID
    return Verdict.UNKNOWN if found is Standing.NOT_CHECKED else Verdict.INVALID


def release(tables: Path | None = None) -> Release:
    """Provenance of the table; `codes` counts every code ever billable in it."""
    return release_of(chosen(TABLE, tables))


def release_of(path: Path) -> Release:
    """Provenance of a table file. Raises TableError for a damaged one."""
    facts, table = _facts(path), read_diagnoses(path)
    return Release(
        name=facts["name"],
        title=facts["title"],
        source=facts["source"],
        release=facts["release"],
        as_of=day(facts["date"]),
        codes=len(table),
        through=table.until,
        sha256=facts.get("sha256", ""),
        note=facts.get("note", ""),
    )


def diagnoses(tables: Path | None = None) -> Diagnoses:
    """The table in use: imported if there is one in the folder, else the one shipped."""
    return _read(chosen(TABLE, tables))


def read_diagnoses(path: Path) -> Diagnoses:
    """Read a table file. Raises TableError for a damaged one."""
    facts = _facts(path)
    records = path.read_bytes()
    start = records.index(b"\n", records.index(b"# columns:")) + 1
    columns = facts["columns"].split()
    days = (date.fromisoformat(start_day) for start_day in columns[::2])
    whole = (state == "complete" for state in columns[1::2])
    width = CODE_WIDTH + len(columns) // 2 + 1
    if (len(records) - start) % width:
        raise TableError(f"{path.name}: records of {width} bytes expected; the file is damaged")
    return Diagnoses(
        columns=tuple(zip(days, whole, strict=True)),
        until=date.fromisoformat(facts["until"]),
        records=records,
        start=start,
        width=width,
    )


@lru_cache(maxsize=8192)
def _standing(code: str, column: int, tables: Path | None) -> Standing:
    table = diagnoses(tables)
    at = table.position(code)
    known = at < len(table) and table.code_at(at) == _padded(code)
    mark = table.marks_at(at)[column : column + 1] if known else b""
    if mark == b"1":
        return Standing.BILLABLE
    if _has_longer(table, code, at + known, column):
        return Standing.NEEDS_MORE_CHARACTERS
    if mark == b"?" or (not known and not table.columns[column][1]):
        return Standing.NOT_CHECKED
    return Standing.OTHER_DATES if known else Standing.NO_SUCH_CODE


def _has_longer(table: Diagnoses, code: str, at: int, column: int) -> bool:
    prefix = code.encode("ascii")
    while at < len(table) and table.code_at(at).startswith(prefix):
        if table.marks_at(at)[column : column + 1] == b"1":
            return True
        at += 1
    return False


def _padded(code: str) -> bytes:
    return code.encode("ascii").ljust(CODE_WIDTH)


_read = cache(read_diagnoses)


def _facts(path: Path) -> dict[str, str]:
    facts: dict[str, str] = {}
    with path.open(encoding="ascii") as lines:
        for line in lines:
            if not line.startswith("# "):
                break
            key, _, value = line[2:].partition(":")
            facts[key] = value.strip()
    missing = {"name", "title", "source", "release", "date", "until", "columns"} - facts.keys()
    if missing:
        raise TableError(f"{path.name}: no line for {', '.join(sorted(missing))}")
    return facts
