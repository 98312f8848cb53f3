"""The services of a claim by day, as the memory of a run keeps them and as rows to compare."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from scrubber.claim.service_line import Service, read_service
from scrubber.claim.values import amount, day, period
from scrubber.engine.results import LineSummary
from scrubber.engine.run_memory import Detail, Remembered, Sold
from scrubber.profiles.claim_statements import MinutesNote
from scrubber.rules.visit_minutes import MINUTES, noted_minutes
from scrubber.x12.blanks import BLANKS
from scrubber.x12.segment import Delimiters

_MODIFIERS = attrgetter("modifiers")
PLAIN = Detail(0, None, False, "")
Minutes = Mapping[int, int | None]
"""Documented minutes by line number."""


class DayService(NamedTuple):
    """A service of a day. Units are 0 where it is billed in minutes."""

    line: int
    code: str
    modifiers: tuple[str, ...]
    first: date
    last: date
    place: str
    provider: str
    charge: Decimal
    units: Decimal
    minutes: int | None
    authorized: bool
    of: Remembered


class _Line(NamedTuple):
    service: Service
    first: date | None
    last: date | None
    notes: tuple[str, ...]


class OfDay(NamedTuple):
    """The lines of a claim on one day, and their numbers in the claim."""

    lines: tuple[Sold, ...]
    numbers: Sequence[int]
    details: tuple[Detail, ...] | None = None


NO_LINES = OfDay((), ())


def rows_of(one: Remembered, day: date, numbers: Sequence[int] = ()) -> list[DayService]:
    """The services of a claim on a day; those whose charge or units cannot be read are left out.
    `numbers` are the numbers of the lines, 0 where they do not matter."""
    rows = []
    for index, (code, modifiers, units, charge) in enumerate(one.lines):
        counted, dollars = amount(units), amount(charge)
        if counted is None or dollars is None:
            continue
        last, minutes, in_minutes, place = one.details[index] if one.details else PLAIN
        rows.append(
            DayService(
                numbers[index] if numbers else 0, code, modifiers,
                day, date.fromordinal(last) if last else day,
                place or one.place_of_service, one.provider.hex(), dollars,
                Decimal(0) if in_minutes else counted, minutes, one.authorized, one,
            )
        )  # fmt: skip
    return rows


def location_text(claim: str, separator: str) -> str:
    """CLM05 of the text of a claim; empty where there is none."""
    values = claim.split(separator, 6)
    return values[5] if len(values) > 5 else ""


def location_of(raw: str, component: str) -> tuple[str, str]:
    """Place of service and frequency: CLM05-1 and CLM05-3."""
    parts = (*raw.split(component), "", "", "")
    return parts[0].strip(), parts[2].strip()


def by_day(
    text: str,
    lines: Sequence[LineSummary],
    delimiters: Delimiters,
    agreed: MinutesNote | None,
    minutes: Minutes,
    *,
    elsewhere: bool,
) -> dict[date, OfDay]:
    """The lines of a claim that has the text, by their first day. `elsewhere`: some line has
    another place of service than the claim."""
    if not minutes and not elsewhere and not tells_minutes(text, lines, delimiters, agreed):
        found = _by_single_dates(text, lines, delimiters)
        if found is not None:
            return found
    return _by_day_read(text, delimiters, agreed, minutes)


def _by_single_dates(
    text: str, lines: Sequence[LineSummary], delimiters: Delimiters
) -> dict[date, OfDay] | None:
    """The lines by day, None where any has not just one date of the plain form."""
    pieces = text.split(delimiters.element.join(("DTP", "472", "D8", "")))
    if len(pieces) != len(lines) + 1:
        return None
    days: dict[date, OfDay] = {}
    for number, one in enumerate(lines, start=1):
        on = day(pieces[number][:8])
        if on is None:
            return None
        before = days.get(on)
        if before is None:
            days[on] = OfDay((one[1:5],), (number,))
        else:
            days[on] = OfDay((*before.lines, one[1:5]), (*before.numbers, number))
    return days


def tells_minutes(
    text: str,
    lines: Sequence[LineSummary],
    delimiters: Delimiters,
    agreed: MinutesNote | None,
) -> bool:
    """Whether a claim may tell minutes: a line in minutes, or where notes are agreed on, a note
    or a description."""
    separator, component, _, _ = delimiters
    if f"{separator}{MINUTES}{separator}" in text:
        return True
    if agreed is None:
        return False
    first = max(text.find(f"LX{separator}"), 0)
    noted = "NTE" in agreed.places and text.find(f"NTE{separator}", first) >= 0
    # Before a description (SV101-7) stand four modifiers, or nothing in the place of one.
    if noted or component * 2 in text or max(map(len, map(_MODIFIERS, lines)), default=0) > 3:
        return agreed.pattern.find(text, first) is not None
    return False


def _by_day_read(
    text: str, delimiters: Delimiters, agreed: MinutesNote | None, minutes: Minutes
) -> dict[date, OfDay]:
    """The lines by day, read segment by segment."""
    days: dict[date, OfDay] = {}
    for number, one in enumerate(_lines(text, delimiters), start=1):
        service, first, last = one.service, one.first, one.last
        if first is None or last is None:
            continue
        in_minutes = service.unit_basis == MINUTES
        sold = (service.code, service.modifiers, _text(service.units), _text(service.charge))
        spent = minutes.get(number)
        if spent is None and agreed is not None:
            spent = noted_minutes(agreed, service.description, one.notes)
        if spent is None and in_minutes and service.units is not None:
            spent = int(service.units)
        detail = Detail(
            last.toordinal() if last != first else 0, spent, in_minutes, service.place_of_service
        )
        lines, numbers, details = days.get(first, NO_LINES)
        days[first] = OfDay((*lines, sold), (*numbers, number), (*(details or ()), detail))
    return days


def _lines(text: str, delimiters: Delimiters) -> list[_Line]:
    separator, component, _, terminator = delimiters
    lines: list[_Line] = []
    for raw in text.split(terminator):
        bare = raw.strip(BLANKS)
        if bare[:3] == "SV1":
            service = read_service(bare, separator, component)
            lines.append(_Line(service, None, None, ()))
            continue
        values = bare.split(separator) if lines else []
        if values[:2] == ["DTP", "472"] and len(values) > 3 and lines[-1].first is None:
            first, last = period(values[2], values[3])
            lines[-1] = lines[-1]._replace(first=first, last=last)
        elif values[:1] == ["NTE"] and len(values) > 2:
            lines[-1] = lines[-1]._replace(notes=(*lines[-1].notes, values[2]))
    return lines


def _text(number: Decimal | None) -> str:
    return "" if number is None else str(number)
