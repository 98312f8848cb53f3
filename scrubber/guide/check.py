"""Takes one segment apart and says which element is wrong, why, and how it is written right."""

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.guide.conditions import condition_faults
from scrubber.guide.definitions import ElementDefinition, Note, SegmentDefinition
from scrubber.guide.element_check import EDGES, element_faults, plainly
from scrubber.guide.faults import Fault
from scrubber.guide.names import element_name, label
from scrubber.guide.notes import broken_note
from scrubber.guide.real_dates import date_problem, plain_date
from scrubber.guide.spot import Spot
from scrubber.x12.segment import Delimiters

NOTE_SYNTAX = {"P": "2", "R": "2", "E": "10", "C": "2", "L": "2"}
# Where a date stands whose format the element before it names.
QUALIFIED_DATES = frozenset({("DTP", 3), ("DMG", 2), ("PAT", 6)})
NO_TRAILING_SEPARATORS = "remove trailing separators"
WITHOUT_SEPARATORS = "write it without separators"


class _Place(NamedTuple):
    """The segment under examination: its definition, number in the block, and elements."""

    definition: SegmentDefinition
    segment: int
    values: list[str]
    delimiters: Delimiters

    def spot(self, element: int, component: int = 0) -> Spot:
        definition = self.definition
        qualifier = self.values[1] if len(self.values) > 1 else ""
        address = (definition.loop.id, definition.id, qualifier, element, component)
        return Spot(
            self.segment,
            element,
            component,
            label(definition.id, element, component, element_name(*address)),
        )


def segment_faults(
    definition: SegmentDefinition, raw: str, index: int, delimiters: Delimiters
) -> Iterator[Fault]:
    """Every fault of a raw segment against its definition."""
    stripped = raw.rstrip(delimiters.element)
    values = stripped.split(delimiters.element)
    faults = list(_faults_within(definition, index, values, delimiters))
    # Separators after which a required element is empty are that fault, not one of their own.
    if stripped != raw and not any(
        one.code in ("S203", "S121") and one.element >= len(values) for one in faults
    ):
        yield Fault(
            "S116", index, 0, 0, f"{definition.id} ends in unneeded element separators",
            "", stripped, NO_TRAILING_SEPARATORS,
        )  # fmt: skip
    yield from faults


def _faults_within(
    definition: SegmentDefinition, index: int, values: list[str], delimiters: Delimiters
) -> Iterator[Fault]:
    if not any(values[1:]) and all(one.usage != "R" for one in definition.elements):
        title = "remove the empty segment"
        yield Fault("S115", index, 0, 0, f"{definition.id} is empty", "8", "", title)
        return
    place = _Place(definition, index, values, delimiters)
    known = len(definition.elements)
    too_many = any(values[known + 1 :])
    if too_many:
        yield Fault(
            "S122", index, known + 1, 0,
            f"{definition.id} has {len(values) - 1} elements; the guide allows {known}", "3",
        )  # fmt: skip
    said: list[Fault] = []
    for element in definition.elements:
        value = values[element.number] if element.number < len(values) else ""
        said += _element(place, element, value)
    if too_many:
        said = [one for one in said if one.code != "S206"]
    yield from said
    for note in definition.notes:
        if broken_note(note, values) and not _settled(definition, note, values):
            yield _note_fault(place, note)
    for fault in condition_faults(definition.id, index, values):
        if not any(one.element == fault.element and one.syntax == fault.syntax for one in said):
            yield fault


def _settled(definition: SegmentDefinition, note: Note, values: list[str]) -> bool:
    """Whether a broken note holds once required elements are filled and unused ones emptied,
    which is told of the elements themselves."""
    mended = values + [""] * (len(definition.elements) + 1 - len(values))
    for number in note.elements:
        usage = definition.elements[number - 1].usage
        if usage != "S":
            mended[number] = "filled" if usage == "R" else ""
    return not broken_note(note, mended)


