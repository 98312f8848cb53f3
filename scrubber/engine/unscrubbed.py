"""A part of a file that could not be scrubbed: every claim of it rejected as received."""

from collections.abc import Iterator

from scrubber.engine.block_parts import part_of
from scrubber.engine.repair import Repaired
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.stamp import status_of
from scrubber.engine.stream_state import StreamState
from scrubber.findings import Finding
from scrubber.guide.conventions import is_claim_group, is_claim_set
from scrubber.guide.hierarchy import level_of
from scrubber.patches import Span
from scrubber.rules.run_rules import NOT_SCRUBBED
from scrubber.x12.block import Block
from scrubber.x12.stretches import Stretch


def unscrubbed_parts(stretch: Stretch, state: StreamState, reason: str) -> Iterator[Part]:
    """The parts of a stretch that begins in this state, told apart by their first segments only.

    `reason` says in words what happened, without a value of a claim. The first part says so for
    all, every claim for itself.
    """
    where = f"bytes {stretch.start} to {stretch.end}"
    finding = not_scrubbed(f"not scrubbed: {where} of the file; {reason}")._replace(
        span=Span(stretch.start, stretch.end), segment=stretch.ordinal
    )
    kinds = _Kinds(state)
    for index, block in enumerate(stretch.blocks()):
        kind = kinds.of(block)
        claim = None
        if kind == "2300":
            claim = unscrubbed_claim(block, kinds.interchange, kinds.transaction, finding)
        part = part_of(kind, block, Repaired(block, () if index else (finding,), ()))
        yield part._replace(claim=claim, delimiters=block.delimiters if kind == "ISA" else None)


def not_scrubbed(message: str) -> Finding:
    """The finding that says so; it has no place yet."""
    rule = NOT_SCRUBBED
    return Finding(
        rule.code, rule.severity, rule.snip, "", Span(0, 0), 0, None, message, rule.source,
        status=status_of(rule, ""),
    )  # fmt: skip


def unscrubbed_claim(
    block: Block, interchange: str, transaction: str, finding: Finding
) -> ClaimResult:
    """The result of a claim of which nothing is known but its number and charge."""
    values = [*block.values(0), "", "", ""]
    own = finding._replace(
        path="2300/CLM",
        span=Span(block.offset(0), block.offset(0) + len(block.segments[0])),
        segment=block.ordinal,
        claim=values[1],
    )
    return ClaimResult(
        values[1], interchange, transaction, "", "", Disposition.REJECTED,
        values[2], None, None, (), (own,), (), (),
    )  # fmt: skip


class _Kinds:
    """What kind of part each block is, as a scrubber would have it for a sound file."""

    def __init__(self, state: StreamState) -> None:
        above = dict(state.standing)
        self._is_claim_group = state.is_claim_group
        self._in_group = "GS" in state.envelope.open
        self._in_set = "ST" in above
        self.interchange = state.envelope.interchange_number.strip()
        self.transaction = state.envelope.set_number

    def of(self, block: Block) -> str:
        """The kind of the block that follows; empty for one that no claim belongs to."""
        values = [*block.values(0), "", "", ""]
        name = values[0]
        if name == "HL":
            return level_of(block.values(0), block) if self._in_set else ""
        if name == "CLM":
            return "2300" if self._in_set else ""
        if name == "TA1":
            return "" if self._in_group else name
        was_in_set, self._in_set = self._in_set, False
        if name == "ISA":
            self.interchange = block.values(0)[13].strip()
            self._in_group = self._is_claim_group = False
            return name
        if name == "GS":
            self._in_group, self._is_claim_group = True, is_claim_group(block.values(0))
            return name if self._is_claim_group else ""
        if name == "ST":
            in_claims = self._is_claim_group or not self._in_group
            self._in_set = in_claims and is_claim_set(values)
            self.transaction = values[2]
            return name if self._in_set else ""
        if name == "GE":
            was_claim_group, self._in_group = self._is_claim_group, False
            self._is_claim_group = False
            return name if was_claim_group else ""
        if name == "SE":
            return name if was_in_set else ""
        return name if name == "IEA" else ""
