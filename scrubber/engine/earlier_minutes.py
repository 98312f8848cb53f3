"""What the minutes of all claims of a day say about the units of a later one. Pure.

Source: CMS Pub 100-04, chapter 5, section 20.2 (minutes of a day are counted together).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from scrubber.engine.earlier_services import BilledService, Said, Terms, Where
from scrubber.rules.history import MINUTES_LEFT_OVER, UNITS_OVER_MINUTES
from scrubber.rules.therapy_lines import plain
from scrubber.therapy.plan_of_care import discipline_of
from scrubber.therapy.table import therapy_code
from scrubber.therapy.unit_count import CountingMethod, UnitCount, count_units


class TimedService(BilledService, Protocol):
    """A service line of which minutes may be known; units are 0 where it is billed in minutes."""

    @property
    def minutes(self) -> int | None: ...


Timed = TypeVar("Timed", bound=TimedService)


def over_minutes(
    rows: Sequence[Timed], earlier: Sequence[Timed], terms: Terms, where: Where[Timed]
) -> Iterator[Said]:
    """Units that the minutes of a discipline do not support, or leave over, only when all claims
    of the day are counted together. Nothing is said unless all minutes are known."""
    method = terms.method
    if method is None:
        return
    for discipline in dict.fromkeys(discipline_of(row.modifiers) for row in rows):
        own = _pooled(rows, discipline)
        before = _pooled(earlier, discipline)
        if not own or not before or any(one.minutes is None for one in (*own, *before)):
            continue
        alone, apart, together = _Sum(own, method), _Sum(before, method), _Sum(own + before, method)
        if alone.is_too_much or apart.is_too_much:
            continue
        last = own[-1]
        words = f"{together.minutes} minutes of timed services, {apart.minutes} of them "
        words += f"{where(before[-1])}, make {together.units} units; "
        words += f"{plain(together.billed)} are billed in all"
        if together.is_too_much:
            yield Said(UNITS_OVER_MINUTES, last.line, words, terms.ceiling)
        elif together.units > alone.units + apart.units and together.units > together.billed:
            yield Said(MINUTES_LEFT_OVER, last.line, words)


class _Sum:
    """Minutes, the units they make and the units billed, of timed services of one discipline."""

    def __init__(self, services: Sequence[TimedService], method: CountingMethod) -> None:
        minutes = [(one.code, one.minutes or 0) for one in services]
        count: UnitCount = count_units(method, minutes, services[0].first)
        self.minutes = sum(spent for _, spent in minutes)
        self.units = sum(row.units for row in count.pooled.codes)
        self.billed = sum((one.units for one in services), Decimal(0))

    @property
    def is_too_much(self) -> bool:
        """Whether more is billed than the minutes make."""
        return self.billed > self.units


def _pooled(rows: Sequence[Timed], discipline: str) -> list[Timed]:
    """The 15-minute services of a discipline that were given on one day."""
    found = []
    for row in rows:
        code = therapy_code(row.code, row.first)
        pooled = code is not None and code.pooled
        if pooled and row.first == row.last and discipline_of(row.modifiers) == discipline:
            found.append(row)
    return found
