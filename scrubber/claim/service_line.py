"""A service line: procedure, modifiers, charge, units, dates, and who rendered it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim.loop import Loop, Party
from scrubber.claim.values import amount, period
from scrubber.x12.segment import Element, Segment


class Service(NamedTuple):
    """What SV1 says. Charge and units are None where the text is not a number."""

    qualifier: str
    code: str
    modifiers: tuple[str, ...]
    description: str
    charge: Decimal | None
    unit_basis: str
    units: Decimal | None
    place_of_service: str
    pointers: tuple[int, ...]


def read_service(raw: str, element: str, component: str) -> Service:
    """Read a raw SV1 segment. Unreadable diagnosis pointers are left out."""
    values = raw.split(element)
    if len(values) < 8:
        values += [""] * (8 - len(values))
    qualifier, code, modifiers, description = _procedure(values[1], component)
    return Service(
        qualifier,
        code,
        modifiers,
        description,
        amount(values[2]),
        values[3],
        amount(values[4]),
        values[5],
        _pointers(values[7], component),
    )


@lru_cache(maxsize=16384)
def _procedure(text: str, component: str) -> tuple[str, str, tuple[str, ...], str]:
    parts = text.split(component)
    parts += [""] * (7 - len(parts))
    return parts[0], parts[1], tuple(modifier for modifier in parts[2:6] if modifier), parts[6]


@lru_cache(maxsize=16384)
def _pointers(text: str, component: str) -> tuple[int, ...]:
    return tuple(int(p) for p in text.split(component) if p.isascii() and p.isdigit())


@lru_cache(maxsize=16384)
def _service_period(raw: str, element: str) -> tuple[date | None, date | None] | None:
    """The dates of a raw DTP, or None where it is not the date of service."""
    values = raw.split(element)
    if len(values) > 3 and values[1] == "472":
        return period(values[2], values[3])
    return None


class ServiceLine(Loop):
    """A 2400 loop. `line.code`, `line.modifiers` and the rest read SV1 and DTP*472."""

    __slots__ = ("_dates", "_service")

    @property
    def service(self) -> Service:
        """SV1 in one record; a line without SV1 gives empty values."""
        try:
            return self._service
        except AttributeError:
            indexes = self.layout.segments.get("SV1")
            raw = self.block.segments[indexes[0]] if indexes else "SV1"
            delimiters = self.block.delimiters
            self._service: Service = read_service(raw, delimiters.element, delimiters.component)
            return self._service

    @property
    def number(self) -> int:
        """LX01; 0 where it is not a number."""
        text = self.value("LX", 1)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    @property
    def code(self) -> str:
        """The procedure code, SV101-2."""
        return self.service.code

    @property
    def modifiers(self) -> tuple[str, ...]:
        """The modifiers present, SV101-3 to SV101-6, in order."""
        return self.service.modifiers

    @property
    def charge(self) -> Decimal | None:
        """SV102 in dollars."""
        return self.service.charge

    @property
    def units(self) -> Decimal | None:
        """SV104, counted in SV103 (UN units, MJ minutes)."""
        return self.service.units

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """First and last date of service from DTP*472."""
        try:
            return self._dates
        except AttributeError:
            block = self.block
            found: tuple[date | None, date | None] = (None, None)
            for index in self.layout.segments.get("DTP", ()):
                dates = _service_period(block.segments[index], block.delimiters.element)
                if dates is not None:
                    found = dates
                    break
            self._dates: tuple[date | None, date | None] = found
            return found

    @property
    def service_from(self) -> date | None:
        """The date of service, or the first of a range."""
        return self.dates[0]

    @property
    def service_to(self) -> date | None:
        """The date of service, or the last of a range."""
        return self.dates[1]

    @property
    def sv1(self) -> Segment:
        """The SV1 segment; where it is missing, the LX that begins the line."""
        return self.segment("SV1") or self.block.segment(self.layout.first, self.id)

    @property
    def procedure_element(self) -> Element:
        """SV101-2."""
        return self.sv1[1, 2]

    def modifier_elements(self) -> Iterator[Element]:
        """SV101-3 to SV101-6 as far as they are filled, for messages and patches."""
        sv1 = self.sv1
        for component in range(3, 7):
            if sv1.value(1, component):
                yield sv1[1, component]

    @property
    def next_modifier_element(self) -> Element | None:
        """The first empty modifier place, or None when all four are taken."""
        sv1 = self.sv1
        return next((sv1[1, c] for c in range(3, 7) if not sv1.value(1, c)), None)

    @property
    def control_number(self) -> str:
        """REF*6R, the provider's own number for the line."""
        return self.value("REF", 2, "6R")

    @property
    def rendering_provider(self) -> Party | None:
        """2420A, present where it differs from the claim's."""
        return self._party("2420A")

    def _party(self, loop_id: str) -> Party | None:
        for layout in self.layout.loops.get(loop_id, ()):
            return Party(self.block, layout)
        return None

    @property
    def notes(self) -> list[Segment]:
        """NTE segments of the line."""
        return self.segments("NTE")

    @property
    def adjudications(self) -> list[Loop]:
        """2430 loops: what prior payers decided on this line."""
        return self.children("2430")

    @property
    def content(self) -> tuple[str, ...]:
        """Everything the line says but its number and its control number."""
        segments = self.block.segments[self.layout.first + 1 : self.layout.last]
        if "REF" not in self.layout.segments:
            return tuple(segments)
        control = "REF" + self.block.delimiters.element + "6R"
        return tuple([raw for raw in segments if not raw.startswith(control)])
