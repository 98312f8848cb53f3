"""Tells how far the scrubbing of a file has come."""

from collections.abc import Callable, Iterable, Iterator

from scrubber.engine import FileScrubber
from scrubber.engine.results import Part
from scrubber.engine.wrapped import WrappedScrubber
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText


class WatchedScrubber(WrappedScrubber):
    """Leaves everything to another scrubber; `passed` is told the bytes of each part."""

    def __init__(self, scrubber: FileScrubber, passed: Callable[[int], object]) -> None:
        super().__init__(scrubber)
        self._passed = passed

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        """The parts of the file, in order."""
        for part in self._scrubber.parts(blocks):
            yield part
            self._passed(len(part.received))
