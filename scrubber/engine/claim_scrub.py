"""One claim in its surroundings: located, judged, repaired, disposed of."""

from collections.abc import Iterable
from functools import cache
from itertools import repeat
from typing import NamedTuple

from scrubber.claim.claim import (
    AUTHORIZATIONS,
    MOST_DIAGNOSES,
    MOST_LINES,
    MOST_OTHER_PAYERS,
    Claim,
)
from scrubber.claim.loop import Party
from scrubber.consents import Consent
from scrubber.engine.claim_settings import ClaimSettings
from scrubber.engine.context import Context
from scrubber.engine.hits import Crash, Hit, cut_short
from scrubber.engine.levels import MOST_INHERITED
from scrubber.engine.line_summary import summary_of
from scrubber.engine.place_of_service import place_of
from scrubber.engine.repair import Repaired, repair
from scrubber.engine.results import ClaimResult, Disposition
from scrubber.engine.rule_runner import RuleRunner
from scrubber.engine.stamp import as_received, stamp_fault, stamp_problem
from scrubber.engine.surroundings import Surroundings
from scrubber.findings import Correction, Finding, Severity
from scrubber.guide.conventions import foreign_claim
from scrubber.guide.faults import Fault
from scrubber.guide.shape import Shape
from scrubber.guide.walker import Walker
from scrubber.profiles.profile import DatedProfile, PayerProfile
from scrubber.rules.rule import Setting
from scrubber.x12.block import Block


class Judged(NamedTuple):
    """A claim, what the guide and the rules say of it, and under which profile."""

    claim: Claim
    profile: PayerProfile
    payer: DatedProfile
    faults: list[Fault]
    hits: list[Hit]
    crashes: list[Crash]
    settings: Iterable[Setting | None] = repeat(None)


class ClaimScrubber:
    """Scrubs claims under one set of delimiters."""

    def __init__(self, context: Context, runner: RuleRunner, walker: Walker) -> None:
        self._context = context
        self._runner = runner
        self._walker = walker
        self._settings = ClaimSettings(context)

    def scrub(
        self,
        block: Block,
        surroundings: Surroundings,
        cut_off: bool,
        surplus: tuple[Fault, ...] = (),
    ) -> tuple[Block, ClaimResult]:
        """The claim's block, corrected where it was not rejected, and its result. `surplus` is
        what is wrong with its number in its level or transaction set."""
        judged = self._judge(block, surroundings)
        if not (judged.faults or judged.hits or surroundings.inherited or cut_off or surplus):
            return block, self._result(judged, surroundings, (), ())
        views = [judged]

        def check(one: Block) -> list[Finding]:
            if one is not block:
                views.append(self._judge(one, surroundings))
            return _findings(views[-1], surroundings)

        repaired = repair(block, check, Decisions(self._context, judged.profile.id, judged.payer))
        findings = _as_received_if_rejected(repaired)
        findings += [stamp_fault(fault, block, None, judged.claim.claim_id) for fault in surplus]
        if cut_off:
            last = len(block.segments) - 1
            fault = Fault("S129", last, 0, 0, "the file ends in this segment", "")
            findings.append(stamp_fault(fault, block, None))
        rejected = any(_rejects(finding) for finding in findings)
        shown = views[0] if rejected else views[-1]
        corrections = () if rejected else repaired.corrections
        return shown.claim.block, self._result(shown, surroundings, findings, corrections)

    def _result(
        self,
        judged: Judged,
        surroundings: Surroundings,
        findings: list[Finding] | tuple[()],
        corrections: tuple[Correction, ...],
    ) -> ClaimResult:
        claim = judged.claim
        values = claim.block.values(0)
        disposition = Disposition.CORRECTED if corrections else Disposition.ACCEPTED
        if findings and any(_rejects(finding) for finding in findings):
            disposition = Disposition.REJECTED
        first, last = claim.service_dates
        crashes = judged.crashes + surroundings.crashes
        rendering = _rendering(claim)
        return ClaimResult(
            values[1] if len(values) > 1 else "",
            surroundings.interchange,
            surroundings.set_number,
            surroundings.payer_id,
            judged.profile.id,
            disposition,
            values[2] if len(values) > 2 else "",
            first,
            last,
            tuple(map(summary_of, claim.lines, judged.settings)),
            tuple(findings),
            corrections,
            tuple(sorted({f"{c.code}: {c.kind}" for c in crashes})) if crashes else (),
            rendering.npi if rendering is not None else "",
            coverage=judged.payer.coverage,
            payer_name=surroundings.payer_name,
            therapist=", ".join(filter(None, rendering.name[:2])) if rendering is not None else "",
            place_of_service=claim.place_of_service,
            diagnoses=tuple(claim.diagnosis_codes),
            frequency=claim.frequency,
            authorized=_is_authorized(claim.block),
            zip_code=place_of(claim, surroundings) if self._context.tables is not None else "",
        )

    def _judge(self, block: Block, surroundings: Surroundings) -> Judged:
        shape, faults = self._walker.walk(block, "2300")
        claim = _view(block, shape, surroundings)
        lines = claim.lines
        day = claim.service_dates[0] or self._context.as_of
        profile = surroundings.choose_profile(claim, self._context.profiles, day)
        payer = profile.on(day, surroundings.coverage)
        foreign = foreign_claim(block) if faults else None
        if foreign is not None:
            return Judged(claim, profile, payer, [foreign], [], [])
        faults = faults + _sequence_faults(claim) if _out_of_sequence(claim) else faults
        crashes: list[Crash] = []
        setting = self._settings.of_claim(claim, payer, surroundings)
        settings = self._settings.of_lines(claim, setting, surroundings, shape.contents)
        hits = self._runner.loops(block, shape.loops, crashes, lines)
        hits += self._runner.services(lines[:MOST_LINES], settings[:MOST_LINES], crashes)
        if _is_crowded(claim):
            faults = [
                *faults,
                _unchecked(f"the claim as a whole and lines after the {MOST_LINES}th"),
            ]
        else:
            hits += self._runner.claim(claim, setting, shape.contents, crashes)
            if setting.diagnosis_count > MOST_DIAGNOSES:
                faults = [*faults, _unchecked(f"diagnoses after the {MOST_DIAGNOSES}th")]
        return Judged(claim, profile, payer, faults, cut_short(hits), crashes, settings)


