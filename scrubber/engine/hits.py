"""What rules said of a claim or level, and what could not be asked."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.rules.rule import Rule


class Hit(NamedTuple):
    """A problem of a rule, and the service line and entity it concerns."""

    rule: Rule
    problem: Problem
    line: int | None = None
    entity: str = ""


MOST_HITS = 1000
"""No claim or level that may pass has so many; more are not listed, as with faults."""


class Crash(NamedTuple):
    """A rule that could not be applied: its code and the kind of exception, no values."""

    code: str
    kind: str


AnyRule = Any
"""A rule of one kind; what its check takes depends on the kind."""


def apply(
    rules: Sequence[AnyRule], subject: object, setting: object, crashes: list[Crash]
) -> list[tuple[Rule, Problem]]:
    """The problems of all rules; a rule that raises is noted as not applied and says nothing."""
    try:
        return [(rule, problem) for rule in rules for problem in rule.check(subject, setting)]
    except Exception:
        return _apply_one_by_one(rules, subject, setting, crashes)


def _apply_one_by_one(
    rules: Sequence[AnyRule], subject: object, setting: object, crashes: list[Crash]
) -> list[tuple[Rule, Problem]]:
    found: list[tuple[Rule, Problem]] = []
    for rule in rules:
        try:
            found += [(rule, problem) for problem in rule.check(subject, setting)]
        except Exception as error:
            crashes.append(Crash(rule.code, type(error).__name__))
    return found


def cut_short(hits: list[Hit]) -> list[Hit]:
    """No more of them than anybody reads; the last then says that there are more."""
    if len(hits) <= MOST_HITS:
        return hits
    last = hits[MOST_HITS - 1].problem.at
    message = f"{MOST_HITS:,} problems are listed; the others are not"
    return [*hits[:MOST_HITS], Hit(GUIDE_RULES["S136"], Problem(last, message))]


def is_open(gate: Callable[..., bool], subject: object, setting: object) -> bool:
    """Whether rules behind a gate are asked. A gate that raises is open: the rules behind it then
    say what they could not check."""
    try:
        return gate(subject, setting)
    except Exception:
        return True


def line_of(lines: Sequence[ServiceLine], problem: Problem) -> int | None:
    """The number of the line in which a problem lies; None where it lies in none of them."""
    start = problem.at.span.start
    at = bisect_right(lines, start, key=_start) - 1
    if at < 0 or start >= lines[at].block.begin(lines[at].layout.last):
        return None
    return lines[at].number


def _start(line: ServiceLine) -> int:
    return line.block.offset(line.layout.first)
