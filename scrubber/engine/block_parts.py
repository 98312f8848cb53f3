"""Parts made of blocks that hold no claim: control segments, and blocks that are passed by."""

from collections.abc import Callable, Iterator, Sequence

from scrubber.engine.repair import Consent, Repaired, is_repaired, repair
from scrubber.engine.results import Part
from scrubber.engine.stamp import stamp_fault
from scrubber.findings import Finding
from scrubber.guide.faults import Fault
from scrubber.patches import Fix, Patch, Safety, Span
from scrubber.x12.block import Block, TornTrailer
from scrubber.x12.lexer import BLANKS

# Segments that stand alone: what follows one before the next header or trailer is astray.
LONE = frozenset({"ISA", "GS", "SE", "GE", "IEA", "TA1"})


def apart(block: Block) -> tuple[Block, ...]:
    """A control segment and, if there are any, the segments astray behind it."""
    if len(block.segments) == 1 or block.id not in LONE or not any(block.segments[1:]):
        return (block,)
    return block.apart(1)


def part_of(kind: str, block: Block, repaired: Repaired) -> Part:
    """The part of a block that belongs to no claim."""
    return Part(
        kind,
        block.text,
        repaired.block.text,
        repaired.findings,
        repaired.corrections,
        None,
        block.delimiters.element,
        filled(repaired.block),
        block.ordinal,
    )


def never(_: Finding) -> bool:
    """No consent: only what is safe is repaired."""
    return False


def control_part(
    kind: str, block: Block, faults: Sequence[Fault], consents: Consent = never
) -> Part:
    """A control segment: its fixes do not touch each other, so one pass applies them all."""
    faults = [*faults, *_empty_segments(block)]
    findings = [stamp_fault(fault, block, None) for fault in faults]
    if isinstance(block, TornTrailer):
        findings.append(_torn(block))
    return part_of(kind, block, repair(block, _once(findings, consents), consents))


def _torn(trailer: TornTrailer) -> Finding:
    """That an IEA and the next ISA stand in one segment, with the terminator between as its fix."""
    at = trailer.torn_at
    message = f"IEA lacks its terminator: the next ISA begins in the same segment (byte {at})"
    patch = Patch(Span(at, at), trailer.delimiters.terminator)
    fix = Fix("put the terminator behind IEA", (patch,), Safety.SAFE)
    return stamp_fault(Fault("S132", 0, 0, 0, message, ""), trailer, None)._replace(fix=fix)


def passed_by(block: Block, faults: Sequence[Fault] = ()) -> Part:
    """A block that is not scrubbed; its bytes go to the rejected file as they are."""
    findings = tuple(stamp_fault(one._replace(replacement=None), block, None) for one in faults)
    return part_of("", block, Repaired(block, findings, ()))


def astray(block: Block) -> Part:
    """Segments where none may stand."""
    message = "a segment stands where no segment may stand"
    filled_ones = [index for index, raw in enumerate(block.segments) if raw]
    return passed_by(block, [Fault("S207", at, 0, 0, message, "2") for at in filled_ones])


def filled(block: Block) -> int:
    """How many of its segments are not empty: those that SE01 counts."""
    if block.received is None:
        return len(block.segments)
    return len(block.segments) - block.segments.count("")


def is_cut_off(block: Block) -> bool:
    """Whether the last segment lacks its terminator, which only the end of a file can do."""
    if block.starts is None or block.received is None:
        return False
    blanks = BLANKS.replace(block.delimiters.terminator, "")
    return block.starts[-1] + len(block.received[-1]) >= len(block.text.rstrip(blanks))


def _once(findings: list[Finding], consents: Consent) -> Callable[[Block], list[Finding]]:
    """A check that finds these on the block as received, and afterwards what is not repaired."""
    waiting = [findings]
    left = [one for one in findings if not is_repaired(one, consents)]
    return lambda _: waiting.pop() if waiting else left


def _empty_segments(block: Block) -> Iterator[Fault]:
    for index, raw in enumerate(block.segments):
        if not raw:
            yield Fault("S115", index, 0, 0, "empty segment", "", "", "remove the empty segment")
