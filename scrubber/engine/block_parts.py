"""Parts made of blocks that hold no claim: control segments, and blocks that are passed by."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from scrubber.engine.repair import Decide, Repaired, is_made, repair
from scrubber.engine.results import Part
from scrubber.engine.stamp import stamp_fault
from scrubber.findings import Finding
from scrubber.guide.envelope import control_values
from scrubber.guide.faults import Fault
from scrubber.guide.stray_bytes import stray_faults, unwrapped
from scrubber.patches import Patch, Span
from scrubber.x12.blanks import BLANKS
from scrubber.x12.block import Block

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


def never(_: Finding) -> None:
    """No consent: only what is safe is repaired."""


def control_part(
    kind: str,
    block: Block,
    faults: Sequence[Fault],
    decide: Decide = never,
    own_faults: Callable[[Block], Iterable[Fault]] = lambda _: (),
) -> Part:
    """A control segment. `faults` are those of its place, whose repairs go in at once; `own_faults`
    finds those of the segment itself, also after a repair."""
    left = [one for one in faults if not is_made(stamp_fault(one, block, None), decide)]

    def check(one: Block) -> list[Finding]:
        placed = faults if one is block else left
        said = [*placed, *own_faults(one), *_form_faults(one)]
        return [stamp_fault(fault, one, None) for fault in said]

    return part_of(kind, block, repair(block, check, decide))


def _form_faults(block: Block) -> Iterator[Fault]:
    """What is wrong with the bytes of a control segment, whatever it says."""
    yield from stray_faults(block)
    yield from control_values(block.values(0), block.delimiters)
    if is_cut_off(block):
        yield _unterminated(block)


def _unterminated(block: Block) -> Fault:
    assert block.received is not None
    last = len(block.segments) - 1
    at = block.offset(last) + len(block.received[last])
    message = f"{block.id} lacks its terminator (byte {at})"
    patch = Patch(Span(at, at), block.delimiters.terminator)
    title = f"add the missing terminator after {block.id}"
    return Fault("S132", last, 0, 0, message, "", None, title, patches=(patch,))


def passed_by(block: Block, faults: Sequence[Fault] = ()) -> Part:
    """A block that is not scrubbed; its bytes go to the rejected file as they are, but for the line
    breaks of a transport that cuts records."""
    findings = tuple(stamp_fault(one._replace(replacement=None), block, None) for one in faults)
    part = part_of("", block, Repaired(block, findings, ()))
    return part if block.records is None else part._replace(corrected=unwrapped(block))


def astray(block: Block) -> Part:
    """Segments where none may stand."""
    message = "a segment is where no segment is allowed"
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
