"""Units from minutes: the two counting methods for 15-minute codes, and other time bases.

Sources: CMS Pub. 100-04 chapter 5 section 20.2 (total time, 8-minute rule); CPT time rule
(midpoint, each code alone). Minutes are whole numbers of one patient, one day, one discipline
and one provider group; sorting them into such groups is the caller's work.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

UNIT_MINUTES = 15
FIRST_UNIT_MINUTES = 8


class CodeUnits(NamedTuple):
    """What one code has: its minutes of the day and the units counted for it."""

    code: str
    minutes: int
    units: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """Units counted for codes, in the order the codes were first given.

    Where codes tie for the last units, `tied` names them and `tied_units` says how many of them
    may have one unit more; `codes` then shows the choice that takes the lower code numbers first,
    and the clinician may make another (`alternatives`).
    """

    codes: tuple[CodeUnits, ...]
    tied: tuple[str, ...] = ()
    tied_units: int = 0

    @property
    def total_minutes(self) -> int:
        """Minutes of all the codes together."""
        return sum(row.minutes for row in self.codes)

    @property
    def total_units(self) -> int:
        """Units of all the codes together; the same in every alternative."""
        return sum(row.units for row in self.codes)

    def units(self, code: str) -> int:
        """Units of a code in the choice shown; 0 for a code that is not part of it."""
        return next((row.units for row in self.codes if row.code == code), 0)

    def most(self, code: str) -> int:
        """The most units any alternative gives the code."""
        return self.least(code) + (code in self.tied)

    def least(self, code: str) -> int:
        """The fewest units any alternative gives the code."""
        return self.units(code) - (code in self._favoured())

    def allows(self, billed: Mapping[str, int]) -> bool:
        """Whether some alternative gives every code at least the units billed for it."""
        above_least = sum(units > self.least(code) for code, units in billed.items())
        within = all(units <= self.most(code) for code, units in billed.items())
        return within and above_least <= self.tied_units

    def alternatives(self) -> Iterator[dict[str, int]]:
        """Every permitted allocation, as code to units; exactly one when nothing ties."""
        certain = {row.code: self.least(row.code) for row in self.codes}
        for favoured in combinations(self.tied, self.tied_units):
            yield {code: units + (code in favoured) for code, units in certain.items()}

    def _favoured(self) -> tuple[str, ...]:
        return self.tied[: self.tied_units]


def eight_minute_units(total_minutes: int) -> int:
    """Units that a day's total of timed minutes supports: 8-22 gives 1, 23-37 gives 2, ...

    Raises ValueError for negative minutes.
    """
    return units_by_time(total_minutes, UNIT_MINUTES, FIRST_UNIT_MINUTES)


def eight_minute_rule(minutes: Iterable[tuple[str, int]]) -> Allocation:
    """Count 15-minute codes by the CMS total-time rule.

    The total decides the number of units; each code gets its whole quarter hours, and what is
    left goes one unit each to the largest remainders. Minutes of a code given twice are added.
    Raises ValueError for negative minutes.
    """
    by_code = _added_up(minutes)
    whole = {code: spent // UNIT_MINUTES for code, spent in by_code.items()}
    remaining = {code: spent % UNIT_MINUTES for code, spent in by_code.items()}
    left = eight_minute_units(sum(by_code.values())) - sum(whole.values())
    ranked = sorted(by_code, key=lambda code: (-remaining[code], code))
    favoured = ranked[:left]
    codes = (CodeUnits(code, by_code[code], whole[code] + (code in favoured)) for code in by_code)
    tied, tied_units = _tie(ranked, remaining, left)
    return Allocation(tuple(codes), tied, tied_units)


def midpoint_rule(minutes: Iterable[tuple[str, int]]) -> Allocation:
    """Count 15-minute codes by the midpoint rule: each code alone, a unit from 8 minutes on.

    Minutes of a code given twice are added. Raises ValueError for negative minutes.
    """
    codes = (
        CodeUnits(code, spent, eight_minute_units(spent))
        for code, spent in _added_up(minutes).items()
    )
    return Allocation(tuple(codes))


def units_by_time(minutes: int, minutes_per_unit: int, first_unit_minutes: int) -> int:
    """Units of one code with its own time base.

    The first unit needs `first_unit_minutes`, each further one `minutes_per_unit` more: base 30
    from 16 on, 60 from 31, 120 from 61 (midpoint); 20 from 20 on (full time).
    Raises ValueError for negative minutes.
    """
    if minutes < 0:
        raise ValueError("minutes cannot be negative")
    if minutes < first_unit_minutes:
        return 0
    return 1 + (minutes - first_unit_minutes) // minutes_per_unit


def _added_up(minutes: Iterable[tuple[str, int]]) -> dict[str, int]:
    by_code: dict[str, int] = {}
    for code, spent in minutes:
        if spent < 0:
            raise ValueError("minutes cannot be negative")
        by_code[code] = by_code.get(code, 0) + spent
    return by_code


def _tie(
    ranked: Sequence[str], remaining: dict[str, int], left: int
) -> tuple[tuple[str, ...], int]:
    if not 0 < left < len(ranked) or remaining[ranked[left - 1]] != remaining[ranked[left]]:
        return (), 0
    at_stake = remaining[ranked[left]]
    tied = tuple(code for code in ranked if remaining[code] == at_stake)
    certain = sum(remaining[code] > at_stake for code in ranked)
    return tied, left - certain
