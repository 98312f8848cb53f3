"""Every kind of statement of every shipped payer profile, against a clean and a violating claim.

A file in fixtures/rules/payers is named for a profile. `claim` makes the base file a claim to that
payer; each [[case]] has the keys of a rule case and

    statement   the XML element of the profile that the case is about
    rule        the rule that enforces it
    visits      so many further lines of 97110 on days from `first` on, one a day
"""

import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import rule_cases

from scrubber.profiles.loader import load_profiles
from scrubber.profiles.profile import PayerProfile
from scrubber.rules.pages import catalogue

FOLDER = rule_cases.FOLDER / "payers"
NOT_ENFORCED = {
    "multiple-procedure-reduction": "it prices the later units of a day and makes no claim wrong",
    "fix-consent": "it lets a repair be applied; the cases of its rule show it",
    "severity": "it changes the severity of a rule; the profile tests show it",
}
PROFILES = load_profiles(None)


def cases() -> list[Any]:
    return [
        pytest.param(file.stem, whole, case, id=f"{file.stem} {case['rule']} {case['name']}")
        for file in sorted(FOLDER.glob("*.toml"))
        for whole in [tomllib.loads(file.read_text(encoding="utf-8"))]
        for case in whole["case"]
    ]


def further_lines(case: dict[str, Any]) -> list[list[str]]:
    """Line 3 followed by one line of exercise a day."""
    first = date.fromisoformat(case["first"])
    lines = "REF*6R*LINE3~"
    modifiers = case.get("modifiers", "GP")
    for number in range(4, 4 + case["visits"]):
        day = f"{first + timedelta(days=number - 4):%Y%m%d}"
        lines += f"\nLX*{number}~\nSV1*HC:97110:{modifiers}*0*UN*1***1~\nDTP*472*D8*{day}~"
    return [["REF*6R*LINE3~", lines]]


def as_rule_case(whole: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    replace = [*whole["claim"], *case.get("replace", [])]
    if "visits" in case:
        replace += further_lines(case)
    return {"base": "unknown_payer_visit", **case, "replace": replace}


@pytest.mark.parametrize(("profile", "whole", "case"), cases())
def test_case(profile: str, whole: dict[str, Any], case: dict[str, Any]) -> None:
    result = rule_cases.run(as_rule_case(whole, case))
    assert {claim.profile for claim in result.claims} == {profile}
    assert not [claim.not_checked for claim in result.claims if claim.not_checked]
    said = [f for f in rule_cases.all_findings(result) if f.code == case["rule"]]
    expected = case["findings"]
    assert len(said) == len(expected), [f"{f.path}: {f.message}" for f in said]
    for one in expected:
        assert any(rule_cases.matches(finding, one) for finding in said), (one, said)
    if "disposition" in case:
        assert {claim.disposition.value for claim in result.claims} == {case["disposition"]}


def own_kinds(profile: PayerProfile) -> Counter[str]:
    """How many statements of each kind the profile makes itself."""
    stated = (statement.stated for statement in profile.statements)
    return Counter(one.kind for one in stated if one.origin.profile == profile.id)


@pytest.mark.parametrize("profile", tuple(PROFILES), ids=lambda profile: profile.id)
def test_every_statement_has_a_clean_and_a_violating_claim(profile: PayerProfile) -> None:
    enforced = own_kinds(profile)
    for kind in NOT_ENFORCED:
        del enforced[kind]
    file = FOLDER / f"{profile.id}.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    assert Counter(case["statement"] for case in found if case["findings"]) >= enforced
    assert Counter(case["statement"] for case in found if not case["findings"]) >= enforced


def test_cases_name_rules_there_are() -> None:
    codes = set(catalogue())
    named = {
        case["rule"]
        for file in Path(FOLDER).glob("*.toml")
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    }
    assert named <= codes
