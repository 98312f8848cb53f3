"""Scrubs a file with the ledger at hand."""

from collections.abc import Iterable, Iterator

from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import Part
from scrubber.engine.run_memory import RunMemory
from scrubber.engine.wrapped import WrappedScrubber
from scrubber.history.book import Entry
from scrubber.history.earlier_runs import LedgerRuns
from scrubber.history.review import review
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText


class LedgerScrubber(WrappedScrubber):
    """A scrubber for one file: what another one makes of it, reviewed and entered."""

    def __init__(self, scrubber: FileScrubber, entry: Entry, context: Context) -> None:
        super().__init__(scrubber)
        self._entry = entry
        self._context = context

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        """The parts of the file, in order, with what the ledger says of them."""
        of_run = self._scrubber.run
        self._scrubber.run = memory = of_run or RunMemory()
        memory.look_back(LedgerRuns(self._entry, memory.entries))
        try:
            yield from review(self._scrubber.parts(blocks), self._entry, self._context, memory)
        finally:
            self._scrubber.run = of_run
