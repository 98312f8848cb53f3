"""The days of patients that several documented claims bill, read before any of them is judged.

CMS counts units from the minutes of all claims of a day (Pub. 100-04, chapter 5, 20.2), so the
units of a claim may rest on the minutes of one that comes later.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from scrubber.claim.claim import REPLACES
from scrubber.claim.values import amount
from scrubber.engine.context import Context
from scrubber.engine.results import ClaimResult, LineSummary
from scrubber.engine.run_levels import RunLevels
from scrubber.engine.run_memory import RunMemory
from scrubber.engine.stream import FileScrubber
from scrubber.therapy.documentation import Documentation
from scrubber.therapy.plan_of_care import discipline_of
from scrubber.therapy.same_day import OtherService
from scrubber.therapy.table import therapy_code
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText


class _Day(NamedTuple):
    """A day of a patient with a billing provider and payer."""

    patient: bytes
    payer: str
    day: date


Row = tuple[str, int]
"""What a row of the documentation is about: a claim (CLM01) and a service line (LX01)."""


def with_same_day(
    context: Context, files: Iterable[Iterable[Block | StrayText]], matched: set[Row] | None = None
) -> Context:
    """The context, knowing what the documented claims of these files bill on the days of each
    other; itself where no day is shared. What of the documentation is about a line of theirs is
    added to `matched`."""
    if context.documentation is None:
        return context
    days = _DocumentedDays(context, context.documentation)
    for blocks in files:
        days.read(blocks)
    if matched is not None:
        matched |= days.matched
    same_day = days.same_day()
    return replace(context, same_day=same_day) if same_day or context.same_day else context


class _DocumentedDays:
    """Collects the documented claims of a run. Memory grows with the documentation only."""

    def __init__(self, context: Context, documentation: Documentation) -> None:
        self._documentation = documentation
        # Claims are only located, not judged.
        self._scrubber = FileScrubber(replace(context, documentation=None), ())
        self._levels = RunLevels(RunMemory())
        self._services: dict[_Day, dict[str, tuple[OtherService, ...]]] = {}
        self.matched: set[Row] = set()

    def read(self, blocks: Iterable[Block | StrayText]) -> None:
        """Take note of the documented claims of a file."""
        self._scrubber.reset()
        for block in blocks:
            if isinstance(block, StrayText):
                continue
            for part in self._scrubber.parts_of(block):
                if part.claim is None:
                    self._levels.enter(part)
                else:
                    self._claim(part.claim)

    def same_day(self) -> Mapping[str, tuple[OtherService, ...]]:
        """By claim (CLM01): the services that the others bill on its days, to its payer."""
        found: dict[str, tuple[OtherService, ...]] = {}
        for of_day in self._services.values():
            for claim_id in of_day if len(of_day) > 1 else ():
                others = [service for one in of_day if one != claim_id for service in of_day[one]]
                found[claim_id] = (*found.get(claim_id, ()), *others)
        return found

    def _claim(self, claim: ClaimResult) -> None:
        minutes = self._documentation.minutes(claim.claim_id, [one.line for one in claim.lines])
        self.matched.update((claim.claim_id, line) for line in minutes)
        if not (minutes and self._levels.patient) or claim.frequency in REPLACES:
            return
        days: dict[date, list[OtherService]] = {}
        for line in claim.lines:
            if line.day is not None:
                services = days.setdefault(line.day, [])
                services += _services(line, line.day, minutes.get(line.line))
        for day, found in days.items():
            key = _Day(self._levels.patient, claim.payer_id, day)
            self._services.setdefault(key, {})[claim.claim_id] = tuple(found)


def _services(line: LineSummary, day: date, documented: int | None) -> Iterator[OtherService]:
    """A 15-minute service of a day that no other day shares."""
    row = therapy_code(line.code, day)
    if row is None or not row.pooled or line.last != day:
        return
    billed = amount("0" if line.in_minutes else line.units)
    if billed is not None:
        minutes = documented if documented is not None else line.minutes
        yield OtherService(day, discipline_of(line.modifiers), line.code, billed, minutes)
