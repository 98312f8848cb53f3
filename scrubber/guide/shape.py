"""The sequence of definitions in a block: what is missing, what is too many, which loops it holds.

The answer depends on the sequence alone, so a block's shape is judged once and remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from scrubber.guide.definitions import BLOCK_LOOPS, LoopDefinition, SegmentDefinition
from scrubber.guide.faults import Fault
from scrubber.guide.layout import LoopLayout

FEW = 4


@dataclass(eq=False, slots=True)
class _Occurrence:
    """One occurrence of a loop while the block is read."""

    loop: LoopDefinition
    first: int
    last: int
    segments: list[tuple[SegmentDefinition, int]] = field(default_factory=list)
    loops: list[_Occurrence] = field(default_factory=list)


class Shape(NamedTuple):
    """The verdict on a sequence of definitions: its loops and its faults.

    `contents` names the loops and segments it holds, such as 2320, SVD and 2300/DTP*431; where a
    definition has a few qualifiers it names all of them, though one of them stands there.
    """

    layout: LoopLayout
    faults: tuple[Fault, ...]
    contents: frozenset[str]
    loops: tuple[LoopLayout, ...]


def judge(definitions: Sequence[SegmentDefinition | None], begin: int = 0) -> Shape:
    """Judge a loop by its definitions; None stands for a segment that has no place.

    `begin` is the number of its first segment in the block. A claim's service lines are judged
    by themselves and not counted here.
    """
    root = _tree(definitions, begin)
    contents = {occurrence.loop.id for occurrence in _all(root)}
    for occurrence in _all(root):
        for definition, _ in occurrence.segments:
            contents |= _names(definition)
    layout = _layout(root)
    return Shape(layout, tuple(_faults(root)), frozenset(contents), tuple(layout.walk()))


def moved(shape: Shape, by: int) -> Shape:
    """The shape of the same loop, `by` segments further into the block."""
    layout = _moved_layout(shape.layout, by)
    faults = tuple(fault._replace(segment=fault.segment + by) for fault in shape.faults)
    return Shape(layout, faults, shape.contents, tuple(layout.walk()))


def _moved_layout(layout: LoopLayout, by: int) -> LoopLayout:
    return LoopLayout(
        layout.id,
        layout.first + by,
        {name: tuple([index + by for index in at]) for name, at in layout.segments.items()},
        {
            name: tuple([_moved_layout(loop, by) for loop in loops])
            for name, loops in layout.loops.items()
        },
        layout.last + by,
    )


def _tree(definitions: Sequence[SegmentDefinition | None], begin: int) -> _Occurrence:
    first = definitions[0]
    assert first is not None
    end = begin + len(definitions)
    root = _Occurrence(first.loop, begin, end)
    root.segments.append((first, begin))
    path = [root]
    for index, definition in enumerate(definitions[1:], start=begin + 1):
        if definition is None:
            continue
        if definition.starts_loop and definition.loop is not root.loop:
            while path[-1].loop is not definition.loop.parent:
                path.pop().last = index
            occurrence = _Occurrence(definition.loop, index, end)
            path[-1].loops.append(occurrence)
            path.append(occurrence)
        else:
            while path[-1].loop is not definition.loop:
                path.pop().last = index
        path[-1].segments.append((definition, index))
    return root


@cache
def _names(definition: SegmentDefinition) -> frozenset[str]:
    qualifiers = definition.qualifiers if len(definition.qualifiers) <= FEW else ()
    return frozenset((definition.id, *(f"{definition.address}*{one}" for one in qualifiers)))


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
    indexes: dict[SegmentDefinition, list[int]] = {}
    for definition, index in occurrence.segments:
        indexes.setdefault(definition, []).append(index)
    for definition in loop.segments:
        if definition in indexes or definition.usage == "R":
            yield from _segment_count(definition, indexes.get(definition, []), occurrence)
    for inner in loop.loops:
        if inner.id in BLOCK_LOOPS or inner.id == "2400":
            continue
        firsts = [o.first for o in occurrence.loops if o.loop is inner]
        yield from loop_count_faults(
            inner, firsts, occurrence.first, _end_before(occurrence, inner.position)
        )
    for one in occurrence.loops:
        yield from _faults(one)


def _end_before(occurrence: _Occurrence, position: int) -> int:
    """Where a segment or loop of this position would stand: behind all that goes before it."""
    ends = [index + 1 for one, index in occurrence.segments if one.position <= position]
    ends += [inner.last for inner in occurrence.loops if inner.loop.position <= position]
    return max(ends, default=occurrence.first)


def _segment_count(
    definition: SegmentDefinition, indexes: list[int], occurrence: _Occurrence
) -> Iterator[Fault]:
    if not indexes and definition.usage == "R" and definition.id != "SE":
        message = f"loop {definition.loop.id} lacks its {described(definition)}"
        yield Fault(
            "S202", occurrence.first, 0, 0, message, "3",
            missing=definition.address, expected=_end_before(occurrence, definition.position),
        )  # fmt: skip
    if definition.repeat and len(indexes) > definition.repeat:
        times = "once" if definition.repeat == 1 else f"{definition.repeat} times"
        name = described(definition)
        message = f"{name} may stand {times} in loop {definition.loop.id}; here {len(indexes)}"
        yield Fault("S205", indexes[definition.repeat], 0, 0, message, "5")


def loop_count_faults(
    loop: LoopDefinition, firsts: list[int], parent: int, expected: int
) -> Iterator[Fault]:
    """A required loop that is missing, or one too many; `firsts` are where it begins, `expected`
    where it should."""
    if not firsts and loop.usage == "R":
        message = f"loop {loop.id} ({described(loop.segments[0])}) is missing"
        yield Fault(
            "S201", parent, 0, 0, message, "3",
            missing=loop.segments[0].address, expected=expected,
        )  # fmt: skip
    if loop.repeat and len(firsts) > loop.repeat:
        message = f"loop {loop.id} may stand {loop.repeat} times; here {len(firsts)}"
        yield Fault("S204", firsts[loop.repeat], 0, 0, message, "4")


def described(definition: SegmentDefinition) -> str:
    """A segment with its qualifiers, such as REF*EI or SY."""
    codes = sorted(definition.qualifiers)
    if not codes or len(codes) > 4:
        return definition.id
    return f"{definition.id}*{' or '.join(codes)}"
