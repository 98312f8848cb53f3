"""Severity follows evidence: only what an official text or page says can reject a claim."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from scrubber.findings import Severity
from scrubber.profiles.loader import load_profiles
from scrubber.profiles.show import rejecting_statements
from scrubber.profiles.statement import MAY_REJECT, Evidence, Origin, Stated
from scrubber.rules.pages import catalogue, rejecting_rules
from scrubber.rules.sources import evidence_of

PAGE = Path(__file__).parents[1] / "docs/rejecting-statements.md"
SHIPPED = load_profiles()
STATED = Stated("timely-filing", "", "Manual", "high", Origin("acme", "acme.xml", 3))


def page() -> str:
    return f"{rejecting_statements(SHIPPED)}\n{rejecting_rules()}"


def test_the_page_lists_every_statement_and_rule_that_can_reject() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make docs"


def test_each_of_them_was_seen_in_an_official_text_or_page() -> None:
    rejecting = [
        one.stated for profile in SHIPPED for one in profile.statements if one.stated.may_reject
    ]
    assert len(rejecting) > 50
    assert {one.evidence for one in rejecting} == {"official-text", "official-page"}


def test_a_rule_that_can_reject_names_an_official_source_or_leaves_it_to_the_profile() -> None:
    rejecting = [rule for rule in catalogue().values() if rule.severity is Severity.REJECT]
    evidence = {rule.code: evidence_of(rule.source) for rule in rejecting}
    assert {one for one in evidence.values() if one is not None} == MAY_REJECT
    left = {code for code, one in evidence.items() if one is None}
    assert {code for code in left if code[1] != "7"} == {"S193", "S315"}


@pytest.mark.parametrize(
    ("source", "evidence"),
    [
        ("payer profile: daily-limit", None),
        ("KNOWLEDGE: use of modifier 52", "knowledge"),
        ("codingintel.com", "secondary"),
        ("codingintel.com; Palmetto GBA, 2020-05-29", "official-page"),
        ("CMS Therapy Services page, CY2026: assistants", "official-page"),
        ("Stedi claim edit: zero-charge claims; 45 CFR 162.410", "official-text"),
    ],
)
def test_the_best_of_a_rules_sources_counts(source: str, evidence: Evidence | None) -> None:
    assert evidence_of(source) == evidence


@pytest.mark.parametrize("evidence", get_args(Evidence))
def test_what_others_say_and_the_trade_knows_warns(evidence: Evidence) -> None:
    stated = replace(STATED, evidence=evidence)
    assert stated.may_reject is evidence.startswith("official")
    assert not replace(stated, confidence="low").may_reject
    assert not replace(stated, condition="the plan says so").may_reject
    assert not replace(stated, in_doubt=True).may_reject


def test_no_statement_of_one_line_rejects_in_a_profile_of_another() -> None:
    for profile in SHIPPED:
        for statement in profile.statements:
            written = SHIPPED[statement.stated.origin.profile]
            if statement.stated.may_reject and not statement.stated.lines:
                assert written.line in (profile.line, SHIPPED.default.line)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
