"""Text that a transport has cut into records of one length, a line break behind each.

Where every record but the last has the same length, the line breaks are no part of the text:
what they cut in two can be put together again with certainty.
"""

import re
from itertools import islice, pairwise
from typing import NamedTuple

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
FEWEST = 3
"""So many records of one length are no accident."""


class Records(NamedTuple):
    """Where the line breaks stand: the first at file offset `first`, one every `step` bytes."""

    first: int
    step: int
    line_break: str

    @property
    def length(self) -> int:
        """The bytes of a record without its line break."""
        return self.step - len(self.line_break)

    def breaks(self, start: int, end: int) -> range:
        """The offsets between `start` and `end` at which line breaks are due."""
        due = self.first + -(-(start - self.first) // self.step) * self.step
        return range(max(due, self.first), end, self.step)


def records_of(text: str, offset: int, terminator: str) -> Records | None:
    """How the text that begins at `offset` is cut into records; None where it is not, or where
    its line breaks stand behind terminators, with or without blanks between."""
    found = list(islice(_LINE_BREAK.finditer(text), FEWEST))
    steps = {two.start() - one.start() for one, two in pairwise(found)}
    if len(found) < FEWEST or len(steps) > 1 or len({one[0] for one in found}) > 1:
        return None
    first, step = found[0], steps.pop()
    cuts = any(not text[: one.start()].rstrip(" \t").endswith(terminator) for one in found)
    return Records(offset + first.start(), step, first[0]) if cuts else None
