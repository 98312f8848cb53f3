"""Writes the claims of a file that are kept, in a well-formed interchange of their own.

Whatever is kept is copied; only counts, hierarchical numbers and child codes are written anew,
and those only where they are no longer true. With everything kept the copy is the file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

from scrubber.engine.results import Disposition, Part
from scrubber.engine.stream_state import AT_AND_INSIDE
from scrubber.guide.envelope import HEADER_OF
from scrubber.guide.hierarchy import FROM_LEVEL, LEVELS
from scrubber.outputs.own_numbers import Numbering
from scrubber.outputs.renumbering import bare, element_of
from scrubber.outputs.written_claims import SupportsWrite, WrittenClaims
from scrubber.outputs.written_envelope import (
    AS_RECEIVED,
    ENVELOPES,
    NUMBER_AT,
    WrittenEnvelope,
)
from scrubber.outputs.written_levels import WrittenLevels, with_child_code
from scrubber.x12.blanks import BLANKS
from scrubber.x12.delimiters import USUAL, IsaHead

HELD_AT_MOST = 64 * 1024 * 1024
CHUNK = 1 << 20


def is_accepted(part: Part) -> bool:
    """Whether a claim goes into the accepted file; so does an acknowledgment on its way along."""
    if part.kind == "TA1":
        return True
    return part.claim is not None and part.claim.disposition is not Disposition.REJECTED


def is_rejected(part: Part) -> bool:
    """Whether a block goes into the rejected file: rejected claims, and what was passed by."""
    if part.claim is not None:
        return part.claim.disposition is Disposition.REJECTED
    return part.kind == "" and part.segments > 0


@dataclass(slots=True)
class _Subscriber:
    """A written-to-be 2000B whose child code is not known yet, and the claims directly under it:
    in memory and, where they are too much for it, in a file without a name."""

    level: str
    texts: list[str] = field(default_factory=list)
    size: int = 0
    spilled: IO[bytes] | None = None

    def hold(self, text: str) -> None:
        """Take the next claim."""
        self.texts.append(text)
        self.size += len(text)
        if self.size > HELD_AT_MOST:
            self.spilled = self.spilled or TemporaryFile()  # noqa: SIM115
            self.spilled.write("".join(self.texts).encode("latin-1"))
            self.texts, self.size = [], 0

    def claims(self) -> Iterator[str]:
        """The texts of all claims; to be called once."""
        if self.spilled is not None:
            with self.spilled as file:
                file.seek(0)
                while chunk := file.read(CHUNK):
                    yield chunk.decode("latin-1")
        yield from self.texts


class SplitWriter:
    """Writes one side of a file. `keep` says which claims and passed-by blocks belong to it.

    `numbering` tells the control numbers it bears. With `most_claims` a transaction set ends after
    so many claims; a further one, with the same header and levels, takes those that follow.
    """

    def __init__(
        self,
        out: SupportsWrite,
        keep: Callable[[Part], bool],
        numbering: Numbering = AS_RECEIVED,
        most_claims: int = 0,
    ) -> None:
        self._out = out
        self._keep = keep
        self._most_claims = most_claims
        self._envelope = WrittenEnvelope(numbering, unique_sets=bool(most_claims))
        self._path: dict[str, Part] = {}
        self._pending: dict[str, Part] = {}
        self._acknowledgments: list[str] = []
        self._last = ""
        self._head = IsaHead(USUAL, "")
        self._wrote_interchange = False
        self._levels = WrittenLevels()
        self._claims_in_set = 0
        self._held: _Subscriber | None = None
        self.written = WrittenClaims()

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
        elif self._wrote_interchange and not self._envelope:
            self._emit(part.corrected)

    @property
    def wrote(self) -> bool:
        """Whether there was anything to write."""
        return self.written.bytes > 0

    def close(self) -> None:
        """Close what the file left open."""
        self._close_down_to("ISA")

    def _header(self, kind: str, part: Part) -> None:
        self._close_down_to(kind)
        self._forget(kind)
        self._pending[kind] = part
        self._path = {kind: part}
        if kind == "ISA":
            self._wrote_interchange = False
            self._acknowledgments = []
            self._head = part.head

    def _forget(self, kind: str) -> None:
        """Drop the headers at and below `kind` that nothing kept has followed."""
        for name in AT_AND_INSIDE[kind]:
            self._pending.pop(name, None)

    def _level(self, kind: str, part: Part) -> None:
        if self._held is not None and kind != "2000C":
            self._release(has_children=False)
        pending = self._pending
        for level in FROM_LEVEL[kind]:
            pending.pop(level, None)
        pending[kind] = part
        self._levels.forget(kind)
        if self._most_claims:
            for level in FROM_LEVEL[kind]:
                self._path.pop(level, None)
            self._path[kind] = part

    def _claim(self, part: Part) -> None:
        if self._most_claims and self._claims_in_set == self._most_claims:
            self._begin_piece()
        self._open_headers("ISA", "GS", "ST")
        self._claims_in_set += 1
        self.written.add(part)
        is_dependents = "2000C" in self._pending or "2000C" in self._levels
        if not is_dependents and (self._held is not None or "2000B" in self._pending):
            self._hold(part)
            return
        self._release(has_children=True)
        for level in LEVELS:
            self._open_level(level)
        self._put(part.corrected, part.segments)

    def _begin_piece(self) -> None:
        """Close the set that is full; its header and the levels at hand stand again before the
        claims that follow."""
        self._close_down_to("ST")
        self._claims_in_set = 0
        self._pending.update(self._path)

    def _hold(self, part: Part) -> None:
        """Keep a subscriber's own claims until it is known whether a dependent's follows."""
        if self._held is None:
            self._open_level("2000A")
            level = self._pending.pop("2000B")
            self._held = _Subscriber(self._numbered("2000B", level))
            self._envelope.count(level.segments)
        self._held.hold(part.corrected)
        self._envelope.count(part.segments)

    def _release(self, has_children: bool) -> None:
        """Write the subscriber at hand, its child code told by what is kept under it; one under
        which nothing is kept stays where it is."""
        if self._held is not None:
            held, self._held = self._held, None
            self._emit(with_child_code(held.level, has_children, self._head.delimiters))
            for text in held.claims():
                self._emit(text)
        elif has_children and "2000B" in self._pending:
            self._open_level("2000A")
            level = self._pending.pop("2000B")
            text = with_child_code(
                self._numbered("2000B", level), has_children, self._head.delimiters
            )
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
        if kind == "ISA":
            self._wrote_interchange = True
        elif kind == "ST":
            self._claims_in_set = 0
            self._levels = WrittenLevels()
        self._emit(self._envelope.header(kind, part, self._head.delimiters))
        if kind == "ISA":
            self._emit("".join(self._acknowledgments))
            self._acknowledgments = []

    def _numbered(self, level: str, part: Part) -> str:
        return self._levels.numbered(level, part, self._head.delimiters)

    def _trailer(self, kind: str, part: Part) -> None:
        header = HEADER_OF[kind]
        if header in self._envelope:
            self._close_inside(header)
            self._emit(self._envelope.recounted(part.corrected, header, self._head))
            self._envelope.leave(header)
        else:
            self._forget(header)

    def _close_inside(self, header: str) -> None:
        """Close what is open inside `header`."""
        self._release(has_children=False)
        if header != "ST":
            self._close_down_to(ENVELOPES[ENVELOPES.index(header) + 1])

    def _close_down_to(self, header: str) -> None:
        """Write the trailers that the file lacks, from the innermost to that of `header`."""
        self._release(has_children=False)
        lacking = self._envelope.open_within(header)
        if lacking and not self._is_ended():
            self._emit(self._head.delimiters.terminator + self._head.suffix)
        for one in lacking:
            self._emit(self._envelope.trailer(one, self._head))
            self._envelope.leave(one)

    def _is_ended(self) -> bool:
        """Whether what was written last is a whole segment; one cut off has no terminator."""
        terminator = self._head.delimiters.terminator
        return self._last.rstrip(BLANKS.replace(terminator, "")).endswith(terminator)

    def _acknowledgment(self, part: Part) -> None:
        """A TA1 stands right after its ISA and goes with the claims of its interchange."""
        if not self._keep(part):
            return
        if "ISA" in self._pending:
            self._acknowledgments.append(part.corrected)
        elif "ISA" in self._envelope:
            self._emit(part.corrected)

    def _passed_by(self, part: Part) -> None:
        """A block that was not scrubbed goes where `keep` wants it, its envelope closed if the
        file does not; a trailer without its header holds nothing and is left out."""
        name = bare(part.received[:9]).partition(part.element)[0]
        if name in HEADER_OF:
            header = HEADER_OF[name]
            if header in self._envelope:
                self._close_inside(header)
                self._emit(part.corrected)
                self._envelope.leave(header)
                self.written.pass_by()
            return
        if name in ("GS", "ST"):
            self._close_down_to(name)
            self._forget(name)
        if not self._keep(part):
            return
        self._open_headers(*(("ISA",) if name == "GS" else ("ISA", "GS")))
        if name in ("GS", "ST"):
            number = element_of(part.received, NUMBER_AT[name], self._head.delimiters)
            self._envelope.enter(name, number, part.segments)
        elif "ST" in self._envelope:
            self._envelope.count(part.segments)
        self.written.pass_by()
        self._emit(part.corrected)

    def _put(self, text: str, segments: int) -> None:
        self._envelope.count(segments)
        self._emit(text)

    def _emit(self, text: str) -> None:
        if text:
            self._last = text
            self.written.bytes += self._out.write(text.encode("latin-1"))
