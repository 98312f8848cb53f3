"""Thresholds and fees answer for the years we know, and for no other."""

from datetime import date
from decimal import Decimal

import pytest

from scrubber.codes.table_file import read_table
from scrubber.therapy import fees, thresholds
from scrubber.therapy.fees import national_rate
from scrubber.therapy.thresholds import threshold
from scrubber.therapy.unit_prices import Billed, UnitPrice, line_amounts

THRESHOLDS = [
    (2018, "2010"),
    (2019, "2040"),
    (2020, "2080"),
    (2021, "2110"),
    (2022, "2150"),
    (2023, "2230"),
    (2024, "2330"),
    (2025, "2410"),
    (2026, "2480"),
]


@pytest.mark.parametrize(("year", "kx"), THRESHOLDS)
@pytest.mark.parametrize("modifier", ["GP", "GO", "GN"])
def test_threshold_of_a_year(year: int, kx: str, modifier: str) -> None:
    found = threshold(year, modifier)
    assert found is not None
    assert found.kx == Decimal(kx)
    assert found.review == 3000


def test_physical_therapy_and_speech_share_a_threshold() -> None:
    assert threshold(2026, "GP") == threshold(2026, "GN")
    assert threshold(2026, "GO") != threshold(2026, "GP")


@pytest.mark.parametrize(("year", "modifier"), [(2027, "GP"), (2017, "GP"), (2026, "KX")])
def test_no_threshold_for_a_year_or_modifier_we_do_not_know(year: int, modifier: str) -> None:
    assert threshold(year, modifier) is None


AMOUNTS = [
    ("97110", "1", date(2023, 6, 1), False, "29.82"),
    ("97110", "1", date(2024, 3, 8), False, "28.81"),
    ("97110", "1", date(2024, 3, 9), False, "29.29"),
    ("97110", "2", date(2026, 3, 2), False, "58.12"),
    ("97110", "1", date(2026, 3, 2), True, "24.70"),
    ("97110", "1", date(2025, 3, 2), False, None),
    ("97110", "1", date(2027, 1, 1), False, None),
    ("97140", "1", date(2026, 3, 2), False, None),
]


@pytest.mark.parametrize(("code", "units", "on", "by_assistant", "expected"), AMOUNTS)
def test_expected_amount(
    code: str, units: str, on: date, by_assistant: bool, expected: str | None
) -> None:
    rate = national_rate(code, on)
    price = UnitPrice(rate) if rate is not None else None
    (found,) = line_amounts([Billed(code, Decimal(units), by_assistant)], [price], on)
    assert found == (Decimal(expected) if expected else None)


def test_the_conversion_factor_of_2025_is_known_though_the_rate_is_not() -> None:
    assert fees.conversion_factor(date(2025, 3, 2)) == Decimal("32.3465")
    assert fees.conversion_factor(date(2027, 1, 1)) is None


def test_each_rate_is_the_factor_times_the_relative_value() -> None:
    for row in read_table(fees.TABLE).rows:
        if row["rate_97110"]:
            product = Decimal(row["conversion_factor"]) * Decimal(row["relative_value_97110"])
            assert abs(product - Decimal(row["rate_97110"])) < Decimal("0.01")


def test_tables_name_their_source() -> None:
    assert fees.release().source
    assert thresholds.release().codes == 18
