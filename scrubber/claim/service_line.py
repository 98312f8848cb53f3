"""A service line: procedure, modifiers, charge, units, dates, and who rendered it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim.loop import Loop, Party
from scrubber.claim.values import amount, period
from scrubber.guide.layout import LoopLayout
from scrubber.x12.block import Block
from scrubber.x12.segment import Element, Segment
from scrubber.x12.whole_number import whole_number


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
    return _service(raw.split(element), component)


def _service(values: list[str], component: str) -> Service:
    if len(values) < 8:
        values = values + [""] * (8 - len(values))
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


@lru_cache(maxsize=4096)
def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@lru_cache(maxsize=4096)
def _procedure(text: str, component: str) -> tuple[str, str, tuple[str, ...], str]:
    parts = text.split(component)
    parts += [""] * (7 - len(parts))
    return parts[0], parts[1], tuple(modifier for modifier in parts[2:6] if modifier), parts[6]


@lru_cache(maxsize=4096)
def _pointers(text: str, component: str) -> tuple[int, ...]:
    found = [whole_number(one) for one in text.split(component)]
    return tuple([one for one in found if one is not None])


@lru_cache(maxsize=4096)
def _service_period(raw: str, element: str) -> tuple[date | None, date | None] | None:
    """The dates of a raw DTP, or None where it is not the date of service."""
    values = raw.split(element)
    if len(values) > 3 and values[1] == "472":
        return period(values[2], values[3])
    return None


class ServiceLine(Loop):
    """A 2400 loop, its SV1 and DTP*472 read.

    `number` is LX01 (0 where it is no number). `values` are SV1 and its elements (empty where it
    is missing), `service` is what they say, of which `code`, `modifiers`, `charge` (dollars) and
    `units` (in `service.unit_basis`) stand for themselves.
    `dates` are the first and last date of service, also as `service_from` and `service_to`.
    """

    __slots__ = (
        "_service",
        "charge",
        "code",
        "dates",
        "modifiers",
        "number",
        "service_from",
        "service_to",
        "units",
        "values",
    )

    def __init__(self, block: Block, layout: LoopLayout) -> None:
        self.block = block
        self.layout = layout
        segments = layout.segments
        delimiters = block.delimiters
        indexes = segments.get("SV1")
        self._service: Service | None = None
        values = self.values = block.values(indexes[0]) if indexes is not None else []
        procedure = values[1] if len(values) > 1 else ""
        _, self.code, self.modifiers, _ = _procedure(procedure, delimiters.component)
        self.charge: Decimal | None = amount(values[2]) if len(values) > 2 else None
        self.units: Decimal | None = amount(values[4]) if len(values) > 4 else None
        dates: tuple[date | None, date | None] | None = None
        for index in segments.get("DTP", ()):
            dates = _service_period(block.segments[index], delimiters.element)
            if dates is not None:
                break
        self.dates: tuple[date | None, date | None] = dates or (None, None)
        self.service_from, self.service_to = self.dates
        values = block.values(layout.first)
        self.number: int = _number(values[1]) if len(values) > 1 else 0

    @property
    def service(self) -> Service:
        """All that SV1 says."""
        if self._service is None:
            self._service = _service(self.values, self.block.delimiters.component)
        return self._service

    @property
    def pointers(self) -> tuple[int, ...]:
        """SV107; unreadable ones are left out."""
        values = self.values
        return _pointers(values[7], self.block.delimiters.component) if len(values) > 7 else ()

    @property
    def sv1(self) -> Segment:
        """The SV1 segment; where it is missing, the LX that begins the line."""
        return self.segment("SV1") or self.block.segment(self.layout.first, self.id)

    @property
    def procedure_element(self) -> Element:
        """SV101-2."""
        return self.sv1[1, 2]

    @property
    def date_element(self) -> Element | Segment:
        """DTP*472-3, the date of service; where it is missing, the SV1."""
        segment = self.segment("DTP", "472")
        return segment[3] if segment is not None else self.sv1

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
        return self.party_in("2420A")

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
