"""CPT and HCPCS procedure codes: their form and which part of the set a form belongs to.

The code set itself is copyrighted and not carried here, so a well-formed code is UNKNOWN unless
the therapy table (`scrubber.therapy.table`) knows it.
"""

import re
from enum import Enum

from scrubber.codes.verdict import Verdict


class Part(Enum):
    """The part of the code set that the form of a code belongs to."""

    CPT = "CPT"
    CPT_PERFORMANCE = "CPT category II"
    CPT_EMERGING = "CPT category III"
    CPT_LABORATORY = "CPT proprietary laboratory"
    CPT_ADMINISTRATIVE = "CPT administrative"
    HCPCS = "HCPCS level II"


_FORM = re.compile(r"([0-9]{5})|([0-9]{4}F)|([0-9]{4}T)|([0-9]{4}U)|([0-9]{4}[AM])|([A-V][0-9]{4})")


def part(code: str) -> Part | None:
    """The part of the set the code has the form of; None for a malformed code."""
    match = _FORM.fullmatch(code)
    return _PARTS[match.lastindex - 1] if match and match.lastindex else None


def is_well_formed(code: str) -> bool:
    """Five characters in one of the forms of the set, in capitals."""
    return _FORM.fullmatch(code) is not None


def check(code: str) -> Verdict:
    """INVALID for a malformed code; otherwise UNKNOWN, as the set is not in our tables."""
    return Verdict.UNKNOWN if is_well_formed(code) else Verdict.INVALID


_PARTS = tuple(Part)
