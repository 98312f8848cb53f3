"""What is drawn, before it is written: service lines, claims, transaction sets, interchanges.

Segments are text in the plain delimiters `*`, `:` and `^`, without terminators; `scrubber.testing
.wire` puts them on the wire. All records are frozen: make others with `dataclasses.replace`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from scrubber.testing.wire import PLAIN_WIRE, Wire

Segments = tuple[str, ...]

GUIDE = "005010X222A1"
AS_OF = date(2026, 3, 2)
"""The day on which files are made unless said otherwise; services lie before it."""


def amount(value: Decimal) -> str:
    """An amount as the guide wants it: no zeros that say nothing (`100`, `62.5`)."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def compact(day: date) -> str:
    """A date as CCYYMMDD."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


@dataclass(frozen=True)
class ServiceLine:
    """A service line (loop 2400).

    `units` count in UN. `last_day` is None where the date of service is sent as one day (D8), else
    the end of a range (RD8). `before_date` are the segments between SV1 and DTP*472 (PWK), `more`
    those behind it: further dates, REF, NTE, loops 2420 and 2430.
    """

    code: str
    modifiers: tuple[str, ...]
    charge: Decimal
    units: Decimal
    pointers: tuple[int, ...]
    first_day: date
    last_day: date | None = None
    description: str = ""
    before_date: Segments = ()
    more: Segments = ()

    @property
    def procedure(self) -> str:
        """SV101 without a description."""
        return ":".join(("HC", self.code, *self.modifiers))

    def segments(self, number: int) -> Iterator[str]:
        """The segments of the line, LX with this number first."""
        words = ":" * (5 - len(self.modifiers)) + self.description if self.description else ""
        pointers = ":".join(map(str, self.pointers))
        yield f"LX*{number}"
        yield (
            f"SV1*{self.procedure}{words}*{amount(self.charge)}*UN*{amount(self.units)}"
            f"***{pointers}"
        )
        yield from self.before_date
        if self.last_day is None:
            yield f"DTP*472*D8*{compact(self.first_day)}"
        else:
            yield f"DTP*472*RD8*{compact(self.first_day)}-{compact(self.last_day)}"
        yield from self.more


@dataclass(frozen=True)
class Claim:
    """A claim with all it hangs on, so that it makes a file by itself.

    `profile` is the id of the payer profile it was drawn for. `provider`, `subscriber` and
    `patient` are the segments of loops 2000A, 2000B and 2000C behind their HL; `patient` is empty
    where the subscriber is the patient. `indicators` are CLM06 and what follows. `header` are the
    segments of loop 2300 between CLM and the first LX.
    """

    profile: str
    provider: Segments
    subscriber: Segments
    patient: Segments
    number: str
    place: str
    frequency: str
    indicators: str
    header: Segments
    lines: tuple[ServiceLine, ...]

    @property
    def charge(self) -> Decimal:
        """The total charge (CLM02), in dollars."""
        return sum((line.charge for line in self.lines), Decimal(0))

    def segments(self) -> Iterator[str]:
        """Loop 2300 and all below it."""
        yield (
            f"CLM*{self.number}*{amount(self.charge)}***{self.place}:B:{self.frequency}"
            f"*{self.indicators}"
        )
        yield from self.header
        for position, line in enumerate(self.lines, 1):
            yield from line.segments(position)

    def interchange(self, as_of: date = AS_OF) -> "Interchange":
        """An interchange with this claim alone, made on the day `as_of`."""
        return Interchange(((TransactionSet((self,)),),), as_of)

    def file(self, wire: Wire = PLAIN_WIRE, as_of: date = AS_OF) -> bytes:
        """A file with this claim alone."""
        return wire.write(self.interchange(as_of).segments())


@dataclass(frozen=True)
class TransactionSet:
    """Claims under their billing providers, subscribers and patients.

    Claims that stand together and have the same provider (subscriber, patient) share its level.
    """

    claims: tuple[Claim, ...]

    def segments(self, number: int, as_of: date = AS_OF) -> Iterator[str]:
        """ST to SE."""
        control = f"{number:04d}"
        body = [
            f"ST*837*{control}*{GUIDE}",
            f"BHT*0019*00*BATCH{number}*{compact(as_of)}*1200*CH",
            "NM1*41*2*EXAMPLE THERAPY BILLING*****46*CLINIC",
            "PER*IC*BILLING OFFICE*TE*3125550100",
            "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*CLEARHOUSE",
            *_levels(self.claims),
        ]
        yield from body
        yield f"SE*{len(body) + 1}*{control}"


def _levels(claims: tuple[Claim, ...]) -> Iterator[str]:
    number = 0
    for provider, of_provider in groupby(claims, lambda claim: claim.provider):
        number += 1
        at_provider = number
        yield f"HL*{number}**20*1"
        yield from provider
        for subscriber, of_subscriber in groupby(of_provider, lambda claim: claim.subscriber):
            together = list(of_subscriber)
            number += 1
            at_subscriber = number
            yield f"HL*{number}*{at_provider}*22*{int(any(one.patient for one in together))}"
            yield from subscriber
            for patient, of_patient in groupby(together, lambda claim: claim.patient):
                if patient:
                    number += 1
                    yield f"HL*{number}*{at_subscriber}*23*0"
                    yield from patient
                for claim in of_patient:
                    yield from claim.segments()


@dataclass(frozen=True)
class Interchange:
    """Functional groups of transaction sets, made on the day `as_of` with ISA13 `number`."""

    groups: tuple[tuple[TransactionSet, ...], ...]
    as_of: date = AS_OF
    number: int = 1

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims in file order."""
        return tuple(claim for group in self.groups for one in group for claim in one.claims)

    def segments(self) -> Iterator[str]:
        """ISA to IEA."""
        day = compact(self.as_of)
        yield (
            f"ISA*00*{'':10}*00*{'':10}*ZZ*{'CLINIC':15}*ZZ*{'CLEARHOUSE':15}"
            f"*{day[2:]}*1200*^*00501*{self.number:09d}*0*P*:"
        )
        for at, group in enumerate(self.groups, 1):
            control = self.number * 100 + at
            yield f"GS*HC*CLINIC*CLEARHOUSE*{day}*1200*{control}*X*{GUIDE}"
            for position, one in enumerate(group, 1):
                yield from one.segments(position, self.as_of)
            yield f"GE*{len(group)}*{control}"
        yield f"IEA*{len(self.groups)}*{self.number:09d}"

    def file(self, wire: Wire = PLAIN_WIRE) -> bytes:
        """The bytes of a file with this interchange alone."""
        return wire.write(self.segments())


@dataclass(frozen=True)
class ClaimFile:
    """Interchanges one behind another, and how they are put on the wire."""

    interchanges: tuple[Interchange, ...]
    wire: Wire = PLAIN_WIRE

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims in file order."""
        return tuple(claim for one in self.interchanges for claim in one.claims)

    def segments(self) -> Iterator[str]:
        """The segments of all interchanges."""
        for interchange in self.interchanges:
            yield from interchange.segments()

    def file(self) -> bytes:
        """The bytes of the file."""
        return self.wire.write(self.segments())
