"""Every table can be listed with where it comes from."""

from datetime import date
from pathlib import Path

import pytest

from scrubber.codes.table_file import CODES_DATA, Release, TableError, read_table
from scrubber.therapy.catalogue import all_tables
from scrubber.therapy.ncci_limits import limit
from scrubber.therapy.table import DATA

UNLISTED = {"therapy_sources.csv", "claim_status_categories.csv"}


@pytest.mark.parametrize("release", all_tables(), ids=lambda release: release.name)
def test_a_table_names_its_source_release_date_and_size(release: Release) -> None:
    assert release.name and release.title and release.source and release.release
    assert release.as_of is not None and release.as_of <= date(2026, 12, 31)
    assert release.codes > 0
    assert not release.sha256


def test_every_data_file_is_listed() -> None:
    files = {path.name for path in (*CODES_DATA.iterdir(), *DATA.iterdir())}
    assert len(all_tables()) == len(files - UNLISTED)


def test_names_are_different() -> None:
    names = [release.name for release in all_tables()]
    assert len(names) == len(set(names))


def test_an_imported_table_is_listed_in_place_of_the_shipped(tmp_path: Path) -> None:
    (tmp_path / "mue_medicare.csv").write_text(
        "# name: MUE, Medicare\n# title: t\n# source: imported\n# release: 2027 quarter 1\n"
        "# date: 2027-01-01\n# sha256: abc\n"
        "code,units,adjudication,confirmed_through,reason,effective_from\n"
        "97110,6,3,,,2027-01-01\n"
    )
    listed = {release.name: release for release in all_tables(tmp_path)}
    assert len(listed) == len(all_tables())
    assert listed["MUE, Medicare"].sha256 == "abc"
    assert listed["MUE, Medicare"].codes == 1


DAMAGED = [
    ("# name: x\n", "no header row"),
    ("# name: x\na,b\n1,2\n1\n", "row 4: 2 columns expected, 1 found"),
]


@pytest.mark.parametrize(("text", "expected"), DAMAGED)
def test_a_damaged_table_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(TableError, match=expected):
        read_table(path)


def test_a_missing_or_binary_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        read_table(tmp_path / "absent.csv")
    path = tmp_path / "binary.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="not a UTF-8 text"):
        read_table(path)


HEADER = "code,units,adjudication,confirmed_through,reason,effective_from\n"

SPOILED = [
    ("code,units\n97110,6\n", "no column adjudication, confirmed_through, reason"),
    (HEADER + "97110,six,3,,,2026-01-01\n", "a whole number expected in place of 'six'"),
    (HEADER + "97110,,3,,,2026-01-01\n", "a number of units expected"),
    (HEADER + "97110,6,3,soon,,2026-01-01\n", "a date YYYY-MM-DD expected in place of 'soon'"),
    (HEADER + "97110,6,3,,,\n", "a date expected in place of an empty cell"),
]


@pytest.mark.parametrize(("text", "expected"), SPOILED)
def test_an_imported_table_that_was_spoiled_is_refused(
    tmp_path: Path, text: str, expected: str
) -> None:
    (tmp_path / "mue_medicare.csv").write_text(text)
    with pytest.raises(TableError, match=expected):
        limit("97110", date(2026, 3, 2), tables=tmp_path)
