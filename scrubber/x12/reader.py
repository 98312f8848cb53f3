"""Cuts a stream of bytes into blocks: envelopes, hierarchical levels, claims.

Blocks and stray texts laid end to end are the file, so nothing read is ever lost. Memory holds
one piece of the stream and the block that is not yet complete. In what pieces the stream comes
makes no difference.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import NamedTuple, TypeVar

from scrubber.x12.block import Block, TornSegment
from scrubber.x12.complete_blocks import STARTERS, CompleteBlocks, complete_blocks
from scrubber.x12.delimiters import (
    LOOKAHEAD,
    IsaHead,
    UnreadableIsaError,
    next_interchange,
    read_isa,
)
from scrubber.x12.lexer import count, recut
from scrubber.x12.records import records_of
from scrubber.x12.segment import LINE_BREAKS

FIRST_WINDOW, WINDOW = 4 * 1024, 256 * 1024
"""How much is cut at once, at the beginning of an interchange and later: many are short."""
LONGEST_SLICE = 64 * 1024
LARGEST_BLOCK = 8 * 1024 * 1024
MOST_SEGMENTS = 100_000
LONGEST_HEAD = 1024
NO_ISA = "no ISA segment"
BEFORE_ISA = "text before the ISA segment"
TOO_LARGE = "no end of a claim within 8 MiB or 100,000 segments"
AFTER_LAST = "text after the last segment"


class StrayText(NamedTuple):
    """Bytes that belong to no segment: before, between or after interchanges. `after` is the
    terminator of the interchange before it, empty where there is none."""

    text: str
    start: int
    reason: str
    after: str = ""


def _slices(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks in short pieces: what is at hand is copied for each block or stray text taken."""
    for chunk in chunks:
        for start in range(0, len(chunk), LONGEST_SLICE):
            yield chunk[start : start + LONGEST_SLICE]


Piece = TypeVar("Piece")
TakePieces = Callable[[IsaHead], Generator[Piece | StrayText, None, bool]]
"""Yields what is complete of the text at hand; returns True when the interchange is over."""


