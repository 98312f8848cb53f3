"""Reads a claim file again that was written, before it replaces anything.

Only envelopes, levels and the first segment of each claim are looked at: the claims in it were
scrubbed before, and it is these that writing them could have damaged, lost or doubled.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from scrubber.claim.values import amount, dollars
from scrubber.guide.envelope import Envelope
from scrubber.guide.faults import Fault
from scrubber.guide.hierarchy import LEVEL_OF_CODE, PARENTS
from scrubber.outputs.written_claims import WrittenClaims
from scrubber.x12.blanks import BLANKS, blanks_behind
from scrubber.x12.delimiters import IsaHead
from scrubber.x12.lexer import count_filled
from scrubber.x12.segment import LINE_BREAKS
from scrubber.x12.stretches import Stretch, StretchReader

CHUNK = 1 << 20
ENVELOPE_FAULTS = frozenset({"S105", "S106", "S107", "S108", "S110", "S111", "S112"})
NAMES = ("CLM", "HL", "ST", "SE", "GS", "GE", "ISA", "IEA")


class ClaimFileReading:
    """A claim file as it was read: claims, their charges in dollars, and what is wrong with the
    envelopes and levels around them."""

    def __init__(self) -> None:
        self.claims = 0
        self.charge = Decimal(0)
        self.bytes = 0
        self.envelope_faults: list[str] = []
        self.level_faults: list[str] = []
        self._envelope = Envelope()
        self._levels: dict[str, str] = {}
        self._level_count = 0

    def read(self, path: Path) -> None:
        """Read all of it. Raises OSError."""
        with path.open("rb") as file:
            for piece in StretchReader(
                self._chunks(iter(lambda: file.read(CHUNK), b""))
            ).stretches():
                if isinstance(piece, Stretch):
                    self._stretch(piece)
                elif piece.text.strip(BLANKS):
                    self.envelope_faults.append(piece.reason)
        self._note(self._envelope.unclosed())

    def _chunks(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.bytes += len(chunk)
            yield chunk

    def _stretch(self, stretch: Stretch) -> None:
        text, head = stretch.text, stretch.head
        separator, terminator = head.delimiters.element, head.delimiters.terminator
        counted = 0
        for found in _heads(head).finditer(terminator + text):
            raw = found[1]
            if not raw.isprintable():
                raw = raw.replace("\r", "").replace("\n", "")
            values = raw.split(separator)
            name = values[0].rstrip(BLANKS)
            if name == "CLM":
                self._claim(values)
                continue
            # The pattern was given one character more than the text.
            at = found.start(1) - len(terminator)
            if name in ("ST", "SE"):
                self._envelope.segments += _filled(text[counted:at], head)
                counted = at
            self._head(name, values, separator)
        self._envelope.segments += _filled(text[counted:], head)

    def _claim(self, values: list[str]) -> None:
        self.claims += 1
        if len(values) > 2:
            self.charge += amount(values[2]) or 0

    def _head(self, name: str, values: list[str], separator: str) -> None:
        envelope = self._envelope
        if name == "HL":
            self._level(values)
        elif name == "ISA":
            self._note(envelope.enter_interchange(values + [""] * (17 - len(values))))
        elif name == "GS":
            self._note(envelope.enter_group(values))
        elif name == "ST":
            self._note(envelope.enter_set(values))
            self._levels, self._level_count = {}, 0
        else:
            envelope.segments += name == "SE"
            self._note(envelope.leave(name, values, separator))

    def _level(self, values: list[str]) -> None:
        number, parent, code = (*values[1:4], "", "", "")[:3]
        loop = LEVEL_OF_CODE.get(code, "")
        self._level_count += 1
        self._levels[loop] = number
        if number != str(self._level_count):
            self.level_faults.append(f"HL01 of level {self._level_count} is another number")
        elif parent != self._levels.get(PARENTS.get(loop, ""), ""):
            self.level_faults.append(f"HL02 of level {number} is not the level above it")

    def _note(self, faults: Iterable[Fault]) -> None:
        self.envelope_faults += [one.message for one in faults if one.code in ENVELOPE_FAULTS]


def claim_file_fault(path: Path, meant: WrittenClaims, accepted: bool) -> str:
    """What is wrong with a file that was written, empty if it is as it was meant. Of blocks that
    were copied without having been scrubbed nothing is known. Raises OSError."""
    reading = ClaimFileReading()
    reading.read(path)
    if reading.bytes != meant.bytes:
        return f"it has {reading.bytes:,} bytes, {meant.bytes:,} were written"
    if not meant.is_scrubbed:
        return ""
    if reading.claims != meant.claims:
        return f"it holds {reading.claims:,} claims, {meant.claims:,} were meant"
    if reading.charge != meant.charge:
        held, wanted = dollars(reading.charge, ","), dollars(meant.charge, ",")
        return f"its claims come to ${held}, ${wanted} were meant"
    faults = reading.envelope_faults + (reading.level_faults if accepted else [])
    return faults[0] if faults else ""


def _filled(text: str, head: IsaHead) -> int:
    """How many segments there are that are not empty."""
    terminator = head.delimiters.terminator
    gap = terminator + head.suffix
    found = text.count(gap)
    if gap + terminator in text or (head.suffix and text.count(terminator) != found):
        return count_filled(text, terminator)
    return found


@lru_cache(maxsize=64)
def _heads(head: IsaHead) -> re.Pattern[str]:
    """The terminator, blanks, and the whole of a segment that begins a block."""
    terminator, separator = head.delimiters.terminator, re.escape(head.delimiters.element)
    end = re.escape(terminator)
    blanks = blanks_behind(terminator)
    breaks = f"[{re.escape(LINE_BREAKS.replace(terminator, ''))}]*"
    names = "|".join("".join(letter + breaks for letter in name) for name in NAMES)
    # A file that was cut may end in the bare name of a claim.
    begun = f"(?:{names})(?:{blanks}{separator}[^{end}]*)?"
    return re.compile(f"{end}{blanks}({begun})(?={end}|\\Z)")
