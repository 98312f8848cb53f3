"""Follows a file's parts through its envelopes and tells listeners what opens and closes.

A header that comes before the trailer it should have waited for closes what is open, and so does
the end of the file: every listener sees balanced envelopes, with a note of the missing trailer.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scrubber.engine.results import Part
from scrubber.findings import Finding
from scrubber.guide.envelope import HEADER_OF
from scrubber.x12.blanks import BLANKS
from scrubber.x12.delimiters import LONGEST_ISA, USUAL, next_interchange
from scrubber.x12.segment import Delimiters


class Interchange(NamedTuple):
    """A received ISA as 17 values; `nth` counts from 0. `delimiters` are the usual ones where they
    cannot be told, `rejected` where nothing in the interchange can pass."""

    nth: int
    values: tuple[str, ...]
    delimiters: Delimiters
    rejected: bool
    findings: tuple[Finding, ...]


class Group(NamedTuple):
    """A received GS as 9 values. `supported` where it announces professional claims, `rejected`
    where its own faults keep all of it from passing, `missing` where a set stands in none."""

    values: tuple[str, ...]
    supported: bool
    rejected: bool
    findings: tuple[Finding, ...]
    missing: bool = False


class TransactionSet(NamedTuple):
    """A received ST as 4 values, its header's part and the byte of the file where that starts.
    `supported` where it is an 837 of a claim group, `rejected` where no claim of it can pass."""

    values: tuple[str, ...]
    supported: bool
    rejected: bool
    part: Part
    start: int


class Trailer(NamedTuple):
    """An SE, GE or IEA as 3 values; `missing` where the file has none."""

    values: tuple[str, ...] = ("", "", "")
    findings: tuple[Finding, ...] = ()
    missing: bool = False


MISSING = Trailer(missing=True)


class Listener:
    """An acknowledgment in the making: what it does at each turn of the file, if anything."""

    def open_interchange(self, interchange: Interchange, /) -> None:
        """ISA."""

    def open_group(self, group: Group, /) -> None:
        """GS."""

    def open_set(self, received: TransactionSet, /) -> None:
        """ST and its header."""

    def inside(self, part: Part, start: int, /) -> None:
        """A level or a claim of an open, supported set; `start` is its byte in the file."""

    def late(self, part: Part, /) -> None:
        """What is found of an earlier level of the open set only now; it has no text of its own."""

    def outside(self, part: Part, /) -> None:
        """Segments that stand where the envelopes allow none."""

    def close_set(self, trailer: Trailer, /) -> None:
        """SE, or none."""

    def close_group(self, trailer: Trailer, /) -> None:
        """GE, or none."""

    def close_interchange(self, trailer: Trailer, /) -> None:
        """IEA, or none."""


class EnvelopeReader:
    """Takes the parts of a file in order; holds nothing but what is open."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = listeners
        self._count = 0
        self._start = 0
        self._open: list[str] = []
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._set: TransactionSet | None = None

    def take(self, part: Part) -> None:
        """The next part."""
        start = self._start
        self._start += len(part.received)
        if part.claim is not None and self._set is not None:
            for listener in self._listeners:
                listener.inside(part, start)
            return
        if not part.segments:
            if part.received:
                self._stray(part)
            elif self._set is not None:
                for listener in self._listeners:
                    listener.late(part)
            return
        name = _name(part)
        match name:
            case "ISA":
                self._open_interchange(part)
            case "GS" if "ISA" in self._open:
                self._open_group(part)
            case "ST" if "ISA" in self._open:
                self._open_set(part, start)
            case "TA1" if part.kind == "TA1":
                return
            case "SE" | "GE" | "IEA":
                self._trailer(name, part)
            case _ if part.kind and self._set is not None:
                for listener in self._listeners:
                    listener.inside(part, start)
            case _ if self._set is None and (self._group is None or self._group.supported):
                for listener in self._listeners:
                    listener.outside(part)

    def finish(self) -> None:
        """The file is over."""
        self._close_down_to("ISA")

    def _stray(self, part: Part) -> None:
        """Text that is no segment: an ISA whose delimiters cannot be told is still answered."""
        if next_interchange(part.received) != 0:
            return
        text = part.received[:LONGEST_ISA].replace("\r", "").replace("\n", "")
        values = text.split(text[3])
        if len(values) < 14:
            return
        self._close_down_to("ISA")
        self._begin(Interchange(self._count, _padded(values, 17), USUAL, True, part.findings))
        self._close("ISA", Trailer())

    def _open_interchange(self, part: Part) -> None:
        self._close_down_to("ISA")
        assert part.delimiters is not None
        values = _values(part, part.delimiters, 17)
        self._begin(Interchange(self._count, values, part.delimiters, part.blocks, part.findings))

    def _begin(self, interchange: Interchange) -> None:
        self._count += 1
        self._interchange = interchange
        self._open = ["ISA"]
        for listener in self._listeners:
            listener.open_interchange(interchange)

    def _open_group(self, part: Part) -> None:
        self._close_down_to("GS")
        values = self._split(part, 9)
        self._begin_group(Group(values, part.kind == "GS", part.blocks, part.findings))

    def _begin_group(self, group: Group) -> None:
        self._group = group
        self._open.append("GS")
        for listener in self._listeners:
            listener.open_group(group)

    def _nameless_group(self) -> Group:
        """What a transaction set stands in whose GS is missing: nothing of it can pass."""
        assert self._interchange is not None
        sender, receiver = self._interchange.values[6], self._interchange.values[8]
        values = ("GS", "HC", sender, receiver, "", "", "", "X", "")
        return Group(values, True, True, (), missing=True)

    def _open_set(self, part: Part, start: int) -> None:
        self._close_down_to("ST")
        if self._group is None:
            self._begin_group(self._nameless_group())
        assert self._group is not None
        rejected = part.blocks or self._group.rejected
        values = self._split(part, 4)
        self._set = TransactionSet(values, part.kind == "ST", rejected, part, start)
        self._open.append("ST")
        for listener in self._listeners:
            listener.open_set(self._set)

    def _trailer(self, name: str, part: Part) -> None:
        header = HEADER_OF[name]
        if header not in self._open:
            for listener in self._listeners:
                listener.outside(part)
            return
        inner = {"ISA": "GS", "GS": "ST"}.get(header)
        if inner:
            self._close_down_to(inner)
        self._close(header, Trailer(self._split(part, 3), part.findings))

    def _close_down_to(self, header: str) -> None:
        while header in self._open:
            self._close(self._open[-1], MISSING)

    def _close(self, header: str, trailer: Trailer) -> None:
        self._open.remove(header)
        for listener in self._listeners:
            if header == "ST":
                listener.close_set(trailer)
            elif header == "GS":
                listener.close_group(trailer)
            else:
                listener.close_interchange(trailer)
        if header == "ST":
            self._set = None
        elif header == "GS":
            self._group = None
        else:
            self._interchange = None

    def _split(self, part: Part, length: int) -> tuple[str, ...]:
        delimiters = self._interchange.delimiters if self._interchange is not None else USUAL
        return _values(part, delimiters, length)


def _name(part: Part) -> str:
    """The id of a part's first segment."""
    head = part.received.lstrip(BLANKS)[:9].replace("\r", "").replace("\n", "")
    return head.split(part.element)[0].rstrip(BLANKS)


def _values(part: Part, delimiters: Delimiters, length: int) -> tuple[str, ...]:
    """The first segment of a part, split and filled to `length` values without blanks around."""
    text = part.received.lstrip(BLANKS)
    if _name(part) != "ISA":
        text = text.split(delimiters.terminator, 1)[0]
    text = text.replace("\r", "").replace("\n", "")
    return _padded(text.split(part.element), length)


def _padded(values: list[str], length: int) -> tuple[str, ...]:
    filled = values + [""] * (length - len(values))
    return tuple(value.strip(BLANKS) for value in filled[:length])
