"""Balancing, situations and code sets: every row of the checklist has its rules, or a reason."""

import tomllib
from itertools import groupby
from typing import Any

import pytest
from rule_cases import FOLDER

from scrubber.findings import Severity
from scrubber.rules.pages import catalogue

ROWS: list[dict[str, Any]] = tomllib.loads((FOLDER / "checklist.toml").read_text("utf-8"))["row"]
LENGTHS = {"3": 16, "4": 32, "5": 17}


def test_no_row_is_left_out() -> None:
    ids = [tuple(row["id"].split(".")) for row in ROWS]
    found = {kind: [number for _, number in rows] for kind, rows in groupby(ids, lambda i: i[0])}
    assert found == {
        kind: [f"{number:02}" for number in range(1, length + 1)]
        for kind, length in LENGTHS.items()
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_has_rules_or_a_reason(row: dict[str, Any]) -> None:
    assert row["rules"] or row["reason"]
    assert set(row["rules"]) <= set(catalogue())
    assert len(set(row["rules"])) == len(row["rules"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_what_is_only_known_from_the_field_rejects_nothing(row: dict[str, Any]) -> None:
    rules = [catalogue()[code] for code in row["rules"]]
    known = [rule for rule in rules if rule.source.startswith("KNOWLEDGE")]
    assert all(rule.severity is not Severity.REJECT for rule in known)
