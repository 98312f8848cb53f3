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
from scrubber.guide.wording import called, loop_called

FEW = 4
COUNTED_ELSEWHERE = BLOCK_LOOPS | {"2400"}


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
    names = [_names(definition) for definition in set(definitions) if definition is not None]
    contents = frozenset[str]().union(*names)
    layout = _layout(root)
    return Shape(layout, tuple(_faults(root)), contents, tuple(layout.walk()))


def moved(shape: Shape, by: int) -> Shape:
    """The shape of the same loop, `by` segments further into the block."""
    layout = _moved_layout(shape.layout, by)
    faults = tuple(
        one._replace(segment=one.segment + by, expected=one.expected + by if one.missing else 0)
        for one in shape.faults
    )
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
    loop = (definition.loop.id,) if definition.starts_loop else ()
    return frozenset((definition.id, *loop, *(f"{definition.address}*{one}" for one in qualifiers)))


def _layout(occurrence: _Occurrence) -> LoopLayout:
    segments: dict[str, list[int]] = {}
    for definition, index in occurrence.segments:
        segments.setdefault(definition.id, []).append(index)
    loops: dict[str, list[LoopLayout]] = {}
    for inner in occurrence.loops:
        loops.setdefault(inner.loop.id, []).append(_layout(inner))
    return LoopLayout(
        occurrence.loop.id,
        occurrence.first,
        {name: tuple(indexes) for name, indexes in segments.items()},
        {name: tuple(layouts) for name, layouts in loops.items()},
        occurrence.last,
    )


def _faults(occurrence: _Occurrence) -> Iterator[Fault]:
    segments: dict[SegmentDefinition, list[int]] = {}
    for definition, index in occurrence.segments:
        segments.setdefault(definition, []).append(index)
    loops: dict[LoopDefinition, list[int]] = {}
    for one in occurrence.loops:
        loops.setdefault(one.loop, []).append(one.first)
    required, required_loops = _required(occurrence.loop)
    for definition in required:
        if definition not in segments:
            yield _missing_segment(definition, occurrence)
    for definition, indexes in segments.items():
        if 0 < definition.repeat < len(indexes):
            yield _surplus_segment(definition, indexes)
    for inner in required_loops:
        if inner not in loops:
            expected = _end_before(occurrence, inner.position)
            yield from loop_count_faults(inner, [], occurrence.first, expected)
    for inner, firsts in loops.items():
        yield from loop_count_faults(inner, firsts, occurrence.first, 0)
    for one in occurrence.loops:
        yield from _faults(one)


@cache
def _required(
    loop: LoopDefinition,
) -> tuple[tuple[SegmentDefinition, ...], tuple[LoopDefinition, ...]]:
    """The segments and loops that must stand in a loop, but for those that are counted where the
    whole claim or the hierarchy is known."""
    segments = [one for one in loop.segments if one.usage == "R" and one.id != "SE"]
    loops = [one for one in loop.loops if one.usage == "R" and one.id not in COUNTED_ELSEWHERE]
    return tuple(segments), tuple(loops)


def _end_before(occurrence: _Occurrence, position: int) -> int:
    """Where a segment or loop of this position would stand: behind all that goes before it."""
    ends = [index + 1 for one, index in occurrence.segments if one.position <= position]
    ends += [inner.last for inner in occurrence.loops if inner.loop.position <= position]
    return max(ends, default=occurrence.first)


def _missing_segment(definition: SegmentDefinition, occurrence: _Occurrence) -> Fault:
    message = f"{loop_called(definition.loop.id)} has no {called(definition)}"
    return Fault(
        "S202", occurrence.first, 0, 0, message, "3",
        missing=definition.address, expected=_end_before(occurrence, definition.position),
    )  # fmt: skip


def _surplus_segment(definition: SegmentDefinition, indexes: list[int]) -> Fault:
    message = (
        f"{called(definition)} may appear {_times(definition.repeat)} "
        f"in {loop_called(definition.loop.id)}; found {len(indexes)}"
    )
    return Fault("S205", indexes[definition.repeat], 0, 0, message, "5")


def loop_count_faults(
    loop: LoopDefinition, firsts: list[int], parent: int, expected: int
) -> Iterator[Fault]:
    """A required loop that is missing, or one too many; `firsts` are where it begins, `expected`
    where it should."""
    first = loop.segments[0]
    if not firsts and loop.usage == "R":
        qualifiers = " or ".join(sorted(first.qualifiers))
        start = f"{first.id}*{qualifiers}" if qualifiers else first.id
        message = f"{loop_called(loop.id)} is missing; it begins with {start}"
        yield Fault("S201", parent, 0, 0, message, "3", missing=first.address, expected=expected)
    if 0 < loop.repeat < len(firsts):
        message = f"{loop_called(loop.id)} may appear {_times(loop.repeat)}; found {len(firsts)}"
        yield Fault("S204", firsts[loop.repeat], 0, 0, message, "4")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
