"""Diagnosis codes are billable by date of service, and unknown outside the years of the table."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.codes import icd10cm
from scrubber.codes.icd10cm import Standing, standing
from scrubber.codes.table_file import TableError
from scrubber.codes.verdict import Verdict

FY2021 = date(2021, 3, 1)
FY2022 = date(2021, 10, 1)
FY2023 = date(2023, 1, 1)
FY2025 = date(2025, 9, 30)
FY2026 = date(2026, 3, 2)
FY2027 = date(2026, 10, 1)

STANDINGS = [
    ("M545", date(2021, 9, 30), Standing.BILLABLE),
    ("M545", FY2022, Standing.NEEDS_MORE_CHARACTERS),
    ("M545", FY2026, Standing.NEEDS_MORE_CHARACTERS),
    ("M5450", date(2021, 9, 30), Standing.OTHER_DATES),
    ("M5450", FY2022, Standing.BILLABLE),
    ("M722", date(2026, 9, 30), Standing.BILLABLE),
    ("M722", FY2027, Standing.NEEDS_MORE_CHARACTERS),
    ("M67A01", date(2026, 9, 30), Standing.OTHER_DATES),
    ("M67A01", FY2027, Standing.BILLABLE),
    ("G35", FY2025, Standing.BILLABLE),
    ("G35", FY2026, Standing.NEEDS_MORE_CHARACTERS),
    ("M25", FY2026, Standing.NEEDS_MORE_CHARACTERS),
    ("S83511", FY2026, Standing.NEEDS_MORE_CHARACTERS),
    ("S83511A", FY2026, Standing.BILLABLE),
    ("S83511X", FY2026, Standing.NO_SUCH_CODE),
    ("QA0011", FY2026, Standing.BILLABLE),
    ("Z99999", FY2026, Standing.NO_SUCH_CODE),
    ("Z99999", FY2023, Standing.NOT_CHECKED),
    ("Z99999", FY2027, Standing.NOT_CHECKED),
    ("M25511", date(2020, 12, 31), Standing.NOT_CHECKED),
    ("M25511", date(2027, 10, 1), Standing.NOT_CHECKED),
    ("M25511", date(2027, 9, 30), Standing.BILLABLE),
    ("M25.511", FY2026, Standing.MALFORMED),
    ("m25511", FY2026, Standing.MALFORMED),
    ("M2", FY2026, Standing.MALFORMED),
    ("71941", FY2026, Standing.MALFORMED),
    ("", FY2026, Standing.MALFORMED),
]


@pytest.mark.parametrize(("code", "on", "expected"), STANDINGS)
def test_a_diagnosis_stands_by_its_date_of_service(code: str, on: date, expected: Standing) -> None:
    assert standing(code, on) is expected


VERDICTS = {
    Standing.BILLABLE: Verdict.VALID,
    Standing.NOT_CHECKED: Verdict.UNKNOWN,
    Standing.NO_SUCH_CODE: Verdict.INVALID,
    Standing.OTHER_DATES: Verdict.INVALID,
    Standing.NEEDS_MORE_CHARACTERS: Verdict.INVALID,
    Standing.MALFORMED: Verdict.INVALID,
}


@pytest.mark.parametrize(("code", "on", "expected"), STANDINGS)
def test_only_billable_codes_are_valid(code: str, on: date, expected: Standing) -> None:
    assert icd10cm.check(code, on) is VERDICTS[expected]


OFFICIAL_COUNTS = {FY2025: 74_260, FY2026: 74_719}


@pytest.mark.parametrize(("on", "expected"), OFFICIAL_COUNTS.items())
def test_whole_releases_have_the_official_number_of_billable_codes(on: date, expected: int) -> None:
    table = icd10cm.diagnoses()
    column = table.column(on)
    assert column is not None
    marks = [table.marks_at(at)[column] for at in range(len(table))]
    assert marks.count(ord("1")) == expected
    assert marks.count(ord("?")) == 0


def test_records_are_sorted_so_that_the_search_finds_them() -> None:
    table = icd10cm.diagnoses()
    codes = [table.code_at(at) for at in range(len(table))]
    assert codes == sorted(set(codes))


@given(st.integers(min_value=0), st.integers(0, 3000))
def test_every_record_is_found_and_says_what_its_mark_says(index: int, days: int) -> None:
    table = icd10cm.diagnoses()
    at = index % len(table)
    code = table.code_at(at).decode().strip()
    on = date(2021, 1, 1) + timedelta(days)
    column = table.column(on)
    if column is None:
        assert standing(code, on) is Standing.NOT_CHECKED
    else:
        assert (standing(code, on) is Standing.BILLABLE) is (table.marks_at(at)[column] == ord("1"))


def test_the_release_names_its_source() -> None:
    release = icd10cm.release()
    assert release.codes == len(icd10cm.diagnoses())
    assert "NCHS" in release.source


HEADER = (
    "# name: ICD-10-CM\n# title: t\n# source: s\n# release: FY2028\n# date: 2027-10-01\n"
    "# until: 2028-09-30\n# columns: 2027-10-01 complete\n"
)


def test_an_imported_table_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "icd10cm.txt").write_text(HEADER + "M25511 1\nM722   0\n")
    on = date(2027, 10, 1)
    assert standing("M25511", on, tmp_path) is Standing.BILLABLE
    assert standing("M25512", on, tmp_path) is Standing.NO_SUCH_CODE
    assert standing("M722", on, tmp_path) is Standing.OTHER_DATES
    assert standing("M25511", FY2026, tmp_path) is Standing.NOT_CHECKED


@pytest.mark.parametrize(
    ("text", "expected"),
    [(HEADER + "M25511 1\nM722  0\n", "damaged"), ("M25511 1\n", "no line for")],
)
def test_a_damaged_table_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "icd10cm.txt").write_text(text)
    with pytest.raises(TableError, match=expected):
        standing("M25511", FY2026, tmp_path)
