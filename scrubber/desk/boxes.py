"""A claim as boxes with the numbers of the CMS-1500, and what may be put into them.

Which item an element belongs to is the table of `outputs.form_items`; the layout is our own.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scrubber.desk.claim_text import LoopSegment
from scrubber.errors import ScrubberError
from scrubber.outputs.form_items import Place, place_at
from scrubber.patches import apply_patches
from scrubber.x12.segment import Delimiters, Segment

LONGEST = 80
NEW = "new."
_NEW_REFERENCES = ("F8", "G1", "9F")
# Qualifiers and what counts or leads; a biller has no box for them.
_NO_BOX = {
    "HL": (1, 2, 3, 4), "NM1": (1, 2, 6, 8, 10, 11, 12), "REF": (1, 3, 4), "DTP": (1, 2),
    "PRV": (1, 2), "LX": (1,), "SV1": (3, 8), "DMG": (1,), "PER": (1, 3, 5, 7), "AMT": (1,),
    "K3": (2, 3), "NTE": (1,), "PWK": (3, 4, 5), "OI": (), "CR1": (1, 3, 5),
}  # fmt: skip
_COMPOSITES = {"SV1": (1, 7), "CLM": (5, 11), "HI": tuple(range(1, 13)), "SVD": (3,)}
_LEADING = {("SV1", 1), ("HI", 1), ("SVD", 3), *(("HI", at) for at in range(2, 13))}
_EMPTY_BOXES = {"SV1": ((1, 3), (1, 4))}
_FACILITY_QUALIFIER = (5, 2)
_PARTS = {
    "NM1": {3: "last name or organization", 4: "first name", 5: "middle name", 7: "suffix"},
    "N3": {1: "street", 2: "second line"}, "N4": {1: "city", 2: "state", 3: "ZIP"},
}  # fmt: skip
_DATES = {("DTP", 3), ("DMG", 2)}
_WIRE_DATE, _SHOWN_DATE = re.compile(r"\d{8}"), re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")
_GROUPS = {
    "2000A": "Billing provider", "2010AA": "Billing provider", "2010AB": "Billing provider",
    "2010AC": "Billing provider", "2000B": "Insured and payer", "2010BA": "Insured and payer",
    "2010BB": "Insured and payer", "2000C": "Patient", "2010CA": "Patient",
}  # fmt: skip


class WrongValueError(ScrubberError):
    """A value that no box can take; the message says why."""


class Box(NamedTuple):
    """A box: `key` is number of segment, element and component; dates are as on the form."""

    key: str
    place: Place
    value: str
    path: str
    line: int | None
    group: str
    findings: tuple[dict[str, Any], ...] = ()

    @property
    def order(self) -> tuple[int, str]:
        """By the numbers of the form; what has none comes last."""
        number = re.match(r"\d+", self.place.item)
        return (int(number[0]) if number else 99, self.place.item)


def boxes_of(segments: Sequence[LoopSegment], findings: Iterable[dict[str, Any]]) -> list[Box]:
    """The boxes of a claim in the order of the file, with the findings of each."""
    at: dict[tuple[int, int, int], list[dict[str, Any]]] = {}
    for one in findings:
        key = (one["segment"], one["element"] or 0, one["component"] or 0)
        at.setdefault(key, []).append(one)
    boxes: list[Box] = []
    for segment, line in segments:
        own = {key[1:]: found for key, found in at.items() if key[0] == segment.ordinal}
        boxes += _boxes(segment, line, own)
    return boxes + list(_new_boxes([one for one, _ in segments]))


def _new_boxes(segments: list[Segment]) -> Iterable[Box]:
    """Boxes of the claim that its file has no segment for yet."""
    there = {one.value(1) for one in segments if one.id == "REF" and one.loop == "2300"}
    for qualifier in _NEW_REFERENCES:
        if qualifier not in there:
            path = "2300/REF02"
            yield Box(f"{NEW}{qualifier}", place_at(path, qualifier), "", path, None, "Claim")


def new_segments(
    segments: Iterable[LoopSegment], wanted: Mapping[str, str]
) -> dict[int, list[str]]:
    """The segments that new boxes ask for, by the number of the one that they go before.

    Raises WrongValueError.
    """
    before = next((one for one, _ in segments if one.path == "2300/HI"), None)
    if not wanted or before is None:
        return {}
    for value in wanted.values():
        _check(value, before.delimiters)
    element = before.delimiters.element
    made = [element.join(("REF", key.removeprefix(NEW), value)) for key, value in wanted.items()]
    return {before.ordinal: made}


def _boxes(
    segment: Segment, line: int | None, findings: Mapping[tuple[int, int], list[dict[str, Any]]]
) -> Iterable[Box]:
    for element, component in sorted(_shown(segment) | {key for key in findings if key[0]}):
        found = segment[element, component] if component else segment[element]
        yield Box(
            f"{segment.ordinal}.{element}.{component}",
            _place(segment, found.path, element),
            _shown_value(segment, element, found.value),
            found.path,
            line,
            "Service lines" if line else _GROUPS.get(segment.loop, "Claim"),
            tuple(findings.get((element, component), ())),
        )


def _shown(segment: Segment) -> set[tuple[int, int]]:
    shown = set(_EMPTY_BOXES.get(segment.id, ()))
    without, composites = _NO_BOX.get(segment.id, ()), _COMPOSITES.get(segment.id, ())
    for element, value in enumerate(segment.values[1:], 1):
        if element in without or not value:
            continue
        if element not in composites:
            shown.add((element, 0))
            continue
        first = 2 if (segment.id, element) in _LEADING else 1
        parts = segment.components(element)
        shown |= {(element, at) for at in range(first, len(parts) + 1) if parts[at - 1]}
    return shown - {_FACILITY_QUALIFIER} if segment.id == "CLM" else shown


def _place(segment: Segment, path: str, element: int) -> Place:
    qualifier = segment.value(1) if segment.id in ("REF", "DTP") else segment.value(1, 1)
    place = place_at(path, qualifier)
    part = _PARTS.get(segment.id, {}).get(element)
    if part and place.name:
        owner = place.name
        for end in ("'s name", "'s address", "'s city, state and ZIP", " address"):
            owner = owner.removesuffix(end)
        return Place(place.item, f"{owner}: {part}")
    return place if place.name else Place("", path)


def _shown_value(segment: Segment, element: int, value: str) -> str:
    if (segment.id, element) in _DATES and _WIRE_DATE.fullmatch(value):
        return f"{value[4:6]}/{value[6:]}/{value[:4]}"
    return value


def _wire_value(segment: Segment, element: int, value: str) -> str:
    date = _SHOWN_DATE.fullmatch(value) if (segment.id, element) in _DATES else None
    return f"{date[3]}{date[1]:0>2}{date[2]:0>2}" if date else value


def changed_segment(segment: Segment, values: Mapping[tuple[int, int], str]) -> str:
    """The text of a segment with these values in it; nothing else of it changes.

    Raises WrongValueError.
    """
    for (element, component), shown in sorted(values.items()):
        value = _wire_value(segment, element, shown)
        _check(value, segment.delimiters)
        found = segment[element, component] if component else segment[element]
        text = apply_patches(segment.received, [found.put(value)], segment.start)
        segment = Segment(text, segment.delimiters, segment.start, segment.ordinal, segment.loop)
    return segment.received


def _check(value: str, delimiters: Delimiters) -> None:
    if len(value) > LONGEST:
        raise WrongValueError(f"a box takes at most {LONGEST} characters")
    if not value.isascii() or not value.isprintable():
        raise WrongValueError("use plain letters, digits and signs; others cannot be sent")
    used = [one for one in delimiters if one and one in value]
    if used:
        raise WrongValueError(f"the sign {used[0]} separates values in this file; leave it out")
