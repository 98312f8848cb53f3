"""Runs the rules over a claim, a level of the hierarchy, or a single loop.

What was found clean is remembered by its text, so that the same provider, the same service line
and the same visit are judged once. The memories are bounded.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.claim.service_line import ServiceLine
from scrubber.engine.memory import CleanMemory, service_key, service_shape
from scrubber.findings import Problem
from scrubber.guide.layout import LoopLayout
from scrubber.rules.rule import (
    ClaimRule,
    Gate,
    LineRule,
    LoopGate,
    LoopRule,
    Rule,
    ServiceSetting,
    ServiceShape,
    Setting,
    Visit,
    VisitRule,
)
from scrubber.x12.block import Block

MOST_SHAPES = 2048
MOST_CLAIM_SHAPES = 16384
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


GatedRules = tuple[Gate | None, list[ClaimRule]]
AnyRule = Any
"""A rule of one kind; what its check takes depends on the kind."""


class RuleRunner:
    """The rules in force, and what they were found to be satisfied with."""

    def __init__(self, rules: Sequence[Rule], as_of: date) -> None:
        self._as_of = as_of
        self._loop_rules: dict[str, dict[LoopGate | None, list[LoopRule]]] = {}
        for rule in rules:
            if isinstance(rule, LoopRule):
                for loop_id in rule.loops:
                    by_gate = self._loop_rules.setdefault(loop_id, {})
                    by_gate.setdefault(rule.gate, []).append(rule)
        lines = [rule for rule in rules if isinstance(rule, LineRule)]
        visits = [rule for rule in rules if isinstance(rule, VisitRule)]
        self._bare_rules = _Services(
            [rule for rule in lines if rule.service_only and not _looks_at_setting(rule)],
            [rule for rule in visits if rule.service_only and not _looks_at_setting(rule)],
        )
        self._service_rules = _Services(
            [rule for rule in lines if rule.service_only and _looks_at_setting(rule)],
            [rule for rule in visits if rule.service_only and _looks_at_setting(rule)],
        )
        self._content_rules = _Services(
            [rule for rule in lines if not rule.service_only],
            [rule for rule in visits if not rule.service_only],
        )
        self._claim_rules = [rule for rule in rules if isinstance(rule, ClaimRule)]
        self._for_claims: dict[tuple[frozenset[str], Setting], list[GatedRules]] = {}
        self._for_contents: dict[frozenset[str], list[ClaimRule]] = {}
        self._idle_in: dict[Setting, frozenset[str]] = {}
        self._gated: dict[tuple[str, ...], list[GatedRules]] = {}
        self._clean_loops = CleanMemory()

    def loops(
        self,
        block: Block,
        layouts: Iterable[LoopLayout],
        crashes: list[Crash],
        lines: Sequence[ServiceLine] = (),
    ) -> list[Hit]:
        """What the loop rules say of these loops of a block, whose service lines are `lines`."""
        segments = block.segments
        hits: list[Hit] = []
        for layout in layouts:
            by_gate = self._loop_rules.get(layout.id)
            if by_gate is None:
                continue
            key = (layout.id, *segments[layout.first : layout.last])
            if key in self._clean_loops:
                continue
            loop = Party(block, layout)
            found: list[tuple[Rule, Problem]] = []
            for gate, rules in by_gate.items():
                if gate is None or _is_open(gate, loop, self._as_of):
                    found += _apply(rules, loop, self._as_of, crashes)
            if found:
                entity = loop.entity or LEVELS.get(loop.id, "")
                hits += [
                    Hit(rule, problem, _line_of(lines, problem), entity) for rule, problem in found
                ]
            elif not crashes:
                self._clean_loops.add(key)
        return hits

    def services(
        self, lines: Sequence[ServiceLine], settings: Sequence[Setting], crashes: list[Crash]
    ) -> list[Hit]:
        """What the line rules and visit rules say of the lines of one claim."""
        narrow = [setting.service for setting in settings]
        if any(setting.documented is not None for setting in settings):
            hits = self._bare_rules.judge(lines, narrow, crashes)
            hits += self._service_rules.judge(lines, narrow, crashes)
        else:
            keys = [service_key(line) for line in lines]
            days = [line.dates[0] for line in lines]
            order = tuple(map(days.index, days)) if len(set(days)) > 1 else ()
            hits = self._bare_rules.judge_once(lines, narrow, keys, order, crashes)
            keys = [(one, *key) for one, key in zip(narrow, keys, strict=True)]
            hits += self._service_rules.judge_once(lines, narrow, keys, order, crashes)
        return hits + self._content_rules.judge(lines, settings, crashes)

    def claim(
        self, claim: Claim, setting: Setting, contents: frozenset[str], crashes: list[Crash]
    ) -> list[Hit]:
        """What the claim rules say, of those that can concern such a claim at all."""
        key = (contents, setting)
        gated = self._for_claims.get(key)
        if gated is None:
            gated = self._rules_for(setting, contents)
            if setting.documented is None:
                if len(self._for_claims) >= MOST_CLAIM_SHAPES:
                    self._for_claims.clear()
                    self._idle_in.clear()
                    self._gated.clear()
                self._for_claims[key] = gated
        hits: list[Hit] = []
        for gate, rules in gated:
            if gate is not None and not _is_open(gate, claim, setting):
                continue
            for rule, problem in _apply(rules, claim, setting, crashes):
                hits.append(Hit(rule, problem, _line_of(claim.lines, problem)))
        return hits

    def _rules_for(self, setting: Setting, contents: frozenset[str]) -> list[GatedRules]:
        """The claim rules for a setting and such contents, by gate."""
        for_contents = self._for_contents.get(contents)
        if for_contents is None:
            for_contents = self._for_contents[contents] = [
                rule
                for rule in self._claim_rules
                if not rule.when or not contents.isdisjoint(rule.when)
            ]
        idle = self._idle_in.get(setting)
        if idle is None:
            idle = frozenset(rule.code for rule in self._claim_rules if _is_idle(rule, setting))
            if setting.documented is None:
                self._idle_in[setting] = idle
        by_gate: dict[Gate | None, list[ClaimRule]] = {}
        for rule in for_contents:
            if rule.code not in idle:
                by_gate.setdefault(rule.gate, []).append(rule)
        gated = list(by_gate.items())
        same = tuple(rule.code for _, rules in gated for rule in rules)
        return self._gated.setdefault(same, gated)


def _is_idle(rule: ClaimRule, setting: Setting) -> bool:
    """Whether a rule can concern no claim in a setting."""
    if rule.asked_by is not None and not rule.asked_by(setting.payer):
        return True
    return rule.concerns is not None and not rule.concerns(setting)


def _looks_at_setting(rule: LineRule | VisitRule) -> bool:
    """A rule that leaves its second argument alone names it with a leading underscore."""
    return not rule.check.__code__.co_varnames[1].startswith("_")


def _is_open(gate: Callable[..., bool], subject: object, setting: object) -> bool:
    """A gate that raises is open: the rules behind it then say what they could not check."""
    try:
        return gate(subject, setting)
    except Exception:
        return True


class _Services:
    """Line rules and visit rules that may look at the same things, and what satisfied them."""

    def __init__(self, line_rules: list[LineRule], visit_rules: list[VisitRule]) -> None:
        self._line_rules = line_rules
        self._visit_rules = visit_rules
        self._for_shape: dict[ServiceShape, list[LineRule]] = {}
        self._for_shapes: dict[tuple[ServiceShape, ...], list[VisitRule]] = {}
        self._clean_lines = CleanMemory()
        self._clean_claims = CleanMemory()

    def judge(
        self,
        lines: Sequence[ServiceLine],
        settings: Sequence[ServiceSetting],
        crashes: list[Crash],
    ) -> list[Hit]:
        """What the rules say, asked anew."""
        hits: list[Hit] = []
        for line, setting in zip(lines, settings, strict=True):
            hits += self._line(line, setting, crashes)
        return hits + self._visits(lines, settings, crashes)

    def judge_once(
        self,
        lines: Sequence[ServiceLine],
        settings: Sequence[ServiceSetting],
        keys: Sequence[tuple[Hashable, ...]],
        order: tuple[int, ...],
        crashes: list[Crash],
    ) -> list[Hit]:
        """What the rules say, not asked again about services that were found clean. `keys` stand
        for all that the rules may look at in each line, `order` for how the days differ."""
        whole = (order, *keys)
        if whole in self._clean_claims:
            return []
        hits: list[Hit] = []
        for line, setting, key in zip(lines, settings, keys, strict=True):
            if key in self._clean_lines:
                continue
            found = self._line(line, setting, crashes)
            if found:
                hits += found
            elif not crashes:
                self._clean_lines.add(key)
        hits += self._visits(lines, settings, crashes)
        if not hits and not crashes:
            self._clean_claims.add(whole)
        return hits

    def _line(self, line: ServiceLine, setting: ServiceSetting, crashes: list[Crash]) -> list[Hit]:
        rules = self._line_rules_for(service_shape(line, setting.documented is not None))
        found = _apply(rules, line, setting, crashes)
        return [Hit(rule, problem, line.number) for rule, problem in found]

    def _line_rules_for(self, shape: ServiceShape) -> list[LineRule]:
        rules = self._for_shape.get(shape)
        if rules is None:
            if len(self._for_shape) >= MOST_SHAPES:
                self._for_shape.clear()
            rules = self._for_shape[shape] = [
                rule for rule in self._line_rules if rule.concerns is None or rule.concerns(shape)
            ]
        return rules

    def _visit_rules_for(self, shapes: tuple[ServiceShape, ...]) -> list[VisitRule]:
        rules = self._for_shapes.get(shapes)
        if rules is None:
            if len(self._for_shapes) >= MOST_SHAPES:
                self._for_shapes.clear()
            rules = self._for_shapes[shapes] = [
                rule for rule in self._visit_rules if rule.concerns is None or rule.concerns(shapes)
            ]
        return rules

    def _visits(
        self, lines: Sequence[ServiceLine], settings: Sequence[ServiceSetting], crashes: list[Crash]
    ) -> list[Hit]:
        if not self._visit_rules:
            return []
        by_day: dict[date, list[ServiceLine]] = {}
        setting_on: dict[date, ServiceSetting] = {}
        for line, setting in zip(lines, settings, strict=True):
            day = line.dates[0]
            if day is not None:
                by_day.setdefault(day, []).append(line)
                setting_on.setdefault(day, setting)
        hits: list[Hit] = []
        for day, of_day in by_day.items():
            visit, setting = Visit(day, tuple(of_day)), setting_on[day]
            documented = setting.documented is not None
            shapes = tuple([service_shape(line, documented) for line in of_day])
            found = _apply(self._visit_rules_for(shapes), visit, setting, crashes)
            hits += [Hit(rule, problem, _line_of(of_day, problem)) for rule, problem in found]
        return hits


def _apply(
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


def _line_of(lines: Sequence[ServiceLine], problem: Problem) -> int | None:
    start = problem.at.span.start
    for line in lines:
        block, layout = line.block, line.layout
        if block.offset(layout.first) <= start < _end(block, layout):
            return line.number
    return None


def _end(block: Block, layout: LoopLayout) -> int:
    return block.offset(layout.last) if layout.last < len(block.segments) else block.end
