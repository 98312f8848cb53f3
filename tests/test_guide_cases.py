"""What the guide check says, code by code, against its cases in fixtures/guide.

The format is that of the cases of rules (rule_cases). Besides

    text        the whole file, in the place of a base
    recount     false where SE01 is to stay as it is
    replace     a new text may be [before, piece, times, after] where a piece stands many times
    isolate     "transaction" where a fault is to reject its whole set
    findings    also: claim (its number), fixed, syntax (the code for an acknowledgment)

A finding that a level passes on to its claims counts once.
"""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rule_cases import FOLDER as RULES_FOLDER
from rule_cases import PROFILES, all_findings, matches, recounted

from scrubber.engine import Consent, Context, scrub
from scrubber.findings import Finding
from scrubber.rules.guide_rules import GUIDE_RULES

FOLDER = Path(__file__).parent.parent / "fixtures" / "guide"
CONTEXT = Context(date(2026, 3, 2), PROFILES)


def cases_of(code: str) -> list[dict[str, Any]]:
    text = (FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["case"]
    return found


def cases() -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code} {case['name']}")
        for code in GUIDE_RULES
        for case in cases_of(code)
    ]


def file_of(case: dict[str, Any]) -> bytes:
    if "text" in case:
        return str(case["text"]).encode("latin-1")
    text = (RULES_FOLDER / "bases" / f"{case['base']}.837").read_text(encoding="latin-1")
    for old, new in case.get("replace", []):
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {case['base']}"
        text = text.replace(old, new if isinstance(new, str) else repeated(*new))
    return (recounted(text) if case.get("recount", True) else text).encode("latin-1")


def repeated(before: str, piece: str, times: int, after: str) -> str:
    return before + piece * times + after


def context_of(case: dict[str, Any]) -> Context:
    return replace(
        CONTEXT,
        isolate=case.get("isolate", "claim"),
        consents=frozenset(map(Consent, case.get("consents", ()))),
    )


def told_once(findings: list[Finding]) -> list[Finding]:
    """Without those that a claim inherits from what stands above it, where they were told."""
    places = [(f.segment, f.element, f.component, f.message) for f in findings]
    return [f for at, f in enumerate(findings) if places[at] not in places[:at]]


def is_meant(finding: Finding, expected: dict[str, Any]) -> bool:
    return matches(finding, expected) and all(
        getattr(finding, name) == expected[name]
        for name in ("claim", "fixed", "syntax")
        if name in expected
    )


@pytest.mark.parametrize(("code", "case"), cases())
def test_case(code: str, case: dict[str, Any]) -> None:
    result = scrub(file_of(case), context_of(case))
    said = told_once([finding for finding in all_findings(result) if finding.code == code])
    assert len(said) == len(case["findings"]), [f"{f.path} {f.claim}: {f.message}" for f in said]
    for one in case["findings"]:
        assert any(is_meant(finding, one) for finding in said), (one, said)
    assert not [claim.not_checked for claim in result.claims if claim.not_checked]
    if "disposition" in case:
        assert {claim.disposition.value for claim in result.claims} == {case["disposition"]}
    if "after" in case:
        assert any(case["after"] in part.corrected for part in result.parts)


@pytest.mark.parametrize("code", GUIDE_RULES)
def test_every_code_has_a_failing_and_a_passing_case(code: str) -> None:
    found = cases_of(code)
    assert any(case["findings"] for case in found)
    assert any(not case["findings"] for case in found)


def test_no_case_file_is_left_of_a_code_that_is_gone() -> None:
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(GUIDE_RULES)


@pytest.mark.parametrize("rule", GUIDE_RULES.values(), ids=lambda rule: rule.code)
def test_every_page_says_what_is_wrong_why_and_what_to_do(rule: Any) -> None:
    lines = [line.strip() for line in rule.doc.strip().splitlines()]
    assert lines[0].endswith(".")
    assert [line for line in lines if line.startswith("Why:")]
    assert [line for line in lines if line.startswith("Fix:")]
    assert rule.snip in (1, 2)
