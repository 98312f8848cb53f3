"""What was found clean, so that it need not be judged again."""

from bisect import bisect_right
from collections.abc import Hashable
from datetime import date
from functools import lru_cache
from itertools import count
from typing import TypeVar

from scrubber.claim.service_line import ServiceLine
from scrubber.rules.rule import ServiceShape

MOST = 4096
MOST_SERVICES = 16384
"""How many lines and visits are remembered; they are told by numbers, which need little room."""
DECIDED = frozenset({"2430"})
# The first days on which some code table or dated rule says something new.
TURNING_DAYS = tuple(map(date.fromisoformat, (
    "1999-07-01", "2000-07-01", "2003-01-01", "2003-10-01", "2006-01-01", "2006-07-01",
    "2008-01-01", "2010-05-01", "2012-04-01", "2013-01-01", "2014-01-01", "2015-01-01",
    "2015-07-01", "2015-10-01", "2016-01-01", "2017-01-01", "2018-01-01", "2018-04-01",
    "2019-01-01", "2020-01-01", "2020-01-02", "2020-10-01", "2020-10-02", "2021-01-01",
    "2022-01-01", "2023-01-01", "2023-10-01", "2024-01-01", "2024-03-09", "2024-07-01",
    "2024-08-01", "2024-10-01", "2025-01-01", "2026-01-01", "2026-04-01", "2026-07-01",
    "2027-01-01",
)))  # fmt: skip


class CleanMemory:
    """Keys that were found clean. When it is full, those that were not met again since it was
    half full are forgotten."""

    __slots__ = ("_half", "_older", "_recent")

    def __init__(self, most: int = MOST) -> None:
        self._half = most // 2
        self._recent: set[Hashable] = set()
        self._older: set[Hashable] = set()

    def __contains__(self, key: Hashable) -> bool:
        if key in self._recent:
            return True
        if key in self._older:
            self.add(key)
            return True
        return False

    def add(self, key: Hashable) -> None:
        """Remember a key."""
        if len(self._recent) >= self._half:
            self._older = self._recent
            self._recent = set()
        self._recent.add(key)


class KeyNumbers:
    """A number for each key, which is faster to look up than the key. When too many are known
    all are forgotten; no number is given twice."""

    __slots__ = ("_next", "_numbers")

    def __init__(self) -> None:
        self._next = count(1)
        self._numbers: dict[Hashable, int] = {}

    def __getitem__(self, key: Hashable) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = next(self._next)
            remember(self._numbers, key, number)
        return number


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def remember(memory: dict[Key, Value], key: Key, value: Value) -> None:
    """Put a value into a memory, which forgets everything when it is full."""
    if len(memory) >= MOST:
        memory.clear()
    memory[key] = value


@lru_cache(maxsize=4096)
def table_stretch(day: date | None) -> Hashable:
    """A key that days share on which all shipped tables say the same."""
    return None if day is None else bisect_right(TURNING_DAYS, day)


def service_key(line: ServiceLine, by_day: bool = False) -> tuple[Hashable, ...]:
    """What rules that look at the service only may look at. `by_day`: imported tables may say
    something else on any day.

    That is all of the line but: charge (only whether there is one) and diagnosis pointers, the
    day (only which table rows are in force, and the number of days), line and control number, and
    what other payers decided.
    """
    first, last = line.dates
    segments = line.layout.segments
    indexes = segments.get("SV1")
    days = (last - first).days if first is not None and last is not None else None
    when: Hashable = first if by_day else table_stretch(first)
    if not indexes:
        return (when, days, *line.content)
    values = line.block.values(indexes[0])
    # A damaged SV1 may hold nothing at all.
    procedure = values[1] if len(values) > 1 else ""
    key = (procedure, when, days, bool(line.charge), *values[3:7], *values[8:])
    references = segments.get("REF", ())
    # LX and SV1 are there, so a number tells whether anything else is.
    numbered = 2 + ("DTP" in segments) + ("REF" in segments)
    loops = line.layout.loops
    is_usual = len(segments) == numbered and (not loops or loops.keys() <= DECIDED)
    if is_usual and (
        not references or (len(references) == 1 and line.block.segments[references[0]][4:6] == "6R")
    ):
        return key
    return (*key, *_other_segments(line))


def _other_segments(line: ServiceLine) -> list[str]:
    separator = line.block.delimiters.element
    passed_over = ("SV1", f"REF{separator}6R", f"DTP{separator}472")
    segments = line.block.segments
    layout = line.layout
    own = [index for indexes in layout.segments.values() for index in indexes]
    others = [segments[index] for index in sorted(own)[1:]]
    found = [raw for raw in others if not raw.startswith(passed_over)]
    for name, loops in layout.loops.items():
        if name not in DECIDED:
            found += [raw for loop in loops for raw in segments[loop.first : loop.last]]
    return found


def service_shape(line: ServiceLine, documented: bool) -> ServiceShape:
    """What tells which rules a line may concern."""
    service = line.service
    worded = documented or bool(service.description) or service.unit_basis != "UN"
    return ServiceShape(line.code, line.modifiers, worded or "NTE" in line.layout.segments)
