"""One claim in its surroundings: located, judged, repaired, disposed of."""

from datetime import date
from functools import lru_cache

from scrubber.claim.claim import BillingProvider, Claim, Patient, Subscriber, Transaction
from scrubber.claim.service_line import ServiceLine
from scrubber.engine.context import Context
from scrubber.engine.repair import repair
from scrubber.engine.results import ClaimResult, Disposition, LineSummary, Therapy
from scrubber.engine.rule_runner import Crash, Hit, RuleRunner
from scrubber.engine.stamp import stamp_fault, stamp_problem
from scrubber.findings import Correction, Finding, Severity
from scrubber.guide.faults import Fault
from scrubber.guide.shape import Shape
from scrubber.guide.walker import Walker
from scrubber.profiles.profile import DatedProfile, PayerProfile
from scrubber.rules.rule import Setting
from scrubber.therapy.documentation import DocumentedLine
from scrubber.therapy.table import therapy_code
from scrubber.x12.block import Block

DISCIPLINES = frozenset({"GP", "GO", "GN"})


class Surroundings:
    """What stands above a claim: envelope, billing provider, subscriber, dependent, and what was
    found wrong with them. Changes as the file is read."""

    __slots__ = (
        "billing_provider",
        "dependent",
        "inherited",
        "profile",
        "subscriber",
        "transaction",
    )

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.billing_provider: BillingProvider | None = None
        self.subscriber: Subscriber | None = None
        self.dependent: Patient | None = None
        self.inherited: dict[str, list[Hit | Finding]] = {}
        self.profile: tuple[date, PayerProfile] | None = None


class ClaimScrubber:
    """Scrubs claims under one set of delimiters."""

    def __init__(self, context: Context, runner: RuleRunner, walker: Walker) -> None:
        self._context = context
        self._runner = runner
        self._walker = walker
        self._settings: dict[tuple[object, ...], Setting] = {}

    def scrub(self, block: Block, surroundings: Surroundings, cut_off: bool) -> tuple[
        Block, ClaimResult
    ]:  # fmt: skip
        """The claim's block, corrected where it was not rejected, and its result."""
        crashes: list[Crash] = []
        views: list[Claim] = []

        def check(one: Block) -> list[Finding]:
            return self._check(one, surroundings, crashes, views)

        repaired = repair(block, check, Consents(self._context, surroundings))
        findings = list(repaired.findings)
        if cut_off:
            fault = Fault(
                "S129", len(block.segments) - 1, 0, 0, "the file ends in this segment", ""
            )
            findings.append(stamp_fault(fault, block, None))
        rejected = any(f.severity is Severity.REJECT and not f.fixed for f in findings)
        if rejected and repaired.corrections:
            findings = [finding._replace(fixed=False) for finding in findings]
        claim = views[0] if rejected else views[-1]
        corrections = () if rejected else repaired.corrections
        return claim.block, _result(claim, surroundings, findings, corrections, crashes)

    def _check(
        self,
        block: Block,
        surroundings: Surroundings,
        crashes: list[Crash],
        views: list[Claim],
    ) -> list[Finding]:
        walked = self._walker.walk(block, "2300")
        claim = self.view(block, walked.shape, surroundings)
        payer = self._payer(claim, surroundings)
        views.append(claim)
        claim_id = claim.claim_id
        found = [
            stamp_fault(fault, block, walked.shape.layout, claim_id) for fault in walked.faults
        ]
        found += [
            stamp_fault(fault, block, walked.shape.layout, claim_id)
            for fault in _sequence_faults(claim)
        ]
        crashes.clear()
        setting = self._setting(claim, payer, claim.rendering_taxonomy)
        hits: list[Hit] = list(self._runner.loops(block, walked.shape.loops, crashes))
        hits += self._runner.services(
            claim.lines,
            lambda line: self._line_setting(claim, line, setting, surroundings),
            crashes,
        )
        hits += self._runner.claim(claim, setting, walked.shape.contents, crashes)
        for hit in hits:
            entity = hit.entity
            finding = stamp_problem(hit.rule, hit.problem, payer, claim_id, hit.line, entity)
            if finding is not None:
                found.append(finding)
        if surroundings.inherited:
            found += _inherited(surroundings, payer, claim_id)
        return found

    def view(self, block: Block, shape: Shape, surroundings: Surroundings) -> Claim:
        """The claim as rules see it."""
        claim = Claim(block, shape.layout)
        claim.transaction = surroundings.transaction
        claim.billing_provider = surroundings.billing_provider
        claim.subscriber = surroundings.subscriber
        claim.dependent = surroundings.dependent
        return claim

    def _payer(self, claim: Claim, surroundings: Surroundings) -> DatedProfile:
        day = claim.service_dates[0] or self._context.as_of
        state = claim.value("CLM", 11).split(claim.block.delimiters.component)[3:4]
        if surroundings.profile is None or surroundings.profile[0] != day or state:
            subscriber = claim.subscriber
            party = subscriber.payer if subscriber is not None else None
            chosen = self._context.profiles.select(
                party.identifier if party is not None else "",
                subscriber.claim_filing_indicator if subscriber is not None else "",
                party.name[0] if party is not None else "",
                day,
                state[0] if state else _billing_state(surroundings),
            )
            surroundings.profile = (day, chosen)
        return surroundings.profile[1].on(day)

    def _setting(self, claim: Claim, payer: DatedProfile, taxonomy: str) -> Setting:
        subscriber = claim.subscriber
        diagnoses = claim.diagnosis_segment
        documented = self._documented(claim)
        key = (
            payer,
            claim.value("CLM", 5),
            taxonomy,
            subscriber.claim_filing_indicator if subscriber is not None else "",
            len(diagnoses.values) if diagnoses is not None else 1,
            claim.transaction.is_encounter,
        )
        setting = self._settings.get(key) if documented is None else None
        if setting is None:
            setting = Setting(
                payer, self._context.as_of, claim.place_of_service, claim.frequency, taxonomy,
                key[3], key[4] - 1, key[5], documented,
            )  # fmt: skip
            if documented is None:
                if len(self._settings) > 4096:
                    self._settings.clear()
                self._settings[key] = setting
        return setting

    def _line_setting(
        self, claim: Claim, line: ServiceLine, setting: Setting, surroundings: Surroundings
    ) -> Setting:
        payer, taxonomy = setting.payer, setting.taxonomy
        assert surroundings.profile is not None
        if line.service_from is not None:
            payer = surroundings.profile[1].on(line.service_from)
        if "2420A" in line.layout.loops:
            rendering = line.rendering_provider
            taxonomy = rendering.taxonomy if rendering is not None else taxonomy
        if payer is setting.payer and taxonomy == setting.taxonomy:
            return setting
        return self._setting(claim, payer, taxonomy)

    def _documented(self, claim: Claim) -> tuple[DocumentedLine, ...] | None:
        documentation = self._context.documentation
        if documentation is None:
            return None
        claim_id = claim.claim_id
        found = (documentation.line(claim_id, line.number) for line in claim.lines)
        return tuple(one for one in found if one is not None)


