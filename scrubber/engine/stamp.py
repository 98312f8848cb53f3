"""Turns problems of rules and faults of the guide into findings."""

import re
from bisect import bisect_right

from scrubber.findings import Correction, Finding, Problem, Severity, Status
from scrubber.guide.faults import Fault
from scrubber.guide.layout import LoopLayout
from scrubber.patches import Fix, Patch, Span
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.element_status import fault_status
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.rules.rule import Rule
from scrubber.x12.block import Block
from scrubber.x12.segment import LINE_BREAKS, Element, Segment

QUALIFIED = frozenset({"AMT", "DTP", "HI", "REF"})
"""Segments whose first value says what the rest is."""
CODE = re.compile(r"[0-9A-Z]{1,3}", re.ASCII)


def status_of(rule: Rule, entity: str) -> Status | None:
    """The rule's 277CA status; "*" becomes the entity of the loop at hand."""
    if not rule.status:
        return None
    first, _, second = rule.status.partition("+")
    parts = [*first.split(":"), "", ""]
    named = entity if parts[2] == "*" else parts[2]
    return Status(parts[0], parts[1], named or None, second or None)


def severity_under(rule: Rule, problem: Problem, payer: DatedProfile | None) -> Severity | None:
    """The severity of a problem for a payer; None where the profile switches the rule off."""
    stated = payer.severity_of(rule.code) if payer is not None else None
    if stated is not None:
        return stated.severity
    return problem.severity or rule.severity


def stamp_problem(
    rule: Rule,
    problem: Problem,
    payer: DatedProfile | None,
    claim: str | None,
    line: int | None,
    entity: str = "",
) -> Finding | None:
    """The finding for a problem, or None where the payer's profile switches the rule off."""
    severity = severity_under(rule, problem, payer)
    if severity is None:
        return None
    at = problem.at
    segment = at.segment if isinstance(at, Element) else at
    return Finding(
        code=rule.code,
        severity=severity,
        snip=rule.snip,
        path=at.path,
        span=at.span,
        segment=segment.ordinal,
        element=at.number if isinstance(at, Element) else None,
        component=(at.component or None) if isinstance(at, Element) else None,
        message=problem.message,
        source=rule.source,
        claim=claim,
        line=line,
        status=status_of(rule, entity),
        fix=problem.fix,
        qualifier=_qualifier(segment, at.number if isinstance(at, Element) else 0),
    )


def stamp_fault(
    fault: Fault, block: Block, layout: LoopLayout | None, claim: str | None = None
) -> Finding:
    """The finding for a fault of the guide in a block."""
    loop = loop_at(layout, fault.segment) if layout is not None else None
    segment = block.segment(fault.segment, loop.id if loop is not None else "")
    return _stamped(fault, segment)._replace(
        claim=claim,
        line=_line_number(block, layout, fault.segment),
        fix=_fix(fault, block, segment),
        expected=block.ordinal + fault.expected if fault.missing else 0,
    )


def as_received(finding: Finding) -> Finding:
    """The finding where its claim is returned as it came: a repair that was found is not made,
    and what keeps it from being made is no missing consent."""
    return finding._replace(fixed=False, fix=None) if finding.fixed else finding


def stamp_elsewhere(fault: Fault) -> Finding:
    """The finding for a fault that lies in an earlier block. One with a repair is fixed: whoever
    writes that block writes the element anew."""
    assert fault.elsewhere is not None
    return _stamped(fault, fault.elsewhere)._replace(fixed=fault.replacement is not None)


def _stamped(fault: Fault, segment: Segment) -> Finding:
    rule, at = GUIDE_RULES[fault.code], _place(fault, segment)
    return Finding(
        code=rule.code,
        severity=rule.severity,
        snip=rule.snip,
        path=fault.missing or at.path,
        span=at.span,
        segment=segment.ordinal,
        element=fault.element or None,
        component=fault.component or None,
        message=fault.message,
        source=rule.source,
        status=_status_of_fault(rule, fault, segment),
        syntax=fault.syntax,
        qualifier="" if fault.missing else _qualifier(segment, fault.element),
    )


def _qualifier(segment: Segment, element: int) -> str:
    """What tells the segment, or among diagnoses and the like its element, from its kind."""
    if segment.id not in QUALIFIED:
        return ""
    told = segment.value(max(element, 1) if segment.id == "HI" else 1, 1)
    return told if CODE.fullmatch(told) else ""


def _place(fault: Fault, segment: Segment) -> Element | Segment:
    """The part of its segment that a fault is about."""
    if not fault.element:
        return segment
    return segment[fault.element, fault.component] if fault.component else segment[fault.element]


def _status_of_fault(rule: Rule, fault: Fault, segment: Segment) -> Status | None:
    loop, name, qualifier = segment.loop, segment.id, segment.value(1, 1)
    if fault.missing:
        loop, _, name = fault.missing.rpartition("/")
        qualifier = ""
    return fault_status(rule, loop, name, qualifier, fault.element, fault.component)


def correction_elsewhere(fault: Fault) -> Correction:
    """The correction for the repair of a fault that lies in an earlier block."""
    segment = fault.elsewhere
    assert segment is not None and fault.replacement is not None
    at = segment[fault.element]
    return Correction(fault.code, at.path, None, at.value, fault.replacement, fault.title)


def _fix(fault: Fault, block: Block, segment: Segment) -> Fix | None:
    if fault.patches:
        return Fix(fault.title, fault.patches, fault.safety)
    if fault.replacement is None:
        return None
    at = _place(fault, segment)
    if isinstance(at, Element):
        patch = at.put(fault.replacement)
    elif fault.replacement:
        patch = Patch(segment.span, fault.replacement)
    else:
        patch = Patch(_with_terminator(segment, block), "")
    return Fix(fault.title, (patch,), fault.safety)


def _with_terminator(segment: Segment, block: Block) -> Span:
    """Every byte of a segment, its terminator and the line break after it."""
    end = segment.span.end + 1 - block.start
    line_breaks = LINE_BREAKS.replace(block.delimiters.terminator, "")
    while end < len(block.text) and block.text[end] in line_breaks:
        end += 1
    return Span(segment.start, block.start + end)


def loop_at(layout: LoopLayout, index: int) -> LoopLayout:
    """The innermost loop that spans segment `index`."""
    for loops in layout.loops.values():
        at = bisect_right(loops, index, key=_first) - 1
        if at >= 0 and index < loops[at].last:
            return loop_at(loops[at], index)
    return layout


def _first(loop: LoopLayout) -> int:
    return loop.first


def _line_number(block: Block, layout: LoopLayout | None, index: int) -> int | None:
    if layout is None:
        return None
    lines = layout.loops.get("2400", ())
    at = bisect_right(lines, index, key=_first) - 1
    if at < 0 or index >= lines[at].last:
        return None
    values = block.values(lines[at].first)
    text = values[1] if len(values) > 1 else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
