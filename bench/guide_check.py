"""The guide check alone on one file: envelope, hierarchy, and every segment and element of it.

Run as a process: `python -m bench.guide_check FILE`. No rule is asked, no claim is repaired and
nothing is written, so it does what pyx12's validation does.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from bench.run_date import AS_OF
from scrubber.guide.envelope import Envelope, gs_faults, isa_faults
from scrubber.guide.faults import Fault
from scrubber.guide.hierarchy import Hierarchy, level_of
from scrubber.guide.walker import Walker
from scrubber.lane import locate_with
from scrubber.run.collector import without_collector
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader, StrayText

CHUNK = 1 << 20


class GuideCheck:
    """Checks the blocks of one file of 837P transaction sets against the guide."""

    def __init__(self) -> None:
        self._envelope = Envelope()
        self._hierarchy = Hierarchy()
        self._walker: Walker | None = None

    def faults(self, blocks: Iterable[Block | StrayText]) -> Iterator[Fault]:
        """All faults of the file."""
        for block in blocks:
            if isinstance(block, StrayText):
                continue
            if self._walker is None or self._walker.delimiters != block.delimiters:
                self._walker = Walker(block.delimiters, locate_with)
            yield from self._of_block(block, self._walker)
        yield from self._envelope.unclosed()

    def _of_block(self, block: Block, walker: Walker) -> Iterator[Fault]:
        values = block.values(0)
        name = values[0]
        if name == "ISA":
            yield from self._envelope.enter_interchange(values)
            yield from isa_faults(values, block.delimiters, AS_OF)
        elif name == "GS":
            yield from self._envelope.enter_group(values)
            yield from gs_faults(values, AS_OF, block.delimiters.element)
        elif name in ("SE", "GE", "IEA"):
            self._envelope.segments += name == "SE"
            yield from self._envelope.leave(name, values)
        else:
            yield from self._of_set(name, values, block, walker)

    def _of_set(
        self, name: str, values: list[str], block: Block, walker: Walker
    ) -> Iterator[Fault]:
        if name == "ST":
            yield from self._envelope.enter_set(values)
            self._hierarchy, self._envelope.segments, loop_id = Hierarchy(), 0, "ST"
        elif name == "HL":
            loop_id = level_of(values, block)
            yield from self._hierarchy.enter(loop_id, block.segment(0, loop_id))
        else:
            loop_id = "2300"
            yield from self._hierarchy.claim()
        self._envelope.segments += len(block.segments)
        yield from walker.walk(block, loop_id)[1]


def main() -> int:
    """Check the file named on the command line; print how many faults it has."""
    with Path(sys.argv[1]).open("rb") as file, without_collector():
        blocks = BlockReader(iter(partial(file.read, CHUNK), b""))
        print(sum(1 for _ in GuideCheck().faults(blocks)), "faults")
    return 0


if __name__ == "__main__":
    sys.exit(main())
