"""Runs the rules over a claim, a level of the hierarchy, or a single loop.

What was found clean is remembered by its text, so that the same provider, the same service line
and the same visit are judged once. The memories are bounded.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.engine.claim_rules import ClaimRules
from scrubber.engine.hits import Crash, Hit
from scrubber.engine.loop_rules import LoopRules
from scrubber.engine.memory import MOST_SERVICES, CleanMemory, KeyNumbers, service_key
from scrubber.engine.service_rules import Day, ServiceRules, by_day
from scrubber.guide.layout import LoopLayout
from scrubber.rules.rule import (
    ClaimRule,
    LineRule,
    LoopRule,
    Rule,
    ServiceSetting,
    Setting,
    VisitRule,
)
from scrubber.x12.block import Block


class RuleRunner:
    """The rules in force, and what they were found to be satisfied with."""

    def __init__(self, rules: Sequence[Rule], as_of: date) -> None:
        self._loop_rules = LoopRules([rule for rule in rules if isinstance(rule, LoopRule)], as_of)
        self._claim_rules = ClaimRules([rule for rule in rules if isinstance(rule, ClaimRule)])
        lines = [rule for rule in rules if isinstance(rule, LineRule)]
        visits = [rule for rule in rules if isinstance(rule, VisitRule)]
        self._bare_rules = ServiceRules(
            [rule for rule in lines if rule.service_only and not _sees_setting(rule)],
            [rule for rule in visits if rule.service_only and not _sees_setting(rule)],
        )
        self._service_rules = ServiceRules(
            [rule for rule in lines if rule.service_only and _sees_setting(rule)],
            [rule for rule in visits if rule.service_only and _sees_setting(rule)],
        )
        self._numbers = KeyNumbers()
        self._clean_days = CleanMemory(MOST_SERVICES)
        self._content_rules = ServiceRules(
            [rule for rule in lines if not rule.service_only],
            [rule for rule in visits if not rule.service_only],
        )

    def loops(
        self,
        block: Block,
        layouts: Iterable[LoopLayout],
        crashes: list[Crash],
        lines: Sequence[ServiceLine] = (),
    ) -> list[Hit]:
        """What the loop rules say of these loops of a block, whose service lines are `lines`."""
        return self._loop_rules.judge(block, layouts, crashes, lines)

    def services(
        self, lines: Sequence[ServiceLine], settings: Sequence[Setting], crashes: list[Crash]
    ) -> list[Hit]:
        """What the line rules and visit rules say of the lines of one claim."""
        days = by_day(lines)
        narrow = [setting.service for setting in settings]
        if lines and settings[0].documented is not None:
            hits = self._bare_rules.judge(lines, narrow, days, crashes)
            hits += self._service_rules.judge(lines, narrow, days, crashes)
        else:
            hits = self._services_once(lines, narrow, days, crashes)
        if self._content_rules:
            hits += self._content_rules.judge(lines, settings, days, crashes)
        return hits

    def _services_once(
        self,
        lines: Sequence[ServiceLine],
        settings: Sequence[ServiceSetting],
        days: Sequence[Day],
        crashes: list[Crash],
    ) -> list[Hit]:
        """What the rules that look at services only say, not asked again about a day that
        satisfied all of them."""
        numbers = self._numbers
        keys = [
            numbers[service_key(line, one.tables is not None)]
            for line, one in zip(lines, settings, strict=True)
        ]
        settled = [(one.likeness, key) for one, key in zip(settings, keys, strict=True)]
        clean = self._clean_days
        unsettled = []
        for day in days:
            whole = tuple([settled[at] for at in day[1]])
            if whole not in clean:
                unsettled.append((day, whole))
        if not unsettled:
            return []
        open_days = [day for day, _ in unsettled]
        before = len(crashes)
        hits = self._bare_rules.judge_once(lines, settings, keys, open_days, crashes)
        hits += self._service_rules.judge_once(lines, settings, settled, open_days, crashes)
        if not hits and len(crashes) == before:
            for _, whole in unsettled:
                clean.add(whole)
        return hits

    def claim(
        self, claim: Claim, setting: Setting, contents: frozenset[str], crashes: list[Crash]
    ) -> list[Hit]:
        """What the claim rules say, of those that can concern such a claim at all."""
        return self._claim_rules.judge(claim, setting, contents, crashes)


def _sees_setting(rule: LineRule | VisitRule) -> bool:
    """Whether what a rule says, or whether it is asked at all, may depend on the setting."""
    return rule.sees_setting or rule.asked_by is not None
