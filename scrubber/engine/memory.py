"""What was found clean, so that it need not be judged again."""

from collections.abc import Hashable
from datetime import date

from scrubber.claim.service_line import ServiceLine
from scrubber.rules.rule import ServiceShape

MOST = 4096
PLAIN = frozenset({"LX", "SV1", "DTP"})
DECIDED = frozenset({"2430"})
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
    """What rules that look at the service only may look at.

    That is all of the line but: charge (only whether there is one) and diagnosis pointers, the
    day (only its month and the number of days), line and control number, and what other payers
    decided.
    """
    first, last = line.dates
    indexes = line.layout.segments.get("SV1")
    days = (last - first).days if first is not None and last is not None else None
    if not indexes:
        return (table_month(first), days, *line.content)
    values = line.block.values(indexes[0])
    # A damaged SV1 may hold nothing at all.
    procedure = values[1] if len(values) > 1 else ""
    key = (procedure, table_month(first), days, bool(line.charge), *values[3:7], *values[8:])
    if line.layout.segments.keys() <= PLAIN and line.layout.loops.keys() <= DECIDED:
        return key
    return (*key, *_other_segments(line))


def _other_segments(line: ServiceLine) -> list[str]:
    separator = line.block.delimiters.element
    passed_over = ("SV1", f"REF{separator}6R", f"DTP{separator}472")
    segments = line.block.segments
    layout = line.layout
    own = [index for indexes in layout.segments.values() for index in indexes]
    others = [segments[index] for index in sorted(own)[1:]]
    found = [raw for raw in others if not raw.startswith(passed_over)]
    for name, loops in layout.loops.items():
        if name not in DECIDED:
            found += [raw for loop in loops for raw in segments[loop.first : loop.last]]
    return found


def service_shape(line: ServiceLine, documented: bool) -> ServiceShape:
    """What tells which rules a line may concern."""
    service = line.service
    worded = documented or bool(service.description) or service.unit_basis != "UN"
    return ServiceShape(line.code, line.modifiers, worded or "NTE" in line.layout.segments)
