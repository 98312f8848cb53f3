"""The parts of a file together with the segments they were made from."""

from collections.abc import Iterator

from scrubber.engine import FileScrubber
from scrubber.engine.results import Part
from scrubber.engine.stream_state import KINDS_ABOVE, Above
from scrubber.run.source_file import SourceFile
from scrubber.x12.block import Block
from scrubber.x12.delimiters import USUAL
from scrubber.x12.lexer import recut
from scrubber.x12.stretches import StretchReader


class ReceivedParts:
    """Scrubs a file part by part, whoever does the work. While a part is looked at, `block` holds
    its segments (None for text that is no segment) and `segment` gives those of the levels above
    it too."""

    def __init__(self, source: SourceFile, scrubber: FileScrubber) -> None:
        self._source = source
        self._scrubber = scrubber
        self._above: Above[Part] = Above()
        self._part = Part("", "", "")
        self._blocks: dict[int, Block] = {}
        self.delimiters = USUAL

    def __iter__(self) -> Iterator[Part]:
        """The parts, once. Raises UnreadableInputError where the file cannot be read on."""
        for part in self._scrubber.parts(StretchReader(self._source.chunks())):
            self._part = part
            self._blocks = {}
            if part.kind in KINDS_ABOVE:
                self._above.enter(part.kind, part)
            if part.delimiters is not None:
                self.delimiters = part.delimiters
            yield part

    @property
    def first(self) -> int:
        """The number in the file of the first segment of the part at hand; 0 if it has none."""
        return self._part.ordinal if self._part.segments else 0

    @property
    def block(self) -> Block | None:
        """The segments of the part at hand."""
        return self._cut(self._part) if self._part.segments else None

    def segment(self, ordinal: int) -> str:
        """The segment with that number in the file; empty where it is neither in the part at hand
        nor in a level above it."""
        for part in (self._part, *self._above.values()):
            # What lies between two terminators may be a segment that is not counted.
            if part.segments and ordinal - part.ordinal >= 0:
                segments = self._cut(part).segments
                if ordinal - part.ordinal < len(segments):
                    return segments[ordinal - part.ordinal]
        return ""

    def _cut(self, part: Part) -> Block:
        block = self._blocks.get(part.ordinal)
        if block is None:
            uncut = Block([], "", self.delimiters, ordinal=part.ordinal)
            block = self._blocks[part.ordinal] = recut(uncut, part.received)
        return block
