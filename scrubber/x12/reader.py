"""Cuts a stream of bytes into blocks: envelopes, hierarchical levels, claims.

Blocks and stray texts laid end to end are the file, so nothing read is ever lost. Memory holds
one piece of the stream and the block that is not yet complete. In what pieces the stream comes
makes no difference.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import NamedTuple, TypeVar

from scrubber.x12.block import Block, TornTrailer
from scrubber.x12.delimiters import (
    ISA_WIDTH,
    IsaHead,
    UnreadableIsaError,
    glued_interchange,
    next_interchange,
    read_isa,
)
from scrubber.x12.lexer import Pieces, cut, recut

STARTERS = frozenset({"ISA", "GS", "ST", "HL", "CLM", "SE", "GE", "IEA", "TA1"})
FIRST_WINDOW, WINDOW = 4 * 1024, 256 * 1024
"""How much is cut at once, at the beginning of an interchange and later: many are short."""
LARGEST_BLOCK = 8 * 1024 * 1024
MOST_SEGMENTS = 100_000
LONGEST_HEAD = 1024
NO_ISA = "no ISA segment"
BEFORE_ISA = "text before the ISA segment"
TOO_LARGE = "no end of a claim within 8 MiB or 100,000 segments"
AFTER_LAST = "text after the last segment"


class StrayText(NamedTuple):
    """Bytes that belong to no segment: before, between or after interchanges."""

    text: str
    start: int
    reason: str


Piece = TypeVar("Piece")
TakePieces = Callable[[IsaHead], Generator[Piece | StrayText, None, bool]]
"""Yields what is complete of the text at hand; returns True when the interchange is over."""


class BlockReader:
    """Iterates over the blocks and stray texts of one file, in order."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._text = ""
        self._offset = 0
        self._ordinal = 1
        self._ended = False
        self._window = FIRST_WINDOW

    def __iter__(self) -> Iterator[Block | StrayText]:
        return self._through(self._blocks)

    def _through(self, take: TakePieces[Piece]) -> Iterator[Piece | StrayText]:
        """The whole file in pieces as `take` makes them of an interchange, and stray texts."""
        while self._text or self._read_on():
            yield from self._stray_text()
            if self._text:
                yield from self._interchange(take)

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
            if not self._read_on():
                if self._text:
                    yield self._stray(len(self._text), NO_ISA)
                return
            if len(self._text) > LARGEST_BLOCK and next_interchange(self._text) < 0:
                yield self._stray(LARGEST_BLOCK - LONGEST_HEAD, NO_ISA)
        if at:
            yield self._stray(at, BEFORE_ISA)

    def _interchange(self, take: TakePieces[Piece]) -> Iterator[Piece | StrayText]:
        while len(self._text) < LONGEST_HEAD and self._read_on():
            pass
        try:
            head = read_isa(self._text)
        except UnreadableIsaError as error:
            yield from self._unreadable(str(error))
            return
        closed = False
        self._window = FIRST_WINDOW
        while not closed and (self._text or self._read_on()):
            closed = yield from take(head)

    def _unreadable(self, reason: str) -> Iterator[StrayText]:
        """An ISA that does not tell its delimiters, and what follows up to the next ISA."""
        while (end := next_interchange(self._text, 3)) < 0:
            if not self._read_on():
                end = len(self._text)
                break
            if len(self._text) > LARGEST_BLOCK and next_interchange(self._text, 3) < 0:
                yield self._stray(LARGEST_BLOCK - LONGEST_HEAD, reason)
        yield self._stray(end, reason)

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
            pieces = cut(self._whole_segments(window, at_end, head), head)
            firsts, count, closed = _found(pieces.segments, at_end, head)
            if closed and len(pieces.segments[count - 1]) > ISA_WIDTH:
                torn, isa = _torn_trailer(pieces, count)
                if isa:
                    yield from self._emit(pieces, firsts[:-1], count - 1, torn, head)
                    yield self._trailer_before(isa - torn, head)
                    return True
            stop = self._end_of(pieces, count, closed, head)
            if stop > len(self._text) and self._read_on():
                continue
            if count or closed or at_end:
                break
            is_long = window >= WINDOW and len(pieces.segments) > MOST_SEGMENTS
            if window >= LARGEST_BLOCK or is_long:
                yield self._stray(window, TOO_LARGE)
                return False
            window *= 2
        if count:
            yield from self._emit(pieces, firsts, count, min(stop, len(self._text)), head)
        if at_end and not closed and self._text:
            yield self._stray(len(self._text), AFTER_LAST)
        return closed or at_end

    def _trailer_before(self, length: int, head: IsaHead) -> TornTrailer:
        """The IEA that the text at hand begins with, up to the ISA behind so many characters."""
        bare = Block([], "", head.delimiters, self._offset, self._ordinal)
        self._ordinal += 1
        block = recut(bare, self._take(length))
        return TornTrailer(
            block.segments, block.text, block.delimiters, block.start, block.ordinal, block.gap,
            block.starts, block.received,
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

    def _end_of(self, pieces: Pieces, count: int, closed: bool, head: IsaHead) -> int:
        """Where the first `count` segments of irregular pieces end: where the next one begins or,
        at the end of an interchange, after the terminator and its usual blanks; past the text at
        hand if more must be read to tell. Regular ones end within the text at hand."""
        if not count or pieces.starts is None or pieces.received is None:
            return 0
        if not closed:
            return pieces.starts[count] if count < len(pieces.starts) else len(self._text)
        end = pieces.starts[count - 1] + len(pieces.received[count - 1]) + 1
        if self._text.startswith("ISA", end):
            return end
        after = self._text[end : end + len(head.suffix)]
        return end + len(head.suffix) if head.suffix.startswith(after) else end

    def _emit(
        self, pieces: Pieces, firsts: list[int], count: int, end: int, head: IsaHead
    ) -> Iterator[Block]:
        """The blocks that begin at `firsts`; the last one ends before segment `count`, at `end`."""
        text, base, ordinal, delimiters = self._text, self._offset, self._ordinal, head.delimiters
        position = 0
        for first, until in zip(firsts, [*firsts[1:], count], strict=True):
            segments = pieces.segments[first:until]
            if pieces.starts is None or pieces.received is None:
                stop = position + sum(map(len, segments)) + len(segments) * pieces.gap
                starts = received = None
            else:
                stop = pieces.starts[until] if until < count else end
                starts = [at - position for at in pieces.starts[first:until]]
                received = pieces.received[first:until]
            yield Block(
                segments,
                text[position:stop],
                delimiters,
                base + position,
                ordinal + first,
                pieces.gap,
                starts,
                received,
            )
            position = stop
        self._ordinal = ordinal + count
        self._take(position)


def _torn_trailer(pieces: Pieces, count: int) -> tuple[int, int]:
    """Where segment `count`, which ends an interchange, begins in the text, and where within it
    the ISA of the next one does; 0 if it does not."""
    last = count - 1
    if pieces.starts is None or pieces.received is None:
        start = sum(map(len, pieces.segments[:last])) + last * pieces.gap
        received = pieces.segments[last]
    else:
        start, received = pieces.starts[last], pieces.received[last]
    isa = glued_interchange(received) if received.startswith("IEA") else 0
    return start, start + isa if isa else 0


def _found(segments: list[str], at_end: bool, head: IsaHead) -> tuple[list[int], int, bool]:
    """Where complete blocks begin, how many segments they have together, and whether the
    interchange ends with them."""
    firsts, names = _starters(segments, head.delimiters.element)
    count, closed = _interchange_end(firsts, names, len(segments))
    if not firsts or firsts[0]:
        firsts.insert(0, 0)
    if not closed and not at_end:
        count = firsts[-1]
    return [first for first in firsts if first < count], count, closed


def _starters(segments: list[str], separator: str) -> tuple[list[int], list[str]]:
    """The segments that begin a block, by number and by name."""
    heads = {(name + separator)[:3] for name in STARTERS} | STARTERS
    firsts: list[int] = []
    names: list[str] = []
    for index in [index for index, raw in enumerate(segments) if raw[:3] in heads]:
        name = segments[index][:4].partition(separator)[0]
        if name not in STARTERS and next_interchange(segments[index]) == 0:
            name = "ISA"
        if name in STARTERS:
            firsts.append(index)
            names.append(name)
    return firsts, names


def _interchange_end(firsts: list[int], names: list[str], count: int) -> tuple[int, bool]:
    """How many segments belong to this interchange, and whether its end is among them."""
    for index, name in zip(firsts, names, strict=True):
        if name == "IEA":
            return index + 1, True
        if name == "ISA" and index:
            return index, True
    return count, False
