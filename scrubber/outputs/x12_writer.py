"""Writes X12 interchanges: envelopes that count themselves, values that cannot break them.

Everything written is ASCII. Nothing here knows the time: dates come in, the time of day is 0000.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from scrubber.x12.characters import transliterated

ELEMENT, COMPONENT, REPETITION = "*", ":", "^"
END = "~\n"
TIME = "0000"
QUALIFIERS = frozenset({"01", "14", "20", "27", "28", "29", "30", "33", "ZZ"})
LONGEST_AMOUNT = 18
_DELIMITERS = str.maketrans({"*": " ", ":": ";", "^": " ", "~": " "})


@lru_cache(maxsize=8192)
def plain(text: str, longest: int = 80) -> str:
    """`text` as an element may carry it: ASCII without our delimiters, no blanks around it.

    Accents are dropped, also from UTF-8 that was read as Latin-1; what has no plain form becomes a
    blank. Cut to `longest` characters.
    """
    if not text.isascii():
        text = transliterated(text)
    text = text.translate(_DELIMITERS)
    if not (text.isascii() and text.isprintable()):
        text = "".join(one if " " <= one <= "~" else " " for one in text)
    return text.strip()[:longest].rstrip()


def decimal_text(number: Decimal) -> str:
    """A number of type R: no trailing zeros, no exponent."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0", "-") else text


class Header(NamedTuple):
    """An ISA to write: its number, who sends and who receives (qualifier and id), ISA15."""

    number: str
    sender: tuple[str, str]
    receiver: tuple[str, str]
    usage: str


class X12Writer:
    """Writes segments inside envelopes and closes them with right counts.

    Delimiters are the usual ones, one segment a line. `wrote` tells whether there is anything.
    """

    def __init__(self, out: BinaryIO, as_of: date) -> None:
        self._out = out
        self.day = as_of.strftime("%Y%m%d")
        self.wrote = False
        self._interchange = ""
        self._group = ""
        self._set = ""
        self._counts = [0, 0, 0]

    def open_interchange(self, header: Header) -> None:
        """ISA. What does not fit its fixed fields is cut."""
        self._interchange = header.number
        self._counts[0] = 0
        parties = [*_party(*header.sender), *_party(*header.receiver)]
        self._put(
            "ISA", "00", " " * 10, "00", " " * 10, *parties, self.day[2:], TIME,
            REPETITION, "00501", header.number, "0", header.usage, COMPONENT,
        )  # fmt: skip

    def open_group(
        self, functional: str, sender: str, receiver: str, number: str, version: str
    ) -> None:
        """GS; `number` is GS06."""
        self._group = number
        self._counts[0] += 1
        self._counts[1] = 0
        self._put(
            "GS", functional, _application(sender), _application(receiver), self.day, TIME,
            number, "X", version,
        )  # fmt: skip

    def open_set(self, identifier: str, version: str) -> str:
        """ST; returns the number it gives the set, counted from 0001 in its group."""
        self._counts[1] += 1
        self._counts[2] = 0
        self._set = f"{self._counts[1]:04d}"
        self.segment("ST", identifier, self._set, version)
        return self._set

    def segment(self, *elements: str) -> None:
        """One segment of the open set; empty elements at its end are left out."""
        self._counts[2] += 1
        self._put(*elements)

    def text(self, text: str, segments: int) -> None:
        """Text that `segment_text` made; `segments` is how many more the open set has with it."""
        self._counts[2] += segments
        self._out.write(text.encode("ascii"))

    def close_set(self) -> None:
        """SE."""
        self._put("SE", str(self._counts[2] + 1), self._set)

    def close_group(self) -> None:
        """GE."""
        self._put("GE", str(self._counts[1]), self._group)

    def close_interchange(self) -> None:
        """IEA."""
        self._put("IEA", str(self._counts[0]), self._interchange)

    def control(self, *elements: str) -> None:
        """A segment that stands in the interchange itself, such as TA1."""
        self._put(*elements)

    def _put(self, *elements: str) -> None:
        self.wrote = True
        self._out.write(segment_text(*elements).encode("ascii"))


def segment_text(*elements: str) -> str:
    """A segment with its terminator; empty elements at its end are left out."""
    last = len(elements)
    while not elements[last - 1]:
        last -= 1
    return ELEMENT.join(elements[:last]) + END


def _party(qualifier: str, identifier: str) -> tuple[str, str]:
    known = qualifier if qualifier in QUALIFIERS else "ZZ"
    return known, plain(identifier, 15).ljust(15)


def _application(code: str) -> str:
    """GS02 or GS03, which has at least two characters."""
    return plain(code, 15).ljust(2, "0")
