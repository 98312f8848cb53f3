"""Rejects transaction sets as a whole, as a receiver does whose 999 knows no single claims.

One claim that breaks the guide takes every claim of its set with it. The parts of a set are held
until its end, so memory grows with the largest set.
"""

from collections.abc import Iterable, Iterator, Sequence

from scrubber.engine.later_findings import as_rejected
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.stamp import stamp_fault
from scrubber.findings import Finding, Severity
from scrubber.guide.faults import Fault
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.x12.block import Block
from scrubber.x12.delimiters import USUAL, delimiters_of
from scrubber.x12.lexer import recut
from scrubber.x12.segment import Delimiters

CODE = "S214"
ENDS_A_SET = frozenset({"ISA", "GS", "ST", "GE", "IEA"})


def by_whole_sets(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts of a file; where a claim set breaks the guide, all of its claims rejected."""
    held: list[Part] = []
    start = at = 0
    delimiters = USUAL
    for part in parts:
        if part.kind == "ISA":
            delimiters = delimiters_of(part.corrected)
        if held and _begins_elsewhere(part):
            yield from _judged(held, start, delimiters)
            held = []
        if held or part.kind == "ST":
            start = start if held else at
            held.append(part)
            if part.kind == "SE":
                yield from _judged(held, start, delimiters)
                held = []
        else:
            yield part
        at += len(part.received)
    yield from _judged(held, start, delimiters)


def _begins_elsewhere(part: Part) -> bool:
    """Whether a part stands outside the set before it, though that lacks its SE."""
    if part.kind in ENDS_A_SET:
        return True
    return part.kind == "" and part.segments > 0 and part.received[:2] in ("ST", "GS", "GE")


def _judged(held: Sequence[Part], start: int, delimiters: Delimiters) -> Iterator[Part]:
    """The parts of one set that begins at byte `start`."""
    reason = _reason(held)
    for part in held:
        if reason and part.kind == "ST":
            yield part._replace(blocks=True)
        elif reason and part.claim is not None:
            yield _rejected(part, part.claim, reason, start, delimiters)
        else:
            yield part
        start += len(part.received)


def _reason(held: Sequence[Part]) -> str:
    """Why a set is rejected as a whole; empty if it is not."""
    for part in held:
        # A trailer that is missing before an ST is the fault of the set before it.
        own = [one for one in part.findings if part.kind != "ST" or one.code != "S112"]
        for finding in (*own, *(part.claim.findings if part.claim is not None else ())):
            if _breaks_the_guide(finding):
                where = f"segment {finding.segment} of the file"
                return f"its transaction set breaks the guide in {where} ({finding.code})"
    if held and held[-1].kind != "SE":
        return "its transaction set has no SE"
    return ""


def _breaks_the_guide(finding: Finding) -> bool:
    rejects = finding.severity is Severity.REJECT and not finding.fixed
    return rejects and finding.code in GUIDE_RULES


def _rejected(
    part: Part, claim: ClaimResult, reason: str, start: int, delimiters: Delimiters
) -> Part:
    """The claim as received, rejected for its set's sake unless it was rejected for its own."""
    if claim.disposition is Disposition.REJECTED:
        return part
    block = recut(Block([], "", delimiters, start, part.ordinal), part.received)
    fault = Fault(CODE, 0, 0, 0, f"{reason} and is rejected as a whole", "")
    finding = stamp_fault(fault, block, None, claim.claim_id)._replace(path="2300/CLM")
    return as_rejected(part, claim._replace(findings=(*claim.findings, finding)), delimiters)
