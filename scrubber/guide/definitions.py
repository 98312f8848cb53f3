"""The guide as records: loops, segments, elements, read from data/837p.json.

Elements are made when a segment is first checked: a small file meets few of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

# Segments whose first element (HL: third, HI: first component) tells which definition is meant.
QUALIFIED = frozenset({"NM1", "REF", "DTP", "AMT", "QTY", "HI", "HL", "CRC", "PWK", "NTE"})
# Loops that begin a block of their own; their sequence is checked by the hierarchy, not here.
BLOCK_LOOPS = frozenset({"ST", "2000A", "2000B", "2000C", "2300"})
# A sequence of definitions is a text of signs, one character for each.
FIRST_SIGN = 0x100
DATA = Path(__file__).parent / "data" / "837p.json"


class ElementDefinition(NamedTuple):
    """One element or component. `kind` is AN, ID, N0, R, DT, TM; lengths are in characters.

    `usage` is R (required), S (situational) or N (not used).
    """

    number: int
    usage: str
    data_element: str = ""
    kind: str = "AN"
    shortest: int = 0
    longest: int = 0
    codes: frozenset[str] = frozenset()
    components: tuple[ElementDefinition, ...] = ()

    @property
    def is_composite(self) -> bool:
        """Whether the element has components."""
        return bool(self.components)


class Note(NamedTuple):
    """A relational note: P all or none, R one at least, E one at most, C if the first then all
    others, L if the first then one other at least."""

    kind: str
    elements: tuple[int, ...]


class Tables(NamedTuple):
    """What segment definitions share: type and lengths by data element, and element lists."""

    types: dict[str, list[Any]]
    lists: list[list[dict[str, Any]]]


@dataclass(eq=False, slots=True)
class SegmentDefinition:
    """One place in the guide where a segment may stand. Compared by identity.

    A repeat of 0 is unlimited. `qualifiers` are empty where the segment needs none to be told
    from others.
    """

    loop: LoopDefinition
    id: str
    usage: str
    position: int
    repeat: int
    notes: tuple[Note, ...]
    qualifiers: frozenset[str]
    _tables: Tables = field(repr=False)
    _list: int = field(repr=False)
    _elements: tuple[ElementDefinition, ...] | None = field(default=None, repr=False)

    @property
    def elements(self) -> tuple[ElementDefinition, ...]:
        """The elements in order; number n stands at n - 1."""
        if self._elements is None:
            records = self._tables.lists[self._list]
            self._elements = tuple([_element(one, self._tables.types) for one in records])
        return self._elements

    @property
    def starts_loop(self) -> bool:
        """Whether this segment begins an occurrence of its loop."""
        return self.loop.segments[0] is self

    def fits(self, segment_id: str, qualifier: str) -> bool:
        """Whether a segment with this id and qualifier may be meant to stand here."""
        if self.id != segment_id:
            return False
        return not self.qualifiers or qualifier in self.qualifiers

    @property
    def address(self) -> str:
        """Such as 2310B/NM1."""
        return f"{self.loop.id}/{self.id}"


@dataclass(eq=False, slots=True)
class LoopDefinition:
    """A loop: its own segments and its child loops, in guide order. A repeat of 0 is unlimited."""

    id: str
    usage: str
    position: int
    repeat: int
    parent: LoopDefinition | None
    segments: list[SegmentDefinition] = field(default_factory=list)
    loops: list[LoopDefinition] = field(default_factory=list)
    _children: list[SegmentDefinition] = field(default_factory=list)

    def children(self) -> list[SegmentDefinition]:
        """Own segments but the first, and the first segments of child loops, by position."""
        if not self._children:
            own = [(s.position, s) for s in self.segments[1:]]
            inner = [(loop.position, loop.segments[0]) for loop in self.loops]
            self._children = [s for _, s in sorted(own + inner, key=lambda pair: pair[0])]
        return self._children


@cache
def load_guide() -> dict[str, LoopDefinition]:
    """Every loop of the 837P by id."""
    record = json.loads(DATA.read_text(encoding="ascii"))
    tables = Tables(record["data_elements"], record["lists"])
    loops: dict[str, LoopDefinition] = {}
    for one in record["loops"]:
        parent = loops.get(one["parent"])
        loop = LoopDefinition(one["id"], one["usage"], one["position"], one["repeat"], parent)
        if parent is not None:
            parent.loops.append(loop)
        loops[loop.id] = loop
        loop.segments.extend([_segment(loop, segment, tables) for segment in one["segments"]])
    return loops


@cache
def all_definitions() -> tuple[SegmentDefinition, ...]:
    """Every segment definition of the 837P; the sign of the first is FIRST_SIGN, and so on."""
    return tuple(one for loop in load_guide().values() for one in loop.segments)


@cache
def definitions_by_sign() -> dict[str, SegmentDefinition]:
    """The same by their signs."""
    return {chr(at): one for at, one in enumerate(all_definitions(), FIRST_SIGN)}


@cache
def signs() -> dict[int, str]:
    """The signs of the definitions, which are told by their `id`."""
    return {id(one): sign for sign, one in definitions_by_sign().items()}


def _segment(loop: LoopDefinition, record: dict[str, Any], tables: Tables) -> SegmentDefinition:
    return SegmentDefinition(
        loop,
        record["id"],
        record["usage"],
        record["position"],
        record["repeat"],
        tuple([_note(text) for text in record["notes"]]),
        _qualifiers(record["id"], tables.lists[record["elements"]]),
        tables,
        record["elements"],
    )


def _element(record: dict[str, Any], types: dict[str, list[Any]]) -> ElementDefinition:
    number, usage = record["number"], record["usage"]
    if "components" in record:
        parts = tuple([_element(part, types) for part in record["components"]])
        return ElementDefinition(number, usage, components=parts)
    kind, shortest, longest = types[record["type"]]
    codes = frozenset(record["codes"].split()) if "codes" in record else frozenset()
    return ElementDefinition(number, usage, record["type"], kind, shortest, longest, codes)


def _note(text: str) -> Note:
    digits = text[1:]
    return Note(text[0], tuple([int(digits[i : i + 2]) for i in range(0, len(digits), 2)]))


def _qualifiers(segment_id: str, elements: list[dict[str, Any]]) -> frozenset[str]:
    if segment_id not in QUALIFIED:
        return frozenset()
    element = elements[2] if segment_id == "HL" else elements[0]
    element = element.get("components", [element])[0]
    return frozenset(element.get("codes", "").split())
