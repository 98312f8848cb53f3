"""One regular expression per segment definition that accepts what is surely right.

A segment that matches needs no further look; one that does not is taken apart by `check`. The
pattern is stricter than the guide wherever that keeps it simple, never laxer: what `check` would
say anything about must not match.
"""

import re
from functools import cache
from typing import NamedTuple

from scrubber.guide.definitions import ElementDefinition, Note, SegmentDefinition
from scrubber.guide.notes import open_notes
from scrubber.x12.segment import Delimiters

YEAR = r"(?:19|20)\d\d"
DATE = (
    rf"{YEAR}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])"
    r"|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
)
TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d){0,1}"
MONEY, QUANTITY, DATE_FORMAT = "782", "380", "1250"
# Segments with conditions between elements that are rare enough to be looked at every time.
ALWAYS_TAKEN_APART = frozenset({"FRM", "LIN", "PWK", "SV5"})
LONGEST = {"CLM01": 20, "BHT03": 30}


class _Unit(NamedTuple):
    """One element or several that stand or fall together: the pattern when they are there and
    when they are not, separators included. `empty` is None where nothing may follow a gap."""

    full: str
    empty: str | None
    required: bool


def segment_pattern(
    definition: SegmentDefinition, delimiters: Delimiters
) -> re.Pattern[str] | None:
    """The pattern for a whole raw segment; None where only taking it apart can tell."""
    if definition.id in ALWAYS_TAKEN_APART:
        return None
    units = _units(definition, delimiters)
    if units is None:
        return None
    separator = re.escape(delimiters.element)
    # A segment whose elements are all optional must hold one of them.
    some = "" if any(one.usage == "R" for one in definition.elements) else f"(?={separator})"
    return re.compile(f"{definition.id}{some}{_chained(units)}(?<!{separator})", re.DOTALL)


def _chained(units: list[_Unit]) -> str:
    """The units one after the other; from the last required one on each may be left out."""
    text, must_follow = "", False
    for full, empty, required in reversed(units):
        if required:
            text, must_follow = full + text, True
        elif must_follow:
            text = f"(?:{full}|{empty}){text}" if full else f"{empty}{text}"
        elif full:
            both = full if empty is None or not text else f"(?:{full}|{empty})"
            text = f"(?:{both}{text})?+"
        elif text:
            text = f"(?:{empty}{text})?+"
    return text


def _units(definition: SegmentDefinition, delimiters: Delimiters) -> list[_Unit] | None:
    """The elements as units, or None where a note or a date format fits no simple pattern."""
    separator = re.escape(delimiters.element)
    notes = open_notes(definition)
    pairs, chains, barred = arranged(notes)
    if any(note.kind == "R" for note in notes):
        return None
    units: list[_Unit] = []
    elements = iter(definition.elements)
    for element in elements:
        one = separator + _value(definition, element, delimiters)
        is_date = element.data_element == DATE_FORMAT and element.usage != "N"
        if is_date or element.number in pairs or element.number in chains:
            partner = next(elements)
            if is_date and "D8" not in element.codes:
                return None
            both = f"{separator}D8{separator}{DATE}"
            if not is_date:
                both = one + separator + _value(definition, partner, delimiters)
            gap = None if element.number in chains else separator * 2
            units.append(_Unit(both, gap, element.usage == "R"))
        elif element.usage == "N" or element.number in barred:
            units.append(_Unit("", separator, False))
        else:
            units.append(_Unit(one, separator, element.usage == "R"))
    return units


def arranged(notes: list[Note]) -> tuple[set[int], set[int], set[int]]:
    """Where pairs begin, where chains begin (each link needs the one before), and elements that
    the pattern does not admit because they set conditions on others."""
    pairs = {note.elements[0] for note in notes if note.kind == "P"}
    links = [note.elements for note in notes if note.kind == "L"]
    chained = {number for link in links for number in link}
    barred = {note.elements[-1] for note in notes if note.kind == "E"}
    barred |= {note.elements[0] for note in notes if note.kind == "C"} - chained
    return pairs, {link[0] for link in links}, barred


def _value(
    definition: SegmentDefinition, element: ElementDefinition, delimiters: Delimiters
) -> str:
    place = f"{definition.id}{element.number:02d}"
    if element.usage == "N":
        return ""
    if element.is_composite:
        return _composite(element, place, delimiters)
    return _simple(element, place, delimiters)


def _composite(element: ElementDefinition, place: str, delimiters: Delimiters) -> str:
    separator = re.escape(delimiters.component)
    units = []
    for part in element.components:
        before = separator if part.number > 1 else ""
        name = f"{place}-{part.number}"
        text = "" if part.usage == "N" else before + _simple(part, name, delimiters)
        units.append(_Unit(text, before, part.usage == "R"))
    return f"{_chained(units)}(?<!{separator})"


def _simple(element: ElementDefinition, place: str, delimiters: Delimiters) -> str:
    if element.codes:
        return "(?:" + "|".join(sorted(map(re.escape, element.codes))) + ")"
    shortest = max(element.shortest, 1)
    longest = LONGEST.get(place, element.longest)
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
        return rf"-?{_whole(8)}(?:\.\d{{1,2}})?+"
    if element.data_element == QUANTITY:
        return rf"{_whole(8)}(?:\.\d{{1,3}})?+"
    whole = max(element.longest - 3, 1)
    decimals = min(3, element.longest - whole)
    if not decimals:
        return rf"-?{_whole(whole)}"
    return rf"-?{_whole(whole)}(?:\.\d{{1,{decimals}}})?+"


def _whole(most: int) -> str:
    """Up to so many digits without leading zeros."""
    return rf"(?:0|[1-9]\d{{0,{most - 1}}})"


def _text(shortest: int, longest: int, delimiters: Delimiters) -> str:
    allowed = _printable_but(delimiters)
    if longest == 1:
        return f"[{allowed}]"
    return f"(?! )[ {allowed}]{{{shortest},{longest}}}+(?<! )"


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
