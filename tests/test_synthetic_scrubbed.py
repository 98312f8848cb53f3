"""The scrubber has nothing against clean claims, and says of spoiled ones what was spoiled."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.engine import Context, scrub
from scrubber.engine.results import ClaimResult, Disposition
from scrubber.findings import Severity
from scrubber.profiles.loader import load_profiles
from scrubber.synthetic import FAULT_KINDS, PlantedFault, generate

CONTEXT = Context(date(2026, 3, 2), load_profiles())

RULES_OF_KIND = {
    "service-date-missing": {"S202"},
    "benefits-code-unknown": {"S208"},
    "total-off": {"S301"},
    "claim-number-missing": {"S401"},
    "pointer-beyond": {"S402"},
    "rendering-npi": {"S501"},
    "referring-npi": {"S501"},
    "discipline-modifier-missing": {"S601"},
    "discipline-modifiers-several": {"S602"},
    "discipline-modifier-wrong": {"S603"},
    "procedure-deleted": {"S604"},
    "units-of-untimed-code": {"S610", "S617", "S620"},
    "units-over-limit": {"S620"},
    "units-over-limit-across-lines": {"S621"},
    "procedure-not-taken": {"S701"},
    "modifier-repeated": {"S645"},
    "assistant-modifier-unpaired": {"S606"},
    "pair-without-modifier": {"S631"},
    "pair-never-allowed": {"S630"},
    "evaluation-twice": {"S630", "S651"},
    "add-on-alone": {"S650"},
    "units-not-whole": {"S615"},
}
"""The rule that must speak of each kind of fault, for the kinds that have a rule."""


def spoiled() -> Iterator[tuple[PlantedFault, ClaimResult]]:
    planted: list[PlantedFault] = []
    kinds = [kind for kind in FAULT_KINDS if kind.name in RULES_OF_KIND]
    text = "".join(
        generate(
            1500, 3, as_of=CONTEXT.as_of, faults=Decimal(1), kinds=kinds, record=planted.append
        )
    )
    told = {claim.claim_id: claim for claim in scrub(text.encode(), CONTEXT).claims}
    return ((fault, told[fault.claim_id]) for fault in planted)


SPOILED = list(spoiled())


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_clean_claims_are_accepted_without_an_objection(seed: int) -> None:
    result = scrub("".join(generate(60, seed, as_of=CONTEXT.as_of)).encode(), CONTEXT)
    assert len(result.claims) == 60
    assert not result.findings
    for claim in result.claims:
        objections = [one for one in claim.findings if one.severity is not Severity.INFO]
        assert [(finding.code, finding.message) for finding in objections] == []
        assert claim.disposition is Disposition.ACCEPTED


@pytest.mark.parametrize("kind", sorted(RULES_OF_KIND))
def test_what_was_spoiled_is_found_at_its_line(kind: str) -> None:
    cases = [(fault, claim) for fault, claim in SPOILED if fault.kind == kind]
    assert cases
    for fault, claim in cases:
        about = {finding.code for finding in claim.findings if finding.line == fault.line}
        assert about & RULES_OF_KIND[kind]
        # Other payers than Medicare may be warned only, where no rule of theirs is sure.
        assert claim.profile != "medicare_b" or claim.disposition is not Disposition.ACCEPTED
