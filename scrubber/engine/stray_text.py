"""Text outside any interchange, and faults that lie in no segment."""

import re
from collections.abc import Iterator

from scrubber.engine.results import Part
from scrubber.findings import Finding, Status
from scrubber.guide.envelope import Envelope
from scrubber.guide.faults import Fault
from scrubber.patches import Span
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.x12.lexer import BLANKS
from scrubber.x12.reader import BEFORE_ISA, NO_ISA, TOO_LARGE, StrayText

BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf"
OTHER_FORMATS = (
    ("PK\x03\x04", "a zip archive to be unpacked first"),
    ("\xd0\xcf\x11\xe0", "a document of an Office program"),
    ("<?xml", "an XML document"),
    ("<!DOCTYPE html", "a web page"),
    ("<html", "a web page"),
    ("\x89PNG", "a picture"),
    ("\xff\xd8\xff", "a picture"),
    ("7z\xbc\xaf", "a 7z archive to be unpacked first"),
    ("Rar!", "a rar archive to be unpacked first"),
    ("\x1f\x8b", "a gzip archive to be unpacked first"),
    ("%PDF-", "a PDF document"),
    ("-----BEGIN PGP", "encrypted and to be decrypted first"),
)
"""How files of other kinds begin that are sent in place of claims."""
OFFICE_DOCUMENT, OFFICE_WITHIN = "[Content_Types].xml", 4096
"""A zip archive that holds this is no archive to people."""
OFFICE = "a document of an Office program (such as xlsx or docx)"
_CLAIM = re.compile(r"(?<![A-Za-z0-9])CLM[^A-Za-z0-9\s]")


def stray_part(stray: StrayText, read: bool) -> Part:
    """Blanks pass, a byte order mark is taken off, the rest is named; `read` tells whether any
    interchange came before."""
    text = stray.text if stray.start else stray.text.removeprefix(BYTE_ORDER_MARK)
    if not text.strip(BLANKS) and (read or stray.reason != NO_ISA):
        if text == stray.text:
            return Part("", text, text)
        message = "a byte order mark before the ISA segment; it is taken off"
        fault = Fault("S131", 0, 0, 0, message, "022")
        return Part("", stray.text, text, (at_byte(fault, stray.start, 0),))
    message = f"{_reason(stray, text)} ({len(stray.text)} bytes not read)"
    fault = Fault(_code(stray, text, read), 0, 0, 0, message, "022")
    return Part("", stray.text, "", (at_byte(fault, stray.start, 0),))


def _reason(stray: StrayText, text: str) -> str:
    if not text.strip(BLANKS):
        return "the file holds only blanks"
    if not stray.start:
        for beginning, kind in OTHER_FORMATS:
            if text[: len(beginning)].lower() == beginning.lower():
                is_office = OFFICE_DOCUMENT in text[:OFFICE_WITHIN]
                return f"the file is {OFFICE if is_office else kind}, not X12 text"
    if text.count("\x00") * 3 > len(text):
        return "the file is UTF-16 or binary, not X12 text"
    return stray.reason


def _code(stray: StrayText, text: str, read: bool) -> str:
    """S131 only for text in which no claim can be lost."""
    if stray.reason == TOO_LARGE:
        return "S127"
    harmless = stray.reason == BEFORE_ISA or (stray.reason == NO_ISA and read)
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
