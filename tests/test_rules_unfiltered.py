"""What a rule says does not depend on what keeps it from being asked where it has nothing to say.

Filters (`when`, `unless`, `holds`, `gate`, `aspect`, `concerns`, `asked_by`) and the memories of
what was clean save time, and nothing else. All corpora are scrubbed as in a run, and by the same
rules each asked about everything, without memory. A rule that is declared not to see the setting
gets none there.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import rule_cases
from cli_process import FIXTURES

from scrubber.engine import Context, FileScrubber, judges
from scrubber.engine.memory import CleanMemory
from scrubber.engine.results import Part
from scrubber.rules import RULES
from scrubber.rules.imported_tables import rules_with
from scrubber.rules.rule import LineRule, LoopRule, Rule, VisitRule
from scrubber.synthetic import generate
from scrubber.testing.records import AS_OF
from scrubber.testing.runs import CONTEXT
from scrubber.x12.reader import BlockReader

UNFILTERED: dict[str, Any] = {
    "when": (), "unless": (), "holds": (), "gate": None, "aspect": None, "concerns": None,
    "asked_by": None, "service_only": False,
}  # fmt: skip
FILES = sorted(
    [
        *FIXTURES.glob("good_claims/*.837"),
        *FIXTURES.glob("clean/*.837"),
        FIXTURES / "clinic_day.837",
    ]
)
CASES = {code: [*cases] for code, cases in groupby(rule_cases.cases(), key=lambda one: one[0])}


def unfiltered(rule: Rule) -> Rule:
    own = {one.name for one in fields(rule)}
    changes = {name: UNFILTERED[name] for name in UNFILTERED.keys() & own}
    if isinstance(rule, LineRule | VisitRule) and not rule.sees_setting:
        check: Any = rule.check
        changes["check"] = lambda subject, _setting: check(subject, None)
    return replace(rule, **changes)


@cache
def kept_scrubbers(context: Context) -> tuple[FileScrubber, FileScrubber]:
    return scrubbers(context)


def scrubbers(context: Context) -> tuple[FileScrubber, FileScrubber]:
    """The one of a run, and the one whose rules are asked about everything."""
    usual = FileScrubber(context, RULES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            judges,
            "rules_with",
            lambda rules, tables: tuple(map(unfiltered, rules_with(rules, tables))),
        )
        return usual, FileScrubber(context, RULES)


def verdicts(parts: Iterator[Part]) -> list[tuple[object, ...]]:
    """What is said of each part, the findings in any order, and what becomes of its text."""
    return [
        (
            Counter(part.findings),
            Counter(part.claim.findings if part.claim is not None else ()),
            part.claim.not_checked if part.claim is not None else (),
            part.claim.disposition if part.claim is not None else None,
            part.corrected,
        )
        for part in parts
    ]


def assert_same(file: bytes, context: Context) -> None:
    # Documentation belongs to one case, and has no hash.
    made = scrubbers if context.documentation is not None else kept_scrubbers
    usual, asking_everything = made(context)
    wanted = verdicts(usual.parts(BlockReader([file])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CleanMemory, "__contains__", lambda *_: False)
        found = verdicts(asking_everything.parts(BlockReader([file])))
    for one, other in zip(wanted, found, strict=True):
        assert one == other


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_corpora(path: Path) -> None:
    assert_same(path.read_bytes(), CONTEXT)


@pytest.mark.parametrize("code", CASES)
def test_cases_of_rules(code: str) -> None:
    for _, case in CASES[code]:
        assert_same(rule_cases.spoiled(case).encode("latin-1"), rule_cases.context_of(case))


@pytest.mark.parametrize("seed", range(4))
def test_generated_claims_with_faults(seed: int) -> None:
    segments = generate(60, seed, as_of=AS_OF, faults=Decimal("0.8"))
    assert_same("".join(segments).encode("latin-1"), CONTEXT)


def test_every_filter_is_taken_off() -> None:
    """A field of a rule that is no filter is one of these."""
    told = {"code", "severity", "status", "source", "doc", "check", "loops", "sees_setting"}
    assert {one.name for rule in RULES for one in fields(rule)} == told | UNFILTERED.keys()
    assert any(isinstance(rule, LoopRule) and rule.aspect is not None for rule in RULES)
