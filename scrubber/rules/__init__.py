"""Every rule, in one tuple; a test fails on one left out."""

from scrubber.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
