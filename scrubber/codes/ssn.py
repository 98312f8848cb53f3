"""Social security number (SSN): nine digits, some areas never issued.

Source: Social Security Administration: area 000, 666 and 900-999, group 00 and serial 0000 are
not issued; three numbers that were printed in advertisements are void.
"""

from scrubber.codes.verdict import Verdict

_VOID = frozenset(("078051120", "219099999", "457555462"))


def is_valid(number: str) -> bool:
    """Whether it is nine digits without hyphens that can have been issued."""
    if len(number) != 9 or not (number.isascii() and number.isdigit()) or number in _VOID:
        return False
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def check(number: str) -> Verdict:
    """VALID or INVALID; never UNKNOWN."""
    return Verdict.VALID if is_valid(number) else Verdict.INVALID
