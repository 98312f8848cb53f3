"""Cuts a file into stretches of many blocks each, many times faster than into blocks.

A stretch is text only: it can be sent to another process and cut into its blocks there, which
are the same that BlockReader gives.
"""

import re
from collections.abc import Generator, Iterator
from functools import lru_cache
from typing import NamedTuple

from scrubber.x12.blanks import blanks_behind, without_lead
from scrubber.x12.block import Block, TornSegment
from scrubber.x12.complete_blocks import STARTERS
from scrubber.x12.delimiters import IsaHead
from scrubber.x12.lexer import count
from scrubber.x12.reader import (
    LARGEST_BLOCK,
    MOST_SEGMENTS,
    BlockReader,
    StrayText,
)
from scrubber.x12.segment import LINE_BREAKS

WINDOW = 1 << 14


class Stretch(NamedTuple):
    """Whole blocks of one interchange laid end to end. `start` is the file offset of `text`,
    `ordinal` the number of its first segment in the file; `torn` is the length of a segment at its
    end whose terminator was lost."""

    text: str
    start: int
    ordinal: int
    head: IsaHead
    torn: int = 0

    @property
    def end(self) -> int:
        """The file offset just past the stretch."""
        return self.start + len(self.text)

    @property
    def next_ordinal(self) -> int:
        """The number of the segment after the stretch, whose own last one may be cut off."""
        terminator = self.head.delimiters.terminator
        after = self.ordinal + count(self.text, terminator)
        if terminator in LINE_BREAKS:
            return after
        return after + bool(without_lead(self.text[self.text.rfind(terminator) + 1 :]))

    def blocks(self) -> Iterator[Block]:
        """The blocks of the stretch, in order."""
        return _StretchBlocks(self).blocks()


class StretchReader(BlockReader):
    """Iterates over the stretches of one file instead of its blocks."""

    def stretches(self) -> Iterator[Stretch | StrayText]:
        """The stretches and stray texts of the file, in order; to be called once."""
        return self._through(self._stretches, self._torn_header)

    def _torn_header(self, head: IsaHead) -> Stretch:
        start, ordinal = self._offset, self._ordinal
        self._ordinal += 1
        return Stretch(self._take(head.torn), start, ordinal, head, head.torn)

    def _stretches(self, head: IsaHead) -> Generator[Stretch | StrayText, None, bool]:
        """All blocks of the text at hand but the last one, which may go on; found block by block
        where the interchange may end within it or a block may be too large."""
        text, terminator = self._text, head.delimiters.terminator
        is_large = len(text) > LARGEST_BLOCK or text.count(terminator) > MOST_SEGMENTS
        by_blocks = self._ended or is_large or _may_end(text, head)
        length = 0 if by_blocks else _last_block(self._text, head)
        if length:
            stretch = Stretch(self._text[:length], self._offset, self._ordinal, head)
            self._take(length)
            self._ordinal = stretch.next_ordinal
            yield stretch
            self._read_on()
            return False
        offset, ordinal = self._offset, self._ordinal
        pieces, closed = _exhausted(self._blocks(head))
        text = "".join([piece.text for piece in pieces if isinstance(piece, Block)])
        if text:
            torn = len(pieces[-1].text) if isinstance(pieces[-1], TornSegment) else 0
            yield Stretch(text, offset, ordinal, head, torn)
        yield from (piece for piece in pieces if isinstance(piece, StrayText))
        return closed


class _StretchBlocks(BlockReader):
    """Reads the one stretch it is given, which ends where a block ends."""

    def __init__(self, stretch: Stretch) -> None:
        super().__init__(())
        self._text = stretch.text[: len(stretch.text) - stretch.torn]
        self._offset = stretch.start
        self._ordinal = stretch.ordinal
        self._ended = True
        self._head = stretch.head
        self._torn = stretch.text[len(stretch.text) - stretch.torn :]

    def blocks(self) -> Iterator[Block]:
        while self._text:
            for piece in self._blocks(self._head):
                assert isinstance(piece, Block)
                yield piece
        if self._torn:
            self._text = self._torn
            yield self._torn_segment(len(self._torn), self._head)


def _exhausted(
    pieces: Generator[Block | StrayText, None, bool],
) -> tuple[list[Block | StrayText], bool]:
    """All that a generator yields, and what it returns."""
    found = []
    while True:
        try:
            found.append(next(pieces))
        except StopIteration as end:
            return found, bool(end.value)


def _may_end(text: str, head: IsaHead) -> bool:
    """Whether the interchange may end in the text: an IEA, or an ISA that does not begin it."""
    trailer, either = _end_patterns(head.delimiters.terminator)
    return trailer.match(text) is not None or either.search(text) is not None


def _last_block(text: str, head: IsaHead) -> int:
    """Where the last block begins that surely does; 0 where only the first is sure."""
    pattern = _start_pattern(head)
    window = WINDOW
    while True:
        start = max(0, len(text) - window)
        found = [match.end() for match in pattern.finditer(text, start)]
        if found or not start:
            return found[-1] if found else 0
        window *= 8


@lru_cache(maxsize=64)
def _end_patterns(terminator: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    blanks = blanks_behind(terminator)
    breaks = f"[{re.escape(LINE_BREAKS.replace(terminator, ''))}]*"
    return (
        re.compile(f"{blanks}I{breaks}E{breaks}A"),
        re.compile(f"{re.escape(terminator)}{blanks}I{breaks}[SE]{breaks}A"),
    )


@lru_cache(maxsize=64)
def _start_pattern(head: IsaHead) -> re.Pattern[str]:
    """The terminator and blanks before a block, in their usual form."""
    gap = re.escape(head.delimiters.terminator + head.suffix)
    names = "|".join(sorted(STARTERS))
    return re.compile(f"{gap}(?=(?:{names}){re.escape(head.delimiters.element)})")
