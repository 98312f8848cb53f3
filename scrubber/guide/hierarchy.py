"""HL segments: numbers, parents, levels."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scrubber.guide.faults import Fault
from scrubber.x12.block import Block

LEVELS = {"20": "2000A", "22": "2000B", "23": "2000C"}
BELOW = {"2000A": ("2000A", "2000B", "2000C"), "2000B": ("2000B", "2000C"), "2000C": ("2000C",)}
PARENTS = {"2000A": "", "2000B": "2000A", "2000C": "2000B"}


def level_of(values: list[str], block: Block) -> str:
    """The loop an HL begins, by HL03; where that is no level, by what the block holds."""
    stated = LEVELS.get(values[3] if len(values) > 3 else "")
    if stated:
        return stated
    separator = block.delimiters.element
    segment_ids = {raw.split(separator, 1)[0] for raw in block.segments}
    if "SBR" in segment_ids:
        return "2000B"
    return "2000C" if "PAT" in segment_ids else "2000A"


@dataclass(slots=True)
class Hierarchy:
    """The levels of the transaction set being read.

    Numbers are given out anew from 1, so that a gap can be closed in every HL that follows;
    `current` holds for each open level its number as received and as it should be.
    """

    count: int = 0
    seen: set[str] = field(default_factory=set)
    current: dict[str, tuple[str, str]] = field(default_factory=dict)

    def enter(self, level: str, values: list[str]) -> Iterator[Fault]:
        """An HL: its faults, with the repair where the order of levels leaves no doubt."""
        self.count += 1
        values = values + [""] * (4 - len(values))
        received, parent = values[1], values[2]
        number = str(self.count)
        for loop_id in BELOW[level]:
            self.current.pop(loop_id, None)
        yield from self._parent_faults(level, parent)
        if received in self.seen and received:
            yield Fault("S124", 0, 1, 0, "HL01 was already used in this transaction set", "7")
        elif received and received != number:
            yield Fault(
                "S125", 0, 1, 0, "HL01 is not the next number in sequence", "7",
                number, "number the levels in sequence",
            )  # fmt: skip
        self.seen.add(received)
        self.current[level] = (received, number)

    def _parent_faults(self, level: str, parent: str) -> Iterator[Fault]:
        above = PARENTS[level]
        if not above:
            return
        if above not in self.current:
            yield Fault("S210", 0, 3, 0, f"level {level} stands under no {above}", "7")
            return
        received, number = self.current[above]
        if not parent:
            return
        if parent != received:
            message = f"HL02 does not point to the {above} above it"
            yield Fault("S124", 0, 2, 0, message, "7")
        elif parent != number:
            yield Fault(
                "S125", 0, 2, 0, "HL02 points to a number that is out of sequence", "7",
                number, "number the levels in sequence",
            )  # fmt: skip
