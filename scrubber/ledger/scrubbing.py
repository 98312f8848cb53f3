"""Scrubs a file with the ledger at hand."""

from collections.abc import Iterable, Iterator

from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import Part
from scrubber.engine.wrapped import WrappedScrubber
from scrubber.ledger.book import Entry
from scrubber.ledger.review import review
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
        return review(self._scrubber.parts(blocks), self._entry, self._context)
