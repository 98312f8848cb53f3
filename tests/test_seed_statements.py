"""The forty statements the program began with: each has a rule, or a reason why none can be.

Where an article is wrong, the rule follows the right statement, and tables and cases prove it.
"""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rule_cases

from scrubber.rules.pages import catalogue
from scrubber.therapy.fees import national_rate
from scrubber.therapy.ncci_pairs import pair_table
from scrubber.therapy.table import known_code
from scrubber.therapy.unit_count import CountingMethod, count_units

FILE = Path(__file__).parent.parent / "fixtures" / "therapy" / "seed_statements.toml"
STATEMENTS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["statement"]
CODES = set(catalogue())
DAY = date(2026, 2, 10)


def each(part: str) -> list[Any]:
    return [
        pytest.param(one, id=f"{statement['id']} {number}")
        for statement in STATEMENTS
        for number, one in enumerate(statement.get(part, []), start=1)
    ]


@cache
def cases_of(rule: str) -> dict[str, dict[str, Any]]:
    file = rule_cases.FOLDER / f"{rule}.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    return {case["name"]: case for case in found}


def test_all_forty_are_there() -> None:
    assert [one["id"] for one in STATEMENTS] == [f"S{number:02d}" for number in range(1, 41)]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one["id"])
def test_a_statement_has_rules_or_a_reason(statement: dict[str, Any]) -> None:
    rules = statement.get("rules", [])
    assert rules or statement.get("reason")
    assert set(rules) <= CODES
    assert {case["rule"] for case in statement.get("cases", [])} <= set(rules)
    if statement["verdict"] != "right":
        assert statement.get("right")


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one["id"])
def test_a_statement_with_rules_is_shown_by_cases_or_tables(statement: dict[str, Any]) -> None:
    shown = ("cases", "codes", "units", "pairs", "rates", "profiles")
    assert not statement.get("rules") or any(statement.get(part) for part in shown)


@pytest.mark.parametrize("named", each("cases"))
def test_the_case_holds(named: dict[str, str]) -> None:
    case = cases_of(named["rule"])[named["name"]]
    rule_cases.check(named["rule"], case)


@pytest.mark.parametrize("expected", each("codes"))
def test_the_code_table_says_so(expected: dict[str, Any]) -> None:
    row = known_code(expected["code"])
    for name, value in expected.items():
        assert getattr(row, name) == (tuple(value) if isinstance(value, list) else value)


@pytest.mark.parametrize("expected", each("units"))
def test_the_minutes_make_so_many_units(expected: dict[str, Any]) -> None:
    parts = (part.split(":") for part in expected["minutes"].split(";"))
    minutes = [(code, int(spent)) for code, spent in parts]
    for method, name in (
        (CountingMethod.CMS_TOTAL_TIME, "cms"),
        (CountingMethod.MIDPOINT, "midpoint"),
    ):
        assert count_units(method, minutes, DAY).pooled.total_units == expected[name]


@pytest.mark.parametrize("expected", each("pairs"))
def test_the_pair_table_says_so(expected: dict[str, Any]) -> None:
    table = pair_table()
    assert table is not None
    pair = table.find(expected["first"], expected["second"], expected["on"])
    assert (pair.indicator if pair else None) == expected.get("indicator")
    if pair is not None and "column2" in expected:
        assert pair.column2 == expected["column2"]


@pytest.mark.parametrize("expected", each("rates"))
def test_the_fee_table_says_so(expected: dict[str, Any]) -> None:
    assert national_rate(expected["code"], expected["on"]) == Decimal(expected["dollars"])


@pytest.mark.parametrize("expected", each("profiles"))
def test_the_profile_says_so(expected: dict[str, str]) -> None:
    pairs = rule_cases.PROFILES[expected["id"]].on(DAY).pair_edits
    assert pairs is not None and pairs.table == expected["pair_table"]
