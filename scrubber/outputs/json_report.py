"""Writes report.json, version 1, claim by claim: memory does not grow with the file."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from json.encoder import encode_basestring_ascii as quoted
from operator import attrgetter
from typing import Any, TextIO

from scrubber.claim.values import amount, dollars
from scrubber.engine.repairs_above import ClaimCount, LateRepairs
from scrubber.engine.results import ClaimResult, Disposition, LineSummary, Part, Therapy
from scrubber.engine.stream_state import KINDS_ABOVE
from scrubber.findings import Correction, Finding
from scrubber.history.keys import Keys
from scrubber.outputs.address import address
from scrubber.outputs.at_risk import at_risk_record
from scrubber.outputs.explain import suggested_adjustment
from scrubber.outputs.findings_of_file import FindingsOfFile
from scrubber.outputs.form_items import place_of
from scrubber.outputs.guidance import GuidanceByCode
from scrubber.outputs.listed_records import ListedRecords
from scrubber.outputs.masking import identifies
from scrubber.outputs.patients import Patients
from scrubber.outputs.table_dates import TableDates
from scrubber.outputs.tally import Share

SCHEMA = "scrubber-report/1"
RULE_PAGES = "#/rules/"
MASK = "***"
CLAIMS_AT_ONCE = 256
LISTED = ("findings", "corrections")
PLACE = re.compile(r"[0-9A-Z]{2}", re.ASCII)
DIAGNOSIS = re.compile(r"[0-9A-Z.]{3,8}", re.ASCII)
UNITS = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


class Totals:
    """Counts and dollars over the claims seen so far."""

    def __init__(self) -> None:
        self.accepted = self.corrected = self.rejected = Share()
        self.lines = 0
        self.not_checked = 0

    def add(self, claim: ClaimResult) -> None:
        """Count one claim; a charge that is no amount counts nothing."""
        charge = amount(claim.charge) or Decimal(0)
        disposition = claim.disposition
        if disposition is Disposition.ACCEPTED:
            self.accepted = self.accepted.plus(charge)
        elif disposition is Disposition.CORRECTED:
            self.corrected = self.corrected.plus(charge)
        else:
            self.rejected = self.rejected.plus(charge)
        self.lines += len(claim.lines)
        self.not_checked += bool(claim.not_checked)

    def correct_since(self, accepted: Share) -> None:
        """Count as corrected what was accepted since this was all that was."""
        self.corrected = Share(
            self.corrected.claims + self.accepted.claims - accepted.claims,
            self.corrected.charge + self.accepted.charge - accepted.charge,
        )
        self.accepted = accepted

    def shares(self) -> dict[str, Share]:
        """Claims and dollars by disposition."""
        return {
            Disposition.ACCEPTED.value: self.accepted,
            Disposition.CORRECTED.value: self.corrected,
            Disposition.REJECTED.value: self.rejected,
        }

    def as_record(self) -> dict[str, Any]:
        """The totals of the report."""
        shares = self.shares()
        charge = sum((share.charge for share in shares.values()), Decimal(0))
        return {
            "claims": sum(share.claims for share in shares.values()),
            **{name: share.claims for name, share in shares.items()},
            "charge": dollars(charge),
            "charge_rejected": dollars(self.rejected.charge),
            "lines": self.lines,
            "not_checked": self.not_checked,
        }


class JsonReport:
    """Collects the claims in a spool, one JSON object a line, and puts the report together."""

    def __init__(
        self,
        spool: TextIO,
        show_phi: bool = False,
        guidance: GuidanceByCode | None = None,
        keys: Keys | None = None,
        dates: TableDates | None = None,
    ) -> None:
        self._spool = spool
        self._show_phi = show_phi
        self._patients = Patients() if show_phi else None
        self._keys = keys
        self._guidance = guidance or {}
        self._dates = dates
        self.totals = Totals()
        self.findings = ListedRecords(spool, "F")
        self.corrections = ListedRecords(spool, "C")
        self._told = FindingsOfFile()
        self.codes: set[str] = set()
        self._count = ClaimCount()
        self._late: list[LateRepairs] = []
        self._accepted_before: dict[str, Share] = {}

    def add(self, part: Part) -> None:
        """Take the next part of the file."""
        for late in self._count.take(part):
            self._late.append(late)
            self.totals.correct_since(self._accepted_before[late.above])
        if part.claim is not None:
            self.totals.add(part.claim)
            if self._dates is not None:
                self._dates.add(part.claim)
            patient = self._patients.record if self._patients is not None else None
            text = claim_text(part.claim, self._show_phi, self._keys, patient)
            self._spool.write(text + "\n")
            for finding in part.claim.findings:
                self.codes.add(finding.code)
        elif part.kind in KINDS_ABOVE:
            self._accepted_before[part.kind] = self.totals.accepted
            if self._patients is not None:
                self._patients.pass_over(part)
        if part.findings:
            for finding in part.findings:
                if self._told.tells(finding):
                    self._tell(finding)
        for correction in part.corrections:
            self.corrections.add(self._correction(correction))

    def _tell(self, finding: Finding) -> None:
        self.findings.add(finding_record(finding))
        self.codes.add(finding.code)

    def head(
        self,
        source: dict[str, Any],
        run: dict[str, Any],
        outputs: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Everything of the report but its claims; `outputs` are the claim files written, where
        any are. Findings and corrections can be walked through again and again, not at once."""
        rest = self._told.rest()
        if rest is not None:
            self._tell(rest)
        return {
            "schema": SCHEMA,
            "input": source,
            "run": {**run, "tables": [] if self._dates is None else self._dates.records()},
            **({} if outputs is None else {"outputs": outputs}),
            "totals": self.totals.as_record(),
            "rules": {
                code: self._guidance[code]._asdict()
                for code in sorted(self.codes)
                if code in self._guidance
            },
            "findings": self.findings,
            "corrections": self.corrections,
        }

    def finish(self, head: dict[str, Any], out: TextIO) -> None:
        """Write the whole report; the spool is read from its start."""
        rest = {name: value for name, value in head.items() if name not in LISTED}
        out.write(json.dumps(rest, indent=1)[:-2])
        for name in LISTED:
            out.write(f',\n "{name}": [')
            separator = "\n"
            for record in head[name]:
                out.write(f"{separator}  {json.dumps(record)}")
                separator = ",\n"
            out.write("\n ]" if separator != "\n" else "]")
        out.write(',\n "claims": [')
        separator = "\n"
        claims = self._claim_lines()
        while lines := "".join(islice(claims, CLAIMS_AT_ONCE)):
            out.write(separator + lines[:-1].replace("\n", ",\n"))
            separator = ",\n"
        out.write("\n]}\n")

    def claims(self, only_with_findings: bool = False) -> Iterator[dict[str, Any]]:
        """The claims of the spool as records."""
        for line in self._claim_lines():
            if not (only_with_findings and line.endswith(CLEAN_END)):
                yield json.loads(line)

    def _claim_lines(self) -> Iterator[str]:
        self._spool.seek(0)
        waiting = deque(sorted(self._late, key=attrgetter("first")))
        above: list[LateRepairs] = []
        claims = (line for line in self._spool if line.startswith("{"))
        for number, line in enumerate(claims):
            while waiting and waiting[0].first <= number:
                above.append(waiting.popleft())
            if above:
                above = [one for one in above if number < one.end]
            yield self._repaired(line, above) if above else line

    def _repaired(self, line: str, above: Iterable[LateRepairs]) -> str:
        """A claim with what was repaired above it later; one that is rejected as it is."""
        claim = json.loads(line)
        if claim["disposition"] == Disposition.REJECTED.value:
            return line
        claim["disposition"] = Disposition.CORRECTED.value
        for _, _, _, repairs in above:
            claim["findings"] += map(finding_record, repairs.findings)
            claim["corrections"] += map(self._correction, repairs.corrections)
        return json.dumps(claim, separators=(",", ":")) + "\n"

    def _correction(self, correction: Correction) -> dict[str, Any]:
        return correction_record(correction, self._show_phi, self._keys)


