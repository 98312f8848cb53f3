"""The workbook of findings: typed cells, a frozen and filtered header, and never a formula."""

import io
import zipfile
from typing import Any

import pytest
import report_samples
from lxml import etree

from scrubber.outputs.finding_rows import COLUMNS, NUMBERS, FindingRow, finding_rows
from scrubber.outputs.xlsx_report import write_xlsx

pytest.importorskip("xlsxwriter")

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def written(report: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    write_xlsx(report["claims"], report, out, report_samples.guidance())
    return out.getvalue()


def sheet(workbook: bytes, name: str = "sheet1") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return etree.fromstring(parts.read(f"xl/worksheets/{name}.xml"))


def cells(workbook: bytes, name: str = "sheet1") -> list[dict[str, str]]:
    """Each row as its cells by column letter; a number is prefixed with "n:"."""
    found = []
    for row in sheet(workbook, name).iter(f"{MAIN}row"):
        texts = {}
        for cell in row.iter(f"{MAIN}c"):
            letter = str(cell.get("r")).rstrip("0123456789")
            number = "" if cell.get("t") == "inlineStr" else "n:"
            texts[letter] = number + "".join(str(text) for text in cell.itertext())
        found.append(texts)
    return found


def test_the_rows_are_those_of_the_csv_with_types() -> None:
    report = report_samples.report()
    header, *body = cells(written(report))
    expected = list(finding_rows(report["claims"], report, report_samples.guidance()))
    assert list(header.values()) == list(COLUMNS)
    assert len(body) == len(expected)
    for found, row in zip(body, expected, strict=True):
        for name, value in zip(FindingRow._fields, row, strict=True):
            cell = found.get(column(name), "")
            if name in NUMBERS and value:
                assert cell.startswith("n:")
                assert float(cell[2:]) == float(value)
            else:
                assert cell == value


def test_the_header_is_frozen_and_filtered() -> None:
    root = sheet(written(report_samples.report()))
    pane = root.find(f".//{MAIN}pane")
    assert pane is not None
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
    autofilter = root.find(f"{MAIN}autoFilter")
    assert autofilter is not None
    assert autofilter.get("ref") == f"A1:{column('patient')}17"


def column(name: str) -> str:
    """The letter of a column, of which there are more than letters."""
    at = FindingRow._fields.index(name)
    return chr(ord("A") + at) if at < 26 else "A" + chr(ord("A") + at - 26)


@pytest.mark.parametrize("text", ["=1+1", "{=1+1}", "http://x.example/", "+1", "@A1", "00123"])
def test_texts_stay_texts(text: str) -> None:
    report = report_samples.report()
    report["claims"][1]["claim_id"] = text
    workbook = written(report)
    assert not list(sheet(workbook).iter(f"{MAIN}f"))
    assert not [link for link in links(workbook) if link.get("ref", "").startswith("B")]
    assert cells(workbook)[1]["B"] == text


def links(workbook: bytes) -> list[etree._Element]:
    return list(sheet(workbook).iter(f"{MAIN}hyperlink"))


def test_each_code_leads_to_its_rule_on_a_sheet_of_the_same_workbook() -> None:
    workbook = written(report_samples.report())
    by_ref = {str(link.get("ref")): str(link.get("location")) for link in links(workbook)}
    rules = {row["A"]: number for number, row in enumerate(cells(workbook, "sheet2"), 1)}
    letter = column("code")
    codes = [row[letter] for row in cells(workbook)[1:]]
    assert len(set(codes)) > 3
    for number, code in enumerate(codes, 2):
        assert by_ref[f"{letter}{number}"] == f"'Rules'!A{rules[code]}"


def test_a_text_longer_than_a_cell_is_cut() -> None:
    report = report_samples.report()
    report["claims"][1]["findings"][0]["message"] = "x" * 40_000
    assert len(cells(written(report))[1][column("message")]) == 32_767


def test_equal_reports_give_equal_bytes() -> None:
    assert written(report_samples.report()) == written(report_samples.report())
