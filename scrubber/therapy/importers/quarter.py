"""The quarter an official file is for, read from the names CMS gives its files."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from scrubber.codes.quarter import Quarter, quarter_with
from scrubber.therapy.importers.refusal import ImportFileError

# NCCI counts its versions from 1994: v322 is version 32, third quarter, of 2026.
VERSION_ZERO = 1994

_VERSION = re.compile(r"(?<![a-z0-9])v(\d\d)([0-3])(?:r\d)?(?![0-9])", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(20\d\d)[-_ ]?q([1-4])", re.IGNORECASE)
_QUARTER_FIRST = re.compile(r"q([1-4])[-_ ]?(20\d\d)", re.IGNORECASE)
_LETTER = re.compile(r"(?:RVU|PFREV|PFALL)(?:20)?([0-9]{2})([A-D])R?(?![A-Z])", re.IGNORECASE)
_MONTH = re.compile(r"PPRRVU(?:20)?([0-9]{2})[-_ ]?(JAN|APR|JUL|OCT)", re.IGNORECASE)
_MONTHS = ("JAN", "APR", "JUL", "OCT")
_MONTH_OF_YEAR = re.compile(r"(?<![a-z])(jan|apr|jul|oct)[a-z]*[-_ ]?(20\d\d)", re.IGNORECASE)
_YEAR_AND_MONTH = re.compile(r"(20\d\d)[-_ ]?(jan|apr|jul|oct)", re.IGNORECASE)
_EFFECTIVE = re.compile(r"eff_(0[1-9]|1[0-2])-\d\d-(20\d\d)", re.IGNORECASE)


def quarter_of(given: Quarter | None, names: Sequence[str]) -> Quarter:
    """The quarter given, else the one the names tell; raises ImportFileError when none does."""
    found = given or quarter_named(names)
    if found is None:
        raise ImportFileError(
            f"{names[0]}: no quarter in the name (such as 2026q3): give it with the import"
        )
    return found


def quarter_named(names: Iterable[str]) -> Quarter | None:
    """The quarter in the first name that tells one, e.g. 2026q3, q3-2026, v322, Eff_07-01-2026,
    JUL2026, 2026_JUL."""
    for name in names:
        if match := _YEAR_FIRST.search(name):
            return Quarter(int(match[1]), int(match[2]))
        if match := _QUARTER_FIRST.search(name):
            return Quarter(int(match[2]), int(match[1]))
        if match := _EFFECTIVE.search(name):
            return quarter_with(date(int(match[2]), int(match[1]), 1))
        if match := _VERSION.search(name):
            return Quarter(int(match[1]) + VERSION_ZERO, int(match[2]) + 1)
        if match := _MONTH_OF_YEAR.search(name):
            return _of_month(int(match[2]), match[1])
        if match := _YEAR_AND_MONTH.search(name):
            return _of_month(int(match[1]), match[2])
    return None


def fee_schedule_quarter(given: Quarter | None, names: Sequence[str]) -> Quarter:
    """The quarter given, else the one that names of the physician fee schedule tell: A to D or the
    month, e.g. RVU26A, PPRRVU2026_Jul, PFREV26C. Raises ImportFileError when none does."""
    if given is not None:
        return given
    for name in reversed(names):
        if match := _MONTH.search(name):
            return _of_month(2000 + int(match[1]), match[2])
        if match := _LETTER.search(name):
            return Quarter(2000 + int(match[1]), ord(match[2].upper()) - ord("A") + 1)
    return quarter_of(None, names)


def _of_month(year: int, month: str) -> Quarter:
    return Quarter(year, _MONTHS.index(month.upper()) + 1)
