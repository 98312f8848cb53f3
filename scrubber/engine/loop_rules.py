"""The loop rules, and the loops they were satisfied with."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date

from scrubber.claim.loop import Party
from scrubber.claim.service_line import ServiceLine
from scrubber.engine.hits import Crash, Hit, apply, is_open, line_of
from scrubber.engine.memory import CleanMemory, remember
from scrubber.findings import Problem
from scrubber.guide.layout import LoopLayout
from scrubber.rules.rule import LoopAspect, LoopGate, LoopRule, Rule
from scrubber.x12.block import Block

# Whom a level of the hierarchy is about: it has no NM1 of its own.
ENTITIES = {"2000A": "85", "2000B": "IL", "2000C": "QC"}
# Loops of one person or claim, which hardly come again in a file.
UNIQUE = frozenset({"2000B", "2010BA", "2000C", "2010CA", "2330A", "2300", "2400"})

Condition = tuple[LoopGate | None, LoopAspect | None]
ConditionedRules = tuple[Condition, list[LoopRule]]


class LoopRules:
    """The loop rules in force. A loop whose text was clean is not asked about again, nor is an
    aspect of a loop that was."""

    def __init__(self, rules: Sequence[LoopRule], as_of: date) -> None:
        self._as_of = as_of
        self._rules: dict[str, list[LoopRule]] = {}
        for rule in rules:
            for loop_id in rule.loops:
                self._rules.setdefault(loop_id, []).append(rule)
        self._of_kind: dict[tuple[str, ...], list[ConditionedRules]] = {}
        self._clean_loops = CleanMemory()
        self._clean_aspects = CleanMemory()

    def judge(
        self,
        block: Block,
        layouts: Iterable[LoopLayout],
        crashes: list[Crash],
        lines: Sequence[ServiceLine] = (),
    ) -> list[Hit]:
        """What the rules say of these loops of a block, whose service lines are `lines`."""
        segments = block.segments
        ruled, clean = self._rules, self._clean_loops
        hits: list[Hit] = []
        for layout in layouts:
            loop_id = layout.id
            if loop_id not in ruled:
                continue
            if loop_id in UNIQUE:
                found = self._judge(block, layout, crashes)
            else:
                key = (loop_id, *segments[layout.first : layout.last])
                if key in clean:
                    continue
                before = len(crashes)
                found = self._judge(block, layout, crashes)
                if not found and len(crashes) == before:
                    clean.add(key)
            if found:
                entity = Party(block, layout).entity or ENTITIES.get(loop_id, "")
                hits += [
                    Hit(rule, problem, line_of(lines, problem), entity) for rule, problem in found
                ]
        return hits

    def _judge(
        self, block: Block, layout: LoopLayout, crashes: list[Crash]
    ) -> list[tuple[Rule, Problem]]:
        found: list[tuple[Rule, Problem]] = []
        rules_of_kind = self._conditioned(layout)
        if not rules_of_kind:
            return found
        loop = Party(block, layout)
        for (gate, aspect), rules in rules_of_kind:
            if gate is not None and not is_open(gate, loop, self._as_of):
                continue
            if aspect is None:
                found += apply(rules, loop, self._as_of, crashes)
            else:
                found += self._of_aspect(aspect, rules, loop, crashes)
        return found

    def _of_aspect(
        self, aspect: LoopAspect, rules: list[LoopRule], loop: Party, crashes: list[Crash]
    ) -> list[tuple[Rule, Problem]]:
        try:
            key: Hashable = (aspect, loop.layout.id, aspect(loop))
        except Exception:
            # As with a gate that raises: the rules say what they could not check.
            return apply(rules, loop, self._as_of, crashes)
        if key in self._clean_aspects:
            return []
        before = len(crashes)
        found = apply(rules, loop, self._as_of, crashes)
        if not found and len(crashes) == before:
            self._clean_aspects.add(key)
        return found

    def _conditioned(self, layout: LoopLayout) -> list[ConditionedRules]:
        """The rules for a loop with such segments, by what they are asked under."""
        kind = (layout.id, *layout.segments)
        rules = self._of_kind.get(kind)
        if rules is None:
            by_condition: dict[Condition, list[LoopRule]] = {}
            for rule in self._rules[layout.id]:
                if not rule.holds or not layout.segments.keys().isdisjoint(rule.holds):
                    by_condition.setdefault((rule.gate, rule.aspect), []).append(rule)
            rules = list(by_condition.items())
            remember(self._of_kind, kind, rules)
        return rules
