"""Cuts a stream of bytes into blocks: envelopes, hierarchical levels, claims.

Blocks and stray texts laid end to end are the file, so nothing read is ever lost. Memory holds
one piece of the stream and the block that is not yet complete.
"""

from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

from scrubber.x12.block import Block
from scrubber.x12.delimiters import IsaHead, UnreadableIsaError, next_interchange, read_isa
from scrubber.x12.lexer import Pieces, cut

STARTERS = frozenset({"ISA", "GS", "ST", "HL", "CLM", "SE", "GE", "IEA", "TA1"})
LARGEST_BLOCK = 32 * 1024 * 1024
LONGEST_HEAD = 1024
NO_ISA = "no ISA segment"
BEFORE_ISA = "text before the ISA segment"


class StrayText(NamedTuple):
    """Bytes that belong to no segment: before, between or after interchanges."""

    text: str
    start: int
    reason: str


class BlockReader:
    """Iterates over the blocks and stray texts of one file, in order."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._text = ""
        self._offset = 0
        self._ordinal = 1
        self._ended = False

    def __iter__(self) -> Iterator[Block | StrayText]:
        self._read_on()
        while self._text:
            yield from self._stray_text()
            if self._text:
                yield from self._interchange()

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
        return StrayText(self._take(length), start, reason)

    def _stray_text(self) -> Iterator[StrayText]:
        """Everything up to the next ISA; in long stray text a piece at a time."""
        while (at := next_interchange(self._text)) < 0:
            more = self._read_on()
            if not more:
                if self._text:
                    yield self._stray(len(self._text), NO_ISA)
                return
            if len(self._text) > LARGEST_BLOCK and next_interchange(self._text) < 0:
                yield self._stray(len(self._text) - LONGEST_HEAD, NO_ISA)
        if at:
            yield self._stray(at, BEFORE_ISA)

    def _interchange(self) -> Iterator[Block | StrayText]:
        while len(self._text) < LONGEST_HEAD and self._read_on():
            pass
        try:
            head = read_isa(self._text)
        except UnreadableIsaError as error:
            while (end := next_interchange(self._text, 3)) < 0 and self._read_on():
                pass
            yield self._stray(end if end > 0 else len(self._text), str(error))
            return
        closed = False
        while not closed and self._text:
            closed = yield from self._blocks(head)

    def _blocks(self, head: IsaHead) -> Generator[Block | StrayText, None, bool]:
        """The complete blocks of the text at hand; returns True when the interchange is over."""
        pieces = cut(self._whole_segments(head), head)
        separator = head.delimiters.element
        names = [segment[:4].partition(separator)[0] for segment in pieces.segments]
        firsts = [index for index, name in enumerate(names) if name in STARTERS]
        if firsts and firsts[0]:
            firsts.insert(0, 0)
        count, closed = _interchange_end(names, firsts)
        if not closed and not self._ended:
            count = firsts[-1] if firsts else 0
        if count:
            yield from self._emit(pieces, [i for i in firsts if i < count], count, head)
        if closed or (self._ended and not self._text):
            return True
        if self._ended:
            if self._text:
                yield self._stray(len(self._text), "text after the last segment")
            return True
        if not count and len(self._text) > LARGEST_BLOCK:
            yield self._stray(len(self._text), "no end of a claim within 32 MiB")
        self._read_on()
        return False

    def _whole_segments(self, head: IsaHead) -> str:
        """The text at hand up to the last terminator and its blanks; all of it at the end."""
        if self._ended:
            return self._text
        gap = head.delimiters.terminator + head.suffix
        end = self._text.rfind(gap)
        if end < 0:
            gap = head.delimiters.terminator
            end = self._text.rfind(gap)
        return self._text[: end + len(gap)] if end >= 0 else ""

    def _emit(
        self, pieces: Pieces, firsts: list[int], count: int, head: IsaHead
    ) -> Iterator[Block]:
        """The blocks that begin at `firsts`; the last one ends before segment `count`."""
        text, base, ordinal = self._text, self._offset, self._ordinal
        is_last_piece = count == len(pieces.segments)
        position = 0
        for first, end in zip(firsts, [*firsts[1:], count], strict=True):
            segments = pieces.segments[first:end]
            if pieces.starts is None or pieces.received is None:
                stop = position + sum(map(len, segments)) + len(segments) * pieces.gap
                starts = received = None
            else:
                stop = pieces.starts[end] if end < len(pieces.starts) else self._tail(pieces)
                starts = [at - position for at in pieces.starts[first:end]]
                received = pieces.received[first:end]
            if end == count and is_last_piece and self._ended:
                stop = len(text)
            yield Block(
                segments,
                text[position:stop],
                head.delimiters,
                base + position,
                ordinal + first,
                pieces.gap,
                starts,
                received,
            )
            position = stop
        self._ordinal = ordinal + count
        self._take(position)

    def _tail(self, pieces: Pieces) -> int:
        """Where the last segment at hand ends, its terminator included."""
        assert pieces.starts is not None and pieces.received is not None
        return min(pieces.starts[-1] + len(pieces.received[-1]) + 1, len(self._text))


def _interchange_end(names: list[str], firsts: list[int]) -> tuple[int, bool]:
    """How many segments belong to this interchange, and whether its end is among them."""
    for index in firsts:
        if names[index] == "IEA":
            return index + 1, True
        if names[index] == "ISA" and index:
            return index, True
    return len(names), False
