"""A loop of the file: its segments, its child loops, and the elements people ask for."""

from datetime import date

from scrubber.claim.values import day, period
from scrubber.guide.layout import LoopLayout
from scrubber.x12.block import Block
from scrubber.x12.segment import Element, Segment


class Loop:
    """A view over one loop. Nothing is copied; segments are made when asked for."""

    __slots__ = ("block", "layout")

    def __init__(self, block: Block, layout: LoopLayout) -> None:
        self.block = block
        self.layout = layout

    @property
    def id(self) -> str:
        """The loop identifier, such as 2310B."""
        return self.layout.id

    def has(self, segment_id: str) -> bool:
        """Whether the loop itself holds a segment of that id."""
        return segment_id in self.layout.segments

    def _indexes(self, segment_id: str, qualifiers: tuple[str, ...]) -> list[int]:
        indexes = self.layout.segments.get(segment_id, ())
        if not qualifiers:
            return list(indexes)
        values = self.block.values
        return [i for i in indexes if len(values(i)) > 1 and values(i)[1] in qualifiers]

    def segment(self, segment_id: str, *qualifiers: str) -> Segment | None:
        """The first segment of that id whose first element is one of `qualifiers`, if any given."""
        indexes = self._indexes(segment_id, qualifiers)
        return self.block.segment(indexes[0], self.layout.id) if indexes else None

    def segments(self, segment_id: str, *qualifiers: str) -> list[Segment]:
        """Every segment of that id, in file order."""
        indexes = self._indexes(segment_id, qualifiers)
        return [self.block.segment(index, self.layout.id) for index in indexes]

    def value(self, segment_id: str, element: int, *qualifiers: str) -> str:
        """The text of one element of the first such segment; empty if either is absent."""
        indexes = self.layout.segments.get(segment_id)
        if indexes is None:
            return ""
        block = self.block
        if not qualifiers:
            values = block.values(indexes[0])
            return values[element] if element < len(values) else ""
        for index in indexes:
            values = block.values(index)
            if len(values) > 1 and values[1] in qualifiers:
                return values[element] if element < len(values) else ""
        return ""

    def child(self, *loop_ids: str) -> "Loop | None":
        """The first child loop with one of these ids."""
        for loop_id in loop_ids:
            for layout in self.layout.loops.get(loop_id, ()):
                return Loop(self.block, layout)
        return None

    def children(self, *loop_ids: str) -> list["Loop"]:
        """Every child loop with one of these ids, in file order for each id."""
        found = self.layout.loops
        return [Loop(self.block, layout) for one in loop_ids for layout in found.get(one, ())]

    def party_in(self, loop_id: str) -> "Party | None":
        """The first child loop of that id, which begins with NM1."""
        for layout in self.layout.loops.get(loop_id, ()):
            return Party(self.block, layout)
        return None

    def reference(self, qualifier: str) -> Element | None:
        """REF02 of the reference with that qualifier."""
        segment = self.segment("REF", qualifier)
        return segment[2] if segment is not None else None

    def date(self, qualifier: str) -> date | None:
        """The first day of the DTP with that qualifier; None if absent or unreadable."""
        segment = self.segment("DTP", qualifier)
        return period(segment.value(2), segment.value(3))[0] if segment is not None else None

    @property
    def raw(self) -> tuple[str, ...]:
        """The texts of the loop's own segments and those of its child loops."""
        return tuple(self.block.segments[self.layout.first : self.layout.last])


class Party(Loop):
    """A loop that begins with NM1: a provider, a person or a payer."""

    __slots__ = ()

    @property
    def name_segment(self) -> Segment:
        """The NM1."""
        return self.block.segment(self.layout.first, self.layout.id)

    @property
    def entity(self) -> str:
        """NM101, such as 85 for the billing provider."""
        return self.value("NM1", 1)

    @property
    def is_person(self) -> bool:
        """NM102 is 1."""
        return self.value("NM1", 2) == "1"

    @property
    def name(self) -> tuple[str, str, str]:
        """Last or organization name, first name, middle name."""
        return self.value("NM1", 3), self.value("NM1", 4), self.value("NM1", 5)

    @property
    def identifier_qualifier(self) -> str:
        """NM108: XX for an NPI, MI for a member id, PI for a payer id."""
        return self.value("NM1", 8)

    @property
    def identifier(self) -> str:
        """NM109."""
        return self.value("NM1", 9)

    @property
    def npi(self) -> str:
        """NM109 where NM108 says it is an NPI; else empty."""
        return self.identifier if self.identifier_qualifier == "XX" else ""

    @property
    def taxonomy(self) -> str:
        """PRV03 of the loop itself; empty if none."""
        return self.value("PRV", 3) if self.has("PRV") else ""

    @property
    def street(self) -> str:
        """N301."""
        return self.value("N3", 1)

    @property
    def state(self) -> str:
        """N402."""
        return self.value("N4", 2)

    @property
    def zip_code(self) -> str:
        """N403."""
        return self.value("N4", 3)

    @property
    def country(self) -> str:
        """N404; empty means the United States."""
        return self.value("N4", 4)

    @property
    def birth_date(self) -> date | None:
        """DMG02."""
        return day(self.value("DMG", 2))
