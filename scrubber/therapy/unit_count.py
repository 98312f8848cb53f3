"""Units that documented minutes support on a date of service, for all kinds of therapy codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from scrubber.therapy.table import TherapyCode, therapy_code
from scrubber.therapy.units import (
    Allocation,
    CodeUnits,
    eight_minute_rule,
    midpoint_rule,
    units_by_time,
)

UNBILLED = "unbilled"
"""Begins what stands for the code of a service that was given but not billed."""


class CountingMethod(Enum):
    """How a payer counts 15-minute units; the values are those of a payer profile."""

    CMS_TOTAL_TIME = "cms8"
    MIDPOINT = "spm"


@dataclass(frozen=True, slots=True)
class UnitCount:
    """Units supported by the minutes of one patient, day, discipline and provider group.

    `pooled`: the 15-minute codes. `others`: timed codes with their own time base, each alone.
    `not_counted`: codes that are untimed or not in our table on that date; say nothing of them.
    """

    method: CountingMethod
    pooled: Allocation
    others: tuple[CodeUnits, ...]
    not_counted: tuple[str, ...]

    def most(self, code: str) -> int | None:
        """The most units the minutes support for a code; None for a code that is not counted."""
        if any(row.code == code for row in self.pooled.codes):
            return self.pooled.most(code)
        return next((row.units for row in self.others if row.code == code), None)


def count_units(
    method: CountingMethod,
    minutes: Iterable[tuple[str, int]],
    on: date,
    unbilled: Iterable[int] = (),
) -> UnitCount:
    """Count the units that minutes support.

    `minutes` are pairs of procedure code and whole minutes; a code may come more than once.
    `unbilled` are minutes of further 15-minute services whose codes are not known; the total-time
    rule counts them with the others, as UNBILLED.
    A code that takes one unit only (its add-on takes the further time) is counted as one unit
    where it stands alone; pooled with its add-on it takes part in the common count as it is.
    Raises ValueError for negative minutes.
    """
    pairs = tuple(minutes)
    codes = {code: therapy_code(code, on) for code, _ in pairs}
    timed = {code: row for code, row in codes.items() if row and row.timed}
    pooled = {code for code, row in timed.items() if row.pooled}
    counted = [pair for pair in pairs if pair[0] in pooled]
    if method is CountingMethod.CMS_TOTAL_TIME:
        counted += [(f"{UNBILLED} {number}", spent) for number, spent in enumerate(unbilled)]
        pooled_units = eight_minute_rule(counted)
    else:
        pooled_units = midpoint_rule(counted)
    return UnitCount(
        method=method,
        pooled=pooled_units,
        others=tuple(_alone(row, pairs) for code, row in timed.items() if code not in pooled),
        not_counted=tuple(code for code in codes if code not in timed),
    )


def _alone(row: TherapyCode, pairs: Iterable[tuple[str, int]]) -> CodeUnits:
    spent = sum(minutes for code, minutes in pairs if code == row.code)
    units = units_by_time(spent, row.minutes_per_unit or 0, row.first_unit_minutes or 0)
    return CodeUnits(row.code, spent, min(units, 1) if row.takes_one_unit else units)
