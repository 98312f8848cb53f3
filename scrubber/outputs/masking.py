"""Hides in a segment what identifies a patient; codes, modifiers, units and amounts stay.

Source of what identifies a patient: 45 CFR 164.514(b)(2), read onto the segments of the 837P
(005010X222A1). What is not known to be harmless is hidden.
"""

import re

from scrubber.outputs.address import Address
from scrubber.x12.segment import Delimiters, is_segment_id

MASK = "#"

_ALL = frozenset(range(1, 100))
_NONE: frozenset[int] = frozenset()
# Names and numbers here are those of businesses and clinicians.
_BUSINESS_ENTITIES = frozenset(
    {"40", "41", "77", "82", "85", "87", "DK", "DN", "DQ", "P3", "PE", "PR"}
)
# Not 2310C and 2420C: therapy given at home has the patient's address as its facility.
_BUSINESS_LOOPS = frozenset({"1000A", "1000B", "2010AA", "2010AB", "2010AC", "2010BB", "2330B"})
_PATIENT_LOOPS = frozenset({"2010BA", "2010CA", "2330A"})
# Numbers that payers and programs give to claims, providers and contracts.
_BUSINESS_REFERENCES = frozenset(
    {"0B", "1G", "2U", "4N", "6R", "9A", "9B", "9C", "9D", "9F", "BT", "D9", "EI", "EW"}
    | {"F4", "F5", "F8", "FY", "G1", "G2", "G3", "LU", "LX", "NF", "P4", "T4", "VP", "X4", "XZ"}
)
# fmt: off
_HARMLESS = frozenset({
    "AMT", "BHT", "CAS", "CLM", "CN1", "CR3", "CRC", "CTP", "CUR", "DTP", "GE", "GS", "HCP", "HI",
    "HL", "IEA", "LIN", "LQ", "LX", "MEA", "MOA", "OI", "PRV", "PS1", "QTY", "SE", "ST", "SV1",
    "SV5", "SVD", "TA1",
})
# fmt: on
_FREE_TEXT: dict[str, frozenset[int]] = {
    "ISA": frozenset({2, 4}),
    "SBR": frozenset({3, 4}),
    "NTE": frozenset({2}),
    "K3": frozenset({1}),
    "FRM": frozenset({3}),
    "CR1": frozenset({9, 10}),
    "CR2": frozenset({10, 11}),
    "PWK": frozenset({6, 7}),
}
_DESCRIPTION = 7
"""SV101-7 and SVD03-7, the free text among the components."""

_LONGEST_CODE, _LONGEST_PROCEDURE = 3, 5
_FIGURE = re.compile(r"[-$,.0-9]{1,15}")
_SERVICES = {"SV1": 1, "SVD": 3}
"""Where the composite with the description stands."""


def masked_segment(raw: str, delimiters: Delimiters, loop: str = "") -> str:
    """`raw` with as many marks as characters in each element that identifies a patient.

    Without a loop, or in one not known to be a business's, addresses and contacts are hidden.
    """
    values = raw.split(delimiters.element)
    if not is_segment_id(values[0]):
        return delimiters.element.join(_masked(value, delimiters) for value in values)
    hidden = hidden_elements(values[0], values[1] if len(values) > 1 else "", loop)
    moved = is_near_patient(values[0], hidden)
    shown = [
        _masked(value, delimiters)
        if number in hidden or (moved and number and len(value) > _LONGEST_CODE)
        else value
        for number, value in enumerate(values)
    ]
    if values[0] in _SERVICES:
        first = _SERVICES[values[0]]
        shown[first:] = [_service_value(value, delimiters) for value in shown[first:]]
    return delimiters.element.join(shown)


def is_near_patient(segment: str, hidden: frozenset[int]) -> bool:
    """Whether the other elements of a segment with hidden ones may show codes only: longer text
    is no code, but may be a name that a separator too many or too few has moved."""
    return bool(hidden) and segment != "ISA"


def identifies(at: Address, *texts: str) -> bool:
    """Whether what stands at an address, or is put there, may identify a patient.

    A whole segment or composite counts as all it holds. `texts` are what stands there.
    """
    if at.segment in _SERVICES:
        whole = not at.component and at.element in (0, _SERVICES[at.segment])
        return whole or at.component >= _DESCRIPTION
    if at.segment == "NM1":
        hidden = _ALL - {1, 2, 8} if at.loop in _PATIENT_LOOPS else _NONE
    else:
        hidden = hidden_elements(at.segment, at.qualifier, at.loop)
    if not at.element or at.element in hidden:
        return bool(hidden)
    long = any(len(text.strip()) > _LONGEST_CODE for text in texts)
    return long and is_near_patient(at.segment, hidden)


def hidden_elements(segment: str, qualifier: str, loop: str = "") -> frozenset[int]:
    """The numbers of the elements of a segment that identify a patient."""
    if segment == "NM1":
        return _NONE if qualifier in _BUSINESS_ENTITIES else _ALL - {1, 2, 8}
    if segment == "REF":
        return _NONE if qualifier in _BUSINESS_REFERENCES else _ALL - {1}
    if segment in {"N2", "N3", "N4", "PER"}:
        return _NONE if loop in _BUSINESS_LOOPS else _ALL
    return _NONE if segment in _HARMLESS else _FREE_TEXT.get(segment, _ALL)


def _masked(value: str, delimiters: Delimiters) -> str:
    kept = (delimiters.component, delimiters.repetition)
    return "".join(character if character in kept else MASK for character in value)


def _service_value(value: str, delimiters: Delimiters) -> str:
    """An element of a service without its description, and without what has no form of a code
    or figure: a part of a description that a separator has moved."""
    parts = value.split(delimiters.component)
    return delimiters.component.join(
        part
        if number < _DESCRIPTION and (len(part) <= _LONGEST_PROCEDURE or _FIGURE.fullmatch(part))
        else MASK * len(part)
        for number, part in enumerate(parts, 1)
    )
