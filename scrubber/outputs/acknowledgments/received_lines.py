"""The service lines of a received claim, as far as an answer repeats them."""

from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from scrubber.claim.values import amount, period
from scrubber.outputs.acknowledgments.received_segments import (
    first_segment,
    received_segments,
    value,
)
from scrubber.outputs.x12_writer import COMPONENT, LONGEST_AMOUNT, decimal_text, plain
from scrubber.x12.segment import Delimiters

PROCEDURE_QUALIFIERS = frozenset({"ER", "HC", "IV", "WK"})


class ReceivedLine(NamedTuple):
    """A service line. `first` and `last` are the numbers of its segments in the file, `last`
    exclusive. `procedure` is SVC01, empty where SV101 cannot be repeated; `control_number` is
    REF*6R, or LX01 without one; `dates` is DTP*472, or nothing."""

    first: int
    last: int
    number: str
    procedure: str
    charge: str
    units: str
    control_number: str
    dates: tuple[str, ...]


def received_lines(text: str, ordinal: int, delimiters: Delimiters) -> list[ReceivedLine]:
    """The lines of the claim in `text`, whose first segment has the number `ordinal`."""
    segments = received_segments(text, delimiters)
    starts = [index for index, segment in enumerate(segments) if segment[0] == "LX"]
    return [
        _line(segments[start:end], ordinal + start, ordinal + end, delimiters)
        for start, end in pairwise([*starts, len(segments)])
    ]


def _line(segments: list[list[str]], first: int, last: int, delimiters: Delimiters) -> ReceivedLine:
    service = first_segment(segments, "SV1")
    number = value(segments[0], 1).strip()
    return ReceivedLine(
        first,
        last,
        number,
        _procedure(value(service, 1).split(delimiters.component)),
        _number(value(service, 2)) or "0",
        _number(value(service, 4)),
        plain(value(first_segment(segments, "REF", "6R"), 2), 50) or plain(number, 50),
        _dates(first_segment(segments, "DTP", "472")),
    )


def _procedure(parts: list[str]) -> str:
    qualifier = parts[0].strip()
    code = plain(parts[1], 48) if len(parts) > 1 else ""
    if qualifier not in PROCEDURE_QUALIFIERS or not code:
        return ""
    modifiers = [plain(one) for one in parts[2:6]]
    return COMPONENT.join([qualifier, code, *(one for one in modifiers if len(one) == 2)])


def _number(text: str) -> str:
    number = amount(text.strip()) if len(text) <= LONGEST_AMOUNT else None
    return "" if number is None else decimal_text(number)


def _dates(segment: list[str] | None) -> tuple[str, ...]:
    return service_dates(*period(value(segment, 2), value(segment, 3)))


@lru_cache(maxsize=4096)
def service_dates(first: date | None, last: date | None) -> tuple[str, ...]:
    """DTP*472 for a day or a range; nothing where no date can be read, for none would be true."""
    if first is None:
        return ()
    begin = first.strftime("%Y%m%d")
    if last is None or last <= first:
        return "DTP", "472", "D8", begin
    return "DTP", "472", "RD8", f"{begin}-{last:%Y%m%d}"
