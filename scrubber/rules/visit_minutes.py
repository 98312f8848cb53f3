"""The minutes of a day's timed services: from the documentation, an agreed note, or the line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from scrubber.claim.service_line import ServiceLine
from scrubber.profiles.claim_statements import MinutesNote
from scrubber.rules.rule import ServiceSetting, Visit
from scrubber.rules.therapy_lines import days_covered, disciplines_on, therapy_row
from scrubber.therapy.same_day import OtherService
from scrubber.therapy.table import TherapyCode
from scrubber.therapy.unit_count import UNBILLED, CountingMethod, UnitCount, count_units
from scrubber.therapy.units import Allocation
from scrubber.x12.whole_number import whole_number

MINUTES = "MJ"


class TimedService(NamedTuple):
    """A line of a timed code; `minutes` is None where nothing tells them."""

    line: ServiceLine
    row: TherapyCode
    minutes: int | None

    @property
    def units(self) -> Decimal:
        """Units billed; none for a line that is billed in minutes."""
        in_minutes = self.line.service.unit_basis == MINUTES
        return Decimal(0) if in_minutes else self.line.units or Decimal(0)


class DayCount(NamedTuple):
    """What all claims of a day bill of a discipline, and the units their minutes make. `own` are
    the codes of the claim at hand."""

    own: tuple[str, ...]
    billed: Mapping[str, Decimal]
    made: Allocation

    @property
    def units_left(self) -> Decimal:
        """Units the minutes make beyond those billed; negative where too many are billed."""
        return self.made.total_units - sum(self.billed.values(), Decimal(0))

    @property
    def supports_own(self) -> bool:
        """Whether the minutes of all claims support the units of the claim at hand."""
        within = all(self.billed[code] <= self.made.most(code) for code in self.own)
        return within and self.units_left >= 0


class Pool(NamedTuple):
    """The timed services of one discipline and day on a claim, and what other claims of the run
    bill of them: what CMS counts together. `unbilled` are documented minutes of services that
    stand on no line: their day and discipline are not known and taken to be these."""

    services: tuple[TimedService, ...]
    others: tuple[OtherService, ...] = ()
    unbilled: tuple[int, ...] = ()

    @property
    def told(self) -> bool:
        """Whether minutes of every pooled service are known."""
        return all(s.minutes is not None for s in self.services if s.row.pooled)

    def of(self, code: str) -> list[TimedService]:
        """The services of one code."""
        return [service for service in self.services if service.row.code == code]

    def billed(self) -> dict[str, Decimal]:
        """Units billed for each code, over all its lines."""
        billed: dict[str, Decimal] = {}
        for service in self.services:
            code = service.row.code
            billed[code] = billed.get(code, Decimal(0)) + service.units
        return billed

    def minutes(self) -> dict[str, int]:
        """Minutes of each code of which all lines tell theirs."""
        spent: dict[str, int] = {}
        for service in self.services:
            if service.minutes is not None:
                spent[service.row.code] = spent.get(service.row.code, 0) + service.minutes
        unknown = {s.row.code for s in self.services if s.minutes is None}
        return {code: minutes for code, minutes in spent.items() if code not in unknown}

    def of_all_claims(self, method: CountingMethod) -> "DayCount | None":
        """The 15-minute services of all claims of the day, counted together; None where nothing is
        billed on another one, or some minutes are not known."""
        others = [(one.code, one.minutes) for one in self.others if one.minutes is not None]
        if not others or len(others) < len(self.others) or not self.told:
            return None
        billed = {code: units for code, units in self.billed().items() if self.is_pooled(code)}
        own = tuple(billed)
        for one in self.others:
            billed[one.code] = billed.get(one.code, Decimal(0)) + one.units
        day = self.others[0].day
        count = count_units(method, [*self.minutes().items(), *others], day, self.unbilled)
        return DayCount(own, billed, count.pooled)

    def is_pooled(self, code: str) -> bool:
        """Whether the minutes of a code count together with those of others."""
        return any(one.row.code == code and one.row.pooled for one in self.services)

    def counted(self, method: CountingMethod) -> UnitCount:
        """What a method makes of the minutes that are known."""
        day = self.services[0].line.service_from
        assert day is not None
        return count_units(method, self.minutes().items(), day, self.unbilled)


def minutes_of(line: ServiceLine, setting: ServiceSetting) -> int | None:
    """The minutes of a line: documented, else noted on it as agreed, else billed as minutes."""
    record = setting.documentation_of(line)
    if record is not None and record.minutes is not None:
        return record.minutes
    noted = _noted(line, setting)
    if noted is not None:
        return noted
    units = line.units
    if line.service.unit_basis == MINUTES and units is not None and units == int(units):
        return int(units)
    return None


def _noted(line: ServiceLine, setting: ServiceSetting) -> int | None:
    agreed = setting.payer.minutes_note
    if agreed is None:
        return None
    notes = [note.value(2) for note in line.notes] if "NTE" in line.layout.segments else []
    return noted_minutes(agreed, line.service.description, notes)


def noted_minutes(agreed: MinutesNote, description: str, notes: Iterable[str]) -> int | None:
    """The minutes that the description of a line (SV101-7) or its notes tell, as agreed."""
    texts = [description] if "SV101-7" in agreed.places and description else []
    if "NTE" in agreed.places:
        texts += notes
    for text in texts:
        found = agreed.pattern.find(text)
        minutes = whole_number(found) if found is not None else None
        if minutes is not None:
            return minutes
    return None


def pools(visit: Visit, setting: ServiceSetting) -> Iterator[Pool]:
    """The timed services of the day by discipline, where any of them tells its minutes.

    A line without the modifier of a plan of care counts with those that have one, where they are
    all of one discipline: the payer will pool them once the modifier is there. A discipline with a
    line that covers several days is left out: its minutes cannot be told apart by day.
    """
    groups: dict[str, list[TimedService]] = {}
    spans: set[str] = set()
    timed = [(line, row) for line in visit.lines if (row := therapy_row(line)) and row.timed]
    named = {disciplines[0] for line, _ in timed if (disciplines := disciplines_on(line))}
    unnamed = named.pop() if len(named) == 1 else ""
    for line, row in timed:
        discipline = (disciplines_on(line) or (unnamed,))[0]
        if days_covered(line) > 1:
            spans.add(discipline)
        service = TimedService(line, row, minutes_of(line, setting))
        groups.setdefault(discipline, []).append(service)
    for discipline, services in groups.items():
        if discipline not in spans and any(s.minutes is not None for s in services):
            others = [
                one
                for one in setting.same_day
                if one.day == visit.day and one.discipline == discipline
            ]
            yield Pool(tuple(services), tuple(others), setting.unbilled)


def said(units: Mapping[str, int]) -> str:
    """Units by code as messages show them."""
    return ", ".join(f"{code} {number}" for code, number in units.items())


def counts(count: UnitCount) -> dict[str, int]:
    """The units a count gives each code that is billed, in the choice shown where codes tie."""
    rows = (*count.pooled.codes, *count.others)
    return {row.code: row.units for row in rows if not row.code.startswith(UNBILLED)}


def last_line(services: Sequence[TimedService]) -> ServiceLine:
    """The last line of some services, where a wrong sum shows."""
    return services[-1].line