class BlockReader:
    """Iterates over the blocks and stray texts of one file, in order. `starters` are the segments
    that begin a block."""

    def __init__(self, chunks: Iterable[bytes], starters: frozenset[str] = STARTERS) -> None:
        self._starters = starters
        self._chunks = _slices(chunks)
        self._text = ""
        self._offset = 0
        self._ordinal = 1
        self._ended = False
        self._window = FIRST_WINDOW
        self._terminator = ""

    def __iter__(self) -> Iterator[Block | StrayText]:
        return self._through(self._blocks, self._torn_isa)

    def _through(
        self, take: TakePieces[Piece], take_torn: Callable[[IsaHead], Piece]
    ) -> Iterator[Piece | StrayText]:
        """The whole file in pieces as `take` makes them of an interchange, and stray texts;
        `take_torn` makes one of an ISA that lacks its terminator."""
        while self._text or self._read_on():
            yield from self._stray_text()
            if self._text:
                yield from self._interchange(take, take_torn)

    def _read_on(self) -> bool:
        """Read at least as much again as is at hand; False when the file had no more."""
        wanted = len(self._text)
        pieces = [self._text]
        size = 0
        while not self._ended and (size == 0 or size < wanted):
            chunk = next(self._chunks, None)
            if chunk is None:
                self._ended = True
                break
            pieces.append(chunk.decode("latin-1"))
            size += len(chunk)
        self._text = "".join(pieces)
        return size > 0

    def _take(self, length: int) -> str:
        taken, self._text = self._text[:length], self._text[length:]
        self._offset += length
        return taken

    def _stray(self, length: int, reason: str) -> StrayText:
        start = self._offset
        return StrayText(self._take(length), start, reason, self._terminator)

    def _stray_text(self) -> Iterator[StrayText]:
        """Everything up to the next ISA."""
        end = yield from self._up_to_isa(0, NO_ISA)
        if end:
            yield self._stray(end, BEFORE_ISA if end < len(self._text) else NO_ISA)

    def _up_to_isa(self, at: int, reason: str) -> Generator[StrayText, None, int]:
        """Read on to the next ISA at or behind `at`; long text before it is taken a piece at a
        time. Returns where the ISA begins, or where the file ends."""
        while (end := next_interchange(self._text, at)) < 0:
            if not self._read_on():
                return len(self._text)
            if len(self._text) > LARGEST_BLOCK and next_interchange(self._text, at) < 0:
                stray = self._stray(LARGEST_BLOCK - LONGEST_HEAD, reason)
                at = max(0, at - len(stray.text))
                yield stray
        return end

    def _interchange(
        self, take: TakePieces[Piece], take_torn: Callable[[IsaHead], Piece]
    ) -> Iterator[Piece | StrayText]:
        try:
            head = self._read_isa(0)
        except UnreadableIsaError as error:
            yield from self._unreadable(str(error))
            return
        self._terminator = head.delimiters.terminator
        if self._terminator not in LINE_BREAKS:
            records = records_of(self._text[:LOOKAHEAD], self._offset, self._terminator)
            head = head._replace(records=records)
        if head.torn:
            yield take_torn(head)
        closed = False
        self._window = FIRST_WINDOW
        while not closed and (self._text or self._read_on()):
            closed = yield from take(head)

    def _read_isa(self, at: int) -> IsaHead:
        """What the ISA at `at` tells. Raises UnreadableIsaError."""
        while len(self._text) - at < LOOKAHEAD and self._read_on():
            pass
        return read_isa(self._text, at)

    def _unreadable(self, reason: str) -> Iterator[StrayText]:
        """ISA segments that do not tell their delimiters, and what follows up to one that does."""
        end = yield from self._up_to_isa(3, reason)
        more = 0
        while end < min(len(self._text), LARGEST_BLOCK) and not self._is_readable(end):
            more += 1
            end = yield from self._up_to_isa(end + 3, reason)
        also = f"; {more:,} more after it cannot be read either" if more else ""
        yield self._stray(end, reason + also)

    def _is_readable(self, at: int) -> bool:
        try:
            self._read_isa(at)
        except UnreadableIsaError:
            return False
        return True

    def _blocks(self, head: IsaHead) -> Generator[Block | StrayText, None, bool]:
        """The next complete blocks; returns True when the interchange is over.

        Looked at is a window of the text, which grows until a block is complete in it. What is
        complete and what is given up so depends on the file alone.
        """
        window = self._window
        self._window = min(4 * window, WINDOW)
        while True:
            while len(self._text) < window and self._read_on():
                pass
            at_end = self._ended and len(self._text) <= window
            text = self._whole_segments(window, at_end, head)
            found = complete_blocks(text, self._text, head, at_end, self._starters)
            if found.end > len(self._text) and self._read_on():
                continue
            if found.some or found.closed or at_end:
                break
            is_long = window >= WINDOW and count(text, head.delimiters.terminator) > MOST_SEGMENTS
            if window >= LARGEST_BLOCK or is_long:
                yield self._stray(window, TOO_LARGE)
                return False
            window *= 2
        if found.some:
            yield from self._emit(found, head)
        if found.torn:
            yield self._torn_segment(found.torn, head)
            return True
        if at_end and not found.closed and self._text:
            yield self._stray(len(self._text), AFTER_LAST)
        return found.closed or at_end

    def _torn_isa(self, head: IsaHead) -> Block:
        return self._torn_segment(head.torn, head)

    def _torn_segment(self, length: int, head: IsaHead) -> TornSegment:
        """The first segment of the text at hand; the next one begins after so many characters."""
        bare = Block([], "", head.delimiters, self._offset, self._ordinal)
        self._ordinal += 1
        block = recut(bare, self._take(length))
        return TornSegment(
            block.segments, block.text, block.delimiters, block.start, block.ordinal, block.gap,
            block.starts, block.received, head.records,
        )  # fmt: skip

    def _whole_segments(self, window: int, at_end: bool, head: IsaHead) -> str:
        """The text up to the last terminator and its blanks in the window; all of it at the end
        of the file."""
        if at_end:
            return self._text
        gap = head.delimiters.terminator + head.suffix
        end = self._text.rfind(gap, 0, window)
        if end < 0:
            gap = head.delimiters.terminator
            end = self._text.rfind(gap, 0, window)
        return self._text[: end + len(gap)] if end >= 0 else ""

    def _emit(self, found: CompleteBlocks, head: IsaHead) -> Iterator[Block]:
        base, ordinal, gap = self._offset, self._ordinal, found.gap
        delimiters, records = head.delimiters, head.records
        position = 0
        for segments, text, starts, received in found.blocks:
            start = base + position
            yield Block(segments, text, delimiters, start, ordinal, gap, starts, received, records)
            position += len(text)
            ordinal += len(segments)
        self._ordinal = ordinal
        self._take(position)
