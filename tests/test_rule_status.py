"""Every rule's 277CA status against the usage rules of the code list."""

import re

import pytest

from scrubber.codes import claim_status
from scrubber.findings import Severity
from scrubber.rules.pages import catalogue
from scrubber.rules.rule import LoopRule, Rule

CATALOGUE = list(catalogue().values())
EVERY_RULE = [rule for rule in CATALOGUE if rule.status]
FORM = re.compile(r"(A[0-8]):([0-9]+)(?::([A-Z0-9]{2,3}|\*))?(?:\+([0-9]+))?")


def parts(rule: Rule) -> tuple[str, str, str | None, str | None]:
    match = FORM.fullmatch(rule.status)
    assert match is not None, f"{rule.code}: {rule.status} is no status"
    return match[1], match[2], match[3], match[4]


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.code)
def test_only_a_rule_that_merely_informs_goes_without_a_status(rule: Rule) -> None:
    assert rule.status or rule.severity is Severity.INFO


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.code)
def test_status_codes_are_in_the_code_list(rule: Rule) -> None:
    category, code, _, second = parts(rule)
    assert claim_status.category(category) is not None
    assert claim_status.status(code) is not None
    assert second is None or claim_status.status(second) is not None


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.code)
def test_a_status_names_an_entity_where_its_code_needs_one(rule: Rule) -> None:
    _, code, entity, _ = parts(rule)
    found = claim_status.status(code)
    assert found is not None
    assert (entity is not None) == found.needs_entity, f"{rule.code}: {rule.status}"


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.code)
def test_a_status_has_a_second_code_where_its_code_needs_one(rule: Rule) -> None:
    _, code, _, second = parts(rule)
    found = claim_status.status(code)
    assert found is not None
    assert not found.needs_second_code or second is not None, f"{rule.code}: {rule.status}"
    # The second code stands alone in its composite, so it may not need an entity of its own.
    other = claim_status.status(second) if second is not None else None
    assert other is None or not other.needs_entity, f"{rule.code}: {rule.status}"


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.code)
def test_only_rules_on_loops_take_the_entity_of_the_loop(rule: Rule) -> None:
    assert parts(rule)[2] != "*" or isinstance(rule, LoopRule)


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.code)
def test_a_rule_that_finds_fault_does_not_send_a_status_of_acceptance(rule: Rule) -> None:
    category = claim_status.category(parts(rule)[0])
    assert category is not None
    assert category.rejected, f"{rule.code}: {rule.status}"
