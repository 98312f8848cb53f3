"""The CSV of findings: one row each, in file order, and never a formula."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import report_samples
from hypothesis import given
from hypothesis import strategies as st

from scrubber.outputs.csv_report import defused, write_csv

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def written(report: dict[str, Any]) -> str:
    out = io.StringIO(newline="")
    write_csv(report["claims"], report, out, report_samples.guidance())
    return out.getvalue()


def rows(report: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(report), newline="")))


def test_golden() -> None:
    report_samples.check_golden("sample.report.csv", written(report_samples.report()))


def test_one_row_for_each_finding() -> None:
    report = report_samples.report()
    expected = [finding["code"] for claim in report["claims"] for finding in claim["findings"]]
    expected += [finding["code"] for finding in report["findings"]]
    assert [row["Code"] for row in rows(report)] == expected


def test_a_row_of_a_line_carries_the_charge_of_the_line() -> None:
    by_code = {row["Code"]: row for row in rows(report_samples.report())}
    assert by_code["S601"]["Charge"] == "72.00"
    assert by_code["S301"]["Charge"] == "312.00"
    assert by_code["S301"]["Line"] == ""


def test_what_no_spreadsheet_may_run() -> None:
    report = report_samples.report()
    claim = report["claims"][1]
    claim["claim_id"] = '=HYPERLINK("http://x","y")'
    claim["findings"][0]["message"] = "-2+3 cmd|' /C calc'!A0"
    claim["findings"][0]["source"] = "\t@SUM(1)"
    row = rows(report)[0]
    assert row["Claim"] == '\'=HYPERLINK("http://x","y")'
    assert row["Message"] == "'-2+3 cmd|' /C calc'!A0"
    assert row["Source"] == "'\t@SUM(1)"


def test_a_negative_amount_stays_a_number() -> None:
    report = report_samples.report()
    report["claims"][1]["lines"][1]["charge"] = "-109.50"
    assert rows(report)[0]["Charge"] == "-109.50"


def test_what_is_no_number_in_a_number_column_is_defused() -> None:
    report = report_samples.report()
    report["claims"][1]["findings"][0]["snip"] = "-1+2"
    assert rows(report)[0]["SNIP type"] == "'-1+2"


@pytest.mark.parametrize("text", ["CO-4 N822", "97110", "a=b", "", " plain", "3 - 2"])
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    safe = defused(text)
    assert not safe.startswith(FORMULA_STARTS)
    assert not safe.lstrip().startswith(FORMULA_STARTS) or not safe[:1].isspace()
    shown = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "\ufffd", text)
    assert safe in {shown, f"'{shown}"}


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=3, max_size=3))
def test_any_text_keeps_its_cell(texts: list[str]) -> None:
    report = report_samples.report()
    report["claims"] = report["claims"][1:2]
    finding = report["claims"][0]["findings"][0]
    finding["message"], finding["path"], finding["source"] = texts
    row = rows(report)[0]
    assert [row["Message"], row["Path"], row["Source"]] == [defused(text) for text in texts]
    assert row["Disposition"] == "rejected"


def test_a_text_longer_than_a_cell_is_cut() -> None:
    report = report_samples.report()
    report["claims"][1]["claim_id"] = "x" * 300_000
    assert len(rows(report)[0]["Claim"]) == 32_767


def test_claims_are_written_as_they_come() -> None:
    out = io.StringIO(newline="")
    seen: list[int] = []

    def claims() -> Iterator[dict[str, Any]]:
        for claim in report_samples.report()["claims"]:
            seen.append(out.getvalue().count("\r\n"))
            yield claim

    write_csv(claims(), report_samples.report(), out)
    assert seen[1:4] == [1, 2, 4]


def test_findings_of_the_file_may_be_known_only_at_the_end() -> None:
    report = report_samples.report()
    head = {"input": report["input"], "findings": []}

    def claims() -> Iterator[dict[str, Any]]:
        yield from report["claims"]
        head["findings"] = report["findings"]

    out = io.StringIO(newline="")
    write_csv(claims(), head, out)
    assert "S104" in out.getvalue().splitlines()[-1]
