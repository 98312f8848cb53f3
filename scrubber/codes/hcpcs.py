"""CPT and HCPCS procedure codes: their form and which part of the set a form belongs to.

The code set itself is copyrighted and not carried here, so a well-formed code is UNKNOWN unless
the therapy table (`scrubber.therapy.table`) knows it. Level II is CMS' own; its quarterly file is
the user's to import.
"""

import re
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrubber.codes.table_file import Release, day, imported, read_table
from scrubber.codes.verdict import Verdict

TABLE_NAME = "hcpcs.csv"
COLUMNS = ("code", "effective_from", "effective_to")
DENTAL = "D"
WHOLE = 5_000
"""A release of CMS has some 8,700 codes: in one with fewer than this, absence tells nothing."""


class Part(Enum):
    """The part of the code set that the form of a code belongs to."""

    CPT = "CPT"
    CPT_PERFORMANCE = "CPT category II"
    CPT_EMERGING = "CPT category III"
    CPT_LABORATORY = "CPT proprietary laboratory"
    CPT_ADMINISTRATIVE = "CPT administrative"
    HCPCS = "HCPCS level II"


_FORM = re.compile(r"([0-9]{5})|([0-9]{4}F)|([0-9]{4}T)|([0-9]{4}U)|([0-9]{4}[AM])|([A-V][0-9]{4})")


def part(code: str) -> Part | None:
    """The part of the set the code has the form of; None for a malformed code."""
    match = _FORM.fullmatch(code)
    return _PARTS[match.lastindex - 1] if match and match.lastindex else None


def is_well_formed(code: str) -> bool:
    """Five characters in one of the forms of the set, in capitals."""
    return _FORM.fullmatch(code) is not None


def check(code: str) -> Verdict:
    """INVALID for a malformed code; otherwise UNKNOWN, as the set is not in our tables."""
    return Verdict.UNKNOWN if is_well_formed(code) else Verdict.INVALID


class Dated(NamedTuple):
    """A code in the imported release: its first day, None for any, and its last, None for none."""

    effective_from: date | None
    effective_to: date | None


def dated(code: str, tables: Path | None) -> Dated | None:
    """The days of a level II code; None where no imported release has it."""
    return _dated(tables).get(code)


def is_absent(code: str, on: date, tables: Path | None) -> bool:
    """Whether the imported release is that of the day, whole, and has no such code of level II; of
    dental codes it has none."""
    made_for = release(tables)
    if made_for is None or made_for.as_of is None or made_for.through is None:
        return False
    if part(code) is not Part.HCPCS or code.startswith(DENTAL):
        return False
    found = _dated(tables)
    return made_for.as_of <= on <= made_for.through and len(found) >= WHOLE and code not in found


@cache
def release(tables: Path | None) -> Release | None:
    """Provenance of the imported release; None where there is none. Raises TableError for a
    damaged one."""
    path = imported(TABLE_NAME, tables)
    if path is None:
        return None
    _dated(tables)
    return read_table(path, COLUMNS).release


@cache
def _dated(tables: Path | None) -> dict[str, Dated]:
    path = imported(TABLE_NAME, tables)
    if path is None:
        return {}
    return {
        row["code"]: Dated(day(row["effective_from"]), day(row["effective_to"]))
        for row in read_table(path, COLUMNS).rows
    }


_PARTS = tuple(Part)
