"""Writes the findings as CSV for a spreadsheet, one row each."""

import csv
import re
from collections.abc import Iterable
from typing import TextIO

from scrubber.outputs.finding_rows import COLUMNS, NUMBERS, FindingRow, finding_rows
from scrubber.outputs.guidance import GuidanceByCode
from scrubber.outputs.report_file import Record

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# Spreadsheets begin a formula at these, also behind spaces and in full-width form (OWASP, CSV
# injection); tab, CR and LF can push the rest into a cell of its own.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
# All that no spreadsheet shows and XML forbids.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def write_csv(
    claims: Iterable[Record],
    head: Record,
    out: TextIO,
    guidance: GuidanceByCode | None = None,
) -> int:
    """Write one row per finding (RFC 4180), holding one claim at a time; returns how many.

    Open `out` with newline="" and encoding "utf-8-sig", by which Excel knows the encoding.
    """
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    for row in finding_rows(claims, head, guidance or {}):
        writer.writerow(_cells(row))
        count += 1
    return count


def defused(text: str) -> str:
    """`text` such that no spreadsheet takes it for a formula."""
    text = _UNPRINTABLE.sub("\ufffd", text)
    return "'" + text if _FORMULA.match(text) else text


def _cells(row: FindingRow) -> list[str]:
    return [
        value if name in NUMBERS and _NUMBER.fullmatch(value) else defused(value)
        for name, value in zip(FindingRow._fields, row, strict=True)
    ]
