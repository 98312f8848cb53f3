"""Remembers the verdict on sequences of definitions, a claim's service lines each by themselves.

Claims differ in how many lines they have and which; their lines and their headers come again
and again. So a claim's shape is put together from that of its header and those of its lines.
"""

from collections.abc import Callable

from scrubber.guide.definitions import LoopDefinition, SegmentDefinition
from scrubber.guide.faults import Fault
from scrubber.guide.layout import LoopLayout
from scrubber.guide.shape import Shape, judge, loop_count_faults, moved

MEMORY = 4096
MOST_WHOLE = 4096
# Of a claim with 50 lines; longer sequences are judged each time.
LONGEST = 2048

Decode = Callable[[str], SegmentDefinition | None]


class ShapeMemory:
    """Verdicts by sequence; forgets everything when full.

    A sequence of definitions is a text of signs, one character for each definition; `decode`
    gives the definition of a sign, None for that of a segment without a place. `line_sign` is
    the sign of LX.
    """

    def __init__(self, line_loop: LoopDefinition, line_sign: str, decode: Decode) -> None:
        self._line_loop = line_loop
        self._line_sign = line_sign
        self._decode = decode
        self._whole: dict[str, Shape] = {}
        self._parts: dict[tuple[int, str], Shape] = {}
        self._contents: dict[tuple[frozenset[str], ...], frozenset[str]] = {}

    def shape(self, signs: str) -> Shape:
        """The shape of a block."""
        shape = self._whole.get(signs)
        if shape is None:
            shape = self._put_together(signs)
            if len(signs) <= LONGEST:
                if len(self._whole) >= MOST_WHOLE:
                    self._whole.clear()
                self._whole[signs] = shape
        return shape

    def _put_together(self, signs: str) -> Shape:
        first, *others = signs.split(self._line_sign)
        header = self._part(0, first)
        if not others:
            if header.layout.id == "2300":
                return header._replace(faults=(*header.faults, *self._line_count([], len(signs))))
            return header
        lines: list[Shape] = []
        begin = len(first)
        for text in others:
            lines.append(self._line(begin, self._line_sign + text))
            begin += len(text) + 1
        return self._joined(header, lines, begin)

    def _line(self, begin: int, signs: str) -> Shape:
        key = (begin, signs)
        shape = self._parts.get(key)
        if shape is None:
            shape = moved(self._part(0, signs), begin)
            if len(self._parts) >= MEMORY:
                self._parts.clear()
            self._parts[key] = shape
        return shape

    def _part(self, begin: int, signs: str) -> Shape:
        key = (begin, signs)
        shape = self._parts.get(key)
        if shape is None:
            shape = judge([self._decode(sign) for sign in signs], begin)
            if len(signs) <= LONGEST:
                if len(self._parts) >= MEMORY:
                    self._parts.clear()
                self._parts[key] = shape
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
        faults = [*header.faults]
        loops = [whole, *header.loops[1:]]
        for line in lines:
            loops += line.loops
            if line.faults:
                faults += line.faults
        if len(lines) > self._line_loop.repeat:
            faults += self._line_count([one.first for one in line_layouts], end)
        return Shape(whole, tuple(faults), self._contents_of(header, lines), tuple(loops))

    def _line_count(self, firsts: list[int], end: int) -> list[Fault]:
        return list(loop_count_faults(self._line_loop, firsts, 0, end))

    def _contents_of(self, header: Shape, lines: list[Shape]) -> frozenset[str]:
        key = (header.contents, *{line.contents for line in lines})
        contents = self._contents.get(key)
        if contents is None:
            contents = self._contents[key] = frozenset().union(*key)
        return contents
