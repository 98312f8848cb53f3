"""The patches that take a whole segment out of a claim, or put one in."""

from scrubber.claim.loop import Loop
from scrubber.claim.service_line import ServiceLine
from scrubber.patches import Patch, Span
from scrubber.x12.segment import LINE_BREAKS, Segment

BEHIND_REFERENCES = ("AMT", "K3", "NTE", "PS1", "HCP")
"""Segments of a service line that come after its REF segments."""


def without(loop: Loop, segment: Segment) -> Patch:
    """The patch that removes `segment` of `loop` with its terminator and line break."""
    following = segment.ordinal - loop.block.ordinal + 1
    return Patch(Span(segment.start, loop.block.begin(following)), "")


def with_reference(line: ServiceLine, qualifier: str, number: str) -> Patch:
    """The patch that adds a REF behind those that the line has."""
    block, layout = line.block, line.layout
    behind = [layout.segments[one][0] for one in BEHIND_REFERENCES if one in layout.segments]
    behind += [loops[0].first for loops in layout.loops.values()]
    at = block.begin(min(behind, default=layout.last))
    first = block.segment(0)
    rest = block.text[first.span.end + 1 - block.start :]
    line_break = rest[: len(rest) - len(rest.lstrip(LINE_BREAKS))]
    text = block.delimiters.element.join(("REF", qualifier, number))
    return Patch(Span(at, at), text + block.delimiters.terminator + line_break)
