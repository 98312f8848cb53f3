"""The guide as records: loops, segments, elements, read from data/837p.json and its overlay."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

# Segments whose first element (HL: third, HI: first component) tells which definition is meant.
QUALIFIED = frozenset({"NM1", "REF", "DTP", "AMT", "QTY", "HI", "HL", "CRC", "PWK", "NTE"})
# Loops that begin a block of their own; their sequence is checked by the hierarchy, not here.
BLOCK_LOOPS = frozenset({"ST", "2000A", "2000B", "2000C", "2300"})


@dataclass(frozen=True, slots=True)
class ElementDefinition:
    """One element or component. `kind` is AN, ID, N0, R, DT, TM; lengths are in characters."""

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


@dataclass(frozen=True, slots=True)
class Note:
    """A relational note: P all or none, R one at least, E one at most, C if the first then all
    others, L if the first then one other at least."""

    kind: str
    elements: tuple[int, ...]


@dataclass(eq=False, slots=True)
class SegmentDefinition:
    """One place in the guide where a segment may stand. Compared by identity."""

    loop: LoopDefinition
    id: str
    usage: str
    position: int
    repeat: int
    order: int
    elements: tuple[ElementDefinition, ...]
    notes: tuple[Note, ...]
    qualifiers: frozenset[str] = frozenset()

    @property
    def starts_loop(self) -> bool:
        """Whether this segment begins an occurrence of its loop."""
        return self.loop.segments[0] is self

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

    def children(self) -> list[SegmentDefinition]:
        """Own segments but the first, and the first segments of child loops, by position."""
        own = [(s.position, s) for s in self.segments[1:]]
        inner = [(loop.position, loop.segments[0]) for loop in self.loops]
        return [s for _, s in sorted(own + inner, key=lambda pair: pair[0])]


@cache
def load_guide() -> dict[str, LoopDefinition]:
    """Every loop of the 837P by id."""
    folder = files("scrubber.guide") / "data"
    record = json.loads((folder / "837p.json").read_text(encoding="ascii"))
    overlay = json.loads((folder / "overlay.json").read_text(encoding="ascii"))
    changes: dict[str, dict[str, Any]] = {}
    for row in overlay["elements"]:
        for address in row["at"]:
            changes.setdefault(address, {}).update(row["set"])
    loops: dict[str, LoopDefinition] = {}
    for one in record["loops"]:
        parent = loops.get(one["parent"])
        loop = LoopDefinition(one["id"], one["usage"], one["position"], one["repeat"], parent)
        if parent is not None:
            parent.loops.append(loop)
        loops[loop.id] = loop
        for order, segment in enumerate(one["segments"]):
            loop.segments.append(_segment(loop, order, segment, record["data_elements"], changes))
    return loops


def _segment(
    loop: LoopDefinition,
    order: int,
    record: dict[str, Any],
    types: dict[str, list[Any]],
    changes: dict[str, dict[str, Any]],
) -> SegmentDefinition:
    def change(address: str) -> dict[str, Any]:
        return {**changes.get(address, {}), **changes.get(f"{loop.id}/{address}", {})}

    elements = tuple(_element(e, record["id"], types, change) for e in record["elements"])
    return SegmentDefinition(
        loop,
        record["id"],
        record["usage"],
        record["position"],
        record["repeat"],
        order,
        elements,
        tuple(_note(text) for text in record["notes"]),
        _qualifiers(record["id"], elements),
    )


def _element(
    record: dict[str, Any], prefix: str, types: dict[str, list[Any]], change: Any
) -> ElementDefinition:
    number = record["number"]
    if "components" in record:
        address = f"{prefix}{number:02d}"
        parts = tuple(_element(part, address, types, change) for part in record["components"])
        usage = change(address).get("usage", record["usage"])
        return ElementDefinition(number, usage, components=parts)
    is_component = len(prefix) > 3
    address = f"{prefix}-{number}" if is_component else f"{prefix}{number:02d}"
    changed = {**record, **change(address)}
    kind, shortest, longest = types[record["type"]]
    codes = frozenset(changed.get("codes", ())) | frozenset(changed.get("more_codes", ()))
    return ElementDefinition(
        number,
        changed["usage"],
        record["type"],
        changed.get("kind", kind),
        changed.get("shortest", shortest),
        changed.get("longest", longest),
        codes,
    )


def _note(text: str) -> Note:
    digits = text[1:]
    return Note(text[0], tuple(int(digits[i : i + 2]) for i in range(0, len(digits), 2)))


def _qualifiers(segment_id: str, elements: tuple[ElementDefinition, ...]) -> frozenset[str]:
    if segment_id not in QUALIFIED:
        return frozenset()
    element = elements[2] if segment_id == "HL" else elements[0]
    return element.components[0].codes if element.is_composite else element.codes
