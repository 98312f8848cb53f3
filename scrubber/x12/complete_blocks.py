"""Tells how a stretch of whole segments falls into blocks, and which of them are complete."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from scrubber.x12.delimiters import ISA_WIDTH, IsaHead, glued_interchange, next_interchange
from scrubber.x12.lexer import Pieces, cut_piece_by_piece, is_uniform

STARTERS = frozenset({"ISA", "GS", "ST", "HL", "CLM", "SE", "GE", "IEA", "TA1"})

CutBlock = tuple[list[str], str, list[int] | None, list[str] | None]
"""The segments of a block, its text and, unless it is uniform, `starts` and `received` as a Block
has them."""


class CompleteBlocks(NamedTuple):
    """The complete blocks at the beginning of a text, if there are `some`. `closed`: the
    interchange ends with them. In a uniform text they are laid end to end, with `gap` characters
    after each segment; of another one they take what lies before `end`, which is past the text
    where more must be read to tell. `torn`: behind them come so many characters of an IEA that
    lost its terminator, and then the next interchange."""

    blocks: Iterable[CutBlock]
    some: bool
    closed: bool
    gap: int
    end: int = 0
    torn: int = 0


def complete_blocks(
    text: str,
    following: str,
    head: IsaHead,
    is_all: bool,
    starters: frozenset[str] = STARTERS,
) -> CompleteBlocks:
    """The complete blocks of a text that begins with a segment; the last one is not, unless this
    `is_all` or its interchange ends. `following` is the text with all that was read beyond it;
    `starters` are the segments that begin a block."""
    if is_uniform(text, head):
        return _of_uniform(text, head, is_all, starters)
    pieces = cut_piece_by_piece(text, head.delimiters)
    firsts, count, closed = _found(pieces.segments, head.delimiters.element, is_all, starters)
    torn = _torn(pieces.received[count - 1]) if closed else 0
    if torn:
        firsts, count = firsts[:-1], count - 1
        blocks = _of_pieces(pieces, firsts, count, pieces.starts[count], following)
        return CompleteBlocks(blocks, count > 0, closed, 1, torn=torn)
    end = _end_of(pieces, count, closed, following, head.suffix)
    blocks = _of_pieces(pieces, firsts, count, min(end, len(following)), following)
    return CompleteBlocks(blocks, count > 0, closed, 1, end)


def _of_uniform(text: str, head: IsaHead, is_all: bool, starters: frozenset[str]) -> CompleteBlocks:
    gap = head.delimiters.terminator + head.suffix
    texts = _block_start(head, starters).split(text.removesuffix(gap))
    closed, torn = False, 0
    if "IEA" in text or text.find(f"{gap}ISA") >= 0:
        texts, closed = _up_to_end(texts, head.delimiters.element, gap)
        torn = _torn(texts[-1]) if closed else 0
    if torn or not (closed or is_all):
        texts.pop()
    blocks = ((one.split(gap), one + gap, None, None) for one in texts)
    return CompleteBlocks(blocks, bool(texts), closed, len(gap), torn=torn)


def _torn(last: str) -> int:
    """Where the ISA of the next interchange begins in the last segment of one; 0 if nowhere."""
    return glued_interchange(last) if len(last) > ISA_WIDTH and last.startswith("IEA") else 0


def _up_to_end(texts: list[str], separator: str, gap: str) -> tuple[list[str], bool]:
    """The blocks of this interchange, and whether its end is among them."""
    for index, text in enumerate(texts):
        if text.startswith("IEA"):
            trailer = text.partition(gap)[0]
            if trailer.partition(separator)[0] == "IEA":
                return [*texts[:index], trailer], True
        elif index and text.startswith("ISA"):
            return texts[:index], True
    return texts, False


@lru_cache(maxsize=64)
def _block_start(head: IsaHead, starters: frozenset[str]) -> re.Pattern[str]:
    """What lies between two blocks of a uniform text. An ISA may have another separator."""
    separator, _, _, terminator = head.delimiters
    names = "|".join(sorted(starters))
    ends = f"[{re.escape(separator)}{re.escape(terminator)}]"
    gap = re.escape(terminator + head.suffix)
    return re.compile(rf"{gap}(?=(?:{names})(?:{ends}|\Z)|ISA[^A-Za-z0-9 ])")


def _of_pieces(
    pieces: Pieces, firsts: list[int], count: int, end: int, text: str
) -> Iterator[CutBlock]:
    """The blocks that begin at `firsts`; the last one ends before segment `count`, at `end`."""
    position = 0
    for first, until in zip(firsts, [*firsts[1:], count], strict=True):
        stop = pieces.starts[until] if until < count else end
        starts = [at - position for at in pieces.starts[first:until]]
        received = pieces.received[first:until]
        yield pieces.segments[first:until], text[position:stop], starts, received
        position = stop


def _end_of(pieces: Pieces, count: int, closed: bool, text: str, suffix: str) -> int:
    """Where the first `count` segments end: where the next one begins or, at the end of an
    interchange, after the terminator and its usual blanks."""
    if not count:
        return 0
    if not closed:
        return pieces.starts[count] if count < len(pieces.starts) else len(text)
    end = pieces.starts[count - 1] + len(pieces.received[count - 1]) + 1
    if text.startswith("ISA", end):
        return end
    after = text[end : end + len(suffix)]
    return end + len(suffix) if suffix.startswith(after) else end


def _found(
    segments: list[str], separator: str, is_all: bool, starters: frozenset[str]
) -> tuple[list[int], int, bool]:
    """Where complete blocks begin, how many segments they have together, and whether the
    interchange ends with them."""
    firsts, names = _starters(segments, separator, starters)
    count, closed = _interchange_end(firsts, names, len(segments))
    if not firsts or firsts[0]:
        firsts.insert(0, 0)
    if not closed and not is_all:
        count = firsts[-1]
    return [first for first in firsts if first < count], count, closed


def _starters(
    segments: list[str], separator: str, starters: frozenset[str]
) -> tuple[list[int], list[str]]:
    """The segments that begin a block, by number and by name."""
    heads = {(name + separator)[:3] for name in starters} | starters
    firsts: list[int] = []
    names: list[str] = []
    for index in [index for index, raw in enumerate(segments) if raw[:3] in heads]:
        name = segments[index][:4].partition(separator)[0]
        if name not in starters and next_interchange(segments[index]) == 0:
            name = "ISA"
        if name in starters:
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
