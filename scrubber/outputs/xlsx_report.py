"""Writes the findings as an Excel workbook, one row each, with types, filter and frozen header."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from scrubber.outputs.finding_rows import COLUMNS, DOLLARS, NUMBERS, FindingRow, finding_rows
from scrubber.outputs.guidance import UNKNOWN

if TYPE_CHECKING:
    from pathlib import Path

    from scrubber.outputs.guidance import GuidanceByCode
    from scrubber.outputs.report_file import Record

_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
_ROWS_OF_A_SHEET = 1_048_576
_LINKS_OF_A_SHEET = 65_000
_RULES = "Rules"
_RULE_COLUMNS = {"Code": 8, "What is wrong": 50, "Why": 60, "What to do": 60}
_CODE = FindingRow._fields.index("code")
_WIDTHS = FindingRow(
    file="22", claim="16", line="6", service_date="12", procedure="10", modifiers="12",
    therapist="20", npi="12", payer_name="22", payer="12", profile="18", line_of_business="22",
    disposition="12", severity="10", code="8",
    snip="10", item="8", place="24", path="18", message="60", what_to_do="50", fixed="7",
    with_consent="30", charge="12", expected="12", status="14",
    suggested_adjustment="22", source="40", rule_page="24", patient="40",
)  # fmt: skip


class WorkbookUnavailableError(RuntimeError):
    """XlsxWriter, which writes workbooks, is not installed."""


def write_xlsx(
    claims: Iterable[Record],
    head: Record,
    out: BinaryIO,
    guidance: GuidanceByCode | None = None,
    folder: Path | None = None,
) -> int:
    """Write a workbook with one row per finding, holding one claim at a time; returns how many
    rows it has, headers included. Each code leads to the page of its rule on a sheet of its own,
    as far as a sheet takes links. Meanwhile rows lie in `folder`, which a kill does not empty.

    Rows past what one sheet can hold go on further sheets. The date in the file is the report's
    own, so equal reports give equal bytes. Raises OSError, and WorkbookUnavailableError without
    XlsxWriter.
    """
    workbook = _workbook(out, head, folder)
    styles = {
        "header": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "text": workbook.add_format({"num_format": "@", "valign": "top"}),
        "number": workbook.add_format({"num_format": "0", "valign": "top"}),
        "link": workbook.add_format({"underline": 1, "valign": "top"}),
        "dollars": workbook.add_format({"num_format": "#,##0.00", "valign": "top"}),
    }
    sheet, at, rows = _sheet(workbook, styles), 0, 1
    pages = guidance or {}
    places: dict[str, int] = {}
    for row in finding_rows(claims, head, pages):
        if at + 1 == _ROWS_OF_A_SHEET:
            sheet.autofilter(0, 0, at, len(COLUMNS) - 1)
            sheet, at = _sheet(workbook, styles), 0
            rows += 1
        at += 1
        rows += 1
        _write_row(sheet, at, row, styles)
        place = places.setdefault(row.code, len(places) + 1)
        if row.code in pages and at <= _LINKS_OF_A_SHEET:
            link = f"internal:'{_RULES}'!A{place + 1}"
            sheet.write_url(at, _CODE, link, styles["link"], row.code)
    sheet.autofilter(0, 0, at, len(COLUMNS) - 1)
    rows += _write_rules(workbook, places, pages, styles)
    _close(workbook)
    return rows


def _close(workbook: Any) -> None:
    try:
        workbook.close()
    except Exception as error:
        if isinstance(error.__context__, OSError):
            raise error.__context__ from None
        raise


def _workbook(out: BinaryIO, head: Record, folder: Path | None) -> Any:
    try:
        xlsxwriter = import_module("xlsxwriter")
    except ImportError as error:
        raise WorkbookUnavailableError("xlsx needs XlsxWriter: pip install XlsxWriter") from error
    workbook = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": folder,
        },
    )
    as_of = datetime.fromisoformat(head["run"]["as_of"]).replace(tzinfo=UTC)
    workbook.set_properties({"title": "Claim scrub findings", "created": as_of})
    return workbook


def _sheet(workbook: Any, styles: dict[str, Any]) -> Any:
    sheet = workbook.add_worksheet()
    sheet.freeze_panes(1, 2)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, float(width))
    for column, title in enumerate(COLUMNS):
        sheet.write_string(0, column, title, styles["header"])
    return sheet


def _write_rules(
    workbook: Any, places: dict[str, int], pages: GuidanceByCode, styles: dict[str, Any]
) -> int:
    """The pages of the rules that spoke, each in the row its links name; how many rows."""
    sheet = workbook.add_worksheet(_RULES)
    sheet.freeze_panes(1, 1)
    for column, (title, width) in enumerate(_RULE_COLUMNS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, styles["header"])
    for code, at in places.items():
        page = pages.get(code, UNKNOWN)
        for column, text in enumerate((code, page.title, page.why, page.fix)):
            sheet.write_string(at, column, text, styles["text"])
    return 1 + len(places)


def _write_row(sheet: Any, at: int, row: FindingRow, styles: dict[str, Any]) -> None:
    for column, (name, value) in enumerate(zip(FindingRow._fields, row, strict=True)):
        if name in NUMBERS and _NUMBER.fullmatch(value):
            style = styles["dollars" if name in DOLLARS else "number"]
            sheet.write_number(at, column, float(value), style)
        elif value:
            sheet.write_string(at, column, value, styles["text"])
