"""The sequence of definitions in a block: what is missing, what is too many, which loops it holds.

The answer depends on the sequence alone, so a block's shape is judged once and remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scrubber.guide.definitions import BLOCK_LOOPS, LoopDefinition, SegmentDefinition
from scrubber.guide.faults import Fault
from scrubber.guide.layout import LoopLayout


@dataclass(eq=False, slots=True)
class _Occurrence:
    """One occurrence of a loop while the block is read."""

    loop: LoopDefinition
    first: int
    last: int
    segments: list[tuple[SegmentDefinition, int]] = field(default_factory=list)
    loops: list[_Occurrence] = field(default_factory=list)


class Shape(NamedTuple):
    """The verdict on a sequence of definitions: its loops and its faults."""

    layout: LoopLayout
    faults: tuple[Fault, ...]
    contents: frozenset[str]
    loops: tuple[LoopLayout, ...]


def judge(definitions: Sequence[SegmentDefinition | None]) -> Shape:
    """Judge a block by its definitions; None stands for a segment that has no place."""
    root = _tree(definitions)
    contents = {occurrence.loop.id for occurrence in _all(root)}
    contents |= {definition.id for o in _all(root) for definition, _ in o.segments}
    layout = _layout(root)
    return Shape(layout, tuple(_faults(root)), frozenset(contents), tuple(layout.walk()))


def _tree(definitions: Sequence[SegmentDefinition | None]) -> _Occurrence:
    first = definitions[0]
    assert first is not None
    root = _Occurrence(first.loop, 0, len(definitions))
    root.segments.append((first, 0))
    path = [root]
    for index, definition in enumerate(definitions[1:], start=1):
        if definition is None:
            continue
        if definition.starts_loop and definition.loop is not root.loop:
            while path[-1].loop is not definition.loop.parent:
                path.pop().last = index
            occurrence = _Occurrence(definition.loop, index, len(definitions))
            path[-1].loops.append(occurrence)
            path.append(occurrence)
        else:
            while path[-1].loop is not definition.loop:
                path.pop().last = index
        path[-1].segments.append((definition, index))
    return root


def _all(occurrence: _Occurrence) -> Iterator[_Occurrence]:
    yield occurrence
    for inner in occurrence.loops:
        yield from _all(inner)


def _layout(occurrence: _Occurrence) -> LoopLayout:
    segments: dict[str, tuple[int, ...]] = {}
    for definition, index in occurrence.segments:
        segments[definition.id] = (*segments.get(definition.id, ()), index)
    loops: dict[str, tuple[LoopLayout, ...]] = {}
    for inner in occurrence.loops:
        loops[inner.loop.id] = (*loops.get(inner.loop.id, ()), _layout(inner))
    return LoopLayout(occurrence.loop.id, occurrence.first, segments, loops, occurrence.last)


def _faults(occurrence: _Occurrence) -> Iterator[Fault]:
    loop = occurrence.loop
    for definition in loop.segments:
        indexes = [i for d, i in occurrence.segments if d is definition]
        yield from _segment_count(definition, indexes, occurrence.first)
    for inner in loop.loops:
        if inner.id in BLOCK_LOOPS:
            continue
        firsts = [o.first for o in occurrence.loops if o.loop is inner]
        yield from _loop_count(inner, firsts, occurrence.first)
    for one in occurrence.loops:
        yield from _faults(one)


def _segment_count(
    definition: SegmentDefinition, indexes: list[int], first: int
) -> Iterator[Fault]:
    name = described(definition)
    if not indexes and definition.usage == "R" and definition.id != "SE":
        message = f"loop {definition.loop.id} lacks its {name}"
        yield Fault("S202", first, 0, 0, message, "3", missing=definition.address)
    if definition.repeat and len(indexes) > definition.repeat:
        times = "once" if definition.repeat == 1 else f"{definition.repeat} times"
        message = f"{name} may stand {times} in loop {definition.loop.id}; here {len(indexes)}"
        yield Fault("S205", indexes[definition.repeat], 0, 0, message, "5")


def _loop_count(loop: LoopDefinition, firsts: list[int], parent: int) -> Iterator[Fault]:
    if not firsts and loop.usage == "R":
        message = f"loop {loop.id} ({described(loop.segments[0])}) is missing"
        yield Fault("S201", parent, 0, 0, message, "3", missing=loop.segments[0].address)
    if loop.repeat and len(firsts) > loop.repeat:
        message = f"loop {loop.id} may stand {loop.repeat} times; here {len(firsts)}"
        yield Fault("S204", firsts[loop.repeat], 0, 0, message, "4")


def described(definition: SegmentDefinition) -> str:
    """A segment with its qualifiers, such as REF*EI or SY."""
    codes = sorted(definition.qualifiers)
    if not codes or len(codes) > 4:
        return definition.id
    return f"{definition.id}*{' or '.join(codes)}"
