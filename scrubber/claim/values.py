"""Element texts as amounts, quantities and dates; unreadable texts become None."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

LONGEST_AMOUNT = 18
MOST_DECIMALS = 4
"""More than any number of a claim has; with no more, the sums of a million files are exact."""


@lru_cache(maxsize=8192)
def amount(text: str) -> Decimal | None:
    """A number of type R or N0: optional minus, digits, optional point. None if it is not one,
    longer than any that X12 has (18 digits), or finer than MOST_DECIMALS."""
    digits = text.removeprefix("-").replace(".", "", 1)
    if not digits.isascii() or not digits.isdigit() or len(digits) > LONGEST_AMOUNT:
        return None
    if len(text.partition(".")[2].rstrip("0")) > MOST_DECIMALS:
        return None
    return Decimal(text)


def dollars(amount: Decimal, grouped: str = "") -> str:
    """With two decimals; with more where the amount has more, so that nothing is rounded. The
    thousands are set apart by `grouped`."""
    if amount == round(amount, 2):
        return f"{amount:{grouped}.2f}"
    return f"{amount.normalize():{grouped}f}"


@lru_cache(maxsize=8192)
def day(text: str) -> date | None:
    """A CCYYMMDD date (a longer CCYYMMDDHHMM keeps its date). None if it is not a real one."""
    if len(text) not in (8, 12) or not text.isascii() or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def completed_years(born: date | None, on: date | None) -> int | None:
    """Age on a day; None where either date is missing."""
    if born is None or on is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@lru_cache(maxsize=8192)
def period(qualifier: str, text: str) -> tuple[date | None, date | None]:
    """First and last day of a DTP: the same day for D8 and DT, both ends for RD8."""
    if qualifier == "RD8":
        begin, _, end = text.partition("-")
        return day(begin), day(end)
    only = day(text)
    return only, only
