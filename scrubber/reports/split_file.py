"""Writes the claims of a file that are kept, in a well-formed interchange of their own.

Whatever is kept is copied; only counts, hierarchical numbers and child codes are written anew,
and those only where they are no longer true. With everything kept the copy is the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from scrubber.engine.results import Disposition, Part
from scrubber.findings import Severity
from scrubber.reports.renumbering import (
    bare,
    element_of,
    own_number,
    with_elements,
    with_own_batch,
)
from scrubber.x12.delimiters import IsaHead, read_isa
from scrubber.x12.segment import Delimiters

ENVELOPES = ("ISA", "GS", "ST")
LEVELS = ("2000A", "2000B", "2000C")
ABOVE = {"GS": "ISA", "ST": "GS", "2000B": "2000A", "2000C": "2000B"}
HEADER_OF = {"SE": "ST", "GE": "GS", "IEA": "ISA"}
TRAILER_OF = {"ST": "SE", "GS": "GE", "ISA": "IEA"}
NUMBER_AT = {"ISA": 13, "GS": 6, "ST": 2}
HELD_AT_MOST = 64 * 1024 * 1024


def is_accepted(part: Part) -> bool:
    """Whether a claim goes into the accepted file."""
    return part.claim is not None and part.claim.disposition is not Disposition.REJECTED


def is_rejected(part: Part) -> bool:
    """Whether a block goes into the rejected file: rejected claims, and what was passed by."""
    if part.claim is not None:
        return part.claim.disposition is Disposition.REJECTED
    return part.kind == "" and part.segments > 0


def _is_orphan(level: Part) -> bool:
    """Whether a level does not point to the one above it."""
    return any(
        finding.severity is Severity.REJECT and finding.path == f"{level.kind}/HL02"
        for finding in level.findings
    )


@dataclass(slots=True)
class _Subscriber:
    """A written-to-be 2000B whose child code is not known yet, and the claims directly under it."""

    level: str
    texts: list[str] = field(default_factory=list)
    size: int = 0


class SplitWriter:
    """Writes one side of a file. `keep` says which claims and passed-by blocks belong to it.

    With `renew` the interchange, its groups and batches get numbers of their own, so that the
    file can be sent beside the other.
    """

    def __init__(self, out: BinaryIO, keep: Callable[[Part], bool], renew: bool = False) -> None:
        self._out = out
        self._keep = keep
        self._renew = renew
        self._pending: dict[str, Part] = {}
        self._open: list[str] = []
        self._lead = ""
        self._head = IsaHead(Delimiters("*", ":", "^", "~"), "")
        self._seen_interchange = False
        self._wrote_interchange = False
        self._numbers = dict.fromkeys(ENVELOPES, "")
        self._counts = dict.fromkeys(ENVELOPES, 0)
        self._levels: dict[str, str] = {}
        self._level_count = 0
        self._held: _Subscriber | None = None
        self.claims = 0
        self.wrote = False

    def write(self, part: Part) -> None:
        """Take the next part of the file."""
        kind = part.kind
        if kind == "2300":
            if self._keep(part):
                self._claim(part)
        elif kind in LEVELS:
            self._level(kind, part)
        elif kind in ENVELOPES:
            self._header(kind, part)
        elif kind in HEADER_OF:
            self._trailer(kind, part)
        elif kind == "TA1":
            self._acknowledgment(part)
        elif part.segments:
            self._passed_by(part)
        elif part.received == part.corrected:
            self._blanks(part.received)

    def close(self) -> None:
        """Close what the file left open."""
        self._close_down_to("ISA")

    def _header(self, kind: str, part: Part) -> None:
        self._close_down_to(kind)
        self._forget(kind)
        self._pending[kind] = part
        if kind == "ISA":
            self._seen_interchange = True
            self._wrote_interchange = False
            self._head = read_isa(part.corrected + "GS")

    def _forget(self, kind: str) -> None:
        """Drop the headers at and below `kind` that nothing kept has followed."""
        for name in (*ENVELOPES[ENVELOPES.index(kind) :], *LEVELS):
            self._pending.pop(name, None)

    def _level(self, kind: str, part: Part) -> None:
        if kind != "2000C":
            self._release(has_children=False)
        for level in LEVELS[LEVELS.index(kind) :]:
            self._pending.pop(level, None)
            self._levels.pop(level, None)
        self._pending[kind] = part

    def _claim(self, part: Part) -> None:
        self._open_headers("ISA", "GS", "ST")
        self.claims += 1
        is_dependents = "2000C" in self._pending or "2000C" in self._levels
        if not is_dependents and (self._held is not None or "2000B" in self._pending):
            self._hold(part)
            return
        self._release(has_children=True)
        for level in LEVELS:
            self._open_level(level)
        self._put(part.corrected, part.segments)

    def _hold(self, part: Part) -> None:
        """Keep a subscriber's own claims until it is known whether a dependent's follows."""
        if self._held is None:
            self._open_level("2000A")
            level = self._pending.pop("2000B")
            self._held = _Subscriber(self._numbered("2000B", level))
            self._counts["ST"] += level.segments
        self._held.texts.append(part.corrected)
        self._held.size += len(part.corrected)
        self._counts["ST"] += part.segments
        if self._held.size > HELD_AT_MOST:
            self._release(has_children=None)

    def _release(self, has_children: bool | None) -> None:
        """Write the subscriber at hand, its child code told by what is kept under it (None where
        that is not known); one under which nothing is kept stays where it is."""
        if self._held is not None:
            held, self._held = self._held, None
            self._emit(self._with_child_code(held.level, has_children))
            for text in held.texts:
                self._emit(text)
        elif has_children and "2000B" in self._pending:
            self._open_level("2000A")
            level = self._pending.pop("2000B")
            text = self._with_child_code(self._numbered("2000B", level), has_children)
            self._put(text, level.segments)

    def _open_level(self, kind: str) -> None:
        level = self._pending.pop(kind, None)
        if level is not None:
            self._put(self._numbered(kind, level), level.segments)

    def _open_headers(self, *kinds: str) -> None:
        for kind in kinds:
            part = self._pending.pop(kind, None)
            if part is not None:
                self._open_header(kind, part)

    def _open_header(self, kind: str, part: Part) -> None:
        delimiters = self._head.delimiters
        text = part.corrected
        if kind == "ISA":
            self._emit(self._lead)
            self._lead = ""
            self._wrote_interchange = True
        number = element_of(text, NUMBER_AT[kind], delimiters)
        if self._renew and kind == "ST":
            text = with_own_batch(text, delimiters)
        elif self._renew:
            number = own_number(number)
            text = with_elements(text, {NUMBER_AT[kind]: number}, delimiters)
        self._enter(kind, number, part.segments)
        self._emit(text)

    def _enter(self, kind: str, number: str, segments: int) -> None:
        self._open.append(kind)
        self._numbers[kind] = number
        self._counts[kind] = segments if kind == "ST" else 0
        if kind != "ISA":
            self._counts[ABOVE[kind]] += 1
        if kind == "ST":
            self._level_count = 0
            self._levels = {}

    def _numbered(self, level: str, part: Part) -> str:
        """The level with the number it has in this file and that of its parent here."""
        self._level_count += 1
        number = self._levels[level] = str(self._level_count)
        wanted = {1: number}
        parent = self._levels.get(ABOVE.get(level, ""))
        if parent is not None:
            wanted[2] = parent if not _is_orphan(part) else self._other_than(parent, part)
        return with_elements(part.corrected, wanted, self._head.delimiters)

    def _other_than(self, parent: str, part: Part) -> str:
        """HL02 of a level that belongs under another one than that above it here: as received,
        lest it pass for the child of a stranger when the file comes back."""
        received = element_of(part.corrected, 2, self._head.delimiters)
        return received if received != parent else "0"

    def _with_child_code(self, text: str, has_children: bool | None) -> str:
        delimiters = self._head.delimiters
        if has_children is None or element_of(text, 4, delimiters) not in ("0", "1"):
            return text
        return with_elements(text, {4: str(int(has_children))}, delimiters)

    def _trailer(self, kind: str, part: Part) -> None:
        header = HEADER_OF[kind]
        if header in self._open:
            self._close_inside(header)
            self._emit(self._recounted(part.corrected, header))
            self._open.remove(header)
        else:
            self._forget(header)

    def _recounted(self, text: str, header: str) -> str:
        """A trailer with the count and control number of this file; as it is if they are right."""
        delimiters = self._head.delimiters
        count, number = self._count(header), self._numbers[header]
        if text.count(delimiters.element) < 2:
            return self._synthetic(header)
        wanted = {}
        stated = element_of(text, 1, delimiters)
        if not (stated.isascii() and stated.isdigit() and int(stated) == count):
            wanted[1] = str(count)
        if element_of(text, 2, delimiters).strip() != number.strip():
            wanted[2] = number
        return with_elements(text, wanted, delimiters)

    def _count(self, header: str) -> int:
        return self._counts[header] + (header == "ST")

    def _synthetic(self, header: str) -> str:
        delimiters, suffix = self._head
        values = (TRAILER_OF[header], str(self._count(header)), self._numbers[header])
        return delimiters.element.join(values) + delimiters.terminator + suffix

    def _close_inside(self, header: str) -> None:
        """Close what is open inside `header`."""
        self._release(has_children=False)
        if header != "ST":
            self._close_down_to(ENVELOPES[ENVELOPES.index(header) + 1])

    def _close_down_to(self, header: str) -> None:
        """Write the trailers that the file lacks, from the innermost to that of `header`."""
        self._release(has_children=False)
        for one in reversed(ENVELOPES[ENVELOPES.index(header) :]):
            if one in self._open:
                self._emit(self._synthetic(one))
                self._open.remove(one)

    def _acknowledgment(self, part: Part) -> None:
        """A TA1 stands right after its ISA and stays with the accepted claims."""
        if self._renew:
            return
        interchange = self._pending.get("ISA")
        if interchange is not None:
            text = interchange.corrected + part.corrected
            self._pending["ISA"] = interchange._replace(corrected=text)
        elif "ISA" in self._open:
            self._emit(part.corrected)

    def _blanks(self, text: str) -> None:
        """Blanks before the first interchange and after one that was written keep their place."""
        if not self._seen_interchange:
            self._lead += text
        elif self._wrote_interchange and not self._open:
            self._emit(text)

    def _passed_by(self, part: Part) -> None:
        """A block that was not scrubbed goes where `keep` wants it, its envelope closed if the
        file does not; a trailer without its header holds nothing and is left out."""
        name = bare(part.received[:9]).partition(part.element)[0]
        if name in HEADER_OF:
            header = HEADER_OF[name]
            if header in self._open:
                self._close_inside(header)
                self._emit(part.received)
                self._open.remove(header)
            return
        if name in ("GS", "ST"):
            self._close_down_to(name)
            self._forget(name)
        if not self._keep(part):
            return
        self._open_headers(*(("ISA",) if name == "GS" else ("ISA", "GS")))
        if name in ("GS", "ST"):
            number = element_of(part.received, NUMBER_AT[name], self._head.delimiters)
            self._enter(name, number, part.segments)
        elif "ST" in self._open:
            self._counts["ST"] += part.segments
        self._emit(part.received)

    def _put(self, text: str, segments: int) -> None:
        self._counts["ST"] += segments
        self._emit(text)

    def _emit(self, text: str) -> None:
        if text:
            self.wrote = True
            self._out.write(text.encode("latin-1"))
