"""The parts of a file together with the segments they were made from."""

from collections.abc import Iterable, Iterator

from scrubber.batch.source_file import SourceFile
from scrubber.engine import FileScrubber
from scrubber.engine.results import Part
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader, StrayText
from scrubber.x12.segment import Delimiters

LEVELS = frozenset({"ISA", "GS", "ST", "2000A", "2000B", "2000C"})
USUAL_DELIMITERS = Delimiters("*", ":", "^", "~")


class ReceivedParts:
    """Scrubs a file part by part. While a part is looked at, `block` holds its segments (None for
    text that is no segment) and `segment` gives those of the levels above it too."""

    def __init__(self, source: SourceFile, scrubber: FileScrubber) -> None:
        self._source = source
        self._scrubber = scrubber
        self._above: dict[str, Block] = {}
        self.block: Block | None = None
        self.delimiters = USUAL_DELIMITERS

    def __iter__(self) -> Iterator[Part]:
        """The parts, once. Raises UnreadableInputError where the file cannot be read on."""
        for part in self._scrubber.parts(self._watched()):
            if part.kind in LEVELS and self.block is not None:
                self._above[part.kind] = self.block
            yield part

    def segment(self, ordinal: int) -> str:
        """The segment with that number in the file; empty where it is neither in the part at hand
        nor in a level above it."""
        blocks = [self.block, *self._above.values()]
        for block in blocks:
            if block is not None and 0 <= ordinal - block.ordinal < len(block.segments):
                return block.segments[ordinal - block.ordinal]
        return ""

    def _watched(self) -> Iterable[Block | StrayText]:
        for block in BlockReader(self._source.chunks()):
            self.block = block if isinstance(block, Block) else None
            if self.block is not None:
                self.delimiters = self.block.delimiters
            yield block
        self.block = None
