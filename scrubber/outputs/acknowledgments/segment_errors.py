"""Turns findings on a part into the errors of a 999: per segment, and per element in it."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from scrubber.findings import Finding
from scrubber.guide.definitions import ElementDefinition, load_guide
from scrubber.outputs.address import address
from scrubber.outputs.x12_writer import COMPONENT, ELEMENT, END, REPETITION

ELEMENTS_IN_ERROR = "8"
INVALID_CHARACTER = "6"
LONGEST_COPY = 99
LONGEST_LOOP = 4
SYNTAX_LEVEL = 1


class ElementError(NamedTuple):
    """An IK4: `position` as IK401 writes it, such as 5:3; `copy` is the bad value or empty."""

    position: str
    data_element: str
    code: str
    copy: str


class SegmentError(NamedTuple):
    """An IK3 and its IK4s. `ordinal` is the segment's number in the file."""

    ordinal: int
    segment: str
    loop: str
    code: str
    elements: tuple[ElementError, ...] = ()


def segment_errors(findings: Iterable[Finding], text: str, start: int | None) -> list[SegmentError]:
    """The errors a 999 has codes for, in the order of the segments.

    `text` is the part as received and `start` its first byte in the file, to copy bad values from;
    without `start` the findings lie before it, and no value is copied.
    """
    whole: list[SegmentError] = []
    parts: dict[tuple[int, str, str], dict[ElementError, None]] = {}
    for finding in findings:
        if not finding.syntax:
            continue
        at = address(finding.path)
        segment = at.segment or _segment_id(finding, text, start)
        if not segment:
            continue
        loop = "" if at.loop == "ST" else at.loop[:LONGEST_LOOP]
        if finding.element is None:
            ordinal = finding.expected or finding.segment
            whole.append(SegmentError(ordinal, segment, loop, finding.syntax))
        else:
            error = _element_error(finding, at.loop, segment, text, start)
            parts.setdefault((finding.segment, segment, loop), {})[error] = None
    whole = list(dict.fromkeys(whole))
    for (ordinal, segment, loop), errors in parts.items():
        whole.append(SegmentError(ordinal, segment, loop, ELEMENTS_IN_ERROR, tuple(errors)))
    return sorted(whole, key=lambda one: one.ordinal)


def _segment_id(finding: Finding, text: str, start: int | None) -> str:
    """The id of a segment that no address can name; empty where it is no id at all."""
    if start is None:
        return ""
    at = finding.span.start - start
    name = text[at : at + 3]
    kept = "".join(one for one in name if one.isascii() and one.isalnum()).upper()
    return kept if len(kept) in (2, 3) and name.startswith(kept) else ""


def _element_error(
    finding: Finding, loop: str, segment: str, text: str, start: int | None
) -> ElementError:
    element, component = finding.element or 0, finding.component or 0
    position = f"{element}{COMPONENT}{component}" if component else str(element)
    copy = text[finding.span.start - start : finding.span.end - start] if start is not None else ""
    return ElementError(
        position,
        data_element(loop, segment, element, component),
        finding.syntax,
        "" if finding.syntax == INVALID_CHARACTER else _copy(copy),
    )


def _copy(value: str) -> str:
    """The bad value, where an element of ours can hold it; cut at 99 characters."""
    value = value.strip(" ")
    barred = ELEMENT + COMPONENT + REPETITION + END[0]
    if any(one in barred or not " " <= one <= "~" for one in value):
        return ""
    return value[:LONGEST_COPY].rstrip()


@lru_cache(maxsize=4096)
def data_element(loop: str, segment: str, element: int, component: int) -> str:
    """The X12 data element number of a place in the 837P; empty for a composite as a whole and
    for a place that the guide does not know."""
    guide = load_guide()
    definitions = guide[loop].segments if loop in guide else []
    for definition in definitions:
        if definition.id == segment:
            found = _at(definition.elements, element)
            if found is not None and component:
                found = _at(found.components, component)
            return found.data_element if found is not None else ""
    return ""


def _at(elements: tuple[ElementDefinition, ...], number: int) -> ElementDefinition | None:
    return next((one for one in elements if one.number == number), None)


def error_code(findings: Iterable[Finding]) -> list[str]:
    """IK502 for findings on segments: 5 where X12 syntax is broken, I5 where the guide is."""
    levels = {finding.snip for finding in findings if finding.syntax}
    codes = ["5"] if SYNTAX_LEVEL in levels else []
    return [*codes, "I5"] if levels - {SYNTAX_LEVEL} else codes
