"""Tells how far the scrubbing of a file has come."""

from collections.abc import Callable, Iterable, Iterator

from scrubber.engine import FileScrubber
from scrubber.engine.results import Part
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText


class WatchedScrubber(FileScrubber):
    """Leaves everything to another scrubber; `passed` is told the bytes of each part."""

    def __init__(self, scrubber: FileScrubber, passed: Callable[[int], object]) -> None:
        self._scrubber = scrubber
        self._passed = passed

    def reset(self) -> None:
        """Forget the file."""
        self._scrubber.reset()

    def give_up(self, claim: int = 0) -> None:
        """Nothing came of the file, or of a claim of it."""
        self._scrubber.give_up(claim)

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        """The parts of the file, in order."""
        for part in self._scrubber.parts(blocks):
            yield part
            self._passed(len(part.received))
