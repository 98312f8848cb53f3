"""The blocks of a file, their segments by number, and a file with some of them replaced."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scrubber.guide.walker import Walker
from scrubber.patches import Patch, Span, apply_patches
from scrubber.x12.block import Block
from scrubber.x12.segment import LINE_BREAKS, Segment
from scrubber.x12.stretches import StretchReader


class SegmentPatch(NamedTuple):
    """A segment of the file as received, by its number and bytes, and what replaces it."""

    ordinal: int
    start: int
    end: int
    before: str
    after: str


class LoopSegment(NamedTuple):
    """A segment with the loop that the guide finds it in, and the number of its service line."""

    segment: Segment
    line: int | None


def blocks_of(content: bytes) -> Iterator[Block]:
    """The blocks of a file; what is none is passed over."""
    for one in StretchReader([content]):
        if isinstance(one, Block):
            yield one


def with_patches(content: bytes, patches: Iterable[SegmentPatch]) -> bytes:
    """The file with the last patch of each segment applied; every other byte stays, but that the
    count in an SE follows segments that a patch adds."""
    last = {one.ordinal: one for one in patches}
    if not last:
        return content
    applied = [Patch(Span(one.start, one.end), one.after) for one in last.values()]
    applied += _recounted(content, last)
    return apply_patches(content.decode("latin-1"), applied).encode("latin-1")


def _recounted(content: bytes, last: Mapping[int, SegmentPatch]) -> Iterator[Patch]:
    added = 0
    for block in blocks_of(content):
        own = last.keys() & set(_ordinals(block))
        added += sum(last[one].after.count(block.delimiters.terminator) for one in own)
        count = block.segment(0)[1]
        if block.id == "SE" and added and count.value.isdecimal():
            yield count.put(str(int(count.value) + added))
        if block.id == "SE":
            added = 0


def _ordinals(block: Block) -> range:
    return range(block.ordinal, block.ordinal + len(block.segments))


def new_patches(
    received: bytes,
    earlier: Iterable[SegmentPatch],
    changed: Mapping[int, str],
    added: Mapping[int, list[str]],
) -> list[SegmentPatch]:
    """The patches of the file received that change segments of the file as it is now, by their
    numbers there, and put others before some of them."""
    last = {one.ordinal: one for one in earlier}
    patches, now = [], 0
    for block in blocks_of(received):
        terminator = block.delimiters.terminator
        for index, ordinal in enumerate(_ordinals(block)):
            segment = block.segment(index)
            text = last[ordinal].after if ordinal in last else segment.received
            pieces = text.split(terminator)
            mine = range(now + 1, now + 1 + len(pieces))
            now = mine[-1]
            if not (changed.keys() | added.keys()) & set(mine):
                continue
            gap = _line_end(block, index)
            after = [
                piece
                for number, old in zip(mine, pieces, strict=True)
                for piece in _replaced(old, changed.get(number), added.get(number, []), gap)
            ]
            patches.append(
                SegmentPatch(ordinal, *segment.span, segment.received, terminator.join(after))
            )
    return patches


def _replaced(old: str, new: str | None, before: list[str], gap: str) -> list[str]:
    lead = old[: len(old) - len(old.lstrip(LINE_BREAKS))]
    pieces = [*before, old[len(lead) :] if new is None else new]
    return [(gap if at else lead) + piece for at, piece in enumerate(pieces)]


def _line_end(block: Block, index: int) -> str:
    """What stands between the segment before and this one, behind the terminator."""
    if not index:
        return ""
    before = block.segment(index - 1).span.end + 1
    text = block.text[before - block.start : block.offset(index) - block.start]
    return text if not text.strip(LINE_BREAKS) else ""


def segments_of(blocks: Iterable[Block], wanted: Mapping[int, str]) -> list[LoopSegment]:
    """The segments of the blocks that begin at these numbers, each block with its loop."""
    found: list[LoopSegment] = []
    walker: Walker | None = None
    for block in blocks:
        if block.ordinal in wanted:
            if walker is None or walker.delimiters != block.delimiters:
                walker = Walker(block.delimiters)
            found += _located(walker, block, wanted[block.ordinal])
    return found


def _located(walker: Walker, block: Block, loop_id: str) -> Iterator[LoopSegment]:
    shape = walker.walk(block, loop_id).shape
    loops = {at: one.id for one in shape.loops for all_of in one.segments.values() for at in all_of}
    lines = [one for one in shape.loops if one.id == "2400"]
    for index in range(len(block.segments)):
        number = [at for at, one in enumerate(lines, 1) if one.first <= index < one.last]
        yield LoopSegment(block.segment(index, loops.get(index, "")), number[0] if number else None)
