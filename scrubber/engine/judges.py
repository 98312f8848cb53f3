"""What judges blocks of one set of delimiters: the guide, the rules, and both on a claim."""

from collections.abc import Sequence
from typing import NamedTuple

from scrubber.engine.claim_scrub import ClaimScrubber
from scrubber.engine.context import Context
from scrubber.engine.rule_runner import RuleRunner
from scrubber.guide.walker import Walker
from scrubber.lane import locate_with
from scrubber.rules.imported_tables import rules_with
from scrubber.rules.rule import Rule
from scrubber.x12.segment import Delimiters

MOST_DELIMITERS = 8


class Judges(NamedTuple):
    """Each set of delimiters has memories of its own: they keep texts, which mean something else
    under other delimiters."""

    walker: Walker
    runner: RuleRunner
    claims: ClaimScrubber


class JudgesByDelimiters:
    """The judges by a context and its rules, made for each set of delimiters that is met. When
    there are too many, all are made anew."""

    def __init__(self, context: Context, rules: Sequence[Rule]) -> None:
        self._context = context
        self._rules = rules_with(rules, context.tables)
        self._judges: dict[Delimiters, Judges] = {}

    def __len__(self) -> int:
        return len(self._judges)

    def __call__(self, delimiters: Delimiters) -> Judges:
        """Those of blocks with these delimiters."""
        judges = self._judges.get(delimiters)
        if judges is None:
            walker = Walker(delimiters, locate_with)
            runner = RuleRunner(self._rules, self._context.as_of)
            judges = Judges(walker, runner, ClaimScrubber(self._context, runner, walker))
            if len(self._judges) >= MOST_DELIMITERS:
                self._judges.clear()
            self._judges[delimiters] = judges
        return judges
