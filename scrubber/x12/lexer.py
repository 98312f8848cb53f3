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
from scrubber.x12.segment import LINE_BREAKS

_CONTROLS = BLANKS.replace(" ", "")


class Pieces(NamedTuple):
    """Segments without terminators and line breaks, where each begins, and what lies there."""

    segments: list[str]
    starts: list[int]
    received: list[str]


def is_uniform(text: str, head: IsaHead) -> bool:
    """Whether a text is of segments with something in them, and terminators and blanks between
    them always come as after the ISA."""
    terminator, suffix = head.delimiters.terminator, head.suffix
    gap = terminator + suffix
    if not text.endswith(gap) or text[0] in BLANKS or text.startswith(gap) or gap + gap in text:
        return False
    if gap + " " in text or any(one not in gap and one in text for one in _CONTROLS):
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


def cut_piece_by_piece(text: str, terminator: str) -> Pieces:
    """The segments of a text that begins with one; the last may lack its terminator."""
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
        segments.append(body.replace("\r", "").replace("\n", ""))
        starts.append(start if body else position - 1)
        received.append(body)
    return Pieces(segments, starts, received)


def count(text: str, terminator: str) -> int:
    """How many segments a text of whole segments holds."""
    return count_filled(text, terminator) if terminator in LINE_BREAKS else text.count(terminator)


def count_filled(text: str, terminator: str) -> int:
    """How many of them are not empty."""
    return sum([1 for part in text.split(terminator) if without_lead(part)])


def recut(block: Block, text: str) -> Block:
    """The block after its text was changed; offsets are those of the changed text."""
    pieces = cut_piece_by_piece(text, block.delimiters.terminator)
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
