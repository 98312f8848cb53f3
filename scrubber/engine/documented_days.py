"""The days of patients that several documented claims bill, read before any of them is judged.

CMS counts units from the minutes of all claims of a day (Pub. 100-04, chapter 5, 20.2), so the
units of a claim may rest on the minutes of one that comes later.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from scrubber.claim.claim import REPLACEMENT, VOID
from scrubber.claim.values import amount
from scrubber.engine.context import Context
from scrubber.engine.results import ClaimResult
from scrubber.engine.run_levels import RunLevels
from scrubber.engine.run_memory import RunMemory
from scrubber.engine.run_services import OfDay, by_day, location_of, location_text
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
        self._profiles = context.profiles
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
                    self._claim(part.received, part.claim)

    def same_day(self) -> Mapping[str, tuple[OtherService, ...]]:
        """By claim (CLM01): the services that the others bill on its days, to its payer."""
        found: dict[str, tuple[OtherService, ...]] = {}
        for of_day in self._services.values():
            for claim_id in of_day if len(of_day) > 1 else ():
                others = [service for one in of_day if one != claim_id for service in of_day[one]]
                found[claim_id] = (*found.get(claim_id, ()), *others)
        return found

    def _claim(self, text: str, claim: ClaimResult) -> None:
        minutes = self._documentation.minutes(claim.claim_id, [one.line for one in claim.lines])
        self.matched.update((claim.claim_id, line) for line in minutes)
        if not (minutes and self._levels.patient) or claim.service_from is None:
            return
        if self._corrects(text):
            return
        payer = self._profiles[claim.profile].on(claim.service_from, claim.coverage)
        days = by_day(
            *(text, claim.lines, self._levels.delimiters, payer.minutes_note, minutes),
            elsewhere=True,
        )
        for day, of_day in days.items():
            key = _Day(self._levels.patient, claim.payer_id, day)
            self._services.setdefault(key, {})[claim.claim_id] = tuple(_services(day, of_day))

    def _corrects(self, text: str) -> bool:
        """Whether a claim stands for another one, whose minutes are not counted twice."""
        separator, component, *_ = self._levels.delimiters
        _, frequency = location_of(location_text(text, separator), component)
        return frequency in (REPLACEMENT, VOID)


def _services(day: date, of_day: OfDay) -> Iterator[OtherService]:
    """The 15-minute services of a day that no other day shares."""
    for (code, modifiers, units, _), detail in zip(of_day.lines, of_day.details or (), strict=True):
        row = therapy_code(code, day)
        if row is None or not row.pooled or detail.last:
            continue
        billed = amount("0" if detail.in_minutes else units)
        if billed is not None:
            yield OtherService(day, discipline_of(modifiers), code, billed, detail.minutes)
