"""The therapy code table answers by date of service and keeps its four answers apart."""

from datetime import date

import pytest

from scrubber.therapy import table
from scrubber.therapy.table import Standing, known_code, standing, therapy_code

TODAY = date(2026, 3, 2)

STANDINGS = [
    ("97110", date(2026, 3, 2), Standing.IN_FORCE),
    ("97161", date(2016, 12, 31), Standing.NOT_YET),
    ("97161", date(2017, 1, 1), Standing.IN_FORCE),
    ("97001", date(2016, 12, 31), Standing.IN_FORCE),
    ("97001", date(2017, 1, 1), Standing.DELETED),
    ("97762", date(2018, 1, 1), Standing.DELETED),
    ("98979", date(2025, 12, 31), Standing.NOT_YET),
    ("99213", TODAY, Standing.NOT_THERAPY),
    ("", TODAY, Standing.NOT_THERAPY),
]


@pytest.mark.parametrize(("code", "on", "expected"), STANDINGS)
def test_a_code_stands_by_its_date_of_service(code: str, on: date, expected: Standing) -> None:
    assert standing(code, on) is expected
    assert (therapy_code(code, on) is not None) is (expected is Standing.IN_FORCE)


def test_a_deleted_code_names_its_last_day_and_its_successors() -> None:
    row = known_code("97003")
    assert row is not None
    assert row.effective_to == date(2016, 12, 31)
    assert row.successors == ("97165", "97166", "97167")
    assert all(therapy_code(code, TODAY) for code in row.successors)


def test_97110_is_a_pooled_fifteen_minute_code_of_two_disciplines() -> None:
    row = therapy_code("97110", TODAY)
    assert row is not None
    assert (row.time_rule, row.minutes_per_unit, row.first_unit_minutes) == ("pooled", 15, 8)
    assert row.disciplines == ("GP", "GO")
    assert row.status == "always" and row.status_confidence == "high"
    assert (row.mue_medicare, row.mue_adjudication, row.mue_medicaid) == (6, 3, 6)


SINGLE_MODIFIER = {
    **dict.fromkeys(("97161", "97162", "97163", "97164"), "GP"),
    **dict.fromkeys(("97165", "97166", "97167", "97168"), "GO"),
    **dict.fromkeys(("92521", "92522", "92523", "92524", "92597", "92607"), "GN"),
}


def test_exactly_the_codes_of_change_request_10176_allow_one_modifier_only() -> None:
    found = {row.code: row.required_modifier for row in table.all_codes() if row.required_modifier}
    assert found == SINGLE_MODIFIER


POOLED_BEYOND_TREATMENT = {"97750", "97755", "97129", "97130", "0791T"}


def test_only_fifteen_minute_codes_are_pooled() -> None:
    for row in table.all_codes():
        if row.time_rule == "pooled":
            assert (row.minutes_per_unit, row.first_unit_minutes) == (15, 8)
    pooled = {row.code for row in table.all_codes() if row.time_rule == "pooled"}
    assert pooled >= POOLED_BEYOND_TREATMENT
    assert not pooled & {"97550", "97551", "90912", "92627", "98980", "97545"}


def test_every_row_is_whole() -> None:
    rows = table.all_codes()
    assert len(rows) == len({row.code for row in rows}) == 207
    for row in rows:
        assert len(row.code) == 5
        assert row.description and row.family
        assert row.timed is (row.minutes_per_unit is not None)
        assert row.timed is (row.first_unit_minutes is not None)
        assert (row.mue_medicare is None) is (row.mue_adjudication is None)
        assert row.required_modifier is None or row.required_modifier in row.disciplines
        assert all(table.source_text(key) for key in row.sources)
        assert not row.effective_from or not row.effective_to


def test_every_add_on_and_successor_is_in_the_table() -> None:
    for row in table.all_codes():
        for other in (*row.addon_primaries, *row.successors):
            assert known_code(other) is not None
    assert table.add_ons_of("97129") == ("97130",)
    assert table.add_ons_of("97110") == ()


def test_a_medicare_replacement_is_a_code_medicare_pays() -> None:
    row = therapy_code("97014", TODAY)
    assert row is not None and row.medicare == "no"
    other = therapy_code(row.medicare_replacement, TODAY)
    assert other is not None and other.medicare == "yes"


def test_the_release_counts_the_rows() -> None:
    release = table.release()
    assert release.codes == 207
    assert release.source and release.as_of
