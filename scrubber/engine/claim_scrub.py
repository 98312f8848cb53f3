"""One claim in its surroundings: located, judged, repaired, disposed of."""

from functools import cache
from typing import NamedTuple

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.codes.taxonomy import provider
from scrubber.engine.context import Context
from scrubber.engine.hits import Crash, Hit
from scrubber.engine.line_summary import summary_of
from scrubber.engine.memory import KeyNumbers, remember
from scrubber.engine.repair import Repaired, repair
from scrubber.engine.results import ClaimResult, Disposition
from scrubber.engine.rule_runner import RuleRunner
from scrubber.engine.stamp import stamp_fault, stamp_problem
from scrubber.engine.surroundings import Surroundings
from scrubber.findings import Correction, Finding, Severity
from scrubber.guide.faults import Fault
from scrubber.guide.shape import Shape
from scrubber.guide.walker import Walker
from scrubber.profiles.profile import DatedProfile, PayerProfile
from scrubber.rules.rule import ServiceSetting, Setting
from scrubber.therapy.documentation import DocumentedLine
from scrubber.x12.block import Block


class Judged(NamedTuple):
    """A claim, what the guide and the rules say of it, and under which profile."""

    claim: Claim
    profile: PayerProfile
    payer: DatedProfile
    faults: list[Fault]
    hits: list[Hit]
    crashes: list[Crash]


class ClaimScrubber:
    """Scrubs claims under one set of delimiters."""

    def __init__(self, context: Context, runner: RuleRunner, walker: Walker) -> None:
        self._context = context
        self._runner = runner
        self._walker = walker
        self._settings: dict[tuple[object, ...], Setting] = {}
        self._service_settings: dict[tuple[object, ...], ServiceSetting] = {}
        self._likenesses = KeyNumbers()

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
            return block, _result(judged, surroundings, (), ())
        views = [judged]

        def check(one: Block) -> list[Finding]:
            if one is not block:
                views.append(self._judge(one, surroundings))
            return _findings(views[-1], surroundings)

        repaired = repair(block, check, Consents(self._context, judged.payer))
        findings = _as_received_if_rejected(repaired)
        findings += [stamp_fault(fault, block, None, judged.claim.claim_id) for fault in surplus]
        if cut_off:
            last = len(block.segments) - 1
            fault = Fault("S129", last, 0, 0, "the file ends in this segment", "")
            findings.append(stamp_fault(fault, block, None))
        rejected = any(_rejects(finding) for finding in findings)
        shown = views[0] if rejected else views[-1]
        corrections = () if rejected else repaired.corrections
        return shown.claim.block, _result(shown, surroundings, findings, corrections)

    def _judge(self, block: Block, surroundings: Surroundings) -> Judged:
        shape, faults = self._walker.walk(block, "2300")
        claim = _view(block, shape, surroundings)
        lines = claim.lines
        day = claim.service_dates[0] or self._context.as_of
        profile = surroundings.choose_profile(claim, self._context.profiles, day)
        payer = profile.on(day)
        faults = faults + _sequence_faults(claim) if _out_of_sequence(claim) else faults
        crashes: list[Crash] = []
        setting = self._setting(claim, payer, _taxonomy(claim, surroundings), surroundings)
        settings = self._line_settings(claim, setting, surroundings, shape.contents)
        hits = self._runner.loops(block, shape.loops, crashes, lines)
        hits += self._runner.services(lines, settings, crashes)
        hits += self._runner.claim(claim, setting, shape.contents, crashes)
        return Judged(claim, profile, payer, faults, hits, crashes)

    def _setting(
        self, claim: Claim, payer: DatedProfile, taxonomy: str, surroundings: Surroundings
    ) -> Setting:
        documented = self._documented(claim)
        place_of_service, frequency = _location(claim)
        service_key = (
            payer,
            place_of_service,
            taxonomy,
            surroundings.is_encounter,
            documented,
            _authorized(claim, payer),
            self._context.tables,
        )
        service = self._service_settings.get(service_key)
        if service is None:
            likeness = self._likeness(service_key)
            service = ServiceSetting(payer, self._context.as_of, *service_key[1:], likeness)
            # Documented settings belong to one claim and are not kept.
            if documented is None:
                remember(self._service_settings, service_key, service)
        key = (
            service,
            frequency,
            surroundings.claim_filing_indicator,
            _diagnosis_count(claim),
            tuple(claim.block.values(0)[6:13]),
            surroundings.responsibility,
            surroundings.relationship,
            surroundings.dependent is not None,
        )
        setting = self._settings.get(key)
        if setting is None:
            setting = Setting(
                payer,
                self._context.as_of,
                *service_key[1:],
                service.likeness,
                frequency=key[1],
                claim_filing_indicator=key[2],
                diagnosis_count=key[3],
                indicators=key[4],
                responsibility=surroundings.responsibility,
                relationship=surroundings.relationship,
                is_dependent=surroundings.dependent is not None,
                service=service,
            )
            if documented is None:
                remember(self._settings, key, setting)
        return setting

    def _likeness(self, service_key: tuple[object, ...]) -> int:
        """The same number for settings with taxonomies of one discipline and role."""
        payer, place_of_service, taxonomy, *others = service_key
        known = provider(str(taxonomy))
        standing = (known.discipline, known.role) if known is not None else None
        return self._likenesses[(payer, place_of_service, standing, *others)]

    def _line_settings(
        self,
        claim: Claim,
        setting: Setting,
        surroundings: Surroundings,
        contents: frozenset[str],
    ) -> list[Setting]:
        """The settings of the lines: that of the claim where all are of one day and none has a
        provider of its own."""
        first, last = claim.service_dates
        if first == last and "2420A" not in contents:
            return [setting] * len(claim.lines)
        return [self._line_setting(claim, line, setting, surroundings) for line in claim.lines]

    def _line_setting(
        self, claim: Claim, line: ServiceLine, setting: Setting, surroundings: Surroundings
    ) -> Setting:
        payer, taxonomy = setting.payer, setting.taxonomy
        day = line.dates[0]
        if day is not None and surroundings.profile is not None:
            payer = surroundings.profile.on(day)
        if "2420A" in line.layout.loops:
            rendering = line.rendering_provider
            taxonomy = rendering.taxonomy if rendering is not None else taxonomy
        if payer is setting.payer and taxonomy == setting.taxonomy:
            return setting
        return self._setting(claim, payer, taxonomy, surroundings)

    def _documented(self, claim: Claim) -> tuple[DocumentedLine, ...] | None:
        documentation = self._context.documentation
        if documentation is None:
            return None
        claim_id = claim.claim_id
        found = (documentation.line(claim_id, line.number) for line in claim.lines)
        return tuple(one for one in found if one is not None)


