"""Cuts whole segments at their terminators, whatever blanks the file puts between.

Two terminators in a row enclose an empty segment, but where the terminator is a line break they
enclose a blank line.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from scrubber.x12.blanks import BLANKS, without_lead
from scrubber.x12.block import Block
from scrubber.x12.delimiters import IsaHead
from scrubber.x12.segment import LINE_BREAKS, Delimiters, is_segment_id

_CONTROLS = BLANKS.replace(" ", "")


class Pieces(NamedTuple):
    """Segments without terminators, line breaks and blanks behind their names, where each begins,
    and what lies there."""

    segments: list[str]
    starts: list[int]
    received: list[str]


def is_uniform(text: str, head: IsaHead) -> bool:
    """Whether a text is of segments with something in them, and terminators and blanks between
    them always come as after the ISA."""
    separator, _, _, terminator = head.delimiters
    suffix = head.suffix
    gap = terminator + suffix
    if not text.endswith(gap) or text[0] in BLANKS or text.startswith(gap) or gap + gap in text:
        return False
    if gap + " " in text or gap + separator in text:
        return False
    if any(one not in gap and one in text for one in _CONTROLS):
        return False
    if " " + separator in text and _padded_name(head).search(text) is not None:
        return False
    if not text.isascii() and _odd_gap(gap).search(text) is not None:
        return False
    if not suffix and terminator not in LINE_BREAKS:
        return True
    count = text.count(gap)
    return all(text.count(one) == count * gap.count(one) for one in {terminator, *LINE_BREAKS})


@lru_cache(maxsize=64)
def _odd_gap(gap: str) -> re.Pattern[str]:
    return re.compile(f"(?:^|{re.escape(gap)})[^\\x00-\\x7f]")


@lru_cache(maxsize=64)
def _padded_name(head: IsaHead) -> re.Pattern[str]:
    separator, _, _, terminator = head.delimiters
    gap = re.escape(terminator + head.suffix)
    return re.compile(f"(?:^|{gap})[A-Z][A-Z0-9]{{1,2}} +{re.escape(separator)}")


def cut_piece_by_piece(text: str, delimiters: Delimiters) -> Pieces:
    """The segments of a text that begins with one; the last may lack its terminator."""
    separator, _, _, terminator = delimiters
    segments: list[str] = []
    starts: list[int] = []
    received: list[str] = []
    position = 0
    for part in text.split(terminator):
        body = without_lead(part)
        start = position + len(part) - len(body)
        position += len(part) + 1
        if position > len(text):
            body = body.rstrip(BLANKS)
            if not body:
                break
        if not body and terminator in LINE_BREAKS:
            continue
        segments.append(bare_segment(body, separator))
        starts.append(start if body else position - 1)
        received.append(body)
    return Pieces(segments, starts, received)


def bare_segment(body: str, separator: str) -> str:
    """A segment without line breaks and blanks behind its name."""
    raw = body.replace("\r", "").replace("\n", "")
    end = raw.find(separator)
    if end < 1 or raw[end - 1] not in BLANKS:
        return raw
    name = raw[:end].rstrip(BLANKS)
    return name + raw[end:] if is_segment_id(name) else raw


def count(text: str, terminator: str) -> int:
    """How many segments a text of whole segments holds."""
    return count_filled(text, terminator) if terminator in LINE_BREAKS else text.count(terminator)


def count_filled(text: str, terminator: str) -> int:
    """How many of them are not empty."""
    return sum([1 for part in text.split(terminator) if without_lead(part)])


def recut(block: Block, text: str) -> Block:
    """The block after its text was changed; offsets are those of the changed text."""
    pieces = cut_piece_by_piece(text, block.delimiters)
    return Block(
        pieces.segments,
        text,
        block.delimiters,
        block.start,
        block.ordinal,
        1,
        pieces.starts,
        pieces.received,
    )
