"""National provider identifier (NPI): ten digits, the last a check digit.

Source: CMS NPI standard, 45 CFR 162.406; the check digit is that of Luhn (ISO/IEC 7812) over the
prefix 80840 and the number. Whether a number was issued cannot be told from its form.
"""

from scrubber.codes.verdict import Verdict

# What the digits 80840 add to the Luhn sum of any NPI, so the prefix need not be prepended.
_PREFIX_SUM = 24
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_valid(number: str) -> bool:
    """Whether it is ten digits, begins with 1 or 2 and its check digit is right."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()) or number[0] not in "12":
        return False
    return _luhn_sum(number) % 10 == 0


def check(number: str) -> Verdict:
    """VALID or INVALID; never UNKNOWN."""
    return Verdict.VALID if is_valid(number) else Verdict.INVALID


def _luhn_sum(number: str) -> int:
    digits = [int(digit) for digit in number]
    return _PREFIX_SUM + sum(digits[1::2]) + sum(_DOUBLED[digit] for digit in digits[::2])
