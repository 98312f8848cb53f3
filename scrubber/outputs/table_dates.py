"""Which service lines are later than the tables they are judged by: a table that is past its date
is said once for a file and a run, also where none of its rows fires."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from scrubber.codes import icd10cm, localities
from scrubber.codes.table_file import Release
from scrubber.engine.context import Context
from scrubber.engine.results import ClaimResult
from scrubber.outputs.tally import TableUse
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.daily_units import limits_program
from scrubber.rules.pair_conflicts import edits_for
from scrubber.therapy import add_ons, ncci_limits, payment_amounts, relative_values, telehealth
from scrubber.therapy.ncci_pairs import Program

MEDICARE = "medicare"
MOST_SERVICES = 4096

_Service = tuple[DatedProfile, date, str]


class TableDates:
    """Counts the lines of the claims of a file by the tables they are judged by."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._services: Counter[_Service] = Counter()
        self._lines: Counter[Release] = Counter()
        self._later: Counter[Release] = Counter()

    def add(self, claim: ClaimResult) -> None:
        """Count the lines of a claim; one without a readable date is judged by no table."""
        if claim.profile not in self._context.profiles:
            return
        profile = self._context.profiles[claim.profile]
        days: dict[date, DatedProfile] = {}
        for line in claim.lines:
            if (day := line.day) is not None:
                if day not in days:
                    days[day] = profile.on(day, claim.coverage)
                self._services[days[day], day, line.code] += 1
        if len(self._services) > MOST_SERVICES:
            self._settle()

    def uses(self) -> tuple[TableUse, ...]:
        """The tables that judged a line, by name."""
        self._settle()
        return tuple(
            TableUse(
                one.name, one.release, one.through.isoformat(), self._lines[one], self._later[one]
            )
            for one in sorted(self._lines, key=lambda one: (one.name, one.release))
            if one.through is not None
        )

    def records(self) -> list[dict[str, Any]]:
        """The tables as the report has them."""
        return [one._asdict() for one in self.uses()]

    def _settle(self) -> None:
        tables = self._context.tables
        days: dict[DatedProfile, Counter[date]] = {}
        limited: dict[Program, Counter[bool]] = {}
        for (payer, day, code), times in self._services.items():
            days.setdefault(payer, Counter())[day] += times
            program = limits_program(payer)
            is_later = _is_limit_later(program, day, code, tables) if program is not None else None
            if program is not None and is_later is not None:
                limited.setdefault(program, Counter())[is_later] += times
        for payer, of_payer in days.items():
            for release in _dated(payer, tables):
                self._lines[release] += of_payer.total()
                self._later[release] += _after(release, of_payer)
        for program, found in limited.items():
            release = ncci_limits.release(program, tables)
            self._lines[release] += found.total()
            self._later[release] += found[True]
        self._services.clear()


def _after(release: Release, days: Counter[date]) -> int:
    """How many lines are later than a table is meant for."""
    through = release.through
    return 0 if through is None else sum(n for day, n in days.items() if day > through)


@lru_cache(maxsize=MOST_SERVICES)
def _is_limit_later(program: Program, day: date, code: str, tables: Path | None) -> bool | None:
    """Whether the units limit of a code is older than the day: some values were seen in a later
    release than the table's own. None for a code without one."""
    limit = ncci_limits.limit(code, day, program, tables)
    return None if limit is None else limit.is_older_than(day)


@lru_cache(maxsize=MOST_SERVICES)
def _dated(payer: DatedProfile, tables: Path | None) -> tuple[Release, ...]:
    return tuple(one for one in _tables(payer, tables) if one.through is not None)


def _tables(payer: DatedProfile, tables: Path | None) -> Iterator[Release]:
    edits = edits_for(payer, tables)
    if edits is not None:
        yield edits.table.release
    yield icd10cm.release(tables)
    yield add_ons.release(tables)
    if payer.payer_type == MEDICARE:
        yield telehealth.release(tables)
        yield from localities.releases(tables)[-1:]
        for release in (relative_values.release(tables), payment_amounts.release(tables)):
            if release is not None:
                yield release
