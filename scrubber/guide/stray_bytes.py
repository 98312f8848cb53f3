"""Blanks and line breaks that belong to no value, and line breaks that cut a value in two.

Readers that take a file as it is find them in the text or stop at them. What lies between
segments or at the edge of a value is taken out. A value that was cut is put together where the
whole text is cut into records of one length; elsewhere nobody knows whether the line break stands
for a blank, for another character or for none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from scrubber.guide.faults import Fault
from scrubber.patches import Patch, Span, apply_patches
from scrubber.x12.blanks import line_end
from scrubber.x12.block import Block
from scrubber.x12.delimiters import WIDTHS
from scrubber.x12.segment import LINE_BREAKS, Delimiters, is_segment_id

OUTSIDE, CUT_IN_TWO = "S145", "S146"
COUNTED = ("SE", "GE", "IEA")
"""What they hold is known from what they close."""
_KINDS = (("\t", "tabs"), (" ", "spaces"), (LINE_BREAKS, "line breaks"))


def stray_faults(block: Block) -> list[Fault]:
    """What lies in a block besides its segments, terminators and line ends."""
    if block.starts is None or block.received is None:
        return []
    wraps = _wraps(block)
    faults = list(_between_segments(block, block.starts, block.received, wraps))
    for index, received in enumerate(block.received):
        if len(received) != len(block.segments[index]):
            faults += _inside_segment(block, index, received, wraps)
    return faults


def unwrapped(block: Block) -> str:
    """The text of a block without the line breaks of a transport that cuts records."""
    return apply_patches(block.text, [Patch(one, "") for one in _wraps(block)], block.start)


def _wraps(block: Block) -> list[Span]:
    """The line breaks of a transport that cuts records; none where one of them is missing."""
    records = block.records
    if records is None:
        return []
    due = records.breaks(block.start, block.end)
    is_whole = all(block.text.startswith(records.line_break, at - block.start) for at in due)
    return [Span(at, at + len(records.line_break)) for at in due] if is_whole else []


def _between_segments(
    block: Block, starts: list[int], received: list[str], wraps: list[Span]
) -> Iterator[Fault]:
    """One fault for the whole block, at the first segment that something stands before."""
    text, terminator = block.text, block.delimiters.terminator
    following = [*starts[1:], len(text)]
    patches: list[Patch] = []
    first = 0
    for index, start in enumerate(starts):
        end = start + len(received[index])
        end += text.startswith(terminator, end)
        gap = Span(block.start + end, block.start + following[index])
        within = [Patch(one, "") for one in wraps if gap.start <= one.start < gap.end]
        bare = apply_patches(text[end : following[index]], within, gap.start)
        right = line_end(bare, terminator)
        if len(right) != gap.end - gap.start or right != bare:
            first = first if patches else min(index + 1, len(starts) - 1)
            patches.append(Patch(gap, right))
    if patches:
        at = patches[0].span
        message = f"{_kind(text[at.start - block.start : at.end - block.start])} between segments"
        message += f" (byte {at.start})"
        more = len(patches) - 1
        if more:
            message += f" and in {more} more place{'s' if more > 1 else ''}"
        title = "leave only line ends between segments"
        yield _outside(first, 0, message, patches, title)


def _kind(gap: str) -> str:
    return next((name for signs, name in _KINDS if set(signs) & set(gap)), "control characters")


def _outside(segment: int, element: int, message: str, patches: list[Patch], title: str) -> Fault:
    return Fault(OUTSIDE, segment, element, 0, message, "", None, title, patches=tuple(patches))


def _inside_segment(block: Block, index: int, received: str, wraps: list[Span]) -> Iterator[Fault]:
    """The line breaks of one segment: those of a transport, those at the edge of a value or where
    only one reading makes sense, and those inside a value."""
    raw, start, separator = block.segments[index], block.offset(index), block.delimiters.element
    name = raw.partition(separator)[0]
    for found in _runs(block.delimiters).finditer(received):
        element = received.count(separator, 0, found.start())
        at, title = start + found.start("breaks"), "remove the line break"
        own = Span(at, start + found.end("breaks"))
        if own in wraps:
            assert block.records is not None
            message = f"the text is wrapped every {block.records.length} bytes (byte {at})"
            yield _outside(index, element, message, [Patch(own, "")], title)
        elif _is_at_edge(received, found, block.delimiters) or _is_sure(raw, separator, element):
            whole = Span(start + found.start(), start + found.end())
            kept = found[0].translate(_NO_BREAKS) if name == "ISA" else ""
            message = f"a line break outside any value (byte {at})"
            yield _outside(index, element, message, [Patch(whole, kept)], title)
        else:
            message = f"a line break splits the value (byte {at}); "
            message += "the original value cannot be determined"
            yield Fault(CUT_IN_TWO, index, element, 0, message, "6" if element else "")


_NO_BREAKS = str.maketrans("", "", LINE_BREAKS)


def _is_at_edge(received: str, found: re.Match[str], delimiters: Delimiters) -> bool:
    around = (received[found.start() - 1], received[found.end() : found.end() + 1])
    return any(not one or one in delimiters for one in around)


def _is_sure(raw: str, separator: str, element: int) -> bool:
    """Whether a segment can only have been what it is without its line breaks: a trailer, an ISA
    that has its fixed width, or the name of a segment."""
    name, *values = raw.split(separator)
    if name == "ISA":
        return tuple(map(len, values)) == WIDTHS
    return name in COUNTED or (not element and is_segment_id(name))


@lru_cache(maxsize=64)
def _runs(delimiters: Delimiters) -> re.Pattern[str]:
    """Line breaks with the blanks around them."""
    blanks = "".join(one for one in " \t" if one not in delimiters)
    return re.compile(f"[{blanks}]*(?P<breaks>[{LINE_BREAKS}]+)[{blanks}{LINE_BREAKS}]*")
