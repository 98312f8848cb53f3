"""Corrections as a diff: segments as received and as corrected, with the rule that asks for it."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from scrubber.findings import Correction
from scrubber.outputs.address import address
from scrubber.outputs.masking import masked_segment
from scrubber.outputs.terminal import Line
from scrubber.x12.segment import Delimiters

_AROUND = 1
"""Unchanged segments shown before and after a change."""

Opcode = tuple[str, int, int, int, int]


class Change(NamedTuple):
    """A part of a file before and after its corrections. `what` names it; `first` is the number
    of its first segment in the file."""

    what: str
    first: int
    before: Sequence[str]
    after: Sequence[str]
    corrections: Sequence[Correction]
    delimiters: Delimiters


def diff_lines(change: Change, show_phi: bool = False) -> Iterator[Line]:
    """The changed segments in the manner of a unified diff, then what was done to them."""
    matcher = SequenceMatcher(None, change.before, change.after, autojunk=False)
    for hunk in matcher.get_grouped_opcodes(_AROUND):
        yield _heading(hunk, change)
        for opcode in hunk:
            yield from _opcode_lines(opcode, change, show_phi)
    for text in dict.fromkeys(map(_reason, change.corrections)):
        yield ((f"  {text}", "faint"),)
    yield ()


def _heading(hunk: Sequence[Opcode], change: Change) -> Line:
    (_, first, _, first_after, _), (_, _, end, _, end_after) = hunk[0], hunk[-1]
    ranges = f"-{_range(first, end, change)} +{_range(first_after, end_after, change)}"
    return ((f"@@ {ranges} @@", "frame"), (f" {change.what}", "label"))


def _range(first: int, end: int, change: Change) -> str:
    return f"{change.first + first},{end - first}"


def _opcode_lines(opcode: Opcode, change: Change, show_phi: bool) -> Iterator[Line]:
    kind, first, end, first_after, end_after = opcode
    before, after = change.before[first:end], change.after[first_after:end_after]
    if kind == "equal":
        yield from (((f" {_shown(raw, change, show_phi)}", ""),) for raw in before)
        return
    # Segment under segment is easier to compare than all old ones above all new ones.
    old = [_shown(raw, change, show_phi) for raw in before]
    new = [_shown(raw, change, show_phi) for raw in after]
    for was, becomes in zip_longest(old, new):
        if was is not None:
            yield ((f"-{was}", "reject"),)
        if becomes is not None:
            yield ((f"+{becomes}", "good"),)
        if was == becomes:
            yield (("  what differs identifies a patient; --show-phi shows it", "faint"),)


def _shown(raw: str, change: Change, show_phi: bool) -> str:
    if show_phi:
        return raw
    return masked_segment(raw, change.delimiters, _loop(raw, change))


def _loop(raw: str, change: Change) -> str:
    """The loop of a segment, where the corrections leave no doubt of it."""
    name = raw.split(change.delimiters.element, 1)[0]
    places = [address(one.path) for one in change.corrections]
    loops = {place.loop for place in places if place.segment == name}
    return loops.pop() if len(loops) == 1 else ""


def _reason(correction: Correction) -> str:
    line = f" line {correction.line}" if correction.line is not None else ""
    return f"{correction.code} {correction.path}{line}: {correction.title}"
