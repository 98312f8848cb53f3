"""Runs the rules over a claim, a level of the hierarchy, or a single loop.

What was found clean is remembered by its text, so that the same provider, the same service line
and the same visit are judged once. The memories are bounded.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem
from scrubber.guide.layout import LoopLayout
from scrubber.rules.rule import ClaimRule, LineRule, LoopRule, Rule, Setting, Visit, VisitRule
from scrubber.x12.block import Block

MEMORY = 32768
# Whom a level of the hierarchy is about: it has no NM1 of its own.
LEVELS = {"2000A": "85", "2000B": "IL", "2000C": "QC"}


class Hit(NamedTuple):
    """A problem of a rule, and the service line and entity it concerns."""

    rule: Rule
    problem: Problem
    line: int | None = None
    entity: str = ""


class Crash(NamedTuple):
    """A rule that could not be applied: its code and the kind of exception, no values."""

    code: str
    kind: str


class _Memory:
    """Keys that were found clean; forgets everything when full."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: set[Hashable] = set()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._seen

    def add(self, key: Hashable) -> None:
        if len(self._seen) >= MEMORY:
            self._seen.clear()
        self._seen.add(key)


class RuleRunner:
    """The rules in force, and what they were found to be satisfied with."""

    def __init__(self, rules: Sequence[Rule], as_of: date) -> None:
        self._as_of = as_of
        self._loop_rules: dict[str, list[LoopRule]] = {}
        for rule in rules:
            if isinstance(rule, LoopRule):
                for loop_id in rule.loops:
                    self._loop_rules.setdefault(loop_id, []).append(rule)
        self._line_rules = [rule for rule in rules if isinstance(rule, LineRule)]
        self._visit_rules = [rule for rule in rules if isinstance(rule, VisitRule)]
        self._claim_rules = [rule for rule in rules if isinstance(rule, ClaimRule)]
        self._for_contents: dict[frozenset[str], list[ClaimRule]] = {}
        self._clean_loops = _Memory()
        self._clean_lines = _Memory()
        self._clean_visits = _Memory()

    def loops(
        self, block: Block, layouts: Iterable[LoopLayout], crashes: list[Crash]
    ) -> Iterator[Hit]:
        """What the loop rules say of these loops of a block."""
        segments = block.segments
        for layout in layouts:
            rules = self._loop_rules.get(layout.id)
            if rules is None:
                continue
            key = (layout.id, *segments[layout.first : layout.last])
            if key in self._clean_loops:
                continue
            loop = Party(block, layout)
            clean = True
            for rule in rules:
                for problem in _run(rule, rule.check, loop, self._as_of, crashes):
                    clean = False
                    yield Hit(rule, problem, None, loop.entity or LEVELS.get(loop.id, ""))
            if clean:
                self._clean_loops.add(key)

    def services(
        self, lines: Sequence[ServiceLine], setting_of: Callable[[ServiceLine], Setting],
        crashes: list[Crash],
    ) -> Iterator[Hit]:  # fmt: skip
        """What the line rules and visit rules say of the lines of one claim."""
        settings = [setting_of(line) for line in lines]
        contents = [line.content for line in lines]
        key = (*zip(settings, contents, strict=True),)
        if key in self._clean_visits:
            return
        clean = True
        for line, setting, content in zip(lines, settings, contents, strict=True):
            for hit in self._line(line, setting, content, crashes):
                clean = False
                yield hit
        for hit in self._visits(lines, settings, crashes):
            clean = False
            yield hit
        if clean and not crashes:
            self._clean_visits.add(key)

    def _line(
        self, line: ServiceLine, setting: Setting, content: tuple[str, ...], crashes: list[Crash]
    ) -> Iterator[Hit]:
        documented = setting.documented is not None
        key = (setting, content)
        if not documented and key in self._clean_lines:
            return
        clean = True
        for rule in self._line_rules:
            for problem in _run(rule, rule.check, line, setting, crashes):
                clean = False
                yield Hit(rule, problem, line.number)
        if clean and not documented:
            self._clean_lines.add(key)

    def _visits(
        self, lines: Sequence[ServiceLine], settings: Sequence[Setting], crashes: list[Crash]
    ) -> Iterator[Hit]:
        by_day: dict[date, list[ServiceLine]] = {}
        setting_on: dict[date, Setting] = {}
        for line, setting in zip(lines, settings, strict=True):
            if line.service_from is not None:
                by_day.setdefault(line.service_from, []).append(line)
                setting_on.setdefault(line.service_from, setting)
        for day, of_day in by_day.items():
            visit = Visit(day, tuple(of_day))
            for rule in self._visit_rules:
                for problem in _run(rule, rule.check, visit, setting_on[day], crashes):
                    yield Hit(rule, problem, _line_of(of_day, problem))

    def claim(
        self, claim: Claim, setting: Setting, contents: frozenset[str], crashes: list[Crash]
    ) -> Iterator[Hit]:
        """What the claim rules say; only those are run for which the claim has the segments."""
        rules = self._for_contents.get(contents)
        if rules is None:
            rules = self._for_contents[contents] = [
                rule
                for rule in self._claim_rules
                if not rule.when or not contents.isdisjoint(rule.when)
            ]
        for rule in rules:
            for problem in _run(rule, rule.check, claim, setting, crashes):
                yield Hit(rule, problem, _line_of(claim.lines, problem))


def _run(
    rule: Rule, check: Callable[..., Iterable[Problem]], subject: object, setting: object,
    crashes: list[Crash],
) -> list[Problem]:  # fmt: skip
    """A rule's problems; a rule that raises is noted as not applied and says nothing."""
    try:
        return list(check(subject, setting))
    except Exception as error:
        crashes.append(Crash(rule.code, type(error).__name__))
        return []


def _line_of(lines: Sequence[ServiceLine], problem: Problem) -> int | None:
    start = problem.at.span.start
    for line in lines:
        block, layout = line.block, line.layout
        if block.offset(layout.first) <= start < _end(block, layout):
            return line.number
    return None


def _end(block: Block, layout: LoopLayout) -> int:
    return block.offset(layout.last) if layout.last < len(block.segments) else block.end
