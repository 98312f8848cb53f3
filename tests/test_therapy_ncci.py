"""NCCI pairs and units limits answer by date, and say when the table may be out of date."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scrubber.therapy import ncci_limits
from scrubber.therapy.ncci_limits import limit
from scrubber.therapy.ncci_pairs import PairTable, Program, pair_table

IN_RELEASE = date(2024, 8, 1)
TODAY = date(2026, 11, 2)


@pytest.fixture
def medicare() -> PairTable:
    table = pair_table()
    assert table is not None
    return table


# code, code, date, column 2, indicator
IN_FORCE = [
    ("97140", "97124", TODAY, "97124", 0),
    ("97124", "97140", TODAY, "97124", 0),
    ("97110", "36591", TODAY, "36591", 0),
    ("97530", "97150", TODAY, "97530", 1),
    ("97113", "97110", TODAY, "97110", 1),
    ("97161", "97750", TODAY, "97750", 0),
    ("97140", "97750", TODAY, "97750", 1),
    ("97140", "98941", TODAY, "97140", 1),
    ("97530", "97116", date(2019, 12, 31), "97116", 1),
    ("97530", "97535", date(2021, 12, 31), "97535", 1),
]


@pytest.mark.parametrize(("first", "second", "on", "denied", "indicator"), IN_FORCE)
def test_a_pair_in_force_names_the_code_not_paid(
    medicare: PairTable, first: str, second: str, on: date, denied: str, indicator: int
) -> None:
    pair = medicare.find(first, second, on)
    assert pair is not None
    assert (pair.column2, pair.indicator) == (denied, indicator)
    assert pair.modifier_may_open is (indicator == 1)
    assert pair == medicare.find(second, first, on)


BELIEVED_BUT_NOT_IN_FORCE = [
    ("97530", "97116", date(2020, 1, 1)),
    ("97530", "97116", date(2020, 10, 1)),
    ("97530", "97140", TODAY),
    ("97161", "97140", date(2020, 1, 1)),
    ("97110", "97164", date(2020, 10, 1)),
    ("97530", "97535", date(2022, 1, 1)),
    ("97110", "97140", TODAY),
    ("97110", "97530", TODAY),
    ("97110", "97110", TODAY),
    ("97110", "99999", TODAY),
]


@pytest.mark.parametrize(("first", "second", "on"), BELIEVED_BUT_NOT_IN_FORCE)
def test_deleted_and_never_effective_pairs_are_no_pairs(
    medicare: PairTable, first: str, second: str, on: date
) -> None:
    assert medicare.find(first, second, on) is None


CONFIRMED = [
    ("97140", "97124", IN_RELEASE, True),
    ("97163", "97162", TODAY, True),
    ("97163", "97162", date(2027, 1, 1), False),
    ("92507", "97110", TODAY, False),
    ("92507", "97110", date(2022, 1, 1), False),
    ("97530", "97535", date(2021, 12, 31), True),
]


@pytest.mark.parametrize(("first", "second", "on", "confirmed"), CONFIRMED)
def test_a_pair_is_confirmed_only_for_dates_the_table_was_made_for(
    medicare: PairTable, first: str, second: str, on: date, confirmed: bool
) -> None:
    pair = medicare.find(first, second, on)
    assert pair is not None
    assert pair.confirmed is confirmed
    assert "v302" in pair.release


def test_the_snapshot_says_when_it_is_older_than_the_service(medicare: PairTable) -> None:
    assert not medicare.is_older_than(date(2024, 9, 30))
    assert medicare.is_older_than(date(2024, 10, 1))
    assert len(medicare) == 1423 + 59


def test_there_is_no_medicaid_pair_table_until_one_is_imported(tmp_path: Path) -> None:
    assert pair_table(Program.MEDICAID) is None
    (tmp_path / "pairs_medicaid.csv").write_text(
        "# release: 2026 quarter 1\n# date: 2026-01-01\n# through: 2026-03-31\n"
        "column1,column2,indicator,effective_from,effective_to,basis,confirmed_through,reason\n"
        "97140,97124,0,2010-10-01,,sourced,,\n"
    )
    table = pair_table(Program.MEDICAID, tmp_path)
    assert table is not None
    pair = table.find("97124", "97140", date(2026, 2, 1))
    assert pair is not None and pair.confirmed


DAY = date(2026, 3, 2)
LIMITS = [
    ("97110", Program.MEDICARE, 6, 3),
    ("97161", Program.MEDICARE, 1, 2),
    ("97010", Program.MEDICARE, 0, 3),
    ("97010", Program.MEDICAID, 1, None),
    ("96125", Program.MEDICARE, 2, 3),
    ("96125", Program.MEDICAID, 3, None),
]


@pytest.mark.parametrize(("code", "program", "units", "adjudication"), LIMITS)
def test_units_limits(code: str, program: Program, units: int, adjudication: int | None) -> None:
    found = limit(code, DAY, program)
    assert found is not None
    assert (found.units, found.adjudication) == (units, adjudication)
    assert found.absolute is (adjudication == 2)
    assert not found.per_line


def test_an_adjudication_of_one_limits_each_line() -> None:
    found = limit("97110", DAY)
    assert found is not None
    assert replace(found, adjudication=1).per_line
    assert not replace(found, adjudication=None).per_line


def test_a_code_without_a_limit_is_not_checked() -> None:
    assert limit("99213", DAY) is None
    assert limit("98979", DAY) is None


def test_a_limit_says_when_it_was_last_seen() -> None:
    seen = limit("97110", DAY)
    assert seen is not None
    assert not seen.is_older_than(date(2026, 12, 31))
    assert seen.is_older_than(date(2027, 1, 1))


@pytest.mark.parametrize("program", Program)
def test_the_limit_tables_name_their_release(program: Program) -> None:
    release = ncci_limits.release(program)
    assert release.codes == 134
    assert release.source and release.as_of and release.through
