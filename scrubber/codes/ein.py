"""Employer identification number (EIN): nine digits, the first two a prefix that was assigned.

Source: IRS, "How EINs are assigned and valid EIN prefixes".
"""

from scrubber.codes.verdict import Verdict

# fmt: off
_UNASSIGNED = frozenset((
    "00", "07", "08", "09", "17", "18", "19", "28", "29",
    "49", "69", "70", "78", "79", "89", "96", "97",
))
# fmt: on


def is_well_formed(number: str) -> bool:
    """Nine digits without a hyphen, as the 837P wants it."""
    return len(number) == 9 and number.isascii() and number.isdigit()


def check(number: str) -> Verdict:
    """VALID, INVALID for another form, UNKNOWN for a prefix the IRS is not known to use."""
    if not is_well_formed(number):
        return Verdict.INVALID
    return Verdict.UNKNOWN if number[:2] in _UNASSIGNED else Verdict.VALID
