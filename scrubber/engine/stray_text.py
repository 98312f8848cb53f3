"""Text outside any interchange, and faults that lie in no segment."""

import re
from collections.abc import Iterator

from scrubber.engine.results import Part
from scrubber.findings import Correction, Finding, Status
from scrubber.guide.envelope import Envelope
from scrubber.guide.faults import Fault
from scrubber.patches import Span
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.x12.blanks import line_end, without_lead
from scrubber.x12.reader import BEFORE_ISA, NO_ISA, TOO_LARGE, StrayText

BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf"
MOST_NAMED = 80
"""How many of the characters removed a correction names."""
OTHER_FORMATS = (
    ("PK\x03\x04", "a zip archive to unpack first"),
    ("\xd0\xcf\x11\xe0", "an Office document"),
    ("<?xml", "an XML document"),
    ("<!DOCTYPE html", "a web page"),
    ("<html", "a web page"),
    ("\x89PNG", "a picture"),
    ("\xff\xd8\xff", "a picture"),
    ("7z\xbc\xaf", "a 7z archive to unpack first"),
    ("Rar!", "a rar archive to unpack first"),
    ("\x1f\x8b", "a gzip archive to unpack first"),
    ("%PDF-", "a PDF document"),
    ("-----BEGIN PGP", "encrypted; decrypt it first"),
)
"""How files of other kinds begin that are sent in place of claims."""
OFFICE_DOCUMENT, OFFICE_WITHIN = "[Content_Types].xml", 4096
"""A zip archive that holds this is no archive to people."""
OFFICE = "an Office document (such as xlsx or docx)"
_CLAIM = re.compile(r"(?<![A-Za-z0-9])CLM\s*[^A-Za-z0-9\s]")


def stray_part(stray: StrayText) -> Part:
    """Line ends behind an interchange pass; other blanks and a byte order mark are taken out, all
    else is named."""
    text = stray.text.removeprefix(BYTE_ORDER_MARK)
    if not without_lead(text) and (stray.after or stray.reason != NO_ISA):
        right = line_end(text, stray.after) if stray.after else ""
        if right == stray.text:
            return Part("", right, right)
        what = "spaces or empty lines" if text == stray.text else "a byte order mark"
        where = "before the ISA segment" if stray.reason == BEFORE_ISA else "after the last segment"
        fault = Fault("S131", 0, 0, 0, f"{what} {where}, removed", "022")
        finding = at_byte(fault, stray.start, 0)._replace(fixed=True)
        removed = Correction(fault.code, "", None, stray.text[:MOST_NAMED], right, "remove it")
        return Part("", stray.text, right, (finding,), (removed,))
    message = f"{stray_reason(stray, text)} ({len(stray.text)} bytes not read)"
    fault = Fault(_code(stray, text), 0, 0, 0, message, "022")
    return Part("", stray.text, "", (at_byte(fault, stray.start, 0),))


def stray_reason(stray: StrayText, text: str) -> str:
    """Why a stray text, here without its byte order mark, is none of an interchange."""
    if not without_lead(text):
        return "the file contains only spaces"
    if not stray.start:
        for beginning, kind in OTHER_FORMATS:
            if text[: len(beginning)].lower() == beginning.lower():
                is_office = OFFICE_DOCUMENT in text[:OFFICE_WITHIN]
                return f"the file is {OFFICE if is_office else kind}, not X12 text"
    if text.count("\x00") * 3 > len(text):
        return "the file is UTF-16 or binary, not X12 text"
    return stray.reason


def _code(stray: StrayText, text: str) -> str:
    """S131 only for text in which no claim can be lost."""
    if stray.reason == TOO_LARGE:
        return "S127"
    harmless = stray.reason == BEFORE_ISA or (stray.reason == NO_ISA and stray.after)
    return "S131" if harmless and not _CLAIM.search(text) else "S101"


def at_byte(fault: Fault, offset: int, ordinal: int) -> Finding:
    """The finding for a fault that lies in no segment, at a byte of the file."""
    rule = GUIDE_RULES[fault.code]
    category, code = rule.status.split(":")[:2]
    return Finding(
        fault.code, rule.severity, rule.snip, "", Span(offset, offset), ordinal, None,
        fault.message, rule.source, status=Status(category, code), syntax=fault.syntax,
    )  # fmt: skip


def closing_part(envelope: Envelope, end: int, ordinal: int) -> Iterator[Part]:
    """What the end of a file at byte `end` says of it: what is not closed, or that it is empty.
    `ordinal` is the number of the segment that would follow."""
    findings = [at_byte(fault, end, ordinal) for fault in envelope.unclosed()]
    if not end:
        findings.append(at_byte(Fault("S101", 0, 0, 0, "the file is empty", ""), 0, 0))
    if findings:
        yield Part("", "", "", tuple(findings))
