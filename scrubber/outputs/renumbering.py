"""Rewrites elements of a block's first segment; every other byte stays as it is."""

import re
from collections.abc import Callable, Mapping

from scrubber.x12.segment import LINE_BREAKS, Delimiters

LONGEST_BATCH = 30
_SUFFIX = re.compile(r"-R(\d)$")


def bare(text: str) -> str:
    """A value without the line breaks that a transport put in."""
    return text.replace("\r", "").replace("\n", "") if "\r" in text or "\n" in text else text


def element_of(text: str, number: int, delimiters: Delimiters) -> str:
    """An element of the first segment of a text; empty if absent."""
    values = text.split(delimiters.terminator, 1)[0].split(delimiters.element)
    return bare(values[number]) if number < len(values) else ""


def with_elements(text: str, wanted: Mapping[int, str], delimiters: Delimiters) -> str:
    """The text with these elements of its first segment, where they are there and differ."""
    first, terminator, rest = text.partition(delimiters.terminator)
    values = first.split(delimiters.element)
    for number, value in wanted.items():
        if number < len(values) and bare(values[number]) != value:
            values[number] = value
    return delimiters.element.join(values) + terminator + rest


def with_batch(text: str, own: Callable[[str], str], delimiters: Delimiters) -> str:
    """An ST header whose BHT03 is what `own` makes of it."""
    segments = text.split(delimiters.terminator)
    for index, segment in enumerate(segments):
        if bare(segment).lstrip().startswith("BHT" + delimiters.element):
            blanks = segment[: len(segment) - len(segment.lstrip(LINE_BREAKS + " "))]
            body = segment[len(blanks) :]
            number = own(element_of(body, 3, delimiters))
            segments[index] = blanks + with_elements(body, {3: number}, delimiters)
            break
    return delimiters.terminator.join(segments)


def own_batch(number: str) -> str:
    """A BHT03 for the rejected file, within the 30 characters the guide allows: it ends in -R1, or
    one more where it already ends so."""
    found = _SUFFIX.search(number)
    step = int(found[1]) % 9 + 1 if found else 1
    stem = number[: found.start()] if found else number
    return f"{stem[: LONGEST_BATCH - 3]}-R{step}"


def piece_batch(number: str, piece: int) -> str:
    """A BHT03 for the second or a later piece of a set, within the same length."""
    end = f"-{piece}"
    return number[: LONGEST_BATCH - len(end)] + end


def own_number(number: str) -> str:
    """A control number for the rejected file: never that of the file it came from."""
    digits = number.strip().zfill(9)[-9:]
    return ("8" if digits.startswith("9") else "9") + digits[1:]
