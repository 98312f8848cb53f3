"""What was found clean, so that it need not be judged again."""

from collections.abc import Hashable
from datetime import date

from scrubber.claim.service_line import ServiceLine
from scrubber.rules.rule import ServiceShape

MOST = 32768
# Months in which a row of a code table begins or ends on another day than the first or last.
UNEVEN_MONTHS = frozenset({(2024, 3), (2024, 5)})


class CleanMemory:
    """Keys that were found clean; forgets everything when full."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: set[Hashable] = set()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._seen

    def add(self, key: Hashable) -> None:
        """Remember a key."""
        if len(self._seen) >= MOST:
            self._seen.clear()
        self._seen.add(key)


def table_month(day: date | None) -> Hashable:
    """A key that days share on which all code tables say the same."""
    if day is None:
        return None
    month = (day.year, day.month)
    return day if month in UNEVEN_MONTHS else month[0] * 12 + month[1]


def service_key(line: ServiceLine) -> tuple[Hashable, ...]:
    """What rules that look at the service only may look at: SV1 without diagnosis pointers, of
    the charge only whether there is one, the line's own rendering provider and notes, and the
    month and length of the service."""
    first, last = line.dates
    layout = line.layout
    indexes = layout.segments.get("SV1")
    days = (last - first).days if first is not None and last is not None else None
    if not indexes:
        return (table_month(first), days)
    values = line.block.values(indexes[0])
    code = values[1] if len(values) > 1 else ""
    key = (code, table_month(first), days, not line.charge, *values[3:7], *values[8:])
    segments = line.block.segments
    if "2420A" in layout.loops:
        key = (*key, *(segments[one.first] for one in layout.loops["2420A"]))
    if "NTE" in layout.segments:
        key = (*key, *(segments[index] for index in layout.segments["NTE"]))
    return key


def service_shape(line: ServiceLine, documented: bool) -> ServiceShape:
    """What tells which rules a line may concern."""
    service = line.service
    worded = documented or bool(service.description) or service.unit_basis != "UN"
    return ServiceShape(line.code, line.modifiers, worded or "NTE" in line.layout.segments)
