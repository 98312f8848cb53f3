"""Reads a file of answers as a stream: envelopes, and in them 835, 277CA, 999 and TA1."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from typing import Protocol

from scrubber.answers.acknowledgments import Implementation, interchange_row
from scrubber.answers.claim_statuses import ClaimStatuses
from scrubber.answers.remittance import Remittance
from scrubber.answers.rows import Problem, Row
from scrubber.answers.source import Source
from scrubber.engine.block_parts import LONE
from scrubber.engine.stray_text import BYTE_ORDER_MARK, stray_reason
from scrubber.guide.envelope import Envelope
from scrubber.guide.faults import Fault
from scrubber.x12.blanks import BLANKS
from scrubber.x12.block import Block, TornSegment
from scrubber.x12.complete_blocks import STARTERS
from scrubber.x12.delimiters import ISA_ELEMENTS
from scrubber.x12.reader import BlockReader, StrayText

_STARTERS = STARTERS | {"CLP", "LX", "PLB", "AK2", "AK9"}
_OUTSIDE = frozenset({"ISA", "GS", "ST", "GE", "IEA"})
_VERSION = re.compile(r"[0-9]{6}(X[0-9]{3}([A-Z][0-9])?)?")
_KINDS = {
    "835": ("005010X221", "remittance advice (835)"),
    "277": ("005010X214", "claim statuses (277)"),
    "999": ("005010X231", "an acknowledgment (999)"),
}
"""By ST01 what a version we read begins with, and what the set is called."""
_FOREIGN = {
    "270": "eligibility inquiries (270)",
    "271": "eligibility responses (271)",
    "276": "claim status inquiries (276)",
    "278": "authorizations (278)",
    "834": "enrollments (834)",
    "837": "claims (837)",
    "997": "an acknowledgment of the older form 997",
}


class AnswerSet(Protocol):
    """Reads the blocks of one transaction set."""

    def rows(self, block: Block, is_cut: bool) -> Iterator[Row]:
        """The rows of a block; `is_cut`: the set breaks off after it, so it may be incomplete."""

    def end(self, is_whole: bool) -> Iterator[Row]:
        """The rows that only the end of the set gives."""


def read_answers(chunks: Iterable[bytes], file: str) -> Iterator[Row]:
    """The rows of a file, whose name is `file` in them. Memory holds a claim at a time."""
    return _FileReader(file).rows(BlockReader(chunks, _STARTERS))


class _FileReader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._envelope = Envelope()
        self._set: AnswerSet | None = None
        self._whole = True
        self._group_version = ""
        self._foreign = ""
        self._payments = self._answers = 0
        self._ordinal, self._end = 1, 0
        self._holds_text = self._breaks_off = False

    def rows(self, pieces: Iterable[Block | StrayText]) -> Iterator[Row]:
        for piece, following in pairwise(chain(pieces, (None,))):
            assert piece is not None
            if isinstance(piece, StrayText):
                yield from self._stray(piece)
                continue
            self._breaks_off = not isinstance(following, Block) or following.id in _OUTSIDE
            self._holds_text = True
            yield from self._handlers.get(piece.id, _FileReader._content)(self, piece)
            if piece.id in LONE:
                yield from self._astray(piece)
            if isinstance(piece, TornSegment):
                message = "lacks its terminator: what follows begins in the same segment"
                yield from self._complaint(piece, message)
            self._ordinal, self._end = piece.ordinal + len(piece.segments), piece.end
        yield from self._at_end()

    def _stray(self, stray: StrayText) -> Iterator[Row]:
        text = stray.text if stray.start else stray.text.removeprefix(BYTE_ORDER_MARK)
        self._end = stray.start + len(stray.text)
        if text.strip(BLANKS):
            self._whole, self._holds_text = False, True
            reason = f"{stray_reason(stray, text)} ({len(text)} bytes not read)"
            yield Problem(self._file, self._ordinal, stray.start, "", reason)

    def _isa(self, block: Block) -> Iterator[Row]:
        yield from self._close_set(is_whole=False)
        self._group_version = self._foreign = ""
        values = block.values(0)
        values = values + [""] * (ISA_ELEMENTS + 1 - len(values))
        yield from self._problems(block, self._envelope.enter_interchange(values))

    def _gs(self, block: Block) -> Iterator[Row]:
        yield from self._close_set(is_whole=False)
        self._foreign = ""
        values = block.values(0)
        self._group_version = values[8].strip() if len(values) > 8 else ""
        yield from self._problems(block, self._envelope.enter_group(values))

    def _st(self, block: Block) -> Iterator[Row]:
        yield from self._close_set(is_whole=False)
        yield from self._problems(block, self._envelope.enter_set(block.values(0)))
        source = Source(block, self._file)
        kind = source.text(0, 1)
        foreign = _foreign(kind, source.text(0, 3) or self._group_version)
        self._whole = True
        self._set = None if foreign else self._new_set(kind)
        if foreign and foreign != self._foreign:
            source.complain(0, foreign, 1)
            yield from source.problems
        self._foreign = foreign
        yield from self._content(block)

    def _new_set(self, kind: str) -> AnswerSet:
        if kind == "277":
            return ClaimStatuses(self._file)
        if kind == "999":
            return Implementation(self._file)
        self._payments += 1
        return Remittance(self._file, self._payments, self._answers)

    def _content(self, block: Block) -> Iterator[Row]:
        self._envelope.segments += sum(map(bool, block.segments))
        if self._set is not None:
            yield from self._set.rows(block, self._breaks_off)
            if self._breaks_off:
                message = "is the last that was read of its set, and may be incomplete"
                yield from self._complaint(block, message)
        elif "ST" not in self._envelope.open:
            message = "is in no transaction set; it and what follows it are not read"
            yield from self._complaint(block, message)

    def _se(self, block: Block) -> Iterator[Row]:
        self._envelope.segments += 1
        yield from self._problems(block, self._envelope.leave("SE", block.values(0)))
        yield from self._close_set(is_whole=True)

    def _trailer(self, block: Block) -> Iterator[Row]:
        yield from self._close_set(is_whole=False)
        yield from self._problems(block, self._envelope.leave(block.id, block.values(0)))

    def _ta1(self, block: Block) -> Iterator[Row]:
        yield interchange_row(block, self._file)

    def _close_set(self, is_whole: bool) -> Iterator[Row]:
        """End the set that is open, if any; its SE is missing where it is not whole."""
        ended, self._set = self._set, None
        if ended is not None:
            yield from ended.end(is_whole and self._whole)
        if isinstance(ended, Remittance):
            self._answers = ended.answers

    def _astray(self, block: Block) -> Iterator[Row]:
        source = Source(block, self._file)
        for index in range(1, len(block.segments)):
            source.misplaced(index, f"an interchange after {block.id}")
        yield from source.problems

    def _at_end(self) -> Iterator[Row]:
        yield from self._close_set(is_whole=False)
        for fault in self._envelope.unclosed():
            message = f"the file ends too early: {fault.message}"
            yield Problem(self._file, self._ordinal, self._end, "", message)
        if not self._holds_text:
            yield Problem(self._file, 0, 0, "", "the file is empty or contains only spaces")

    def _complaint(self, block: Block, message: str) -> Iterator[Row]:
        """A problem of the first segment of a block."""
        source = Source(block, self._file)
        source.complain(0, message)
        yield from source.problems

    def _problems(self, block: Block, faults: Iterable[Fault]) -> Iterator[Row]:
        source = Source(block, self._file)
        for fault in faults:
            source.complain(0, fault.message, fault.element)
        yield from source.problems

    _handlers: dict[str, Callable[["_FileReader", Block], Iterator[Row]]] = {  # noqa: RUF012
        "ISA": _isa,
        "GS": _gs,
        "ST": _st,
        "SE": _se,
        "GE": _trailer,
        "IEA": _trailer,
        "TA1": _ta1,
    }


def _foreign(kind: str, version: str) -> str:
    """Why a transaction set is not read; empty where it is."""
    if kind not in _KINDS:
        return (
            f"begins {_FOREIGN.get(kind, 'an unknown set')}, which is skipped: no 835, 277CA, 999"
        )
    expected, name = _KINDS[kind]
    if version and not version.startswith(expected):
        shown = version if _VERSION.fullmatch(version) else "another one"
        return f"begins {name} of version {shown}; only {expected} is read"
    return ""
