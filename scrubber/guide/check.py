"""Takes one segment apart and says which element is wrong, why, and how it is written right."""

from collections.abc import Iterator

from scrubber.guide.definitions import ElementDefinition, Note, SegmentDefinition
from scrubber.guide.element_check import element_faults
from scrubber.guide.faults import Fault
from scrubber.guide.notes import broken_note
from scrubber.x12.segment import Delimiters

NOTE_SYNTAX = {"P": "2", "R": "2", "E": "10", "C": "2", "L": "2"}


def segment_faults(
    definition: SegmentDefinition, raw: str, index: int, delimiters: Delimiters
) -> Iterator[Fault]:
    """Every fault of a raw segment against its definition."""
    stripped = raw.rstrip(delimiters.element)
    if stripped != raw:
        yield Fault(
            "S116", index, 0, 0, f"{definition.id} ends in element separators that hold nothing",
            "", stripped, "remove trailing separators",
        )  # fmt: skip
        raw = stripped
    values = raw.split(delimiters.element)
    known = len(definition.elements)
    if any(values[known + 1 :]):
        yield Fault(
            "S122", index, known + 1, 0,
            f"{definition.id} has {len(values) - 1} elements; the guide knows {known}", "3",
        )  # fmt: skip
    if _qualified_date(definition, values):
        yield from _date_faults(definition, values, index)
    for element in definition.elements:
        value = values[element.number] if element.number < len(values) else ""
        yield from _element(definition, element, value, index, delimiters)
    for note in definition.notes:
        if broken_note(note, values):
            yield _note_fault(definition, note, values, index)


def _element(
    definition: SegmentDefinition,
    element: ElementDefinition,
    value: str,
    index: int,
    delimiters: Delimiters,
) -> Iterator[Fault]:
    name = f"{definition.id}{element.number:02d}"
    if not value:
        if element.usage == "R":
            yield Fault("S203", index, element.number, 0, f"{name} is required and empty", "1")
        return
    if element.usage == "N":
        yield Fault("S206", index, element.number, 0, f"{name} is not used in an 837P", "I10")
        return
    if not element.is_composite:
        yield from element_faults(element, value, name, index, element.number, 0, delimiters)
        return
    stripped = value.rstrip(delimiters.component)
    if stripped != value:
        yield Fault(
            "S116", index, element.number, 0,
            f"{name} ends in component separators that hold nothing", "",
            stripped, "remove trailing separators",
        )  # fmt: skip
    parts = stripped.split(delimiters.component)
    if len(parts) > len(element.components):
        yield Fault(
            "S122", index, element.number, len(element.components) + 1,
            f"{name} has {len(parts)} components; the guide knows {len(element.components)}",
            "13",
        )  # fmt: skip
    for part in element.components:
        text = parts[part.number - 1] if part.number <= len(parts) else ""
        yield from _component(part, text, f"{name}-{part.number}", index, element, delimiters)


def _component(
    part: ElementDefinition,
    text: str,
    name: str,
    index: int,
    element: ElementDefinition,
    delimiters: Delimiters,
) -> Iterator[Fault]:
    if not text:
        if part.usage == "R":
            yield Fault(
                "S203", index, element.number, part.number, f"{name} is required and empty", "1"
            )
    elif part.usage == "N":
        yield Fault(
            "S206", index, element.number, part.number, f"{name} is not used in an 837P", "I10"
        )
    else:
        yield from element_faults(part, text, name, index, element.number, part.number, delimiters)


def _note_fault(definition: SegmentDefinition, note: Note, values: list[str], index: int) -> Fault:
    names = [f"{definition.id}{number:02d}" for number in note.elements]
    listed = " and ".join(names)
    message = {
        "P": f"{listed} go together: all of them or none",
        "R": f"at least one of {listed} must be filled",
        "E": f"only one of {listed} may be filled",
        "C": f"{names[0]} is filled, so {' and '.join(names[1:])} must be too",
        "L": f"{names[0]} is filled, so at least one of {' and '.join(names[1:])} must be too",
    }[note.kind]
    empty = [n for n in note.elements if n >= len(values) or not values[n]]
    at = note.elements[-1] if note.kind == "E" or not empty else empty[0]
    return Fault("S121", index, at, 0, message, NOTE_SYNTAX[note.kind])


FORMAT_PLACES = {"DTP": (2, 3), "DMG": (1, 2), "PAT": (5, 6)}


def _qualified_date(definition: SegmentDefinition, values: list[str]) -> bool:
    places = FORMAT_PLACES.get(definition.id)
    return places is not None and len(values) > places[1] and values[places[1]] != ""


def _date_faults(definition: SegmentDefinition, values: list[str], index: int) -> Iterator[Fault]:
    """The date of a format-qualified pair, judged by the format its qualifier names."""
    from scrubber.guide.element_check import date_problem  # noqa: PLC0415

    qualifier, at = FORMAT_PLACES[definition.id]
    problem = date_problem(values[qualifier], values[at])
    if problem:
        yield Fault("S120", index, at, 0, f"{definition.id}{at:02d} {problem}", "8")