class Consents:
    """Whether a REVIEW fix may be applied to a claim: the caller's or its payer's consent."""

    def __init__(self, context: Context, surroundings: Surroundings) -> None:
        self._context = context
        self._surroundings = surroundings

    def __call__(self, finding: Finding) -> bool:
        if finding.code in self._context.consents:
            return True
        profile = self._surroundings.profile
        return (
            profile is not None and profile[1].on(profile[0]).consents_to(finding.code) is not None
        )


def _result(
    claim: Claim,
    surroundings: Surroundings,
    findings: list[Finding],
    corrections: tuple[Correction, ...],
    crashes: list[Crash],
) -> ClaimResult:
    if any(f.severity is Severity.REJECT and not f.fixed for f in findings):
        disposition = Disposition.REJECTED
    else:
        disposition = Disposition.CORRECTED if corrections else Disposition.ACCEPTED
    party = claim.payer
    first, last = claim.service_dates
    assert surroundings.profile is not None
    return ClaimResult(
        claim.claim_id,
        surroundings.transaction.interchange_control_number,
        surroundings.transaction.control_number,
        party.identifier if party is not None else "",
        surroundings.profile[1].id,
        disposition,
        claim.value("CLM", 2),
        first,
        last,
        tuple([summary_of(line) for line in claim.lines]),
        tuple(findings),
        corrections,
        tuple(sorted({f"{crash.code}: {crash.kind}" for crash in crashes})),
        _rendering(claim),
    )


def _rendering(claim: Claim) -> str:
    parties = [claim.rendering_provider, *(line.rendering_provider for line in claim.lines)]
    return next((party.npi for party in parties if party is not None), "")


def _billing_state(surroundings: Surroundings) -> str:
    provider = surroundings.billing_provider
    party = provider.party if provider is not None else None
    return party.state if party is not None else ""


def _sequence_faults(claim: Claim) -> list[Fault]:
    """LX01 counts 1, 2, 3 within the claim."""
    faults: list[Fault] = []
    block = claim.block
    for number, layout in enumerate(claim.layout.loops.get("2400", ()), start=1):
        values = block.values(layout.first)
        if len(values) > 1 and values[1] != str(number) and values[1]:
            faults.append(
                Fault(
                    "S125", layout.first, 1, 0, "LX01 is not the next number in sequence", "7",
                    str(number), "number the lines in sequence",
                )
            )  # fmt: skip
    return faults


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


def summary_of(line: ServiceLine) -> LineSummary:
    """The line as reports show it."""
    service = line.service
    values = line.sv1.values if "SV1" in line.layout.segments else []
    charge = values[2] if len(values) > 2 else ""
    units = values[4] if len(values) > 4 else ""
    return _summary(line.number, service.code, service.modifiers, units, charge, line.service_from)


@lru_cache(maxsize=32768)
def _summary(
    number: int,
    code: str,
    modifiers: tuple[str, ...],
    units: str,
    charge: str,
    day: date | None,
) -> LineSummary:
    row = therapy_code(code, day) if day is not None else None
    therapy = None
    if row is not None:
        named = [modifier for modifier in modifiers if modifier in DISCIPLINES]
        therapy = Therapy(row.family, row.timed, named[0] if len(named) == 1 else "")
    return LineSummary(number, code, modifiers, units, charge, therapy)
