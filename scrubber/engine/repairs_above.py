"""What is repaired above a claim counts for the claims beneath: they were not clean as received.

A header or level, and what is removed before an interchange, stands before its claims, which
inherit its repairs as they pass. A trailer comes
after them, and what a level says of those below is known only when it ends: `LateRepairs` says for
which claims that counts.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from scrubber.engine.results import Disposition, Part
from scrubber.engine.stream_state import AT_AND_INSIDE, Above
from scrubber.findings import Correction, Finding
from scrubber.guide.envelope import HEADER_OF

MOST_REPAIRS = 20
"""How many repairs of one header, level or trailer its claims name: three thousand empty segments
above a thousand claims would make three million."""

BETWEEN = ""
"""Where a repair of text is that belongs to no interchange: it counts for the one that follows."""


class Repairs(NamedTuple):
    """What was repaired above claims."""

    findings: tuple[Finding, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def plus(self, findings: Iterable[Finding], corrections: Iterable[Correction]) -> "Repairs":
        """These and more, as many as claims name."""
        return Repairs(
            (*self.findings, *findings)[:MOST_REPAIRS],
            (*self.corrections, *corrections)[:MOST_REPAIRS],
        )


class LateRepairs(NamedTuple):
    """Repairs that came to light after claims `first` up to `end` of the file, counted from 0,
    which stand under the header or level `above`."""

    above: str
    first: int
    end: int
    repairs: Repairs


class ClaimCount:
    """Counts the claims of a file, to say which of them a later repair is above."""

    def __init__(self) -> None:
        self.claims = 0
        self._begun: dict[str, int] = {}

    def take(self, part: Part) -> list[LateRepairs]:
        """The next part, and what it repairs of something that stands before it."""
        if part.claim is not None:
            self.claims += 1
        elif part.kind in AT_AND_INSIDE:
            self._begun[part.kind] = self.claims
        elif part.corrections:
            begun = self._begun
            return [
                LateRepairs(above, begun[above], self.claims, repairs)
                for above, repairs in _repairs(part)
                if begun.get(above, self.claims) < self.claims
            ]
        return []


def with_repairs_above(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts of a file, each claim with what was repaired above it so far."""
    above: Above[Repairs] = Above()
    for part in parts:
        if part.claim is not None:
            yield _repaired(part, above.values())
            continue
        if part.kind in AT_AND_INSIDE:
            above.end(part.kind)
        if part.kind == "ISA" and BETWEEN in above:
            above["ISA"] = above.pop(BETWEEN)
        if part.corrections:
            for kind, repairs in _repairs(part):
                above[kind] = above.get(kind, Repairs()).plus(*repairs)
        yield part


def with_late_repairs(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts of a whole file, each claim also with what was repaired after it."""
    held = list(parts)
    claims = [at for at, part in enumerate(held) if part.claim is not None]
    count = ClaimCount()
    for late in chain.from_iterable([count.take(part) for part in held]):
        for at in claims[late.first : late.end]:
            held[at] = _repaired(held[at], [late.repairs])
    return tuple(held)


def _repairs(part: Part) -> Iterator[tuple[str, Repairs]]:
    """What a part that is no claim repairs, by the header or level whose claims that concerns."""
    kind = part.kind if part.kind in AT_AND_INSIDE else HEADER_OF.get(part.kind, "")
    fixed = [one for one in part.findings if one.fixed]
    for above in dict.fromkeys(kind or _loop(one) for one in part.corrections):
        findings = [one for one in fixed if kind or _loop(one) == above]
        corrections = [one for one in part.corrections if kind or _loop(one) == above]
        yield above, Repairs().plus(findings, corrections)


def _loop(one: Finding | Correction) -> str:
    return one.path.partition("/")[0]


def _repaired(part: Part, above: Collection[Repairs]) -> Part:
    """A claim with what was repaired above it; one that is rejected goes out as it came."""
    claim = part.claim
    if claim is None or not above or claim.disposition is Disposition.REJECTED:
        return part
    found = chain.from_iterable([one.findings for one in above])
    corrections = chain.from_iterable([one.corrections for one in above])
    return part._replace(
        claim=claim._replace(
            disposition=Disposition.CORRECTED,
            findings=(*claim.findings, *(one._replace(claim=claim.claim_id) for one in found)),
            corrections=(*claim.corrections, *corrections),
        )
    )
