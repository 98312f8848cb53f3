"""Scrub, patch, scrub again until nothing changes: the repair of one block."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from scrubber.consents import Consent
from scrubber.findings import Correction, Finding
from scrubber.guide.stray_bytes import CUT_IN_TWO
from scrubber.patches import Fix, Patch, Safety, Span, apply_patches, compatible_fixes
from scrubber.x12.block import Block
from scrubber.x12.lexer import recut

PASSES = 8

Check = Callable[[Block], list[Finding]]
Decide = Callable[[Finding], Consent | None]
"""What was decided about the fix of a finding that needs consent."""


class Repaired(NamedTuple):
    """A block after repair. `findings` are those of the block as received, marked where they
    were fixed, and any that only came to light after a repair."""

    block: Block
    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]


def repair(block: Block, check: Check, decide: Decide) -> Repaired:
    """Check a block and apply its fixes until none is left to apply.

    SAFE fixes are applied, REVIEW fixes where `decide` gives consent, ADVICE never.
    """
    received = findings = decided(check(block), decide)
    corrections: list[Correction] = []
    for _ in range(PASSES):
        unsure = [one.span for one in findings if one.code == CUT_IN_TWO]
        fixable = [one for one in findings if is_repaired(one) and not _touches(one.fix, unsure)]
        if not fixable:
            break
        chosen = compatible_fixes(f.fix for f in fixable if f.fix is not None)
        wanted = {id(fix) for fix in chosen}
        for finding in fixable:
            if finding.fix is not None and id(finding.fix) in wanted:
                corrections.extend(_corrections(finding, finding.fix, block))
        patches = [patch for fix in chosen for patch in fix.patches]
        block = recut(block, apply_patches(block.text, patches, block.start))
        findings = decided(check(block), decide)
    if not corrections:
        return Repaired(block, tuple(findings), ())
    return Repaired(block, _merged(received, findings), tuple(corrections))


def decided(findings: list[Finding], decide: Decide) -> list[Finding]:
    """The findings, those whose fixes need consent with what was decided."""
    if not any(one.fix is not None and one.fix.safety is Safety.REVIEW for one in findings):
        return findings
    return [
        one._replace(decision=decide(one))
        if one.fix is not None and one.fix.safety is Safety.REVIEW
        else one
        for one in findings
    ]


def is_made(finding: Finding, decide: Decide) -> bool:
    """Whether the fix of a finding about which nothing was asked yet will be applied."""
    return is_repaired(*decided([finding], decide))


def is_repaired(finding: Finding) -> bool:
    """Whether the fix of a finding, if it has one, is applied."""
    if finding.fix is None:
        return False
    safety = finding.fix.safety
    decision = finding.decision
    return safety is Safety.SAFE or (
        safety is Safety.REVIEW and decision is not None and not decision.declined
    )


def _touches(fix: Fix | None, spans: Sequence[Span]) -> bool:
    """Whether a fix would write anew what was received in a form that nobody can be sure of."""
    return any(
        patch.span.start < one.end and one.start < patch.span.end
        for one in spans
        for patch in (fix.patches if fix is not None else ())
    )


def _corrections(finding: Finding, fix: Fix, block: Block) -> list[Correction]:
    return [
        Correction(
            finding.code,
            finding.path,
            finding.line,
            _before(patch, block),
            patch.text,
            fix.title,
            finding.decision,
        )
        for patch in fix.patches
    ]


def _before(patch: Patch, block: Block) -> str:
    return block.text[patch.span.start - block.start : patch.span.end - block.start]


def _merged(received: Sequence[Finding], left: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings as received, fixed where they are gone, then those that are new.

    A repair that takes a segment out renumbers those behind it, and one that moves values changes
    their places, so what is not found again where it was is looked for elsewhere.
    """
    again: list[Finding | None] = [None] * len(received)
    taken: set[int] = set()
    for identity in (_identity, _identity_elsewhere, _identity_moved):
        sought = [at for at, found in enumerate(again) if found is None]
        there = [finding for finding in left if id(finding) not in taken]
        if not sought or not there:
            break
        found_now = _matched([received[at] for at in sought], there, identity)
        for at, found in zip(sought, found_now, strict=True):
            again[at] = found
        taken.update(id(found) for found in found_now if found is not None)
    merged = [
        finding if found is not None else finding._replace(fixed=True)
        for finding, found in zip(received, again, strict=True)
    ]
    return (*merged, *(finding for finding in left if id(finding) not in taken))


def _matched(
    sought: Sequence[Finding],
    there: Sequence[Finding],
    identity: Callable[[Finding], tuple[object, ...]],
) -> list[Finding | None]:
    """For each finding sought one of those there that is the same, each used once."""
    waiting: dict[tuple[object, ...], list[Finding]] = {}
    for finding in reversed(there):
        waiting.setdefault(identity(finding), []).append(finding)
    return [same.pop() if (same := waiting.get(identity(one))) else None for one in sought]


def _identity(finding: Finding) -> tuple[object, ...]:
    return (*_identity_elsewhere(finding), finding.segment)


def _identity_elsewhere(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.path, finding.line, finding.message


def _identity_moved(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.line, finding.message
