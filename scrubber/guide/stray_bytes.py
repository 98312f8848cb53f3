"""Blanks and line breaks that belong to no value, and line breaks that cut a value in two.

Readers that take a file as it is find them in the text or stop at them. What lies between
segments or at the edge of a value is taken out. A value that was cut is put together where the
whole text is cut into records of one length; elsewhere nobody knows whether the line break stands
for a blank, for another character or for none.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from scrubber.guide.envelope import HEADER_OF
from scrubber.guide.faults import Fault
from scrubber.patches import Patch, Span, apply_patches
from scrubber.x12.blanks import BLANKS, line_end
from scrubber.x12.block import Block
from scrubber.x12.delimiters import WIDTHS
from scrubber.x12.segment import LINE_BREAKS, Delimiters, is_segment_id

OUTSIDE, CUT_IN_TWO = "S145", "S146"
_KINDS = (("\t", "tabs"), (" ", "spaces"), (LINE_BREAKS, "line breaks"))


def stray_faults(block: Block) -> list[Fault]:
    """What lies in a block besides its segments, terminators and line ends."""
    if block.starts is None or block.received is None:
        return []
    wraps = _wraps(block)
    following = [*block.starts[1:], len(block.text)]
    empty = dict.fromkeys(
        [at for at, raw in enumerate(block.segments) if is_empty(raw, block.delimiters)]
    )
    faults = list(_between_segments(block, following, wraps, empty))
    faults += _empty_segments(block, following, empty)
    due = frozenset(wraps)
    for index, received in enumerate(block.received):
        if len(received) != len(block.segments[index]):
            faults += _inside_segment(block, index, received, due)
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


def is_empty(raw: str, delimiters: Delimiters) -> bool:
    """Whether a segment holds nothing at all, or only element separators."""
    return not raw.strip(delimiters.element)


def _between_segments(
    block: Block, following: list[int], wraps: list[Span], empty: dict[int, None]
) -> Iterator[Fault]:
    """One fault for the whole block, at the first segment that something stands before. What
    follows an empty segment is taken out with it. `following` is where the next segment begins."""
    assert block.starts is not None and block.received is not None
    text, terminator = block.text, block.delimiters.terminator
    patches: list[Patch] = []
    first = 0
    for index, start in enumerate(block.starts):
        end = start + len(block.received[index])
        end += text.startswith(terminator, end)
        if end == following[index] or index in empty:
            continue
        gap = Span(block.start + end, block.start + following[index])
        inside = slice(*(bisect_left(wraps, Span(at, at)) for at in gap))
        within = [Patch(one, "") for one in wraps[inside]]
        bare = apply_patches(text[end : following[index]], within, gap.start)
        right = line_end(bare, terminator)
        if len(right) != gap.end - gap.start or right != bare:
            first = first if patches else min(index + 1, len(following) - 1)
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


def _empty_segments(block: Block, following: list[int], empty: dict[int, None]) -> Iterator[Fault]:
    """One fault for each run of empty segments."""
    # The numbers of a run go up as fast as their places in the list.
    for _, group in groupby(enumerate(empty), lambda one: one[1] - one[0]):
        run = [index for _, index in group]
        several = len(run) > 1
        message = f"{len(run):,} empty segments" if several else "empty segment"
        title = f"remove the empty segment{'s' if several else ''}"
        patch = Patch(Span(block.offset(run[0]), block.start + following[run[-1]]), "")
        yield Fault("S115", run[0], 0, 0, message, "", None, title, patches=(patch,))


def _kind(gap: str) -> str:
    return next((name for signs, name in _KINDS if set(signs) & set(gap)), "control characters")


def _outside(segment: int, element: int, message: str, patches: list[Patch], title: str) -> Fault:
    return Fault(OUTSIDE, segment, element, 0, message, "", None, title, patches=tuple(patches))


def _inside_segment(
    block: Block, index: int, received: str, wraps: frozenset[Span]
) -> Iterator[Fault]:
    """The line breaks of one segment: those of a transport, those at the edge of a value or where
    only one reading makes sense, and those inside a value."""
    raw, start, separator = block.segments[index], block.offset(index), block.delimiters.element
    name, is_sure = raw.partition(separator)[0], _is_sure(raw, separator)
    yield from _behind_name(block, index, received, name)
    element = seen = 0
    for found in _runs(block.delimiters).finditer(received):
        element += received.count(separator, seen, found.start())
        seen = found.start()
        at, title = start + found.start("breaks"), "remove the line break"
        own = Span(at, start + found.end("breaks"))
        if own in wraps:
            assert block.records is not None
            message = f"the text is wrapped every {block.records.length} bytes (byte {at})"
            yield _outside(index, element, message, [Patch(own, "")], title)
        elif (
            is_sure
            or (not element and is_segment_id(name))
            or _is_at_edge(received, found, block.delimiters)
        ):
            whole = Span(start + found.start(), start + found.end())
            kept = found[0].translate(_NO_BREAKS) if name == "ISA" else ""
            message = f"a line break outside any value (byte {at})"
            yield _outside(index, element, message, [Patch(whole, kept)], title)
        else:
            message = f"a line break splits the value (byte {at}); "
            message += "the original value cannot be determined"
            yield Fault(CUT_IN_TWO, index, element, 0, message, "6" if element else "")


def _behind_name(block: Block, index: int, received: str, name: str) -> Iterator[Fault]:
    """Blanks before the first element separator; line breaks among them are another fault."""
    end = received.find(block.delimiters.element)
    start = len(received[: max(end, 0)].rstrip(BLANKS))
    gap = received[start:end]
    if gap and is_segment_id(name) and not set(LINE_BREAKS) & set(gap):
        at = block.offset(index) + start
        message = f"{_kind(gap)} after the segment name {name} (byte {at})"
        patch = Patch(Span(at, at + len(gap)), "")
        yield _outside(index, 0, message, [patch], f"remove the {_kind(gap)} after {name}")


_NO_BREAKS = str.maketrans("", "", LINE_BREAKS)


def _is_at_edge(received: str, found: re.Match[str], delimiters: Delimiters) -> bool:
    around = (received[found.start() - 1], received[found.end() : found.end() + 1])
    return any(not one or one in delimiters for one in around)


def _is_sure(raw: str, separator: str) -> bool:
    """Whether a segment can only have been what it is without its line breaks: a trailer, or an ISA
    that has its fixed width."""
    name, *values = raw.split(separator)
    if name == "ISA":
        return tuple(map(len, values)) == WIDTHS
    return name in HEADER_OF


@lru_cache(maxsize=64)
def _runs(delimiters: Delimiters) -> re.Pattern[str]:
    """Line breaks with the blanks around them."""
    blanks = "".join(one for one in " \t" if one not in delimiters)
    return re.compile(
        f"(?<![{blanks}])[{blanks}]*(?P<breaks>[{LINE_BREAKS}]+)[{blanks}{LINE_BREAKS}]*"
    )
