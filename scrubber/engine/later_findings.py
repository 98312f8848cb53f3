"""Findings that come to a claim after it was scrubbed, from what is known of other claims."""

from collections.abc import Iterable
from typing import NamedTuple

from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.stamp import as_received, status_of
from scrubber.findings import Finding, Severity
from scrubber.patches import Span
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.rule import Rule
from scrubber.x12.blanks import BLANKS
from scrubber.x12.lexer import bare_segment, count_filled
from scrubber.x12.segment import Delimiters


class Spot(NamedTuple):
    """Where a segment stands in a part as received: its number there, counted from 0, and the
    offset of its first character."""

    segment: int
    offset: int


class Later(NamedTuple):
    """What is to be said of a claim: with a `line`, of its SV1, else of its CLM or, with an
    `element`, of that. `severity` replaces that of the rule."""

    rule: Rule
    message: str
    line: int | None = None
    element: int | None = None
    severity: Severity | None = None


def line_spots(received: str, delimiters: Delimiters) -> list[Spot]:
    """Where the SV1 segments of a claim stand."""
    spots, offset = [], 0
    start = "SV1" + delimiters.element
    for index, raw in enumerate(received.split(delimiters.terminator)):
        bare = raw.lstrip(BLANKS)
        if bare_segment(bare, delimiters.element).startswith(start):
            spots.append(Spot(index, offset + len(raw) - len(bare)))
        offset += len(raw) + 1
    return spots


def with_findings(
    part: Part,
    start: int,
    said: Iterable[Later],
    payer: DatedProfile | None,
    delimiters: Delimiters,
) -> Part:
    """The part of a claim that begins at byte `start`, with what is said of it; as received if
    some of that rejects it."""
    claim = part.claim
    assert claim is not None
    said, spots, found = list(said), {}, []
    if any(one.line is not None for one in said):
        spots = dict(enumerate(line_spots(part.received, delimiters), start=1))
    for one in said:
        spot = spots.get(one.line, Spot(0, 0)) if one.line is not None else _first(part)
        finding = _finding(part, start, one, payer, spot)
        if finding is not None:
            found.append(finding)
    if not found:
        return part
    findings = (*claim.findings, *found)
    rejects = any(finding.severity is Severity.REJECT for finding in found)
    if claim.disposition is Disposition.REJECTED or not rejects:
        return part._replace(claim=claim._replace(findings=findings))
    return as_rejected(part, claim._replace(findings=findings), delimiters)


def as_rejected(part: Part, claim: ClaimResult, delimiters: Delimiters) -> Part:
    """The part with its claim rejected after all, as it was received: nothing of it is repaired,
    and what is repaired above it no longer counts for it."""
    own = [one for one in claim.findings if not (one.fixed and one.segment < part.ordinal)]
    rejected = claim._replace(
        disposition=Disposition.REJECTED, findings=tuple(map(as_received, own)), corrections=()
    )
    segments = count_filled(part.received, delimiters.terminator)
    return part._replace(corrected=part.returned, claim=rejected, segments=segments)


def _first(part: Part) -> Spot:
    return Spot(0, len(part.received) - len(part.received.lstrip(BLANKS)))


def _finding(
    part: Part, start: int, said: Later, payer: DatedProfile | None, spot: Spot
) -> Finding | None:
    rule = said.rule
    stated = payer.severity_of(rule.code) if payer is not None else None
    severity = stated.severity if stated is not None else said.severity or rule.severity
    if severity is None:
        return None
    path = "2300/CLM" if said.line is None else "2400/SV1"
    if said.element is not None:
        path += f"{said.element:02d}"
    at = start + spot.offset
    claim: ClaimResult | None = part.claim
    return Finding(
        rule.code, severity, rule.snip, path, Span(at, at + 3), part.ordinal + spot.segment,
        said.element, said.message, rule.source, claim.claim_id if claim is not None else None,
        said.line, status_of(rule, ""),
    )  # fmt: skip
