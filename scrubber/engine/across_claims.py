"""Holds each accepted claim of a run against those before it, in the order of the files.

This is done where the parts of a file are put in order again, so nothing depends on who scrubbed
them when. A claim that was accepted cannot be taken back: the later one is told, and names it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import NamedTuple

from scrubber.claim.claim import REPLACES, VOID
from scrubber.engine.context import Context
from scrubber.engine.day_totals import (
    BEFORE_RUN,
    UNNAMED,
    Billed,
    ClaimRef,
    Earlier,
    Line,
    services_of,
)
from scrubber.engine.earlier_minutes import over_minutes
from scrubber.engine.earlier_services import duplicates, over_limits, over_units, pairs, terms_of
from scrubber.engine.expected_amounts import expected_of
from scrubber.engine.later_findings import Later, with_findings
from scrubber.engine.results import ClaimResult, Disposition, LineSummary, Part
from scrubber.engine.run_levels import RunLevels
from scrubber.engine.run_memory import EarlierRuns, RunMemory
from scrubber.rules.history import DUPLICATE_CLAIM, PAIRS_NOT_CHECKED
from scrubber.therapy.ncci_pairs import Program, pair_table

MOST_SHAPES = 8192
PARTS_AHEAD = 500
REJECTED = Disposition.REJECTED


LeftOut = Callable[[ClaimResult], bool]
"""Tells of claims that nothing comes of."""


def no_claim(_claim: ClaimResult) -> bool:
    """Of every claim something comes."""
    return False


def across_claims(
    parts: Iterable[Part], memory: RunMemory, context: Context, left_out: LeftOut = no_claim
) -> Iterator[Part]:
    """The parts of a file, with what the claims before them in the run say of its claims. Those
    that are `left_out` are held against no later claim."""
    memory.begin_file()
    if memory.before is not None:
        parts = _looked_ahead(parts, memory, memory.before)
    look = _Look(memory, context, left_out)
    for part in parts:
        if part.claim is None:
            yield look.pass_over(part)
        else:
            yield look.claim(part, part.claim)
    memory.finish_file()


def _looked_ahead(parts: Iterable[Part], memory: RunMemory, before: EarlierRuns) -> Iterator[Part]:
    """The parts, read a few ahead: earlier runs are asked for many claims at a time."""
    levels, rest = RunLevels(memory), iter(parts)
    while held := list(islice(rest, PARTS_AHEAD)):
        days: list[bytes] = []
        numbers: list[bytes] = []
        for part in held:
            claim = part.claim
            if claim is None:
                levels.enter(part)
            elif claim.disposition is not REJECTED:
                numbers.append(levels.number(claim))
                ordinals = {line.day.toordinal() for line in claim.lines if line.day is not None}
                days += [levels.day_key(claim.payer_id, one) for one in ordinals]
        before.load(days, numbers)
        yield from held


class _Visit(NamedTuple):
    """What a claim bills on a day, under the key of the patient's day, and the numbers of the
    lines in the claim."""

    day: date
    key: bytes
    billed: Billed
    numbers: Sequence[int]


class _Look:
    """Looks at the parts of one file in order."""

    def __init__(self, memory: RunMemory, context: Context, left_out: LeftOut) -> None:
        self._memory = memory
        self._context = context
        self._left_out = left_out
        self._levels = RunLevels(memory)
        self._start = 0
        self._claims = 0
        self._shapes: dict[tuple[Line, ...], tuple[Line, ...]] = {}
        self._pairs_asked: set[str] = set()

    def pass_over(self, part: Part) -> Part:
        """A part that is no claim."""
        self._levels.enter(part)
        self._start += len(part.received)
        return part

    def claim(self, part: Part, claim: ClaimResult) -> Part:
        """A claim, with what is said of it, and the dollars it is about where that is anything."""
        part = self._compared(part, claim)
        found = part.claim
        if found is not None and found.findings:
            expected = expected_of(found, self._context.payer_on(found), self._context.tables)
            if expected.amounts:
                priced = found._replace(expected=expected.amounts, locality=expected.locality)
                return part._replace(claim=priced)
        return part

    def _compared(self, part: Part, claim: ClaimResult) -> Part:
        """A claim, with what is said of it; remembered unless it is rejected."""
        self._claims += 1
        start = self._start
        self._start += len(part.received)
        if claim.disposition is REJECTED:
            return part
        memory, patient = self._memory, self._levels.patient
        number = self._levels.number(claim)
        own = ClaimRef(memory.file, self._claims)
        corrects = claim.frequency in REPLACES
        known = memory.claim_with(number) if not corrects else None
        said: list[Later] = []
        if known is not None:
            words = f"the claim number is also that of {self._words(known)}"
            said.append(Later(DUPLICATE_CLAIM, words, element=1))
        if claim.profile not in self._pairs_asked and len(claim.lines) > 1:
            said += self._pairs_not_checked(claim)
        visits = list(self._visits(claim, own, number)) if patient else []
        for visit in visits if claim.frequency != VOID else ():
            earlier = memory.earlier(visit.key, number if corrects else b"")
            if earlier is not None:
                said += self._said(visit, earlier, claim)
        if said:
            part = self._with_findings(part, start, said, claim)
            if part.claim is not None and part.claim.disposition is REJECTED:
                return part
        if not self._left_out(claim):
            self._remember(claim, own, number, visits)
        return part

    def _visits(self, claim: ClaimResult, own: ClaimRef, number: bytes) -> Iterator[_Visit]:
        """What a claim bills, day by day."""
        provider = self._levels.provider(claim)
        days: dict[date, list[LineSummary]] = {}
        for line in claim.lines:
            if line.day is not None and line.last is not None:
                days.setdefault(line.day, []).append(line)
        for day, lines in days.items():
            plain = tuple([_plain(line, day, claim.place_of_service) for line in lines])
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            shared = self._shapes.setdefault(plain, plain)
            billed = Billed(*own, number, provider, claim.authorized, shared)
            key = self._levels.day_key(claim.payer_id, day.toordinal())
            yield _Visit(day, key, billed, [line.line for line in lines])

    def _remember(
        self, claim: ClaimResult, own: ClaimRef, number: bytes, visits: Sequence[_Visit]
    ) -> None:
        memory = self._memory
        days = [visit.day.toordinal() for visit in visits]
        corrects = claim.frequency in REPLACES
        if corrects and self._levels.patient:
            memory.correct(number, partial(self._levels.day_key, claim.payer_id), days)
        if claim.frequency == VOID:
            memory.free(number, own)
            return
        memory.accept(number, own, days, corrects=corrects)
        for visit in visits:
            memory.remember(visit.key, visit.billed)

    def _pairs_not_checked(self, claim: ClaimResult) -> list[Later]:
        """Once for a file and profile."""
        self._pairs_asked.add(claim.profile)
        payer = self._context.payer_on(claim)
        stated = payer.pair_edits if payer is not None else None
        if stated is None or stated.table != Program.MEDICAID.value:
            return []
        if pair_table(Program.MEDICAID, self._context.tables) is not None:
            return []
        words = "NCCI pairs not checked: the Medicaid table is not imported (told once)"
        return [Later(PAIRS_NOT_CHECKED, words)]

    def _said(self, visit: _Visit, earlier: Earlier, claim: ClaimResult) -> list[Later]:
        """What the other claims of the day say of the lines of this one."""
        day, totals = visit.day, earlier.totals
        terms = terms_of(self._context.payer_on(claim, day), self._context.tables)
        numbers = visit.numbers
        rows = [one._replace(line=numbers[one.line]) for one in services_of(visit.billed)]
        said = duplicates(rows, earlier, self._on_claim)
        repeated = {one.line for one in said}
        others = [row for row in rows if row.line not in repeated]
        said += over_units(others, totals, day, terms)
        said += over_limits(others, totals, day, terms)
        said += pairs(others, totals, day, terms, self._on_claim)
        if others:
            said += over_minutes(rows, totals, day, terms, self._on_claim)
        return [Later(one.rule, one.message, one.line, None, one.severity) for one in said]

    def _on_claim(self, ref: ClaimRef) -> str:
        return f"on {self._words(ref)}"

    def _words(self, ref: ClaimRef) -> str:
        """The name of a claim, in words that hold nothing of the patient."""
        if ref == BEFORE_RUN:
            return "a claim of an earlier run"
        if ref == UNNAMED:
            return "another claim of the day"
        if ref.file == self._memory.file:
            return f"claim {ref.claim} of this file"
        name = self._memory.name_of(ref.file)
        return f"claim {ref.claim} of {name or 'an earlier file of this run'}"

    def _with_findings(
        self, part: Part, start: int, said: Sequence[Later], claim: ClaimResult
    ) -> Part:
        delimiters = self._levels.delimiters
        return with_findings(part, start, said, self._context.payer_on(claim), delimiters)


def _plain(line: LineSummary, day: date, place: str) -> Line:
    assert line.last is not None
    return (
        line.code, line.modifiers, line.place or place, "0" if line.in_minutes else line.units,
        line.charge, 0 if line.last == day else line.last.toordinal(), line.minutes,
    )  # fmt: skip
