"""What the part of a file that was read means for the part that follows: compares and pickles."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import NamedTuple, Self, TypeVar

from scrubber.engine.hits import Crash
from scrubber.findings import Finding
from scrubber.guide.envelope import Envelope
from scrubber.guide.faults import Fault
from scrubber.guide.hierarchy import LEVELS, Hierarchy
from scrubber.x12.block import Block
from scrubber.x12.lexer import recut
from scrubber.x12.records import Records
from scrubber.x12.segment import Delimiters

KINDS_ABOVE = ("ISA", "GS", "ST", *LEVELS)
"""What may stand above a claim, outermost first."""
AT_AND_INSIDE = {kind: KINDS_ABOVE[at:] for at, kind in enumerate(KINDS_ABOVE)}
"""A header or level and those inside it, which end where it begins anew."""
Value = TypeVar("Value")


class Above(dict[str, Value]):
    """Something of each header and level that stands above what follows, by its kind."""

    def enter(self, kind: str, value: Value) -> None:
        """A header or level begins; those of its kind and inside it are over."""
        self.end(kind)
        self[kind] = value

    def end(self, kind: str) -> None:
        """A header or level is over, and those inside it are."""
        for one in AT_AND_INSIDE[kind]:
            self.pop(one, None)


class Standing(NamedTuple):
    """A header or level that stands above what follows: its block as received, and the faults
    that came from what stood before it."""

    text: str
    delimiters: Delimiters
    start: int
    ordinal: int
    faults: tuple[Fault, ...] = ()
    records: Records | None = None

    @classmethod
    def of(cls, block: Block, faults: Sequence[Fault]) -> Self:
        """The record of a block."""
        return cls(
            block.text, block.delimiters, block.start, block.ordinal, tuple(faults), block.records
        )

    def block(self) -> Block:
        """The block again."""
        block = recut(Block([], "", self.delimiters, self.start, self.ordinal), self.text)
        block.records = self.records
        return block


@dataclass(frozen=True, slots=True)
class StreamState:
    """Counts and control numbers; what stands above the next claim; which levels are in doubt
    because an HL was lost, and which rules could not be applied to a level."""

    envelope: Envelope
    hierarchy: Hierarchy
    is_claim_group: bool
    standing: tuple[tuple[str, Standing], ...]
    doubts: tuple[tuple[str, Finding], ...]
    crashes: tuple[Crash, ...]

    @classmethod
    def of(
        cls,
        envelope: Envelope,
        hierarchy: Hierarchy,
        is_claim_group: bool,
        standing: Iterable[tuple[str, Standing]],
        doubts: Mapping[str, Finding],
        crashes: Iterable[Crash],
    ) -> Self:
        """The state made of these, which may go on changing. Segments count in a set only."""
        segments = envelope.segments if "ST" in envelope.open else 0
        return cls(
            replace(deepcopy(envelope), segments=segments),
            deepcopy(hierarchy),
            is_claim_group,
            tuple(standing),
            tuple(sorted(doubts.items())),
            tuple(sorted(set(crashes))),
        )

    def own_counts(self) -> tuple[Envelope, Hierarchy]:
        """Envelope and hierarchy, to be counted on with."""
        return deepcopy(self.envelope), deepcopy(self.hierarchy)


START = StreamState(Envelope(), Hierarchy(), False, (), (), ())
"""The state at the start of a file."""
