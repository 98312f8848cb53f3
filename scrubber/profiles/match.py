"""Which claims a payer profile is for."""

import re
from datetime import date
from enum import IntEnum
from typing import NamedTuple, Self

from scrubber.profiles.attributes import Attributes
from scrubber.profiles.line_of_business import LineOfBusiness
from scrubber.profiles.statement import Stated, may_share

_BETWEEN_WORDS = re.compile(r"[^0-9A-Z*]+")


class Level(IntEnum):
    """What a match looks at; the higher level wins."""

    LINE_OF_BUSINESS = 1
    CLAIM_FILING_INDICATOR = 2
    PAYER_NAME = 3
    PAYER_ID = 4


class Match(NamedTuple):
    """A payer id (2010BB NM109), payer name (NM103), claim filing indicator (SBR09) or line of
    business.

    A name is compared in upper case, without punctuation; `*` stands for any characters. With
    `states` the match holds only where the state is one of them. `lines` are the lines of business
    of the claims it is for, empty for all.
    """

    stated: Stated
    level: Level
    text: str
    lines: frozenset[LineOfBusiness] = frozenset()

    @classmethod
    def read(cls, of: Attributes, level: Level, line: LineOfBusiness | None) -> Self:
        """Read from the attributes of the element; `line` is that of the profile."""
        text = normal_name(of.text("like")) if level is Level.PAYER_NAME else of.text("is")
        stated = of.stated()
        lines = stated.lines
        if stated.participating is not None:
            of.refuse("a match does not depend on participation", "participating on statements")
        if level is Level.LINE_OF_BUSINESS:
            lines = frozenset({LineOfBusiness(text)})
        elif not lines and level is not Level.CLAIM_FILING_INDICATOR and line is not None:
            lines = frozenset({line})
        key = " ".join([text, *sorted(stated.states)])
        return cls(of.stated(key), level, text, lines)

    @property
    def states(self) -> frozenset[str]:
        """The states in which the match holds, empty for all."""
        return self.stated.states

    def holds(self, on: date, state: str) -> bool:
        """Whether the match is in force on that day and in that state."""
        return self.stated.holds_on(on) and (not self.states or state.upper() in self.states)

    def may_meet(self, other: "Match") -> bool:
        """Whether some claim meets both matches (both being of the same level)."""
        return (
            may_share(self.states, other.states)
            and may_share(self.lines, other.lines)
            and self.stated.shares_day(other.stated)
            and (
                patterns_meet(self.text, other.text)
                if self.level is Level.PAYER_NAME
                else self.text == other.text
            )
        )


def normal_name(name: str) -> str:
    """A payer name for comparison: upper case, single blanks, nothing but letters and digits."""
    return _BETWEEN_WORDS.sub(" ", name.upper()).strip()


def name_matches(pattern: str, name: str) -> bool:
    """Whether a normal name fits a normal pattern; `*` stands for any run of characters."""
    first, *rest = pattern.split("*")
    if not rest:
        return name == first
    *middle, last = rest
    if not name.startswith(first) or not name.endswith(last):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


def patterns_meet(one: str, other: str) -> bool:
    """Whether some name fits both patterns."""
    head, other_head = one.partition("*")[0], other.partition("*")[0]
    if not head.startswith(other_head) and not other_head.startswith(head):
        return False
    return _meet(one, other)


def _meet(one: str, other: str) -> bool:
    """The same by dynamic programming: row i, column j is "one[i:] and other[j:] can meet"."""
    width = len(other)
    below = [False] * width + [True]
    for j in range(width - 1, -1, -1):
        below[j] = other[j] == "*" and below[j + 1]
    for i in range(len(one) - 1, -1, -1):
        row = [False] * width + [one[i] == "*" and below[width]]
        for j in range(width - 1, -1, -1):
            if one[i] == "*" or other[j] == "*":
                row[j] = below[j] or row[j + 1]
            else:
                row[j] = one[i] == other[j] and below[j + 1]
        below = row
    return below[0]
