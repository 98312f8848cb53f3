"""Remembers the verdict on sequences of definitions, a claim's service lines each by themselves.

Claims differ in how many lines they have and which; their lines and their headers come again
and again. So a claim's shape is put together from that of its header and those of its lines.
"""

from collections.abc import Sequence

from scrubber.guide.definitions import LoopDefinition, SegmentDefinition
from scrubber.guide.faults import Fault
from scrubber.guide.layout import LoopLayout
from scrubber.guide.shape import Shape, judge, loop_count_faults

MEMORY = 16384

Definitions = tuple[SegmentDefinition | None, ...]


class ShapeMemory:
    """Verdicts by sequence; forgets everything when full."""

    def __init__(self, guide: dict[str, LoopDefinition]) -> None:
        self._line_loop = guide["2400"]
        self._line_start = guide["2400"].segments[0]
        self._shapes: dict[tuple[int, Definitions], Shape] = {}
        self._contents: dict[tuple[frozenset[str], ...], frozenset[str]] = {}

    def shape(self, definitions: Sequence[SegmentDefinition | None]) -> Shape:
        """The shape of a block; None stands for a segment that has no place."""
        start = self._line_start
        firsts = [index for index, one in enumerate(definitions) if one is start]
        if not firsts:
            shape = self._part(0, tuple(definitions))
            first = definitions[0]
            if first is not None and first.loop is self._line_loop.parent:
                return shape._replace(
                    faults=(*shape.faults, *self._line_count([], len(definitions)))
                )
            return shape
        header = self._part(0, tuple(definitions[: firsts[0]]))
        lines = [
            self._part(begin, tuple(definitions[begin:end]))
            for begin, end in zip(firsts, [*firsts[1:], len(definitions)], strict=True)
        ]
        return self._joined(header, lines, len(definitions))

    def _part(self, begin: int, definitions: Definitions) -> Shape:
        key = (begin, definitions)
        shape = self._shapes.get(key)
        if shape is None:
            shape = judge(definitions, begin)
            if len(self._shapes) >= MEMORY:
                self._shapes.clear()
            self._shapes[key] = shape
        return shape

    def _joined(self, header: Shape, lines: list[Shape], end: int) -> Shape:
        layout = header.layout
        line_layouts = tuple([line.layout for line in lines])
        whole = LoopLayout(
            layout.id,
            0,
            layout.segments,
            {**layout.loops, self._line_loop.id: line_layouts},
            end,
        )
        faults = header.faults
        for line in lines:
            if line.faults:
                faults = (*faults, *line.faults)
        if len(lines) > self._line_loop.repeat:
            faults = (*faults, *self._line_count([one.first for one in line_layouts], end))
        loops = (whole, *header.loops[1:])
        for line in lines:
            loops += line.loops
        return Shape(whole, faults, self._contents_of(header, lines), loops)

    def _line_count(self, firsts: list[int], end: int) -> list[Fault]:
        return list(loop_count_faults(self._line_loop, firsts, 0, end))

    def _contents_of(self, header: Shape, lines: list[Shape]) -> frozenset[str]:
        key = (header.contents, *{line.contents for line in lines})
        contents = self._contents.get(key)
        if contents is None:
            contents = self._contents[key] = frozenset().union(*key)
        return contents