CLEAN_END = '"findings":[],"corrections":[]}\n'


def claim_text(
    claim: ClaimResult,
    show_phi: bool = False,
    keys: Keys | None = None,
    patient: dict[str, str] | None = None,
) -> str:
    """One claim as compact JSON."""
    findings = json.dumps([finding_record(f) for f in claim.findings]) if claim.findings else "[]"
    corrections = (
        json.dumps([correction_record(c, show_phi, keys) for c in claim.corrections])
        if claim.corrections
        else "[]"
    )
    rendering = f'"rendering":{quoted(claim.rendering)},' if claim.rendering else ""
    therapist = f'"therapist":{quoted(claim.therapist)},' if claim.therapist else ""
    diagnoses = ",".join([_code(code, DIAGNOSIS) for code in claim.diagnoses])
    lines = ",".join([_line_text(one) for one in claim.lines])
    person = f'"patient":{json.dumps(patient)},' if patient else ""
    not_checked = f'"not_checked":{json.dumps(claim.not_checked)},' if claim.not_checked else ""
    risk = at_risk_record(claim) if claim.findings else None
    at_risk = f',"at_risk":{json.dumps(risk)}' if risk is not None else ""
    return (
        f'{{"claim_id":{quoted(claim.claim_id)},"interchange":{quoted(claim.interchange)},'
        f'"transaction":{quoted(claim.transaction)},"payer_id":{quoted(claim.payer_id)},'
        f'"payer_name":{quoted(claim.payer_name)},'
        f'"profile":{quoted(claim.profile)},"line_of_business":"{claim.coverage.line}",'
        f'"disposition":"{claim.disposition.value}",'
        f'"charge":{_charge(claim.charge)},'
        f'"service_from":{_day(claim.service_from)},"service_to":{_day(claim.service_to)},'
        f"{rendering}{therapist}{person}{not_checked}"
        f'"place_of_service":{_code(claim.place_of_service, PLACE)},"diagnoses":[{diagnoses}],'
        f'"lines":[{lines}],'
        f'"findings":{findings},"corrections":{corrections}{at_risk}}}'
    )


