"""HL segments: numbers, parents, levels, and what must stand under each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from scrubber.guide.definitions import load_guide
from scrubber.guide.faults import Fault
from scrubber.guide.wording import loop_called
from scrubber.x12.block import Block
from scrubber.x12.segment import Segment
from scrubber.x12.whole_number import whole_number

LEVELS = ("2000A", "2000B", "2000C")
"""Billing provider, subscriber, patient: the outermost first."""
LEVEL_OF_CODE = {"20": "2000A", "22": "2000B", "23": "2000C"}
"""By HL03."""
FROM_LEVEL = {level: LEVELS[at:] for at, level in enumerate(LEVELS)}
"""A level and those below it, which end where it begins anew."""
CHILDREN = {level: lower[1:] for level, lower in FROM_LEVEL.items()}
PARENTS = {"2000A": "", "2000B": "2000A", "2000C": "2000B"}
# Recommended by the guide, not demanded; [K].
MOST_CLAIMS_OF_SET = 5000


def level_of(values: list[str], block: Block) -> str:
    """The loop an HL begins, by HL03; where that is no level, by what the block holds."""
    stated = LEVEL_OF_CODE.get(values[3] if len(values) > 3 else "")
    if stated:
        return stated
    separator = block.delimiters.element
    segment_ids = {raw.split(separator, 1)[0] for raw in block.segments}
    if "SBR" in segment_ids:
        return "2000B"
    return "2000C" if "PAT" in segment_ids else "2000A"


@cache
def _most_claims() -> int:
    """How many claims one level may hold."""
    most: int = load_guide()["2300"].repeat
    return most


@dataclass(slots=True)
class Hierarchy:
    """The levels of the transaction set being read.

    Numbers are given out anew from 1, so that a gap can be closed in every HL that follows;
    `current` holds for each open level its number as received and as it should be. What a level
    lacks is known only when the next begins; such faults name its HL as lying elsewhere.
    """

    count: int = 0
    highest: int = 0
    current: dict[str, tuple[str, str]] = field(default_factory=dict)
    last: tuple[str, Segment] | None = None
    claims_of_level: int = 0
    claims_of_set: int = 0

    def enter(self, level: str, hl: Segment) -> list[Fault]:
        """An HL: its faults, with the repair where the order of levels leaves no doubt, and
        those of the level before it."""
        faults = self._faults_of_last(level)
        self.last = (level, hl)
        self.claims_of_level = 0
        self.count += 1
        received, number = hl.value(1), str(self.count)
        current = self.current
        for loop_id in FROM_LEVEL[level]:
            current.pop(loop_id, None)
        parent = hl.value(2)
        if level == "2000A" or current.get(PARENTS[level]) != (parent, parent):
            faults += self._parent_faults(level, parent)
        if received == number and self.highest == self.count - 1:
            self.highest = self.count
        else:
            faults += self._number_faults(received, number)
        current[level] = (received, number)
        return faults

    def claim(self) -> tuple[Fault, ...]:
        """A claim: the faults of its CLM, which is one too many."""
        self.claims_of_level += 1
        self.claims_of_set += 1
        if self.claims_of_level <= _most_claims() and self.claims_of_set <= MOST_CLAIMS_OF_SET:
            return ()
        return tuple(self._surplus())

    def _surplus(self) -> Iterator[Fault]:
        most = _most_claims()
        if self.claims_of_level > most:
            level = self.last[0] if self.last is not None else "2000B"
            message = f"more than {most} claims in one {loop_called(level)}"
            yield Fault("S204", 0, 0, 0, message, "4")
        if self.claims_of_set == MOST_CLAIMS_OF_SET + 1:
            message = f"more than {MOST_CLAIMS_OF_SET} claims in one transaction set"
            yield Fault("S135", 0, 0, 0, message, "")

    def end(self) -> Iterator[Fault]:
        """The end of the transaction set: the faults of its last level, or that it has none."""
        if self.last is None:
            message = f"the transaction set has no {loop_called('2000A')}"
            yield Fault("S201", 0, 0, 0, message, "3", missing="2000A/HL")
        yield from self._faults_of_last("")

    def _number_faults(self, received: str, number: str) -> Iterator[Fault]:
        if not received:
            return
        stated = whole_number(received) or 0
        if stated <= self.highest:
            message = "HL01 (level number) was used before or is not in sequence"
            yield Fault("S124", 0, 1, 0, message, "7")
        elif received != number:
            yield Fault(
                "S125", 0, 1, 0, "HL01 (level number) is not the next in sequence", "7",
                number, "number the levels in sequence",
            )  # fmt: skip
        self.highest = max(self.highest, stated)

    def _parent_faults(self, level: str, parent: str) -> Iterator[Fault]:
        above = PARENTS[level]
        if not above:
            return
        if above not in self.current:
            message = f"{loop_called(level)} is under no {loop_called(above)}"
            yield Fault("S210", 0, 3, 0, message, "7")
            return
        received, number = self.current[above]
        if not parent:
            return
        if parent != received:
            message = f"HL02 does not point to the {loop_called(above)} above it"
            yield Fault("S124", 0, 2, 0, message, "7")
        elif parent != number:
            yield Fault(
                "S125", 0, 2, 0, "HL02 points to a number that is out of sequence", "7",
                number, "number the levels in sequence",
            )  # fmt: skip

    def _faults_of_last(self, following: str) -> list[Fault]:
        """What the level before `following` ("" at the end) says of those below or lacks."""
        if self.last is None:
            return []
        level, hl = self.last
        has_child = following in CHILDREN[level]
        right = "1" if has_child else "0"
        if hl.value(4) == right and (has_child or self.claims_of_level):
            return []
        return list(self._faults_of(level, hl, has_child, right))

    def _faults_of(self, level: str, hl: Segment, has_child: bool, right: str) -> Iterator[Fault]:
        stated = hl.value(4)
        if stated in ("0", "1") and stated != right:
            what = "none follows" if stated == "1" else "one follows"
            message = f"HL04 is {stated}, but below this {loop_called(level)} {what}"
            yield Fault(
                "S209", 0, 4, 0, message, "7", right, "say whether a level follows below",
                elsewhere=hl,
            )  # fmt: skip
        if has_child or self.claims_of_level:
            return
        if level == "2000B":
            message = f"{loop_called(level)} has neither a claim nor a {loop_called('2000C')}"
            yield Fault("S213", 0, 0, 0, message, "", elsewhere=hl)
        else:
            below = "2000B/HL" if level == "2000A" else "2300/CLM"
            message = f"{loop_called(level)} has no {loop_called(below.partition('/')[0])}"
            yield Fault("S201", 0, 0, 0, message, "3", missing=below, elsewhere=hl)