class Consents:
    """Whether a REVIEW fix may be applied to a claim: the caller's or its payer's consent."""

    def __init__(self, context: Context, payer: DatedProfile) -> None:
        self._context = context
        self._payer = payer

    def __call__(self, finding: Finding) -> bool:
        if finding.code in self._context.consents:
            return True
        return self._payer.consents_to(finding.code) is not None


def _view(block: Block, shape: Shape, surroundings: Surroundings) -> Claim:
    return Claim(
        block,
        shape.layout,
        surroundings.transaction,
        surroundings.billing_provider,
        surroundings.subscriber,
        surroundings.dependent,
    )


def _location(claim: Claim) -> tuple[str, str]:
    """CLM05-1 and CLM05-3: place of service and frequency."""
    values = claim.block.values(0)
    parts = values[5].split(claim.block.delimiters.component) if len(values) > 5 else []
    parts += [""] * (3 - len(parts))
    return parts[0], parts[2]


def _authorized(claim: Claim, payer: DatedProfile) -> bool:
    """Whether the claim carries an authorization number, where a limit of the payer asks."""
    for limit in payer.daily_limits:
        if limit.unless_authorized:
            return bool(claim.value("REF", 2, "G1") or claim.value("REF", 2, "9F"))
    return False


def _diagnosis_count(claim: Claim) -> int:
    component = claim.block.delimiters.component
    for index in claim.layout.segments.get("HI", ()):
        values = claim.block.values(index)
        if len(values) > 1 and values[1].split(component, 1)[0] in ("ABK", "BK"):
            return len(values) - values.count("") - 1
    return 0


def _taxonomy(claim: Claim, surroundings: Surroundings) -> str:
    for layout in claim.layout.loops.get("2310B", ()):
        for index in layout.segments.get("PRV", ()):
            values = claim.block.values(index)
            return values[3] if len(values) > 3 else ""
        return ""
    return surroundings.billing_taxonomy


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
    """What keeps every claim under a faulty level from being accepted."""
    found: list[Finding] = []
    for level in surroundings.inherited.values():
        for one in level:
            if isinstance(one, Finding):
                finding: Finding | None = one._replace(claim=claim_id)
            else:
                finding = stamp_problem(one.rule, one.problem, payer, claim_id, None, one.entity)
            if finding is not None and finding.severity is Severity.REJECT:
                found.append(finding._replace(fix=None))
    return found


def _rejects(finding: Finding) -> bool:
    return finding.severity is Severity.REJECT and not finding.fixed


def _as_received_if_rejected(repaired: Repaired) -> list[Finding]:
    """The findings; nothing of a rejected claim counts as fixed, for it is returned as it came."""
    findings = list(repaired.findings)
    if repaired.corrections and any(_rejects(finding) for finding in findings):
        return [finding._replace(fixed=False) for finding in findings]
    return findings


def _result(
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
        tuple([summary_of(line) for line in claim.lines]),
        tuple(findings),
        corrections,
        tuple(sorted({f"{c.code}: {c.kind}" for c in crashes})) if crashes else (),
        _rendering(claim),
    )


def _rendering(claim: Claim) -> str:
    for layout in claim.layout.loops.get("2310B", ()):
        values = claim.block.values(layout.first)
        return values[9] if len(values) > 9 and values[8] == "XX" else ""
    parties = (line.rendering_provider for line in claim.lines)
    return next((party.npi for party in parties if party is not None), "")


@cache
def _line_starts(separator: str) -> tuple[str, ...]:
    """The raw LX of lines 1, 2, 3 and so on, as far as a claim may have lines."""
    return tuple(f"LX{separator}{number}" for number in range(1, 51))


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
