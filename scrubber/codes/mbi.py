"""Medicare beneficiary identifier (MBI): eleven characters, each place of a fixed kind.

Source: CMS, "Understanding the Medicare Beneficiary Identifier (MBI) format": letters leave out
S, L, O, I, B and Z; there is no check digit. Claims carry it without dashes.
"""

import re

from scrubber.codes.verdict import Verdict

_LETTER = "[AC-HJKMNP-RT-Y]"
_EITHER = "[0-9AC-HJKMNP-RT-Y]"
_FORM = re.compile(
    f"[1-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_LETTER}[0-9][0-9]"
)


def is_valid(number: str) -> bool:
    """Whether it has the form of an MBI, in capitals and without dashes."""
    return _FORM.fullmatch(number) is not None


def check(number: str) -> Verdict:
    """VALID or INVALID; never UNKNOWN."""
    return Verdict.VALID if is_valid(number) else Verdict.INVALID
