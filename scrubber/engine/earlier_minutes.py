"""What the minutes of all claims of a day say about the units of a later one. Pure.

Source: CMS Pub 100-04, chapter 5, section 20.2 (minutes of a day are counted together).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from scrubber.engine.day_totals import Kind, Service, Total
from scrubber.engine.earlier_services import Said, Terms, Where
from scrubber.rules.history import MINUTES_LEFT_OVER, UNITS_OVER_MINUTES
from scrubber.rules.therapy_lines import plain
from scrubber.therapy.plan_of_care import discipline_of
from scrubber.therapy.table import therapy_code
from scrubber.therapy.unit_count import CountingMethod, UnitCount, count_units


def over_minutes(
    rows: Sequence[Service], earlier: Sequence[Total], day: date, terms: Terms, where: Where
) -> Iterator[Said]:
    """Units that the minutes of a discipline do not support, or leave over, only when all claims
    of the day are counted together. Nothing is said unless all minutes are known."""
    method = terms.method
    if method is None:
        return
    for discipline in dict.fromkeys(discipline_of(row.kind.modifiers) for row in rows):
        own = [one for one in rows if _is_pooled(one.kind, discipline, day)]
        before = [one for one in earlier if _is_pooled(one.kind, discipline, day)]
        untold = any(one.minutes is None for one in own) or any(one.untold for one in before)
        if not own or not before or untold:
            continue
        alone, apart = _Sum(own, day, method), _Sum(before, day, method)
        together = _Sum([*own, *before], day, method)
        if alone.is_too_much or apart.is_too_much:
            continue
        last = own[-1]
        words = f"{together.minutes} minutes of timed services, {apart.minutes} of them "
        words += f"{where(max(one.last for one in before))}, make {together.units} units; "
        words += f"{plain(together.billed)} are billed in all"
        if together.is_too_much:
            yield Said(UNITS_OVER_MINUTES, last.line, words, terms.ceiling)
        elif together.units > alone.units + apart.units and together.units > together.billed:
            yield Said(MINUTES_LEFT_OVER, last.line, words)


class _Sum:
    """Minutes, the units they make and the units billed, of timed services of one discipline."""

    def __init__(
        self, services: Sequence[Service | Total], day: date, method: CountingMethod
    ) -> None:
        minutes = [(one.kind.code, one.minutes or 0) for one in services]
        count: UnitCount = count_units(method, minutes, day)
        self.minutes = sum(spent for _, spent in minutes)
        self.units = sum(row.units for row in count.pooled.codes)
        self.billed = sum((one.units for one in services), Decimal(0))

    @property
    def is_too_much(self) -> bool:
        """Whether more is billed than the minutes make."""
        return self.billed > self.units


def _is_pooled(kind: Kind, discipline: str, day: date) -> bool:
    """Whether it is a 15-minute service of a discipline that was given on the day alone."""
    code = therapy_code(kind.code, day)
    pooled = code is not None and code.pooled
    return pooled and kind.one_day and discipline_of(kind.modifiers) == discipline
