"""Rejects with what is wrong around them claims that were scrubbed before it came to light.

A receiver whose 999 knows no single claims rejects a whole transaction set for one claim that
breaks the guide, and a set, group or interchange whose trailer counts other contents than it has:
something may be lost. A payer's profile may ask for the latter too. The parts of an interchange are
held until its end, those of a long one on disk.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scrubber.engine.context import Context
from scrubber.engine.held_parts import HeldParts
from scrubber.engine.later_findings import as_rejected
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.stamp import as_received, stamp_fault
from scrubber.findings import Finding, Severity
from scrubber.guide.faults import Fault
from scrubber.profiles.rule_statements import RuleSeverity
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.x12.block import Block
from scrubber.x12.delimiters import USUAL
from scrubber.x12.lexer import recut
from scrubber.x12.segment import Delimiters

CODE = "S214"
COUNTS = {"S106": "ISA", "S107": "GS", "S110": "ST"}
"""What a trailer says of what is between its header and itself, by the rule on its count."""
HEADERS = {"ISA": 1, "GS": 2, "ST": 3}
"""Headers, and how many of `_Place.above` each takes in."""
ENDS_A_SET = frozenset({"ISA", "GS", "ST", "GE", "IEA"})


def asks_for_whole_sets(context: Context) -> bool:
    """Whether anything of a run is rejected for what stands around it."""
    return context.isolate == "transaction" or any(
        isinstance(one, RuleSeverity) and one.rule in COUNTS and one.severity is Severity.REJECT
        for profile in context.profiles
        for one in profile.statements
    )


def by_whole_sets(parts: Iterable[Part], context: Context) -> Iterator[Part]:
    """The parts of a file, claims rejected that what stands around them does not let pass."""
    held = _Interchange(context, 0)
    for part in parts:
        if part.kind == "ISA":
            yield from held.released()
            held = _Interchange(context, held.end)
        held.take(part)
    yield from held.released()


@dataclass(slots=True)
class _Place:
    """Where a part stands: the number of its group and of its set, from 1, in the interchange."""

    group: int = 0
    set: int = 0
    in_set: bool = False

    def enter(self, part: Part) -> None:
        """The next part."""
        self.group += part.kind == "GS"
        if part.kind == "ST":
            self.set, self.in_set = self.set + 1, True

    @property
    def above(self) -> tuple[tuple[str, int], ...]:
        """The interchange, the group and the set."""
        return ("ISA", 0), ("GS", self.group), ("ST", self.set)


class _Interchange:
    """The parts of an interchange that begins at byte `start`, and what is wrong with it, its
    groups and its sets: why each is rejected as a whole, and how its trailer miscounts."""

    def __init__(self, context: Context, start: int) -> None:
        self._context = context
        self._strict = context.isolate == "transaction"
        self._parts = HeldParts()
        self._start = self.end = start
        self._place = _Place()
        self._reasons: dict[tuple[str, int], str] = {}
        self._counts: dict[tuple[str, int], Finding] = {}
        self._delimiters = USUAL

    def take(self, part: Part) -> None:
        """The next part."""
        if part.delimiters is not None:
            self._delimiters = part.delimiters
        if self._place.in_set and _begins_elsewhere(part):
            self._end_set()
        self._place.enter(part)
        self._note(part)
        self._place.in_set = self._place.in_set and part.kind != "SE"
        self._parts.add(part)
        self.end += len(part.received)

    def released(self) -> Iterator[Part]:
        """The parts as they are, now that all of them is known."""
        if self._place.in_set:
            self._end_set()
        place, start = _Place(), self._start
        for part in self._parts.released():
            place.enter(part)
            yield self._judged(part, place, start)
            start += len(part.received)

    def _end_set(self) -> None:
        """The set is over, and has no SE."""
        self._reasons.setdefault(("ST", self._place.set), "its transaction set has no SE")
        self._place.in_set = False

    def _note(self, part: Part) -> None:
        place = dict(self._place.above)
        for finding in part.findings:
            header = COUNTS.get(finding.code)
            if header is not None:
                self._counts[header, place[header]] = finding
                if self._strict:
                    self._reasons.setdefault((header, place[header]), finding.message)
        if self._strict and self._place.in_set:
            reason = _breach(part)
            if reason:
                self._reasons.setdefault(("ST", self._place.set), reason)

    def _judged(self, part: Part, place: _Place, start: int) -> Part:
        claim = part.claim
        if claim is None:
            return self._strictly(part, place) if self._strict else part
        if claim.disposition is Disposition.REJECTED:
            return part
        reason = next((self._reasons[one] for one in place.above if one in self._reasons), "")
        if reason:
            found = [_around(reason, part, claim, start, self._delimiters)]
        else:
            found = list(self._miscounted(place, claim))
        if not found:
            return part
        return as_rejected(
            part, claim._replace(findings=(*claim.findings, *found)), self._delimiters
        )

    def _miscounted(self, place: _Place, claim: ClaimResult) -> Iterator[Finding]:
        """The wrong counts around a claim for which its payer rejects it."""
        found = [self._counts[one] for one in place.above if one in self._counts]
        payer = self._context.payer_on(claim) if found else None
        if payer is None:
            return
        for one in found:
            stated = payer.severity_of(one.code)
            if stated is not None and stated.severity is Severity.REJECT:
                yield as_received(one)._replace(claim=claim.claim_id, severity=Severity.REJECT)

    def _strictly(self, part: Part, place: _Place) -> Part:
        """A header under which nothing passes, or a trailer, whose count rejects and is no more
        repaired."""
        above = place.above[: HEADERS.get(part.kind, 0)]
        if any(one in self._reasons for one in above):
            return part._replace(blocks=True)
        if not any(one.code in COUNTS for one in part.findings):
            return part
        found = (
            as_received(one)._replace(severity=Severity.REJECT) if one.code in COUNTS else one
            for one in part.findings
        )
        left = tuple(one for one in part.corrections if one.code not in COUNTS)
        corrected = part.corrected if left else part.received
        return part._replace(findings=tuple(found), corrections=left, corrected=corrected)


def _begins_elsewhere(part: Part) -> bool:
    """Whether a part stands outside the set before it, though that lacks its SE."""
    if part.kind in ENDS_A_SET:
        return True
    return part.kind == "" and part.segments > 0 and part.received[:2] in ("ST", "GS", "GE")


def _breach(part: Part) -> str:
    """Why a part of a set rejects the set; empty if it does not."""
    # A trailer that is missing before an ST is the fault of the set before it.
    own = [one for one in part.findings if part.kind != "ST" or one.code != "S112"]
    for finding in (*own, *(part.claim.findings if part.claim is not None else ())):
        if _breaks_the_guide(finding):
            where = f"segment {finding.segment} of the file"
            return f"its transaction set violates the guide in {where} ({finding.code})"
    return ""


def _breaks_the_guide(finding: Finding) -> bool:
    rejects = finding.severity is Severity.REJECT and not finding.fixed
    return rejects and finding.code in GUIDE_RULES


def _around(
    reason: str, part: Part, claim: ClaimResult, start: int, delimiters: Delimiters
) -> Finding:
    """That a claim is rejected for the sake of what it stands in."""
    block = recut(Block([], "", delimiters, start, part.ordinal), part.received)
    fault = Fault(CODE, 0, 0, 0, f"{reason}; it is rejected as a whole", "")
    return stamp_fault(fault, block, None, claim.claim_id)._replace(path="2300/CLM")
