"""Finds the place of every segment of a block in the guide and what is wrong with it.

What was found clean is remembered: per definition the raw segments that may follow it, per
sequence of definitions its verdict. Both memories are bounded and hold no verdict that depends
on anything but the text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scrubber.guide.check import segment_faults
from scrubber.guide.definitions import QUALIFIED, LoopDefinition, SegmentDefinition, load_guide
from scrubber.guide.faults import Fault
from scrubber.guide.pattern import segment_pattern
from scrubber.guide.shape import Shape, described
from scrubber.guide.shape_memory import ShapeMemory
from scrubber.x12.block import Block
from scrubber.x12.segment import Delimiters

MEMORY = 4096
NO_PLACE = "\x00"
FIRST_SIGN = 0x100
LEVELS = {"20": "2000A", "22": "2000B", "23": "2000C"}


class Place:
    """A segment definition in use: what it accepts, what may follow it, what it remembers.

    `followers` is keyed by the first three characters of a segment, or seven where its qualifier
    tells definitions apart; it is only a guess that the pattern confirms.
    """

    __slots__ = ("definition", "followers", "match", "memory", "sign")

    def __init__(self, definition: SegmentDefinition, sign: str) -> None:
        self.definition = definition
        self.sign = sign
        self.match: Callable[[str], object] | None = None
        self.memory: dict[str, Place] = {}
        self.followers: dict[str, Place] = {}

    def accepts(self, raw: str, delimiters: Delimiters) -> bool:
        """Whether a raw segment is surely right."""
        if self.match is None:
            pattern = segment_pattern(self.definition, delimiters)
            self.match = pattern.fullmatch if pattern is not None else _never
        return self.match(raw) is not None


def _never(_: str) -> None:
    return None


class Walked(NamedTuple):
    """A block located in the guide. `places` has None where a segment has no place."""

    shape: Shape
    faults: list[Fault]


class Walker:
    """The guide for one set of delimiters. Not shared between threads."""

    def __init__(self, delimiters: Delimiters) -> None:
        self.delimiters = delimiters
        self._guide = load_guide()
        self._places: dict[int, Place] = {}
        self._by_sign: dict[str, SegmentDefinition] = {}
        line_loop = self._guide["2400"]
        line_sign = self._place(line_loop.segments[0]).sign
        self._shapes = ShapeMemory(line_loop, line_sign, self._by_sign.get)
        self._qualified = frozenset((name + delimiters.element)[:3] for name in QUALIFIED)

    def walk(self, block: Block, loop_id: str) -> Walked:
        """Locate every segment of a block that begins with the first segment of a loop."""
        segments = block.segments
        faults: list[Fault] = []
        place = self._place(self._guide[loop_id].segments[0])
        if not place.accepts(segments[0], self.delimiters):
            self._take_apart(place, segments[0], 0, faults)
        signs = [place.sign]
        append = signs.append
        memory = place.memory
        for index in range(1, len(segments)):
            raw = segments[index]
            following = memory.get(raw)
            if following is None:
                head = raw[:3]
                if head in self._qualified:
                    head = raw[:7]
                following = place.followers.get(head)
                if following is not None and following.match is not None and following.match(raw):
                    if len(memory) < MEMORY:
                        memory[raw] = following
                else:
                    following = self._follow(place, raw, head, index, faults)
                    if following is None:
                        append(NO_PLACE)
                        continue
            append(following.sign)
            place = following
            memory = place.memory
        shape = self._shapes.shape("".join(signs))
        if shape.faults:
            faults.extend(shape.faults)
        return Walked(shape, faults)

    def _place(self, definition: SegmentDefinition) -> Place:
        place = self._places.get(id(definition))
        if place is None:
            sign = chr(FIRST_SIGN + len(self._places))
            place = self._places[id(definition)] = Place(definition, sign)
            self._by_sign[sign] = definition
        return place

    def _follow(
        self, place: Place, raw: str, head: str, index: int, faults: list[Fault]
    ) -> Place | None:
        """The place of a segment that was not seen before, or that is not surely right."""
        segment_id, qualifier = self._key(raw)
        following = self._find(place.definition, segment_id, qualifier)
        if following is None:
            faults.append(self._misplaced(place.definition, raw, index))
            return None
        if len(place.followers) < MEMORY:
            place.followers[head] = following
        if following.accepts(raw, self.delimiters) or not self._take_apart(
            following, raw, index, faults
        ):
            if len(place.memory) >= MEMORY:
                place.memory.clear()
            place.memory[raw] = following
        return following

    def _key(self, raw: str) -> tuple[str, str]:
        separator = self.delimiters.element
        values = raw.split(separator, 4)
        segment_id = values[0]
        if segment_id not in QUALIFIED:
            return segment_id, ""
        if segment_id == "HL":
            return segment_id, values[3] if len(values) > 3 else ""
        qualifier = values[1] if len(values) > 1 else ""
        if segment_id == "HI":
            qualifier = qualifier.split(self.delimiters.component)[0]
        return segment_id, qualifier.strip().upper()

    def _find(self, definition: SegmentDefinition, segment_id: str, qualifier: str) -> Place | None:
        loop: LoopDefinition | None = definition.loop
        position = definition.position
        while loop is not None:
            for child in loop.children():
                at = child.loop.position if child.loop is not loop else child.position
                if at >= position and _matches(child, segment_id, qualifier):
                    return self._place(child)
            if loop.id in ("2000A", "2000B", "2000C", "2300", "ST"):
                return None
            position = loop.position
            loop = loop.parent
        return None

    def _take_apart(self, place: Place, raw: str, index: int, faults: list[Fault]) -> bool:
        """Add the faults of a segment that the pattern does not accept; whether there are any."""
        found = list(segment_faults(place.definition, raw, index, self.delimiters))
        faults.extend(found)
        return bool(found)

    def _misplaced(self, definition: SegmentDefinition, raw: str, index: int) -> Fault:
        """The fault of a segment that may not stand after `definition`."""
        if not raw:
            title = "remove the empty segment"
            return Fault("S115", index, 0, 0, "empty segment", "", "", title)
        segment_id, qualifier = self._key(raw)
        everywhere = [s for one in self._guide.values() for s in one.segments]
        same = [s for s in everywhere if s.id == segment_id]
        if not same:
            return Fault("S114", index, 0, 0, "no segment of this name in an 837P", "1")
        named = [s for s in same if _matches(s, segment_id, qualifier)]
        here = [s for s in same if s.loop is definition.loop and not s.starts_loop]
        if not named or (here and not any(s.loop is definition.loop for s in named)):
            at = 3 if segment_id == "HL" else 1
            allowed = " or ".join(described(s) for s in (here or same[:4]))
            message = f"qualifier of {segment_id} has no use here; expected {allowed}"
            return Fault("S208", index, at, 1 if segment_id == "HI" else 0, message, "7")
        if any(s.loop is definition.loop for s in named):
            message = f"{segment_id} stands too late in loop {definition.loop.id}"
            return Fault("S207", index, 0, 0, message, "7")
        message = f"{segment_id} may not stand in loop {definition.loop.id} at this point"
        return Fault("S207", index, 0, 0, message, "2")


def _matches(definition: SegmentDefinition, segment_id: str, qualifier: str) -> bool:
    if definition.id != segment_id:
        return False
    return not definition.qualifiers or qualifier in definition.qualifiers
