"""Which loops a block holds, and which of its segments belong to each."""

from __future__ import annotations

from typing import NamedTuple


class LoopLayout(NamedTuple):
    """One loop of a block: the indexes of its own segments by segment id, and its child loops.

    Layouts are shared by all blocks of the same shape, so they hold indexes and no values.
    """

    id: str
    first: int
    segments: dict[str, tuple[int, ...]]
    loops: dict[str, tuple[LoopLayout, ...]]
    last: int

    def walk(self) -> list[LoopLayout]:
        """This loop and every loop inside it, in file order."""
        found = [self]
        for loops in self.loops.values():
            for loop in loops:
                found.extend(loop.walk())
        return sorted(found, key=lambda loop: loop.first)
