"""The patch that takes a whole segment out of a claim."""

from scrubber.claim.loop import Loop
from scrubber.patches import Patch, Span
from scrubber.x12.segment import Segment


def without(loop: Loop, segment: Segment) -> Patch:
    """The patch that removes `segment` of `loop` with its terminator and line break."""
    block = loop.block
    following = segment.ordinal - block.ordinal + 1
    end = block.offset(following) if following < len(block.segments) else block.end
    return Patch(Span(segment.start, end), "")
