"""The blocks of a file, their segments by number, and a file with some of them replaced."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scrubber.guide.walker import Walker
from scrubber.patches import Patch, Span, apply_patches
from scrubber.x12.block import Block
from scrubber.x12.segment import Segment
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
    """The file with the last patch of each segment applied; every other byte stays."""
    last = {one.ordinal: one for one in patches}
    applied = [Patch(Span(one.start, one.end), one.after) for one in last.values()]
    return apply_patches(content.decode("latin-1"), applied).encode("latin-1")


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
