"""Reads the delimiters of an interchange from its ISA, also from one of the wrong width.

Where the ISA names delimiters that do not fit the text (ISA16 is missing, a blank stands before
each terminator), they are read from the text, if it shows them.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from scrubber.x12.blanks import BLANKS, line_end, without_lead
from scrubber.x12.records import Records
from scrubber.x12.segment import LINE_BREAKS, Delimiters

ISA_ELEMENTS = 16
ISA_WIDTH = 106
WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
LONGEST_ISA = 400
LOOKAHEAD = 8192
"""How much of an interchange may be looked at to tell its delimiters and how it is wrapped."""
USUAL = Delimiters("*", ":", "^", "~")
REPETITIONS = "^!|\\`#"
"""What may separate repetitions where ISA11 names no character that can."""
LONGEST_SUFFIX = 8
GS_ELEMENTS = 8
FEWEST_ENDS = 3
"""So many segments at least show which character ends them."""
_LONE_LINE_FEED = re.compile(r"(?<!\r)\n")


class UnreadableIsaError(ValueError):
    """The ISA does not tell its delimiters. The message says why and holds no values."""


class IsaHead(NamedTuple):
    """What the first bytes of an interchange say: delimiters, and the line end after each
    terminator (`suffix`). `torn` is the length of an ISA that lacks its terminator, up to the
    next segment; 0 for any other. `records` tells of line breaks that a transport put in."""

    delimiters: Delimiters
    suffix: str
    torn: int = 0
    records: Records | None = None


# The name and a separator that no name could hold; a transport may have wrapped the line there,
# and blanks may stand between.
_START = re.compile(r"(?<![A-Za-z0-9])I[\r\n]{0,2}S[\r\n]{0,2}A[\r\n ]{0,2}([^A-Za-z0-9 \r\n])")


def next_interchange(text: str, at: int = 0) -> int:
    """Where the next ISA segment begins; -1 if there is none."""
    found = _START.search(text, at)
    return found.start() if found is not None else -1


# An ISA that follows without a terminator may follow anything, so more of it is looked at.
_GLUED = re.compile(r"ISA([^A-Za-z0-9 \r\n])(?:00|03)\1.{10}\1(?:00|01)\1.{10}\1", re.DOTALL)


def glued_interchange(segment: str) -> int:
    """Where within a segment whose terminator was lost the next ISA begins; 0 if it holds none."""
    found = _GLUED.search(segment, 1)
    return found.start() if found is not None else 0


class _Marks(NamedTuple):
    """Component separator and terminator of an interchange, and where its ISA ends; `is_torn`:
    there without the terminator."""

    component: str
    terminator: str
    end: int
    is_torn: bool = False


def read_isa(text: str, at: int = 0) -> IsaHead:
    """The delimiters of the interchange that begins at `at`.

    Line breaks inside the ISA are skipped (a transport wrapped it). Raises UnreadableIsaError.
    """
    start = _START.match(text, at)
    if start is None:
        raise UnreadableIsaError("no ISA segment here")
    separator = start[1]
    window = _up_to_next(text[at : at + LOOKAHEAD], separator)
    marks = _marks(window, separator)
    if marks.terminator in start[0]:
        raise UnreadableIsaError("the name ISA is broken by a line break, which ends segments")
    others = separator + marks.component + marks.terminator
    repetition = _usable(_element(window, separator, 11), others) or next(
        (one for one in REPETITIONS if one not in others and one not in window), ""
    )
    end = marks.end
    gap = window[end : len(window) - len(without_lead(window[end:]))]
    return IsaHead(
        Delimiters(separator, marks.component, repetition, marks.terminator),
        _suffix(gap, marks.terminator),
        end + len(gap) if marks.is_torn else 0,
    )


def _up_to_next(window: str, separator: str) -> str:
    """The text without an interchange that follows; a value of the ISA may read ISA as well."""
    whole = _GLUED.search(window, 1, LONGEST_ISA)
    if whole is not None:
        return window[: whole.start()]
    behind = len(window) - len(window.split(separator, ISA_ELEMENTS - 1)[-1])
    others = _START.finditer(window, behind)
    return window[: next((one.start() for one in others if one[1] == separator), len(window))]


def _marks(window: str, separator: str) -> _Marks:
    """Those that the ISA names if the text bears them out, else those that the text shows."""
    named, problem = None, ""
    try:
        named = _named(window, separator)
        problem = delimiter_problem(Delimiters(separator, named.component, "", named.terminator))
    except UnreadableIsaError as error:
        problem = str(error)
    if named is not None and not problem and _is_borne_out(window, separator, named):
        return named
    terminator = _shown_terminator(window, separator)
    if named is not None and not problem and terminator in ("", named.terminator):
        return named
    shown = _shown(window, separator, terminator) if terminator else None
    if shown is None:
        raise UnreadableIsaError(problem)
    return shown


def _named(window: str, separator: str) -> _Marks:
    """The delimiters by their places in the ISA."""
    position, seen, end = 3, 0, min(len(window), LONGEST_ISA)
    while position < end:
        seen += window[position] == separator
        if seen == ISA_ELEMENTS:
            break
        position += 1
    else:
        raise UnreadableIsaError("ISA has fewer than 16 elements")
    position = _skip(window, position + 1)
    if position + 1 >= len(window):
        raise UnreadableIsaError("the file ends inside the ISA")
    return _Marks(window[position], *_terminator(window, position + 1))


def _is_borne_out(window: str, separator: str, marks: _Marks) -> bool:
    """Whether the next segment is a whole GS with this terminator."""
    if marks.terminator == "\r" and _LONE_LINE_FEED.search(window):
        return False
    start = len(window) - len(without_lead(window[marks.end :]))
    end = window.find(marks.terminator, start)
    return (
        window.startswith("GS", start)
        and window.count(separator, start, max(end, start)) == GS_ELEMENTS
        and window[end - 1].isalnum()
    )


def _shown_terminator(window: str, separator: str) -> str:
    """The character that stands before most segments; empty if none does."""
    seen = Counter(
        sign or ("\n" if "\n" in blanks else "\r" if "\r" in blanks else "")
        for blanks, sign in _ends(separator).findall(window)
    )
    [(found, times)] = seen.most_common(1) or [("", 0)]
    if times < FEWEST_ENDS or 2 * times <= seen.total():
        return ""
    if found == "\n" and "\r\n" in window and not _LONE_LINE_FEED.search(window):
        return "\r"
    return found


def _shown(window: str, separator: str, terminator: str) -> _Marks | None:
    """The delimiters of a text that shows its terminator; None where the ISA has not 15 elements
    before the next segment."""
    following = _following(separator).search(window)
    isa = window[: following.start() if following is not None else 0]
    values = isa.split(separator, ISA_ELEMENTS - 1)
    if len(values) < ISA_ELEMENTS or any(terminator in one for one in values[:-1]):
        return None
    bare = isa.rstrip(BLANKS.replace(terminator, ""))
    is_torn = not bare.endswith(terminator)
    last = values[-1].rstrip(BLANKS + terminator).partition(separator)[2].strip(BLANKS)
    component = last if _separates(last, separator + terminator) else ""
    if not component:
        component = _shown_component(window, separator)
        if not _separates(component, separator + terminator):
            raise UnreadableIsaError(
                "ISA16 names no component separator, and the text does not show one"
            )
    return _Marks(component, terminator, len(bare), is_torn)


def _separates(sign: str, others: str) -> bool:
    return len(sign) == 1 and not sign.isalnum() and sign not in BLANKS + others


def _shown_component(window: str, separator: str) -> str:
    """The one character that separates the components of diagnoses, procedures and places."""
    seen = set(_composites(separator).findall(window))
    return seen.pop() if len(seen) == 1 else ""


@lru_cache(maxsize=64)
def _ends(separator: str) -> re.Pattern[str]:
    """What stands between a value and the next segment: blanks, and a sign if there is one."""
    sign, blanks = re.escape(separator), re.escape(BLANKS)
    names = "GS|ST|BHT|NM1|PER|HL|PRV|N3|N4|REF|SBR|DMG|CLM|DTP|LX|SV1"
    return re.compile(
        f"[0-9A-Za-z]([{blanks}]*)([^0-9A-Za-z{blanks}{sign}]?)[{blanks}]*(?=(?:{names}){sign})"
    )


@lru_cache(maxsize=64)
def _following(separator: str) -> re.Pattern[str]:
    return re.compile(f"(?<![0-9A-Za-z])(?:GS|TA1){re.escape(separator)}")


@lru_cache(maxsize=64)
def _composites(separator: str) -> re.Pattern[str]:
    """The beginnings of CLM05, HI01 and SV101, up to their first component separator."""
    sign = re.escape(separator)
    return re.compile(
        f"(?:CLM(?:{sign}[^{sign}]*){{2}}{sign}{{3}}[0-9]{{2}}|HI{sign}A?BK|SV1{sign}HC)"
        "([^0-9A-Za-z])"
    )


def head_of(isa: str, delimiters: Delimiters) -> IsaHead:
    """The head of an interchange read with these delimiters whose ISA was taken out of its file."""
    _, found, gap = isa.rpartition(delimiters.terminator)
    return IsaHead(delimiters, _suffix(gap, delimiters.terminator) if found else "")


def _suffix(gap: str, terminator: str) -> str:
    suffix = line_end(gap, terminator)
    return suffix if len(suffix) <= LONGEST_SUFFIX else ""


def delimiter_problem(delimiters: Delimiters) -> str:
    """Why these cannot be told apart; empty if they can."""
    working = (delimiters.element, delimiters.component, delimiters.terminator)
    if len(set(working)) != len(working):
        return "two delimiters of the ISA are the same character"
    if any(one.isalnum() or one == " " for one in working):
        return "a delimiter of the ISA is a letter, a digit or a space"
    return ""


def _usable(repetition: str, others: str) -> str:
    """ISA11 where it can separate repetitions; before 5010 it held the letter U."""
    sign = repetition[:1]
    return "" if sign.isalnum() or sign in " " + others else sign


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in LINE_BREAKS:
        position += 1
    return position


def _terminator(text: str, position: int) -> tuple[str, int]:
    """The terminator and where it ends. A line break is one only where the name of a segment
    follows it; else a transport put it there."""
    if position >= len(text):
        raise UnreadableIsaError("the file ends inside the ISA")
    after = _skip(text, position)
    if after == position or after == len(text) or text[after].isalnum() or text[after] in " \t":
        return text[position], position + 1
    return text[after], after + 1


def _element(window: str, separator: str, number: int) -> str:
    values = window[:LONGEST_ISA].split(separator, number + 1)
    return values[number].strip(LINE_BREAKS) if len(values) > number else ""
