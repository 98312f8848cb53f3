"""Reads the delimiters of an interchange from its ISA, also from one of the wrong width."""

import re
from typing import NamedTuple

from scrubber.x12.segment import LINE_BREAKS, Delimiters

ISA_ELEMENTS = 16
ISA_WIDTH = 106
WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
LONGEST_ISA = 400
USUAL = Delimiters("*", ":", "^", "~")
LONGEST_SUFFIX = 8


class UnreadableIsaError(ValueError):
    """The ISA does not tell its delimiters. The message says why and holds no values."""


class IsaHead(NamedTuple):
    """What the first bytes of an interchange say: delimiters, and the blanks after each
    terminator as the file writes them (`suffix`, such as a line break)."""

    delimiters: Delimiters
    suffix: str


# The name and a separator that no name could hold; a transport may have wrapped the line there.
_START = re.compile(r"(?<![A-Za-z0-9])I[\r\n]{0,2}S[\r\n]{0,2}A[\r\n]{0,2}([^A-Za-z0-9 \r\n])")


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


def read_isa(text: str, at: int = 0) -> IsaHead:
    """The delimiters of the interchange that begins at `at`.

    Line breaks inside the ISA are skipped (a transport wrapped it). Raises UnreadableIsaError.
    """
    start = _START.match(text, at)
    if start is None:
        raise UnreadableIsaError("no ISA segment here")
    separator = start[1]
    position, seen, end = start.end() - 1, 0, min(len(text), at + LONGEST_ISA)
    while position < end:
        seen += text[position] == separator
        if seen == ISA_ELEMENTS:
            break
        position += 1
    else:
        raise UnreadableIsaError("ISA has fewer than 16 elements")
    position = _skip(text, position + 1)
    if position + 1 >= len(text):
        raise UnreadableIsaError("the file ends inside the ISA")
    component, position = text[position], position + 1
    terminator, position = _terminator(text, position)
    repetition = _usable(_element(text, at, separator, 11), separator + component + terminator)
    delimiters = Delimiters(separator, component, repetition, terminator)
    problem = delimiter_problem(delimiters)
    if problem:
        raise UnreadableIsaError(problem)
    suffix = text[position : position + LONGEST_SUFFIX + 1]
    suffix = suffix[: len(suffix) - len(suffix.lstrip(" " + LINE_BREAKS))]
    return IsaHead(delimiters, suffix if len(suffix) <= LONGEST_SUFFIX else "")


def head_of(isa: str) -> IsaHead:
    """What an ISA tells that was taken out of its file. One that is cut off, because it holds its
    own terminator, tells only these two of its delimiters; the others are the usual ones."""
    try:
        return read_isa(isa + "GS")
    except UnreadableIsaError:
        return IsaHead(_delimiters_of_cut_off(isa), "")


def delimiters_of(isa: str) -> Delimiters:
    """The delimiters that an ISA tells that was taken out of its file."""
    return head_of(isa).delimiters


def _delimiters_of_cut_off(isa: str) -> Delimiters:
    start = _START.match(isa)
    text = isa.rstrip(" ")
    terminator = text.rstrip(" " + LINE_BREAKS)[-1:]
    if start is None or not terminator:
        return USUAL
    if terminator.isalnum() or terminator == start[1]:
        terminator = text[-1]
    found = USUAL._replace(element=start[1], terminator=terminator)
    return USUAL if delimiter_problem(found) else found


def delimiter_problem(delimiters: Delimiters) -> str:
    """Why these cannot be told apart; empty if they can."""
    working = (delimiters.element, delimiters.component, delimiters.terminator)
    if len(set(working)) != len(working):
        return "two delimiters of the ISA are the same character"
    if any(one.isalnum() or one == " " for one in working):
        return "a delimiter of the ISA is a letter, a digit or a blank"
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


def _element(text: str, at: int, separator: str, number: int) -> str:
    values = text[at : at + LONGEST_ISA].split(separator, number + 1)
    return values[number].strip(LINE_BREAKS) if len(values) > number else ""
