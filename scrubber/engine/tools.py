"""What blocks are judged with: the guide, the rules and the claim scrubber, for one set of
delimiters."""

from collections.abc import Sequence
from typing import NamedTuple

from scrubber.engine.claim_scrub import ClaimScrubber
from scrubber.engine.context import Context
from scrubber.engine.rule_runner import RuleRunner
from scrubber.guide.walker import Walker
from scrubber.rules.imported_tables import rules_with
from scrubber.rules.rule import Rule
from scrubber.x12.segment import Delimiters

MOST_DELIMITERS = 8


class Tools(NamedTuple):
    """Each set of delimiters has memories of its own: they keep texts, which mean something else
    under other delimiters."""

    walker: Walker
    runner: RuleRunner
    claims: ClaimScrubber


class ToolBox:
    """The tools of a context and its rules, made for each set of delimiters that is met. When
    there are too many, all are made anew."""

    def __init__(self, context: Context, rules: Sequence[Rule]) -> None:
        self._context = context
        self._rules = rules_with(rules, context.tables)
        self._tools: dict[Delimiters, Tools] = {}

    def __len__(self) -> int:
        return len(self._tools)

    def __call__(self, delimiters: Delimiters) -> Tools:
        """The tools for blocks with these delimiters."""
        tools = self._tools.get(delimiters)
        if tools is None:
            walker, runner = Walker(delimiters), RuleRunner(self._rules, self._context.as_of)
            tools = Tools(walker, runner, ClaimScrubber(self._context, runner, walker))
            if len(self._tools) >= MOST_DELIMITERS:
                self._tools.clear()
            self._tools[delimiters] = tools
        return tools
