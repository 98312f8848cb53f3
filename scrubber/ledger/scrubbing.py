"""Scrubs a file with the ledger at hand."""

from collections.abc import Iterable, Iterator

from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import Part
from scrubber.ledger.book import Entry
from scrubber.ledger.review import review
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText


class LedgerScrubber(FileScrubber):
    """A scrubber for one file: what another one makes of it, reviewed and entered."""

    def __init__(self, scrubber: FileScrubber, entry: Entry, context: Context) -> None:
        # Everything is left to the other scrubber, whose memories serve all files.
        self._scrubber = scrubber
        self._entry = entry
        self._context = context

    def reset(self) -> None:
        """Forget the file."""
        self._scrubber.reset()

    def give_up(self, claim: int = 0) -> None:
        """Nothing came of the file, or of a claim of it."""
        self._scrubber.give_up(claim)

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        """The parts of the file, in order, with what the ledger says of them."""
        return review(self._scrubber.parts(blocks), self._entry, self._context)