class Decisions:
    """What was decided about a fix that needs consent: by the office, or in the payer's profile."""

    def __init__(self, context: Context, profile: str, payer: DatedProfile) -> None:
        self._context = context
        self._profile = profile
        self._payer = payer

    def __call__(self, finding: Finding) -> Consent | None:
        decision = self._context.decision_on(finding.code, finding.claim or "")
        if decision is not None:
            return decision
        stated = self._payer.consents_to(finding.code)
        if stated is None:
            return None
        return Consent(finding.code, None, stated.reason, self._profile, "profile")


def _view(block: Block, shape: Shape, surroundings: Surroundings) -> Claim:
    return Claim(
        block,
        shape.layout,
        surroundings.transaction,
        surroundings.billing_provider,
        surroundings.subscriber,
        surroundings.dependent,
    )


def _findings(judged: Judged, surroundings: Surroundings) -> list[Finding]:
    claim, payer = judged.claim, judged.payer
    claim_id = claim.claim_id
    found = [stamp_fault(one, claim.block, claim.layout, claim_id) for one in judged.faults]
    stamped = (
        stamp_problem(hit.rule, hit.problem, payer, claim_id, hit.line, hit.entity)
        for hit in judged.hits
    )
    found += [finding for finding in stamped if finding is not None]
    if surroundings.inherited:
        found += _inherited(surroundings, payer, claim_id)
    return found


def _inherited(surroundings: Surroundings, payer: DatedProfile, claim_id: str) -> list[Finding]:
    """What keeps every claim under a faulty level from being accepted. The level's own findings
    are listed with the file, so that of many a few will do."""
    found: list[Finding] = []
    for level in surroundings.inherited.values():
        for one in level:
            if isinstance(one, Finding):
                finding: Finding | None = one._replace(claim=claim_id)
            else:
                finding = stamp_problem(one.rule, one.problem, payer, claim_id, None, one.entity)
            if finding is not None and finding.severity is Severity.REJECT:
                found.append(finding._replace(fix=None))
                if len(found) == MOST_INHERITED:
                    return found
    return found


def _rejects(finding: Finding) -> bool:
    return finding.severity is Severity.REJECT and not finding.fixed


def _as_received_if_rejected(repaired: Repaired) -> list[Finding]:
    """The findings; nothing of a rejected claim counts as fixed, for it is returned as it came."""
    findings = list(repaired.findings)
    if repaired.corrections and any(_rejects(finding) for finding in findings):
        return [as_received(finding) for finding in findings]
    return findings


def _is_authorized(block: Block) -> bool:
    """Whether a claim or a line of it has an authorization or referral number."""
    separator, text = block.delimiters.element, block.text
    return any(f"REF{separator}{one}{separator}" in text for one in AUTHORIZATIONS)


def _rendering(claim: Claim) -> Party | None:
    if claim.rendering_provider is not None:
        return claim.rendering_provider
    parties = (line.rendering_provider for line in claim.lines)
    return next((party for party in parties if party is not None), None)


def _is_crowded(claim: Claim) -> bool:
    """Whether a claim has more of what rules compare than the guide allows, which rejects it."""
    others = claim.layout.loops.get("2320", ())
    return len(claim.lines) > MOST_LINES or len(others) > MOST_OTHER_PAYERS


def _unchecked(what: str) -> Fault:
    return Fault("S141", 0, 0, 0, f"not checked by rules: {what}", "")


@cache
def _line_starts(separator: str) -> tuple[str, ...]:
    """The raw LX of lines 1, 2, 3 and so on, as far as a claim may have lines."""
    return tuple(f"LX{separator}{number}" for number in range(1, MOST_LINES + 1))


def _out_of_sequence(claim: Claim) -> bool:
    block = claim.block
    starts = _line_starts(block.delimiters.element)
    segments = block.segments
    lines = claim.lines
    return tuple([segments[line.layout.first] for line in lines]) != starts[: len(lines)]


def _sequence_faults(claim: Claim) -> list[Fault]:
    """LX01 counts 1, 2, 3 within the claim; an empty one is the guide's matter."""
    return [
        Fault(
            "S125",
            line.layout.first,
            1,
            0,
            "LX01 is not the next number in sequence",
            "7",
            str(number),
            "number the lines in sequence",
        )
        for number, line in enumerate(claim.lines, start=1)
        if line.value("LX", 1) not in ("", str(number))
    ]