def _element(place: _Place, element: ElementDefinition, value: str) -> Iterator[Fault]:
    if not element.is_composite or not value or element.usage == "N":
        yield from _value(place, element, value, element.number)
        return
    spot = place.spot(element.number)
    separator = place.delimiters.component
    stripped = value.rstrip(separator)
    if stripped != value:
        message = "ends in unneeded component separators"
        yield spot.fault("S116", message, "", stripped, NO_TRAILING_SEPARATORS)
    other = _other_separator(place, element, plainly(stripped, place.delimiters).strip(EDGES))
    if other:
        message = (
            f"separates its components with {_shown(other)}; "
            f"ISA16 says the file uses {_shown(separator)}"
        )
        yield spot.fault("S134", message, "6")
        return
    parts = stripped.split(separator)
    known = len(element.components)
    too_many = len(parts) > known
    if too_many:
        message = f"has {len(parts)} components; the guide allows {known}"
        yield (
            place.spot(element.number, known + 1)
            ._replace(name=spot.name)
            .fault("S122", message, "13")
        )
    for part in element.components:
        text = parts[part.number - 1] if part.number <= len(parts) else ""
        before = parts[part.number - 2] if 1 < part.number <= len(parts) else ""
        if too_many and part.usage == "N":
            continue
        yield from _value(place, part, text, element.number, part.number, before)


def _value(
    place: _Place,
    definition: ElementDefinition,
    value: str,
    element: int,
    component: int = 0,
    before: str | None = None,
) -> Iterator[Fault]:
    """The faults of an element or component without components of its own."""
    if not value and definition.usage != "R":
        return
    spot = place.spot(element, component)
    if not value:
        yield spot.fault("S203", "is required and empty", "1")
    elif definition.usage == "N":
        yield spot.fault("S206", "is not used in an 837P", "I10")
    elif not value.strip(EDGES):
        if definition.usage == "R":
            yield spot.fault("S203", "is required and contains only spaces", "1")
        else:
            yield spot.fault("S126", "contains only spaces", "6", "", "remove spaces")
    else:
        if before is None:
            before = place.values[element - 1]
        yield from _filled(place, definition, value, spot, before)


def _filled(
    place: _Place, definition: ElementDefinition, value: str, spot: Spot, before: str
) -> Iterator[Fault]:
    is_date = not spot.component and (place.definition.id, spot.element) in QUALIFIED_DATES
    plain = plain_date(before, value) if is_date else value
    if plain != value:
        yield spot.fault(
            "S212",
            "is written with separators; a date has digits only",
            "6",
            plain,
            WITHOUT_SEPARATORS,
        )
        value = plain
    faults = list(element_faults(definition, value, spot, place.delimiters))
    yield from faults
    if is_date and not faults:
        problem = date_problem(before, value)
        if problem:
            yield spot.fault("S120", problem, "8")


def _other_separator(place: _Place, element: ElementDefinition, value: str) -> str:
    """The sign that separates the components of a composite which holds no ISA16, if there is
    one with which every component is right."""
    if place.delimiters.component in value or _is_right(place, element, [value]):
        return ""
    for sign in dict.fromkeys(one for one in value if not one.isalnum() and one not in " -."):
        if _is_right(place, element, value.split(sign)):
            return sign
    return ""


def _is_right(place: _Place, element: ElementDefinition, parts: list[str]) -> bool:
    if len(parts) > len(element.components):
        return False
    texts = [*parts, *[""] * (len(element.components) - len(parts))]
    return not any(
        any(_value(place, part, text, element.number, part.number, ""))
        for part, text in zip(element.components, texts, strict=True)
    )


def _shown(sign: str) -> str:
    return sign if sign.isprintable() and sign != " " else f"character {ord(sign):02X}"


def _note_fault(place: _Place, note: Note) -> Fault:
    values, definition = place.values, place.definition
    names = [place.spot(number).name for number in note.elements]
    listed = " and ".join(names)
    message = {
        "P": f"{listed} go together: all of them or none",
        "R": f"at least one of {listed} must be filled",
        "E": f"only one of {listed} may be filled",
        "C": f"{names[0]} is filled, so {' and '.join(names[1:])} must be too",
        "L": f"{names[0]} is filled, so at least one of {' and '.join(names[1:])} must be too",
    }[note.kind]
    used = {element.number for element in definition.elements if element.usage != "N"}
    empty = [n for n in note.elements if (n >= len(values) or not values[n]) and n in used]
    at = note.elements[-1] if note.kind == "E" or not empty else empty[0]
    return Fault("S121", place.segment, at, 0, message, NOTE_SYNTAX[note.kind])
