"""Under which conditions loop rules are asked."""

from collections.abc import Hashable, Iterator
from datetime import date
from pathlib import Path

import pytest

from scrubber.claim.loop import Party
from scrubber.engine import FileScrubber
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import LoopAspect, LoopGate, LoopRule, loop_rule
from scrubber.testing.runs import CONTEXT
from scrubber.x12.reader import BlockReader

FILE = Path(__file__).parent.parent / "fixtures" / "clean" / "one_claim.837"


def payer_id(loop: Party) -> Hashable:
    return loop.identifier


def broken_aspect(_loop: Party) -> Hashable:
    raise IndexError


def broken_gate(_loop: Party, _as_of: date) -> bool:
    raise IndexError


def shut(_loop: Party, _as_of: date) -> bool:
    return False


def rule(gate: LoopGate | None = None, aspect: LoopAspect | None = None) -> LoopRule:
    def check(loop: Party, _as_of: date) -> Iterator[Problem]:
        """Speaks of every payer."""
        yield Problem(loop.name_segment, "a payer")

    made = loop_rule(
        "S999", "2010BB", severity=Severity.WARN, status="A7:153:PR", source="trial",
        gate=gate, aspect=aspect,
    )  # fmt: skip
    return made(check)


@pytest.mark.parametrize(
    ("gate", "aspect", "said"),
    [
        (None, None, 1),
        (None, payer_id, 1),
        (None, broken_aspect, 1),
        (broken_gate, None, 1),
        (shut, None, 0),
        (shut, payer_id, 0),
    ],
)
def test_a_question_that_cannot_be_answered_keeps_no_rule_from_speaking(
    gate: LoopGate | None, aspect: LoopAspect | None, said: int
) -> None:
    parts = FileScrubber(CONTEXT, [rule(gate, aspect)]).parts(BlockReader([FILE.read_bytes()]))
    assert [finding.code for part in parts for finding in part.findings] == ["S999"] * said
