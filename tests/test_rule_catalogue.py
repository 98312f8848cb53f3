"""The generated pages of rules are current: docs/rules.md and the examples of `rule show`."""

import json
from typing import Any

import pytest
from rule_examples import COMMAND, PAGE, examples_of_rule, load_cases

from scrubber.codes import claim_status
from scrubber.outputs.rule_markdown import catalogue_page
from scrubber.outputs.rule_page import RulePage, rule_page, rule_pages
from scrubber.outputs.rule_text import list_lines, page_lines
from scrubber.outputs.terminal import plain
from scrubber.rules.examples import EXAMPLES_FILE
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.rules.pages import catalogue

STALE = f"a rule or its cases changed; run: {COMMAND}"
# No small change to one small file makes them speak.
WITHOUT_EXAMPLE = frozenset(
    {"S101", "S113", "S127", "S129", "S130", "S134", "S135", "S191", "S214"}
    | {"S136", "S137", "S141", "S201", "S204", "S209", "S210", "S213", "S215", "S227"}
)
RECORDS: dict[str, Any] = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", [code for code in catalogue() if load_cases(code)])
def test_examples_are_what_the_cases_show(code: str) -> None:
    assert RECORDS.get(code) == examples_of_rule(code), STALE


@pytest.mark.parametrize("code", GUIDE_RULES)
def test_a_guide_rule_speaks_in_its_example(code: str) -> None:
    examples = RECORDS.get(code, {"examples": []})["examples"]
    assert any("says" in example for example in examples) or code in WITHOUT_EXAMPLE


def test_examples_are_of_rules_that_exist() -> None:
    assert [code for code in RECORDS if not load_cases(code)] == [], STALE


def test_the_catalogue_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == catalogue_page(rule_pages()), STALE


@pytest.mark.parametrize("page", list(rule_pages()), ids=lambda page: page.code)
def test_every_page_says_what_why_and_what_to_do(page: RulePage) -> None:
    assert page.title.endswith((".", "?"))
    assert page.why
    assert page.fix
    assert page.source
    category, _, code = page.status.partition(":")
    assert not page.status or (page.status_words and claim_status.category(category))
    assert not code or claim_status.status(code.split(":")[0].split("+")[0])


def test_a_page_shows_the_repair() -> None:
    text = "\n".join(map(plain, page_lines(rule_page("S601"), 80)))
    assert "repair    repaired with consent, advised" in text
    assert "      SV1*HC:97110*100*UN*2***1:2\n" in text
    assert "      gives SV1*HC:97110:GP*100*UN*2***1:2" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_list_names_type_severity_repair_and_source() -> None:
    rules = catalogue()
    for page, line in zip(rule_pages(), list_lines(rule_pages()), strict=True):
        said = plain(line)
        for fact in (page.kind, page.severity, page.repairs, page.title, rules[page.code].source):
            assert fact in said


def test_a_wide_list_has_sources_too() -> None:
    lines = [plain(line) for line in list_lines(rule_pages(), 160)]
    assert max(map(len, lines)) <= 160
    assert sum("CMS" in line for line in lines) > 20


def test_a_list_on_a_wide_terminal_is_cut_to_it() -> None:
    lines = [plain(line) for line in list_lines(rule_pages(), 130)]
    assert len(lines) == len(catalogue())
    assert max(map(len, lines)) <= 130
    assert all(line.startswith(code) for line, code in zip(lines, catalogue(), strict=True))
