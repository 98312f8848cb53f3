"""Every rule, in one tuple; a test fails on one left out."""

from scrubber.rules import (
    assistant_modifiers,
    charges,
    claim_frequency,
    code_pairs,
    contradicting_modifiers,
    daily_units,
    described_services,
    diagnosis_pointers,
    discipline_modifiers,
    documented_minutes,
    modifier_places,
    procedure_codes,
    provider_identifiers,
    provider_scope,
    related_codes,
    unit_basis,
)
from scrubber.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *charges.RULES,
    *claim_frequency.RULES,
    *diagnosis_pointers.RULES,
    *provider_identifiers.RULES,
    *discipline_modifiers.RULES,
    *procedure_codes.RULES,
    *daily_units.RULES,
    *unit_basis.RULES,
    *code_pairs.RULES,
    *related_codes.RULES,
    *provider_scope.RULES,
    *described_services.RULES,
    *documented_minutes.RULES,
    *assistant_modifiers.RULES,
    *contradicting_modifiers.RULES,
    *modifier_places.RULES,
)
