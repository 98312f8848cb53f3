"""Severity follows evidence: only what an official text or page says can reject a claim."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from scrubber.profiles.loader import load_profiles
from scrubber.profiles.show import rejecting_statements
from scrubber.profiles.statement import Evidence, Origin, Stated

PAGE = Path(__file__).parents[1] / "docs/rejecting-statements.md"
SHIPPED = load_profiles()
STATED = Stated("timely-filing", "", "Manual", "high", Origin("acme", "acme.xml", 3))


def test_the_page_lists_every_statement_that_can_reject() -> None:
    assert PAGE.read_text(encoding="utf-8") == rejecting_statements(SHIPPED), "make docs"


def test_each_of_them_was_seen_in_an_official_text_or_page() -> None:
    rejecting = [
        one.stated for profile in SHIPPED for one in profile.statements if one.stated.may_reject
    ]
    assert len(rejecting) > 50
    assert {one.evidence for one in rejecting} == {"official-text", "official-page"}


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
    PAGE.write_text(rejecting_statements(SHIPPED), encoding="utf-8")
