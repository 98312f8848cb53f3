"""What may lie between a terminator and the next segment, and how it is written right."""

import re

from scrubber.x12.segment import LINE_BREAKS

BLANKS = " \t\x00\x1a\x0b\x0c" + LINE_BREAKS
_ODD = r"\xc2?[\x85\xa0]|\xe2\x80[\x80-\x8f\xa8\xa9\xaf]|\xe2\x81\xa0|\xef\xbb\xbf"
"""Blanks of web pages and word processors, and byte order marks, in UTF-8 or Latin-1."""
_LEAD = re.compile(f"(?:[{re.escape(BLANKS)}]|{_ODD})*")
_LINE_ENDS = re.compile(r"(?:\r\n)*|\n*|\r*")


def without_lead(text: str) -> str:
    """A text without the blanks before it."""
    bare = text.lstrip(BLANKS)
    if not bare or bare[0].isascii():
        return bare
    lead = _LEAD.match(bare)
    return bare[lead.end() :] if lead is not None else bare


def blanks_behind(terminator: str) -> str:
    """A pattern for the blanks behind a terminator."""
    usual = f"[{re.escape(BLANKS.replace(terminator, ''))}]*"
    return f"{usual}(?:(?:{_ODD}){usual})*"


def line_end(gap: str, terminator: str) -> str:
    """The right text for what follows a terminator up to the next segment: line ends of one kind.

    Blanks, control characters and line ends of several kinds (such as CR CR LF) come to one line
    end. Behind a terminator that is a line break itself another one would be an empty segment.
    """
    if terminator == "\n":
        return ""
    if terminator == "\r":
        return "\n" if "\n" in gap else ""
    if _LINE_ENDS.fullmatch(gap):
        return gap
    return next((one for one in ("\r\n", "\n", "\r") if one in gap), "")
