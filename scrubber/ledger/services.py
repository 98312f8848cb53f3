"""The services of a claim as the ledger remembers them, read from the parts of a file."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from scrubber.claim.service_line import Service, read_service
from scrubber.claim.values import amount, period
from scrubber.engine.later_findings import Spot, line_spots
from scrubber.engine.results import Part
from scrubber.guide.hierarchy import FROM_LEVEL
from scrubber.ledger.keys import Keys
from scrubber.rules.visit_minutes import MINUTES
from scrubber.therapy.plan_of_care import sole_discipline_of
from scrubber.x12.blanks import BLANKS
from scrubber.x12.delimiters import USUAL
from scrubber.x12.segment import Delimiters

NO_NOTE = "no"


class ServiceRow(NamedTuple):
    """One service line of a claim, remembered. Patient, provider and claim are keyed hashes.

    `file` and `claim_number` (counted from 0 in the file) give the order in which claims came.
    Units are 0 where the line is billed in minutes. `expected` are Medicare dollars, None where
    the payer has no threshold or the code no rate. `note` is the day of the progress note that the
    documentation names, NO_NOTE where it names none, empty where nothing is told.
    """

    file: int
    claim_number: int
    line: int
    claim: str
    frequency: str
    patient: str
    provider: str
    code: str
    modifiers: tuple[str, ...]
    first: date
    last: date
    place: str
    charge: Decimal
    units: Decimal
    discipline: str
    counted: bool
    expected: Decimal | None
    note: str = ""


class PlacedService(NamedTuple):
    """A row, and where its SV1 stands in the part as received."""

    row: ServiceRow
    spot: Spot


class Interchange(NamedTuple):
    """Who sent an interchange, to whom, under which control number (ISA05 to 08 and 13)."""

    sender: str
    receiver: str
    control: str


class ServiceReader:
    """Reads the parts of one file in order. `file` is the file's number in the ledger.
    `number_used` is told of the interchange at hand: an earlier one has its control number."""

    def __init__(self, keys: Keys, file: int) -> None:
        self._keys = keys
        self._file = file
        self._delimiters = USUAL
        self._levels: dict[str, list[list[str]]] = {}
        self._claims = 0
        self.number_used = False

    def interchange(self, part: Part) -> Interchange:
        """The interchange that an ISA part opens."""
        self._delimiters = part.head.delimiters
        values = part.corrected.split(self._delimiters.element)
        values += [""] * (17 - len(values))
        return Interchange(
            ":".join(one.strip() for one in values[5:7]),
            ":".join(one.strip() for one in values[7:9]),
            values[13].strip(),
        )

    @property
    def delimiters(self) -> Delimiters:
        """Those of the interchange at hand."""
        return self._delimiters

    def enter_level(self, part: Part) -> None:
        """A level of the hierarchy begins."""
        for below in FROM_LEVEL[part.kind]:
            self._levels.pop(below, None)
        self._levels[part.kind] = self._segments(part.corrected)

    def services(self, part: Part) -> list[PlacedService]:
        """The services of a claim; lines without a date, charge or units are left out."""
        segments = self._segments(part.corrected)
        number, self._claims = self._claims, self._claims + 1
        patient = self._patient()
        if not segments or not patient:
            return []
        values = segments[0] + [""] * 6
        place, _, frequency = (values[5].split(self._delimiters.component) + [""] * 3)[:3]
        claim = self._keys.of("claim", patient, values[1])
        provider = self._keys.of("provider", self._provider(segments))
        spots = line_spots(part.received, self._delimiters)
        found: list[PlacedService] = []
        for order, (service, first, last) in enumerate(self._lines(segments)):
            if first is None or last is None or service.charge is None or service.units is None:
                continue
            units = Decimal(0) if service.unit_basis == MINUTES else service.units
            row = ServiceRow(
                self._file, number, order + 1, claim, frequency, patient, provider,
                service.code, service.modifiers, first, last, service.place_of_service or place,
                service.charge, units, sole_discipline_of(service.modifiers), False, None,
            )  # fmt: skip
            spot = spots[order] if order < len(spots) else Spot(0, 0)
            found.append(PlacedService(row, spot))
        return found

    def _patient(self) -> str:
        """The hash of the person treated; empty where the file does not tell."""
        member = _first(self._levels.get("2000B", ()), "NM1", "IL", 9)
        member = member.upper().replace(" ", "").replace("-", "")
        dependent = self._levels.get("2000C")
        if not member:
            return ""
        if dependent is None:
            return self._keys.of("patient", member)
        name = _first(dependent, "NM1", "QC", 4).upper().strip()
        return self._keys.of("patient", member, _first(dependent, "DMG", "D8", 2), name)

    def _provider(self, segments: Sequence[list[str]]) -> str:
        """The NPI of who rendered the claim, else of who bills it."""
        billing = _first(self._levels.get("2000A", ()), "NM1", "85", 9)
        return _first(segments, "NM1", "82", 9) or billing

    def _lines(
        self, segments: Sequence[list[str]]
    ) -> list[tuple[Service, date | None, date | None]]:
        lines: list[tuple[Service, date | None, date | None]] = []
        delimiters = self._delimiters
        for segment in segments:
            if segment[0] == "SV1":
                raw = delimiters.element.join(segment)
                service = read_service(raw, delimiters.element, delimiters.component)
                lines.append((service, None, None))
            elif lines and segment[:2] == ["DTP", "472"] and len(segment) > 3:
                lines[-1] = (lines[-1][0], *period(segment[2], segment[3]))
        return lines

    def _segments(self, text: str) -> list[list[str]]:
        pieces = text.split(self._delimiters.terminator)
        bare = (one.strip(BLANKS) for one in pieces)
        return [one.split(self._delimiters.element) for one in bare if one]


def balance_of(text: str) -> Decimal | None:
    """An amount of dollars as a person writes it; None where it is none."""
    return amount(text.strip().removeprefix("$").replace(",", ""))


def patient_of(keys: Keys, member_id: str) -> str:
    """The hash of a subscriber by member id, as claims have it."""
    return keys.of("patient", member_id.upper().replace(" ", "").replace("-", ""))


def _first(segments: Sequence[list[str]], name: str, qualifier: str, element: int) -> str:
    for segment in segments:
        if segment[:2] == [name, qualifier]:
            return segment[element].strip() if element < len(segment) else ""
    return ""