@lru_cache(maxsize=4096)
def _day(day: date | None) -> str:
    return "null" if day is None else f'"{day.isoformat()}"'


def _line_text(line: LineSummary) -> str:
    number, code, modifiers, units, charge, therapy, place, day, *_ = line
    sold, known = _service_text(code, modifiers, units, therapy)
    own = f'"place_of_service":{_code(place, PLACE)},' if place else ""
    return (
        f'{{"line":{number},"date":{_day(day)},{own}{sold},'
        f'"charge":{_charge(charge)},"therapy":{known}}}'
    )


@lru_cache(maxsize=4096)
def _service_text(
    code: str, modifiers: tuple[str, ...], units: str, therapy: Therapy | None
) -> tuple[str, str]:
    """What comes again and again: code, modifiers and units, and the therapy."""
    record = therapy._asdict() if therapy is not None else None
    listed = json.dumps(modifiers, separators=(",", ":"))
    return (
        f'"code":{quoted(code)},"modifiers":{listed},"units":{_units(units)}',
        json.dumps(record, separators=(",", ":")),
    )


@lru_cache(maxsize=8192)
def _code(text: str, form: re.Pattern[str]) -> str:
    """What is sent as a code; empty where it is none and may be anything."""
    return f'"{text}"' if form.fullmatch(text) else '""'


def _units(text: str) -> str:
    return f'"{text}"' if UNITS.fullmatch(text) else '""'


@lru_cache(maxsize=8192)
def _charge(text: str) -> str:
    charge = amount(text)
    return "null" if charge is None else f'"{dollars(charge)}"'


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding as the report shows it."""
    status = finding.status
    place = place_of(finding)
    record: dict[str, Any] = {
        "code": finding.code,
        "snip": finding.snip,
        "severity": finding.severity.value,
        "message": finding.message,
        "path": finding.path,
        "item": place.item,
        "place": place.name,
        "line": finding.line,
        "segment": finding.segment,
        "element": finding.element,
        "byte": finding.span.start,
        "status": None if status is None else status._asdict(),
        "fixed": finding.fixed,
        **_offer(finding),
        "source": finding.source,
        "rule": f"{RULE_PAGES}{finding.code}",
    }
    suggested = suggested_adjustment(record)
    if suggested is not None:
        record["suggested"] = {
            "group": suggested.group,
            "carc": suggested.carc,
            "rarc": list(suggested.rarc),
        }
    return record


def _offer(finding: Finding) -> dict[str, Any]:
    """The repair that is made only with consent, by its title, or who declined it."""
    fix, decision = finding.fix, finding.decision
    if fix is None or finding.fixed:
        return {}
    if decision is not None and decision.declined:
        return {"declined": {"title": fix.title, **decision.as_record()}}
    return {"with_consent": fix.title} if finding.waits_for_consent else {}


def correction_record(
    correction: Correction, show_phi: bool, keys: Keys | None = None
) -> dict[str, Any]:
    """A correction as the report shows it; what identifies a patient is masked. With keys it has
    the hashes of the values themselves too."""
    record = correction._asdict()
    consent = record.pop("consent")
    if consent is not None:
        record["consent"] = consent.as_record()
    if keys is not None:
        named = (("before", correction.before), ("after", correction.after))
        record["hashes"] = {name: keys.of("value", value) for name, value in named}
    if not show_phi and identifies(address(correction.path), correction.before, correction.after):
        record["before"] = record["after"] = MASK
    return record


def merged_profiles(profiles: Iterable[Any]) -> list[dict[str, str]]:
    """The profiles a run used, by id."""
    return [
        {"id": one.id, "version": one.version, "sha256": one.sha256}
        for one in sorted(profiles, key=lambda profile: profile.id)
    ]
