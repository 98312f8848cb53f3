"""Every rule, in one tuple; a test fails on one left out."""

from scrubber.rules import (
    charges,
    claim_frequency,
    daily_units,
    diagnosis_pointers,
    discipline_modifiers,
    procedure_codes,
    provider_identifiers,
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
)
