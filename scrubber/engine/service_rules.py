"""Line rules and visit rules that may look at the same things, and what satisfied them."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import date

from scrubber.claim.service_line import ServiceLine
from scrubber.engine.hits import Crash, Hit, apply, line_of
from scrubber.engine.memory import CleanMemory, service_shape
from scrubber.rules.rule import LineRule, ServiceSetting, ServiceShape, Visit, VisitRule

MOST_SHAPES = 4096

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
        self._for_line: dict[tuple[int, ServiceShape], list[LineRule]] = {}
        self._for_visit: dict[tuple[int, tuple[ServiceShape, ...]], list[VisitRule]] = {}
        self._clean_lines = CleanMemory()
        self._clean_visits = CleanMemory()

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
        rules = self._for_line.get((setting.likeness, shape))
        if rules is None:
            rules = [
                rule
                for rule in self._line_rules
                if (rule.concerns is None or rule.concerns(shape))
                and (rule.asked_by is None or rule.asked_by(setting))
            ]
            if len(self._for_line) >= MOST_SHAPES:
                self._for_line.clear()
            self._for_line[setting.likeness, shape] = rules
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
        rules = self._visit_rules_for(shapes, setting)
        if not rules:
            return []
        found = apply(rules, Visit(when, of_day), setting, crashes)
        return [Hit(rule, problem, line_of(of_day, problem)) for rule, problem in found]

    def _visit_rules_for(
        self, shapes: tuple[ServiceShape, ...], setting: ServiceSetting
    ) -> list[VisitRule]:
        rules = self._for_visit.get((setting.likeness, shapes))
        if rules is None:
            rules = [
                rule
                for rule in self._visit_rules
                if (rule.concerns is None or rule.concerns(shapes))
                and (rule.asked_by is None or rule.asked_by(setting))
            ]
            if len(self._for_visit) >= MOST_SHAPES:
                self._for_visit.clear()
            self._for_visit[setting.likeness, shapes] = rules
        return rules
