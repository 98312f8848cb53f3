"""What may be remembered as clean: services of days on which every table says the same."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import scrubber
from scrubber.codes.table_file import read_table
from scrubber.engine.memory import MOST, TURNING_DAYS, CleanMemory, table_stretch

PACKAGE = Path(scrubber.__file__).parent
TABLES = sorted([*PACKAGE.glob("therapy/data/*.csv"), *PACKAGE.glob("codes/data/*.csv")])
DATE = re.compile(r"\d{4}-\d\d-\d\d")
DATE_IN_CODE = re.compile(r"\bdate\((20\d\d), (\d+), (\d+)\)")
# Read by other means than `read_table`, and by no rule that looks at single services.
OTHER_FORM = frozenset({"icd10cm"})


def turning_days_of(path: Path) -> set[date]:
    """The first day of every row and release, and the first day after it."""
    table = read_table(path)
    release = table.release
    found = {one for one in (release.as_of,) if one is not None and release.through is not None}
    if release.through is not None:
        found.add(release.through + timedelta(1))
    for row in table.rows:
        for column, text in row.items():
            if not DATE.fullmatch(text or ""):
                continue
            if column.endswith("_from"):
                found.add(date.fromisoformat(text))
            elif column.endswith(("_to", "_through")):
                found.add(date.fromisoformat(text) + timedelta(1))
    return found


@pytest.mark.parametrize(
    "path", [one for one in TABLES if one.stem not in OTHER_FORM], ids=lambda path: path.stem
)
def test_tables_say_something_new_on_turning_days_only(path: Path) -> None:
    assert turning_days_of(path) <= set(TURNING_DAYS)


@pytest.mark.parametrize(
    "path", sorted([*PACKAGE.glob("rules/*.py"), *PACKAGE.glob("therapy/*.py")]),
    ids=lambda path: path.stem,
)  # fmt: skip
def test_dates_that_rules_name_are_turning_days(path: Path) -> None:
    named = DATE_IN_CODE.findall(path.read_text(encoding="utf-8"))
    assert {date(int(y), int(m), int(d)) for y, m, d in named} <= set(TURNING_DAYS)


@pytest.mark.parametrize("day", TURNING_DAYS, ids=str)
def test_a_turning_day_begins_a_stretch(day: date) -> None:
    before = table_stretch(day - timedelta(1))
    assert before != table_stretch(day)
    assert (table_stretch(day + timedelta(1)) == table_stretch(day)) == (
        day + timedelta(1) not in TURNING_DAYS
    )


def test_a_memory_is_bounded_and_keeps_what_is_met_again() -> None:
    memory = CleanMemory()
    memory.add("met again")
    for number in range(3 * MOST):
        memory.add(number)
        assert "met again" in memory
    assert 0 not in memory
    assert sum(number in memory for number in range(3 * MOST)) <= MOST
