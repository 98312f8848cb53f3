"""Laws of the therapy rules: what the minutes give is never objected to; order only reorders."""

from datetime import date

import pytest
import rule_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.rules.modifier_places import in_order
from scrubber.therapy.unit_count import CountingMethod, count_units

DAY = date(2026, 2, 10)
CODES = ("97110", "97112", "97530")
CLASSES = ("discipline", "assistant", "ncci", "telehealth", "threshold", "liability")
MODIFIERS = ("GP", "CQ", "59", "95", "KX", "GA", "CR", "ZZ", "LT")
AETNA = [["NM1*PR*2*EXAMPLE HEALTH PLAN*****PI*99999", "NM1*PR*2*AETNA*****PI*60054"]]
PAYERS = {
    CountingMethod.CMS_TOTAL_TIME: ("medicare_visit", []),
    CountingMethod.MIDPOINT: ("unknown_payer_visit", AETNA),
}

minutes_of_a_day = st.tuples(*(st.integers(15, 90) for _ in CODES))


def said_of(method: CountingMethod, minutes: tuple[int, ...], units: list[int]) -> set[str]:
    """The rules on minutes that speak when these units are billed for these minutes."""
    base, replace = PAYERS[method]
    billed = [
        [f"SV1*HC:{code}:GP*{charge}*UN*{old}*", f"SV1*HC:{code}:GP*{charge}*UN*{new}*"]
        for code, charge, old, new in zip(CODES, (100, 90, 60), (2, 2, 1), units, strict=True)
    ]
    rows = [
        {"claim_id": "PCN001", "line": line, "minutes": spent}
        for line, spent in enumerate(minutes, start=1)
    ]
    case = {"base": base, "replace": [*replace, *billed], "documentation": rows}
    findings = rule_cases.all_findings(rule_cases.run(case))
    return {finding.code for finding in findings} & {"S611", "S612", "S613"}


def counted(method: CountingMethod, minutes: tuple[int, ...]) -> list[int]:
    pooled = count_units(method, zip(CODES, minutes, strict=True), DAY).pooled
    return [pooled.units(code) for code in CODES]


@pytest.mark.parametrize("method", CountingMethod)
@settings(max_examples=40, deadline=None)
@given(minutes=minutes_of_a_day)
def test_what_the_minutes_give_is_not_objected_to(
    method: CountingMethod, minutes: tuple[int, ...]
) -> None:
    assert said_of(method, minutes, counted(method, minutes)) == set()


@pytest.mark.parametrize("method", CountingMethod)
@settings(max_examples=40, deadline=None)
@given(minutes=minutes_of_a_day, code=st.integers(0, 2))
def test_a_unit_more_is_too_many_and_a_unit_less_too_few(
    method: CountingMethod, minutes: tuple[int, ...], code: int
) -> None:
    units = counted(method, minutes)
    more = [unit + (place == code) for place, unit in enumerate(units)]
    assert said_of(method, minutes, more) == {"S611"}
    if units[code] > 1:
        less = [unit - (place == code) for place, unit in enumerate(units)]
        assert said_of(method, minutes, less) == {"S612"}


@given(st.lists(st.sampled_from(MODIFIERS), max_size=4, unique=True).map(tuple))
def test_order_moves_only_modifiers_with_a_place_in_it(modifiers: tuple[str, ...]) -> None:
    ordered = in_order(modifiers, CLASSES)
    assert sorted(ordered) == sorted(modifiers)
    assert in_order(ordered, CLASSES) == ordered
    unlisted = {"CR", "ZZ", "LT"}
    for old, new in zip(modifiers, ordered, strict=True):
        assert (old in unlisted or new in unlisted) <= (old == new)
