"""Rules as they are where the user imported a table that changes whom they may concern.

Line, visit and claim rules find imported tables in their setting. What a loop rule may look at,
and which services a rule concerns at all, is settled before any claim is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from scrubber.claim.loop import Party
from scrubber.codes import hcpcs, taxonomy
from scrubber.codes.verdict import Verdict
from scrubber.findings import Problem, Severity
from scrubber.rules.procedure_codes import of_level_two, procedure_code_not_in_force
from scrubber.rules.related_codes import add_on_without_primary
from scrubber.rules.rule import LoopRule, Rule
from scrubber.rules.service_shapes import any_of, therapy
from scrubber.rules.user_lists import (
    payer_check,
    payer_not_listed,
    provider_not_in_registry,
    registry_check,
)

TAXONOMY_UNKNOWN = "S539"


def rules_with(rules: Sequence[Rule], tables: Path | None) -> tuple[Rule, ...]:
    """The rules, for a run with a folder of imported tables or without one."""
    if tables is None:
        return tuple(rules)
    return tuple(_with(rule, tables) for rule in rules)


def _with(rule: Rule, tables: Path) -> Rule:
    if isinstance(rule, LoopRule) and rule.code == TAXONOMY_UNKNOWN:
        return _taxonomy_in(rule, tables)
    if rule is payer_not_listed:
        return replace(payer_not_listed, check=payer_check(tables))
    if rule is provider_not_in_registry:
        return replace(provider_not_in_registry, check=registry_check(tables))
    if rule is procedure_code_not_in_force and hcpcs.release(tables) is not None:
        return replace(procedure_code_not_in_force, concerns=of_level_two)
    if rule is add_on_without_primary:
        return replace(add_on_without_primary, concerns=any_of(therapy(lambda _row: True)))
    return rule


def _taxonomy_in(rule: LoopRule, tables: Path) -> LoopRule:
    def check(loop: Party, _as_of: date) -> Iterator[Problem]:
        for segment in loop.segments("PRV"):
            code = segment.value(3)
            verdict = taxonomy.check(code, tables) if code else Verdict.VALID
            if verdict is Verdict.UNKNOWN:
                words = f"not checked: {code} is not in our table of taxonomy codes"
                yield Problem(segment[3], words)
            elif verdict is Verdict.INVALID and taxonomy.is_well_formed(code):
                words = f"{code} is not among the taxonomy codes of NUCC, as imported"
                words += f" ({taxonomy.release(tables).release})"
                yield Problem(segment[3], words, severity=Severity.WARN)

    return replace(rule, check=check)
