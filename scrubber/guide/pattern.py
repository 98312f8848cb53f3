"""One regular expression per segment definition that accepts what is surely right.

A segment that matches needs no further look; one that does not is taken apart by `check`. The
pattern is stricter than the guide wherever that keeps it simple, never laxer.
"""

import re
from functools import cache

from scrubber.guide.definitions import ElementDefinition, Note, SegmentDefinition
from scrubber.x12.segment import Delimiters

YEAR = r"(?:19|20)\d\d"
DATE = (
    rf"{YEAR}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])"
    r"|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
)
TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d){0,1}"
MONEY = "782"


def segment_pattern(definition: SegmentDefinition, delimiters: Delimiters) -> re.Pattern[str]:
    """The pattern for a whole raw segment with these delimiters."""
    separator = re.escape(delimiters.element)
    text = ""
    for element in reversed(definition.elements):
        one = (
            _composite(element, delimiters)
            if element.is_composite
            else _simple(element, delimiters)
        )
        one = _required_or_not(one, element.usage)
        text = separator + one + text
        if element.usage != "R" and not _required_after(definition, element):
            text = f"(?:{text})?"
    return re.compile(f"{definition.id}{text}(?<!{separator})", re.DOTALL)


def _required_after(definition: SegmentDefinition, element: ElementDefinition) -> bool:
    return any(e.usage == "R" for e in definition.elements[element.number :])


def _required_or_not(pattern: str, usage: str) -> str:
    if usage == "R":
        return pattern
    return "" if usage == "N" else f"(?:{pattern})?"


def _composite(element: ElementDefinition, delimiters: Delimiters) -> str:
    separator = re.escape(delimiters.component)
    text = ""
    for part in reversed(element.components):
        one = _required_or_not(_simple(part, delimiters), part.usage)
        text = (separator if part.number > 1 else "") + one + text
        if part.number > 1 and not any(
            e.usage == "R" for e in element.components[part.number - 1 :]
        ):
            text = f"(?:{text})?"
    return f"{text}(?<!{separator})"


def _simple(element: ElementDefinition, delimiters: Delimiters) -> str:
    if element.codes:
        return "(?:" + "|".join(sorted(map(re.escape, element.codes))) + ")"
    shortest, longest = max(element.shortest, 1), element.longest
    match element.kind:
        case "DT":
            return DATE
        case "TM":
            return TIME
        case "N0":
            return rf"\d{{{shortest},{longest}}}"
        case "R":
            return _number(element)
        case "ID":
            return f"[A-Z0-9]{{{shortest},{longest}}}"
        case _:
            return _text(shortest, longest, delimiters)


def _number(element: ElementDefinition) -> str:
    if element.data_element == MONEY:
        return r"-?\d{1,8}(?:\.\d{1,2})?"
    whole = max(element.longest - 3, 1)
    decimals = min(3, element.longest - whole)
    return rf"-?\d{{1,{whole}}}(?:\.\d{{1,{decimals}}})?" if decimals else rf"-?\d{{1,{whole}}}"


def _text(shortest: int, longest: int, delimiters: Delimiters) -> str:
    allowed = _printable_but(delimiters)
    solid = f"[{allowed}\\x80-\\xff]"
    loose = f"[ {allowed}\\x80-\\xff]"
    if longest == 1:
        return solid
    if shortest <= 1:
        return f"{solid}(?:{loose}{{0,{longest - 2}}}{solid})?"
    return f"{solid}{loose}{{{shortest - 2},{longest - 2}}}{solid}"


@cache
def _printable_but(delimiters: Delimiters) -> str:
    """The inside of a character class: graphic ASCII without the delimiters, as ranges."""
    ranges: list[list[int]] = []
    for code in range(0x21, 0x7F):
        if chr(code) in delimiters:
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(rf"\x{first:02x}-\x{last:02x}" for first, last in ranges)


def open_notes(definition: SegmentDefinition) -> tuple[Note, ...]:
    """The relational notes that usage alone does not settle."""
    usage = {element.number: element.usage for element in definition.elements}

    def open_note(note: Note) -> bool:
        usages = [usage.get(number, "N") for number in note.elements]
        match note.kind:
            case "P":
                return len(set(usages)) > 1 or usages[0] == "S"
            case "R":
                return "R" not in usages
            case "E":
                return sum(one != "N" for one in usages) > 1
            case "C":
                return usages[0] != "N" and any(one != "R" for one in usages[1:])
            case _:
                return usages[0] != "N" and "R" not in usages[1:]

    return tuple(note for note in definition.notes if open_note(note))


def broken_note(note: Note, values: list[str]) -> bool:
    """Whether split segment `values` breaks the note."""
    present = [number < len(values) and values[number] != "" for number in note.elements]
    match note.kind:
        case "P":
            return any(present) and not all(present)
        case "R":
            return not any(present)
        case "E":
            return sum(present) > 1
        case "C":
            return present[0] and not all(present[1:])
        case _:
            return present[0] and not any(present[1:])
