"""Holds each accepted claim of a run against those before it, in the order of the files.

This is done where the parts of a file are put in order again, so nothing depends on who scrubbed
them when. A claim that was accepted cannot be taken back: the later one is told, and names it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from scrubber.claim.claim import AUTHORIZATIONS, REPLACEMENT, VOID
from scrubber.engine.context import Context
from scrubber.engine.earlier_minutes import over_minutes
from scrubber.engine.earlier_services import (
    duplicates,
    over_limits,
    over_units,
    pairs,
    say_duplicates,
    terms_of,
)
from scrubber.engine.expected_amounts import expected_of
from scrubber.engine.later_findings import Later, Spot, line_spots, with_findings
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.run_levels import RunLevels
from scrubber.engine.run_memory import NOWHERE, Place, Remembered, RunMemory, Sold
from scrubber.engine.run_services import (
    DayService,
    Minutes,
    OfDay,
    by_day,
    location_of,
    location_text,
    rows_of,
    tells_minutes,
)
from scrubber.profiles.claim_statements import MinutesNote
from scrubber.profiles.unit_statements import DailyLimit
from scrubber.rules.history import DUPLICATE_CLAIM, PAIRS_NOT_CHECKED
from scrubber.therapy.ncci_pairs import Program, pair_table

MOST_SHAPES = 8192
MOST_LINES_OF_DAY = 200
"""More than any patient has in a day. What comes after so many lines is held against them, but no
longer remembered: a file copied ten thousand times would take the square of that."""
NUMBERS = range(1, 1 << 16)
REJECTED = Disposition.REJECTED


def across_claims(parts: Iterable[Part], memory: RunMemory, context: Context) -> Iterator[Part]:
    """The parts of a file, with what the claims before them in the run say of its claims."""
    memory.begin_file()
    look = _Look(memory, context)
    for part in parts:
        if part.claim is None:
            yield look.pass_over(part)
        else:
            yield look.claim(part, part.claim)
    memory.finish_file()


class _Look:
    """Looks at the parts of one file in order."""

    def __init__(self, memory: RunMemory, context: Context) -> None:
        self._memory = memory
        self._context = context
        self._levels = RunLevels(memory)
        self._start = 0
        self._claims = 0
        self._shapes: dict[tuple[Sold, ...], tuple[Sold, ...]] = {}
        self._locations: dict[str, tuple[str, str]] = {}
        self._providers: dict[str, bytes] = {}
        self._noting: dict[str, bool] = {}
        self._asking: dict[str, bool] = {}
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
        place, frequency = self._location(part.corrected)
        corrects = frequency in (REPLACEMENT, VOID)
        number = memory.hashed(f"{self._levels.billing}\x1f{claim.payer_id}\x1f{claim.claim_id}")
        own, known = Place(memory.file, self._claims), memory.claim_with(number)
        said: list[Later] = []
        if known is not None and not corrects:
            words = f"the claim number is also that of {self._words(known)}"
            said.append(Later(DUPLICATE_CLAIM, words, element=1))
        if claim.profile not in self._pairs_asked and len(claim.lines) > 1:
            said += self._pairs_not_checked(claim)
        provider = self._provider(claim.rendering)
        authorized = self._asks(claim.profile) and self._is_authorized(part.corrected)
        new = []
        for day, of_day in self._days(part.corrected, claim, place) if patient else ():
            key = patient + f"{day.toordinal()}{claim.payer_id}".encode()
            mine = Remembered(
                own, number, provider, place, authorized, of_day.lines, of_day.details
            )
            earlier = memory.on_day(key)
            if earlier:
                earlier = _others(earlier, number) if corrects else earlier
                if frequency != VOID:
                    said += self._said(mine, earlier, day, of_day.numbers, claim)
            if frequency != VOID and sum([len(one.lines) for one in earlier]) < MOST_LINES_OF_DAY:
                earlier = (*earlier, mine)
            new.append((key, earlier))
        if said:
            part = self._with_findings(part, start, said, claim)
            if part.claim is not None and part.claim.disposition is REJECTED:
                return part
        if frequency == VOID:
            memory.add_number(number, NOWHERE)
        elif known is None and not corrects:
            memory.add_number(number, own)
        for key, services in new:
            memory.set_day(key, services)
        return part

    def _location(self, text: str) -> tuple[str, str]:
        """Place of service and frequency: CLM05-1 and CLM05-3."""
        separator, component, *_ = self._levels.delimiters
        raw = location_text(text, separator)
        found = self._locations.get(raw)
        if found is None:
            found = location_of(raw, component)
            if len(self._locations) < MOST_SHAPES:
                self._locations[raw] = found
        return found

    def _provider(self, npi: str) -> bytes:
        found = self._providers.get(npi)
        if found is None:
            found = self._providers[npi] = self._memory.hashed(npi)
        return found

    def _days(self, text: str, claim: ClaimResult, place: str) -> Iterable[tuple[date, OfDay]]:
        """The lines of a claim by day. `place` is the claim's place of service."""
        day, delimiters = claim.service_from, self._levels.delimiters
        if day is None:
            return ()
        minutes = self._documented(claim)
        agreed = self._agreed_note(claim, day)
        elsewhere = not {one.place for one in claim.lines} <= {"", place}
        plain = day == claim.service_to and not minutes and not elsewhere
        if plain and not tells_minutes(text, claim.lines, delimiters, agreed):
            lines = tuple([one[1:5] for one in claim.lines])
            shared = self._shapes.get(lines)
            if shared is None:
                if len(self._shapes) >= MOST_SHAPES:
                    self._shapes.clear()
                shared = self._shapes[lines] = lines
            return ((day, OfDay(shared, NUMBERS)),)
        return by_day(text, claim.lines, delimiters, agreed, minutes, elsewhere=elsewhere).items()

    def _documented(self, claim: ClaimResult) -> Minutes:
        """The documented minutes of lines; empty without a documentation, and where it tells of
        services on no line, too, which may be of any day."""
        documentation = self._context.documentation
        if documentation is None:
            return {}
        if documentation.minutes_beside(claim.claim_id, {one.line for one in claim.lines}):
            return {}
        return documentation.minutes(claim.claim_id, [one.line for one in claim.lines])

    def _agreed_note(self, claim: ClaimResult, day: date) -> MinutesNote | None:
        profile = claim.profile
        noting = self._noting.get(profile)
        if noting is None:
            noting = any(isinstance(one, MinutesNote) for one in self._statements(profile))
            self._noting[profile] = noting
        payer = self._context.payer_on(claim, day) if noting else None
        return payer.minutes_note if payer else None

    def _asks(self, profile: str) -> bool:
        """Whether some limit of the payer by the day is lifted by an authorization."""
        asking = self._asking.get(profile)
        if asking is None:
            asking = self._asking[profile] = any(
                isinstance(one, DailyLimit) and one.unless_authorized
                for one in self._statements(profile)
            )
        return asking

    def _statements(self, profile: str) -> Sequence[object]:
        """What a profile states on whatever day; nothing for one that is not known."""
        profiles = self._context.profiles
        return profiles[profile].statements if profile in profiles else ()

    def _is_authorized(self, text: str) -> bool:
        """Whether a claim or a line of it has an authorization or referral number."""
        separator = self._levels.delimiters.element
        return any(f"REF{separator}{one}{separator}" in text for one in AUTHORIZATIONS)

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

    def _said(
        self,
        mine: Remembered,
        earlier: Sequence[Remembered],
        day: date,
        numbers: Sequence[int],
        claim: ClaimResult,
    ) -> list[Later]:
        """What the other claims of the day say of the lines of this one."""
        terms = terms_of(self._context.payer_on(claim, day), self._context.tables)
        rows = rows_of(mine, day, numbers)
        before = [row for one in earlier for row in rows_of(one, day)]
        twins = list(duplicates(rows, before))
        repeated = {row.line for row, _ in twins}
        others = [row for row in rows if row.line not in repeated]
        said = say_duplicates(twins, self._on_claim)
        said += over_units(others, before, terms)
        said += over_limits(others, before, terms)
        said += pairs(others, before, terms, self._on_claim)
        if others:
            said += over_minutes(rows, before, terms, self._on_claim)
        return [Later(one.rule, one.message, one.line, None, one.severity) for one in said]

    def _on_claim(self, row: DayService) -> str:
        return f"on {self._words(row.of.place)}"

    def _words(self, place: Place) -> str:
        """The name of a claim, in words that hold nothing of the patient."""
        if place.file == self._memory.file:
            return f"claim {place.claim} of this file"
        name = self._memory.name_of(place.file)
        return f"claim {place.claim} of {name or 'an earlier file of this run'}"

    def _with_findings(
        self, part: Part, start: int, said: Sequence[Later], claim: ClaimResult
    ) -> Part:
        delimiters = self._levels.delimiters
        spots: dict[int, Spot] = {}
        if any(one.line is not None for one in said):
            spots = dict(enumerate(line_spots(part.received, delimiters), start=1))
        payer = self._context.payer_on(claim)
        return with_findings(part, start, said, payer, spots, delimiters)


def _others(earlier: tuple[Remembered, ...], number: bytes) -> tuple[Remembered, ...]:
    """What stays of a day when the claim of a number is replaced or taken back. Where that is not
    among them, any of them may be meant, and none is held against a later claim."""
    kept = tuple([one for one in earlier if one.number != number])
    return kept if len(kept) < len(earlier) else ()
