"""Judges claims of the past as they would have been on the day they were sent."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from scrubber.answers.rows import Problem
from scrubber.answers.sent import SentClaim, SentReader
from scrubber.claim.values import day
from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import ClaimResult, Disposition
from scrubber.engine.stray_text import stray_reason
from scrubber.findings import Finding, Severity
from scrubber.profiles.line_of_business import Coverage
from scrubber.rules import RULES
from scrubber.x12.blanks import BLANKS
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader, StrayText

REJECTS, REPAIRS, WARNS, INFORMS = "rejects", "repairs", "warns", "informs"
EFFECTS = (REJECTS, REPAIRS, WARNS, INFORMS)
"""What a finding does to its claim, the strongest first."""
_SCRUBBERS = 4


class FiredRule(NamedTuple):
    """A finding: its rule, its effect, the place of its line in the claim, None for all of it,
    and the 277CA status code it would send."""

    code: str
    effect: str
    at: int | None
    status: str


class Judged(NamedTuple):
    """What we would have said of a claim. `profile` is that of its payer, `coverage` the line of
    business it was judged under."""

    disposition: Disposition
    profile: str
    coverage: Coverage
    fired: tuple[FiredRule, ...]

    def on_line(self, at: int) -> tuple[FiredRule, ...]:
        """What was found on a line, or of the claim as a whole."""
        return tuple(one for one in self.fired if one.at in (None, at))


Dated = tuple[date, Block]


def judged_claims(
    chunks: Iterable[bytes], file: str, context: Context
) -> Iterator[tuple[SentClaim, Judged | None] | Problem]:
    """The claims of a file with what we would have said on the day of their set (BHT04); None
    for one that cannot be judged. What cannot be read is a Problem."""
    sent = SentReader(file)
    waiting: dict[int, SentClaim] = {}
    problems: list[Problem] = []
    holds_claims = False

    def noted(blocks: Iterable[Block | StrayText]) -> Iterator[Block | StrayText]:
        for block in blocks:
            if isinstance(block, Block):
                for one in sent.claims(block):
                    if isinstance(one, SentClaim):
                        waiting[one.segment] = one
                    else:
                        problems.append(one)
            elif block.text.strip(BLANKS):
                reason = f"{stray_reason(block, block.text)} ({len(block.text)} bytes not read)"
                problems.append(Problem(file, 0, block.start, "", reason))
            yield block

    scrubber_of = lru_cache(_SCRUBBERS)(
        lambda as_of: FileScrubber(replace(context, as_of=as_of), RULES)
    )
    for as_of, blocks in _by_day(noted(BlockReader(chunks)), context.as_of):
        for part in scrubber_of(as_of).parts(blocks):
            claim = waiting.pop(part.ordinal, None) if part.claim is not None else None
            if claim is not None and part.claim is not None:
                holds_claims = True
                yield claim, _judged(part.claim, len(claim.lines))
        for claim in waiting.values():
            holds_claims = True
            yield claim, None
        waiting.clear()
        yield from problems
        problems.clear()
    if not holds_claims:
        yield Problem(file, 0, 0, "", "the file holds no claim (CLM)")


def _by_day(
    blocks: Iterable[Block | StrayText], as_of: date
) -> Iterator[tuple[date, Iterator[Block | StrayText]]]:
    """Stretches of sets of one day, each beginning with its ISA and GS."""
    above: dict[str, Block] = {}
    for found, group in groupby(_dated(blocks, as_of), key=lambda one: one[0]):
        yield found, _with_headers(group, above)


def _with_headers(
    group: Iterator[tuple[date, Block | StrayText]], above: dict[str, Block]
) -> Iterator[Block | StrayText]:
    is_first = True
    for _, block in group:
        name = block.id if isinstance(block, Block) else ""
        if is_first and name not in ("", "ISA"):
            yield from (above[one] for one in ("ISA", "GS") if one in above and one != name)
        is_first = False
        if isinstance(block, Block) and name in ("ISA", "GS"):
            above[name] = block
        yield block


def _dated(
    blocks: Iterable[Block | StrayText], as_of: date
) -> Iterator[tuple[date, Block | StrayText]]:
    """Each block with the day of its set; headers have that of the next set."""
    headers: list[Block | StrayText] = []
    for block in blocks:
        name = block.id if isinstance(block, Block) else ""
        if name in ("ISA", "GS"):
            headers.append(block)
            continue
        if name == "ST" and isinstance(block, Block):
            as_of = _made_on(block) or as_of
        yield from ((as_of, one) for one in headers)
        headers.clear()
        yield as_of, block
    yield from ((as_of, one) for one in headers)


def _made_on(block: Block) -> date | None:
    for index in range(len(block.segments)):
        values = block.values(index)
        if values[0] == "BHT":
            return day(values[4].strip()) if len(values) > 4 else None
    return None


def _judged(claim: ClaimResult, lines: int) -> Judged:
    places = {one.line: at for at, one in enumerate(claim.lines)} if lines else {}
    fired = [_fired(one, places if len(places) == lines else {}) for one in claim.findings]
    return Judged(claim.disposition, claim.profile, claim.coverage, tuple(dict.fromkeys(fired)))


def _fired(finding: Finding, places: dict[int, int]) -> FiredRule:
    effect = {Severity.REJECT: REJECTS, Severity.WARN: WARNS, Severity.INFO: INFORMS}
    at = places.get(finding.line) if finding.line is not None else None
    status = finding.status.code if finding.status is not None else ""
    return FiredRule(
        finding.code, REPAIRS if finding.fixed else effect[finding.severity], at, status
    )
