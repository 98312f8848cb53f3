"""Line rules and visit rules that may look at the same things, and what satisfied them."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from scrubber.claim.service_line import ServiceLine
from scrubber.engine.hits import Crash, Hit, apply, line_of
from scrubber.engine.memory import MOST_SERVICES, CleanMemory, remember, service_shape
from scrubber.engine.rule_bits import bits_of, rules_of
from scrubber.rules.rule import LineRule, ServiceSetting, ServiceShape, Visit, VisitRule

Day = tuple[date | None, Sequence[int]]
"""A date of service and the places of its lines; None for lines whose date cannot be read."""


def by_day(lines: Sequence[ServiceLine]) -> list[Day]:
    """The lines of a claim by their first day, in the order of the lines."""
    days: dict[date | None, list[int]] = {}
    for at, line in enumerate(lines):
        days.setdefault(line.dates[0], []).append(at)
    return list(days.items())


class ServiceRules:
    """Line rules and visit rules. The memories are bounded."""

    def __init__(self, line_rules: list[LineRule], visit_rules: list[VisitRule]) -> None:
        self._line_rules = line_rules
        self._visit_rules = visit_rules
        self._for_line = _RulesByShape[ServiceShape, LineRule](line_rules)
        self._for_visit = _RulesByShape[tuple[ServiceShape, ...], VisitRule](visit_rules)
        self._clean_lines = CleanMemory(MOST_SERVICES)
        self._clean_visits = CleanMemory(MOST_SERVICES)

    def __bool__(self) -> bool:
        return bool(self._line_rules or self._visit_rules)

    def judge(
        self,
        lines: Sequence[ServiceLine],
        settings: Sequence[ServiceSetting],
        days: Sequence[Day],
        crashes: list[Crash],
    ) -> list[Hit]:
        """What the rules say, asked anew."""
        hits: list[Hit] = []
        for line, setting in zip(lines, settings, strict=True):
            hits += self._line(line, setting, crashes)
        for day in days:
            hits += self._visit(lines, settings, day, crashes)
        return hits

    def judge_once(
        self,
        lines: Sequence[ServiceLine],
        settings: Sequence[ServiceSetting],
        keys: Sequence[Hashable],
        days: Sequence[Day],
        crashes: list[Crash],
    ) -> list[Hit]:
        """What the rules say, not asked again about services that were found clean. `keys` stand
        for all that the rules may look at in each line."""
        hits: list[Hit] = []
        for day in days:
            places = day[1]
            visit_key = tuple([keys[at] for at in places])
            if visit_key in self._clean_visits:
                continue
            before = len(crashes)
            found = list(self._lines(lines, settings, keys, places, crashes))
            found += self._visit(lines, settings, day, crashes)
            if found:
                hits += found
            elif len(crashes) == before:
                self._clean_visits.add(visit_key)
        return hits

    def _lines(
        self,
        lines: Sequence[ServiceLine],
        settings: Sequence[ServiceSetting],
        keys: Sequence[Hashable],
        places: Sequence[int],
        crashes: list[Crash],
    ) -> Iterator[Hit]:
        for at in places:
            if keys[at] in self._clean_lines:
                continue
            before = len(crashes)
            found = self._line(lines[at], settings[at], crashes)
            if not found and len(crashes) == before:
                self._clean_lines.add(keys[at])
            yield from found

    def _line(self, line: ServiceLine, setting: ServiceSetting, crashes: list[Crash]) -> list[Hit]:
        shape = service_shape(line, setting.documented is not None)
        rules = self._for_line.chosen(shape, setting)
        found = apply(rules, line, setting, crashes)
        return [Hit(rule, problem, line.number) for rule, problem in found]

    def _visit(
        self,
        lines: Sequence[ServiceLine],
        settings: Sequence[ServiceSetting],
        day: Day,
        crashes: list[Crash],
    ) -> list[Hit]:
        when, places = day
        if when is None:
            return []
        setting, of_day = settings[places[0]], tuple([lines[at] for at in places])
        documented = setting.documented is not None
        shapes = tuple([service_shape(line, documented) for line in of_day])
        rules = self._for_visit.chosen(shapes, setting)
        if not rules:
            return []
        found = apply(rules, Visit(when, of_day), setting, crashes)
        return [Hit(rule, problem, line_of(of_day, problem)) for rule, problem in found]


Shape = TypeVar("Shape", bound=Hashable)
ServiceRule = TypeVar("ServiceRule", LineRule, VisitRule)


class _RulesByShape(Generic[Shape, ServiceRule]):
    """Rules as the bits of a number: what a shape leaves of them and what a setting leaves is
    remembered apart, for seldom do the two come again together."""

    def __init__(self, rules: Sequence[ServiceRule]) -> None:
        self._rules: Sequence[ServiceRule] = rules
        self._of_shape: dict[Shape, int] = {}
        self._of_setting: dict[int, int] = {}
        self._chosen: dict[int, list[ServiceRule]] = {}

    def chosen(self, shape: Shape, setting: ServiceSetting) -> list[ServiceRule]:
        """The rules that can concern such services in such a setting."""
        of_shape = self._of_shape.get(shape)
        if of_shape is None:
            of_shape = bits_of(self._rules, lambda rule: _concerns(rule, shape))
            remember(self._of_shape, shape, of_shape)
        of_setting = self._of_setting.get(setting.likeness)
        if of_setting is None:
            of_setting = bits_of(
                self._rules, lambda rule: rule.asked_by is None or rule.asked_by(setting)
            )
            if setting.likeness:
                remember(self._of_setting, setting.likeness, of_setting)
        bits = of_shape & of_setting
        rules = self._chosen.get(bits)
        if rules is None:
            rules = rules_of(self._rules, bits)
            remember(self._chosen, bits, rules)
        return rules


def _concerns(rule: Any, shape: object) -> bool:
    """Whether a rule can concern such services; what its question takes depends on the kind."""
    return rule.concerns is None or rule.concerns(shape)
