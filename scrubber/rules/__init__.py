"""Every rule, in one tuple; a test fails on one left out."""

from scrubber.rules import (
    charges,
    claim_frequency,
    diagnosis_pointers,
    provider_identifiers,
)
from scrubber.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *charges.RULES,
    *claim_frequency.RULES,
    *diagnosis_pointers.RULES,
    *provider_identifiers.RULES,
)
