"""Dates and times that exist, in the formats of the guide."""

import re
from datetime import date

_SEPARATED = r"((?:19|20)[0-9]{2})([-/.])([0-9]{2})\2([0-9]{2})"


def real_date(text: str) -> bool:
    """Whether CCYYMMDD is a day that was or will be, from 1800 on."""
    if len(text) != 8 or not text.isascii() or not text.isdigit() or text < "18":
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def real_time(text: str) -> bool:
    """Whether HHMM, HHMMSS or HHMMSS with tenths or hundredths is a time of day."""
    if len(text) not in (4, 6, 7, 8) or not text.isascii() or not text.isdigit():
        return False
    return text[:2] < "24" and text[2:4] < "60" and (len(text) == 4 or text[4:6] < "60")


def date_problem(qualifier: str, text: str) -> str:
    """What is wrong with a date of this format (D8, RD8, DT, TM); empty if nothing."""
    match qualifier:
        case "RD8":
            begin, dash, end = text.partition("-")
            if not (dash and real_date(begin) and real_date(end)):
                return "is not a range CCYYMMDD-CCYYMMDD of real dates"
            return "is a range that ends before it begins" if end < begin else ""
        case "D8":
            return "" if real_date(text) else "is not a real date CCYYMMDD"
        case "DT":
            if len(text) == 12 and real_date(text[:8]) and real_time(text[8:]):
                return ""
            return "is not a real date and time CCYYMMDDHHMM"
        case "TM":
            return "" if real_time(text) else "is not a time of day HHMM"
        case _:
            return ""


def plain_date(qualifier: str, text: str) -> str:
    """A D8 date written CCYY-MM-DD, with any of - / . between, as CCYYMMDD; else the text."""
    match = re.fullmatch(_SEPARATED, text) if qualifier == "D8" else None
    return match[1] + match[3] + match[4] if match else text
