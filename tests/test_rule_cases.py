"""Every rule against its cases in fixtures/rules, in the form that rule_cases describes."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rule_cases
from rule_cases import FOLDER

from scrubber.engine import Context, scrub
from scrubber.rules import RULES
from scrubber.rules.history import HISTORY_RULES

OF_FILES = {"S191", "S192", "S692"}
"""Told of what earlier files say; the tests of the ledger show them."""


@pytest.mark.parametrize(
    ("code", "case"),
    [pytest.param(*one, id=f"{one[0]} {one[1]['name']}") for one in rule_cases.cases()],
)
def test_case(code: str, case: dict[str, Any]) -> None:
    rule_cases.check(code, case)


@pytest.mark.parametrize("base", sorted((FOLDER / "bases").glob("*.837")), ids=lambda p: p.stem)
def test_bases_are_clean(base: Path) -> None:
    result = scrub(base.read_bytes(), Context(date(2026, 3, 2), rule_cases.PROFILES))
    assert result.claims
    assert [f"{f.code} {f.path}: {f.message}" for f in rule_cases.all_findings(result)] == []


OF_CLAIMS_TOGETHER = [one for one in HISTORY_RULES.values() if one.code not in OF_FILES]


@pytest.mark.parametrize("rule", [*RULES, *OF_CLAIMS_TOGETHER], ids=lambda rule: rule.code)
def test_every_rule_has_a_failing_and_a_passing_case(rule: Any) -> None:
    file = FOLDER / f"{rule.code}.toml"
    assert file.exists(), f"fixtures/rules/{rule.code}.toml is missing"
    found = tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    assert any(case["findings"] for case in found)
    assert any(not case["findings"] for case in found)
