"""Identifiers of the right shape that belong to nobody on purpose.

NPIs carry a valid check digit and EINs a prefix that is in use, because a file without planted
faults must be clean; whether such a number has by chance been issued to someone is not looked up.
"""

from scrubber.synthetic.dice import Dice

_NPI_PREFIX_SUM = 24
"""What the prefix 80840 adds to the check sum of an NPI (45 CFR 162.406; ISO/IEC 7812)."""

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
_MBI_LETTERS_AND_DIGITS = _MBI_LETTERS + "0123456789"
_EIN_PREFIXES = ("20", "26", "27", "45", "46", "47", "74", "75", "81", "82", "83", "84", "85")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def npi_check_digit(first_nine: str) -> int:
    """The tenth digit of the NPI that starts with `first_nine`."""
    plain = sum(int(digit) for digit in first_nine[1::2])
    doubled = sum(_DOUBLED[int(digit)] for digit in first_nine[0::2])
    return -(_NPI_PREFIX_SUM + plain + doubled) % 10


def npi(dice: Dice) -> str:
    """Ten digits, the first 1, the last a valid check digit."""
    first_nine = "1" + dice.digits(8)
    return f"{first_nine}{npi_check_digit(first_nine)}"


def employer_identification_number(dice: Dice) -> str:
    """Nine digits with a prefix the IRS assigns."""
    return dice.pick(_EIN_PREFIXES) + dice.digits(7)


def medicare_beneficiary_identifier(dice: Dice) -> str:
    """Eleven characters in the pattern C A AN N A AN N A A N N (CMS, MBI format)."""
    letter, either, pick = _MBI_LETTERS, _MBI_LETTERS_AND_DIGITS, dice.pick
    return (
        f"{dice.between(1, 9)}{pick(letter)}{pick(either)}{dice.between(0, 9)}"
        f"{pick(letter)}{pick(either)}{dice.between(0, 9)}"
        f"{pick(letter)}{pick(letter)}{dice.digits(2)}"
    )


def shaped(dice: Dice, shape: str) -> str:
    """`shape` with every `#` replaced by a digit and every `@` by a letter."""
    return "".join(
        f"{dice.between(0, 9)}" if mark == "#" else dice.pick(_LETTERS) if mark == "@" else mark
        for mark in shape
    )


def telephone(dice: Dice, area: str) -> str:
    """Ten digits in the exchange 555."""
    return f"{area}555{dice.digits(4)}"
