"""Units follow from minutes by the two counting methods, exactly."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.therapy.unit_count import CountingMethod, count_units
from scrubber.therapy.units import (
    Allocation,
    eight_minute_rule,
    eight_minute_units,
    midpoint_rule,
    units_by_time,
)

FIXTURES = Path(__file__).parent.parent / "fixtures" / "therapy"
EXAMPLES = list(csv.DictReader((FIXTURES / "unit_examples.csv").read_text().splitlines()))
TODAY = date(2026, 3, 2)
CODES = ("97110", "97112", "97116", "97140", "97530", "97035")

one_day = st.dictionaries(st.sampled_from(CODES), st.integers(0, 90), min_size=1)


def numbers_by_code(text: str) -> dict[str, int]:
    pairs = (pair.split(":") for pair in text.split(";"))
    return {code: int(value) for code, value in pairs}


def shown(allocation: Allocation) -> dict[str, int]:
    return {row.code: row.units for row in allocation.codes}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["minutes"])
def test_worked_examples(example: Mapping[str, str]) -> None:
    minutes = numbers_by_code(example["minutes"])
    cms = eight_minute_rule(minutes.items())
    midpoint = midpoint_rule(minutes.items())
    assert cms.total_minutes == int(example["total_minutes"])
    assert cms.total_units == int(example["cms_units"])
    assert shown(cms) == numbers_by_code(example["cms_by_code"])
    assert bool(cms.tied) is (example["cms_tie"] == "Y")
    assert midpoint.total_units == int(example["midpoint_units"])
    assert shown(midpoint) == numbers_by_code(example["midpoint_by_code"])
    assert (shown(cms) != shown(midpoint)) is (example["methods_differ"] == "Y")


def test_all_worked_examples_are_there() -> None:
    assert len(EXAMPLES) == 25


@pytest.mark.parametrize("units", range(1, 9))
def test_unit_n_covers_seven_minutes_either_side_of_its_quarter_hours(units: int) -> None:
    assert eight_minute_units(15 * units - 8) == units - 1
    assert eight_minute_units(15 * units - 7) == units
    assert eight_minute_units(15 * units + 7) == units


def test_a_tie_is_left_to_the_clinician() -> None:
    day = eight_minute_rule([("97112", 20), ("97110", 20)])
    assert day.tied == ("97110", "97112") and day.tied_units == 1
    assert list(day.alternatives()) == [
        {"97112": 1, "97110": 2},
        {"97112": 2, "97110": 1},
    ]
    assert day.allows({"97112": 2, "97110": 1})
    assert day.allows({"97112": 1, "97110": 2})
    assert not day.allows({"97112": 2, "97110": 2})
    assert not day.allows({"97140": 1})


def test_minutes_of_a_code_on_two_lines_are_added() -> None:
    split = eight_minute_rule([("97110", 10), ("97140", 15), ("97110", 13)])
    assert split == eight_minute_rule([("97110", 23), ("97140", 15)])


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        eight_minute_rule([("97110", -1)])
    with pytest.raises(ValueError, match="negative"):
        midpoint_rule([("97110", -1)])


OTHER_TIME_BASES = [
    ("97545", 60, 0),
    ("97545", 61, 1),
    ("97545", 240, 1),
    ("97546", 30, 0),
    ("97546", 31, 1),
    ("97546", 91, 2),
    ("97550", 15, 0),
    ("97550", 16, 1),
    ("97550", 60, 1),
    ("96113", 46, 2),
    ("98980", 19, 0),
    ("98980", 20, 1),
    ("98980", 59, 1),
    ("98981", 39, 1),
    ("98981", 40, 2),
    ("98979", 9, 0),
    ("98979", 10, 1),
    ("98967", 10, 0),
    ("98967", 20, 1),
]


@pytest.mark.parametrize("method", CountingMethod)
@pytest.mark.parametrize(("code", "minutes", "units"), OTHER_TIME_BASES)
def test_codes_with_another_time_base_are_counted_alone(
    method: CountingMethod, code: str, minutes: int, units: int
) -> None:
    count = count_units(method, [(code, minutes), ("97110", 7)], TODAY)
    assert count.most(code) == units
    assert count.pooled.total_units == 0


@pytest.mark.parametrize("code", ["97161", "97014", "99213", "97150", "97532"])
def test_an_untimed_unknown_or_deleted_code_is_not_counted(code: str) -> None:
    count = count_units(CountingMethod.CMS_TOTAL_TIME, [(code, 30), ("97110", 15)], TODAY)
    assert count.not_counted == (code,)
    assert count.most(code) is None
    assert count.pooled.total_units == 1


def test_the_methods_differ_on_pooling_only() -> None:
    day = [("97110", 7), ("97112", 7), ("98980", 20)]
    cms = count_units(CountingMethod.CMS_TOTAL_TIME, day, TODAY)
    midpoint = count_units(CountingMethod.MIDPOINT, day, TODAY)
    assert (cms.pooled.total_units, midpoint.pooled.total_units) == (1, 0)
    assert cms.others == midpoint.others


@given(one_day)
def test_never_more_units_than_the_total_minutes_allow(minutes: dict[str, int]) -> None:
    day = eight_minute_rule(minutes.items())
    assert 15 * day.total_units <= day.total_minutes + 7
    assert (day.total_units == 0) is (day.total_minutes < 8)
    assert day.total_units == eight_minute_units(sum(minutes.values()))


@given(one_day)
def test_a_code_gets_its_whole_quarter_hours_and_at_most_one_unit_more(
    minutes: dict[str, int],
) -> None:
    for row in eight_minute_rule(minutes.items()).codes:
        assert row.minutes // 15 <= row.units <= row.minutes // 15 + 1
        assert row.units == 0 or row.minutes > 0


@given(one_day, st.sampled_from(CODES), st.integers(1, 30))
def test_more_minutes_never_mean_fewer_units(minutes: dict[str, int], code: str, more: int) -> None:
    longer = {**minutes, code: minutes.get(code, 0) + more}
    for rule in (eight_minute_rule, midpoint_rule):
        before, after = rule(minutes.items()), rule(longer.items())
        assert after.total_units >= before.total_units
        assert after.most(code) >= before.most(code)
        assert after.least(code) >= before.least(code)


@given(one_day)
def test_every_alternative_has_the_same_total_and_takes_the_largest_remainders(
    minutes: dict[str, int],
) -> None:
    day = eight_minute_rule(minutes.items())
    alternatives = list(day.alternatives())
    assert shown(day) in alternatives
    for units in alternatives:
        assert sum(units.values()) == day.total_units
        assert day.allows(units)
        given_one = [minutes[c] % 15 for c in units if units[c] > minutes[c] // 15]
        without = [minutes[c] % 15 for c in units if units[c] == minutes[c] // 15]
        assert min(given_one, default=15) >= max(without, default=0)


@given(one_day)
def test_most_and_least_are_those_of_the_alternatives(minutes: dict[str, int]) -> None:
    day = eight_minute_rule(minutes.items())
    for code in minutes:
        units = [alternative[code] for alternative in day.alternatives()]
        assert (day.least(code), day.most(code)) == (min(units), max(units))


@given(one_day)
def test_the_order_of_the_lines_does_not_matter(minutes: dict[str, int]) -> None:
    forward = eight_minute_rule(minutes.items())
    backward = eight_minute_rule(reversed(minutes.items()))
    assert shown(forward) == shown(backward)
    assert (forward.tied, forward.tied_units) == (backward.tied, backward.tied_units)


def minutes_needed(units: int, minutes_per_unit: int, first_unit_minutes: int) -> int:
    """The fewest minutes that support a number of units; 0 for no unit."""
    return first_unit_minutes + (units - 1) * minutes_per_unit if units > 0 else 0


@given(st.integers(0, 600), st.sampled_from([(15, 8), (30, 16), (60, 31), (120, 61), (20, 20)]))
def test_minutes_needed_is_the_least_that_supports_the_units(
    minutes: int, base: tuple[int, int]
) -> None:
    units = units_by_time(minutes, *base)
    assert minutes_needed(units, *base) <= minutes
    assert minutes < minutes_needed(units + 1, *base)


def test_a_code_that_was_not_given_has_no_units() -> None:
    counted = eight_minute_rule([("97110", 20)])
    assert counted.units("97112") == 0
    assert (counted.tied, counted.tied_units) == ((), 0)
    assert midpoint_rule([("97110", 20)]).tied_units == 0
    assert counted.allows({"97110": 1})
    assert not counted.allows({"97110": 1, "97112": 1})


def test_a_tie_gives_one_code_one_unit_and_none_two() -> None:
    counted = eight_minute_rule([("97110", 7), ("97112", 7)])
    assert counted.tied_units == 1
    assert counted.allows({"97110": 1, "97112": 0})
    assert counted.allows({"97110": 0, "97112": 1})
    assert not counted.allows({"97110": 2, "97112": 0})
    assert not counted.allows({"97110": 1, "97112": 1})


def test_no_minutes_make_no_unit_and_fewer_are_refused() -> None:
    assert units_by_time(7, 15, 8) == 0
    assert units_by_time(8, 15, 8) == 1
    assert units_by_time(0, 15, 8) == 0
    for refused in (
        lambda: units_by_time(-1, 15, 8),
        lambda: eight_minute_rule([("97110", -1)]),
        lambda: midpoint_rule([("97110", 20), ("97110", -1)]),
    ):
        with pytest.raises(ValueError, match="negative"):
            refused()


def test_most_units_of_one_code_among_several() -> None:
    minutes = [("97110", 20), ("97112", 25), ("97150", 30)]
    counted = count_units(CountingMethod.CMS_TOTAL_TIME, minutes, TODAY)
    assert [counted.most(code) for code in ("97110", "97112", "97150")] == [1, 2, None]
