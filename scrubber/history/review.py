"""Looks at a scrubbed file in the light of the ledger, claim by claim, and enters it there."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from scrubber.claim.claim import REPLACES, VOID
from scrubber.engine import Context
from scrubber.engine.earlier_services import Said
from scrubber.engine.expected_amounts import expected_of
from scrubber.engine.later_findings import Later, with_findings
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.run_levels import RunLevels
from scrubber.engine.run_memory import RunMemory
from scrubber.engine.stamp import status_of
from scrubber.findings import Finding, Severity
from scrubber.history.book import BUCKETS, Entry
from scrubber.history.ledger_history import PatientHistory, in_force, over_threshold
from scrubber.history.register_rows import ClaimRows, Row
from scrubber.history.services import NO_NOTE, ServiceRow, interchange_of, service_rows
from scrubber.history.visits import overdue_notes
from scrubber.patches import Span
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.history import SAME_CONTROL_NUMBER
from scrubber.therapy.documentation import DocumentedLine
from scrubber.x12.segment import Delimiters

CLAIMS_AT_ONCE = 200
MOST_PATIENTS = 10_000
"""Whose histories are held; those of patients who come again are not read again for each claim."""
NUMBER_USED = "the sender used this control number before, in a file with other content"
REJECTED = Disposition.REJECTED


class _Held(NamedTuple):
    """A part that waits, the byte it starts at, and its services if it is a claim."""

    part: Part
    start: int
    services: list[ServiceRow]
    payer: DatedProfile | None
    delimiters: Delimiters
    row: Row | None


def review(
    parts: Iterable[Part], entry: Entry, context: Context, memory: RunMemory
) -> Iterator[Part]:
    """The parts, with what the ledger says of them; accepted claims are entered. `memory` is that
    of the run.

    Claims are looked at in the order of the file, so nothing depends on who scrubbed them when.
    """
    one = _Review(entry, context, RunLevels(memory))
    for part in parts:
        one.take(part)
        if len(one.held) >= CLAIMS_AT_ONCE:
            yield from one.judged()
    yield from one.judged()
    memory.entered(entry.file)


class _Review:
    """Takes the parts of a file and gives them back in portions."""

    def __init__(self, entry: Entry, context: Context, levels: RunLevels) -> None:
        self._entry = entry
        self._context = context
        self._levels = levels
        self._rows = ClaimRows(levels, entry.keys, entry.file, context.as_of)
        self._start = 0
        self._number_used = False
        self._patients: dict[str, PatientHistory] = {}
        self._openings: dict[tuple[str, int, str], Decimal] = {}
        self.held: list[_Held] = []

    def take(self, part: Part) -> None:
        """The next part of the file."""
        services: list[ServiceRow] = []
        payer, row, levels, entry = None, None, self._levels, self._entry
        claim = part.claim
        if claim is None:
            levels.enter(part)
            if part.kind == "ISA":
                part = self._interchange(part)
        else:
            entry.claims += 1
            payer = self._context.payer_on(claim)
            row = self._rows.row(part, claim, entry.claims, payer)
            rows = service_rows(claim, levels, entry.keys, entry.file, entry.claims)
            services = self._noted(self._priced(list(rows), claim, payer), claim)
            if self._number_used:
                part = _refused(part, self._start, payer, levels.delimiters)
        self.held.append(_Held(part, self._start, services, payer, levels.delimiters, row))
        self._start += len(part.received)

    def _interchange(self, part: Part) -> Part:
        one = interchange_of(part)
        self._number_used = self._entry.used_before(one)
        self._entry.add_interchange(one)
        if self._number_used:
            return part._replace(findings=(*part.findings, _number_used(part, self._start)))
        return part

    def _priced(
        self, rows: list[ServiceRow], claim: ClaimResult, payer: DatedProfile | None
    ) -> list[ServiceRow]:
        """The services with their expected dollars, where the payer counts them towards a
        threshold."""
        used = payer.threshold_modifier if payer is not None else None
        if used is None or not used.used:
            return rows
        amounts = expected_of(claim, payer, self._context.tables).amounts
        of_line = dict(zip([line.line for line in claim.lines], amounts, strict=False))
        return [
            # What is billed in minutes has no units to price.
            row._replace(counted=True, expected=of_line.get(row.line) if row.units else Decimal(0))
            if row.discipline
            else row
            for row in rows
        ]

    def _noted(self, rows: list[ServiceRow], claim: ClaimResult) -> list[ServiceRow]:
        """The services with what their documentation says of a progress note."""
        documentation = self._context.documentation
        if documentation is None:
            return rows
        return [_with_note(row, documentation.line(claim.claim_id, row.line)) for row in rows]

    def judged(self) -> Iterator[Part]:
        """The parts that wait, with what the ledger says; what is accepted is entered."""
        held, self.held = self.held, []
        self._look_up({one.services[0].patient for one in held if one.services})
        new: list[ServiceRow] = []
        parts = [self._judged(one, new) for one in held]
        self._entry.add_services(new)
        self._register(held, parts)
        yield from parts

    def _register(self, held: list[_Held], parts: list[Part]) -> None:
        """Put claims into the register, rejected ones too."""
        claims: list[Row] = []
        findings: list[Row] = []
        for one, part in zip(held, parts, strict=True):
            if one.row is not None and part.claim is not None:
                row, found = self._rows.judged(one.row, part.claim)
                claims.append(row)
                findings += found
        self._entry.add_claims(claims, findings)

    def _look_up(self, patients: set[str]) -> None:
        if len(self._patients) > MOST_PATIENTS:
            self._patients, self._openings = {}, {}
        unknown = patients - self._patients.keys()
        rows = self._entry.services_of(unknown)
        self._patients |= {one: PatientHistory(rows.get(one, ())) for one in unknown}
        self._openings |= self._entry.balances_of(unknown)

    def _judged(self, one: _Held, new: list[ServiceRow]) -> Part:
        """A part with what the ledger says; its services go to the `new` ones."""
        part, rows = one.part, one.services
        claim = part.claim
        if claim is None or claim.disposition is REJECTED or not rows:
            return part
        history = self._patients[rows[0].patient]
        replaced = self._replaced(rows[0], new) if rows[0].frequency in REPLACES else []
        history.add(replaced, -1)
        if rows[0].frequency != VOID:
            said = over_threshold(rows, history, self._opening(rows[0]))
            said += _overdue_notes(rows, history, one.payer, claim)
            later = [Later(s.rule, s.message, s.line, None, s.severity) for s in said]
            if later:
                part = with_findings(part, one.start, later, one.payer, one.delimiters)
            if part.claim is not None and part.claim.disposition is REJECTED:
                history.add(replaced)
                return part
            history.add(rows)
        new += rows
        return part

    def _replaced(self, row: ServiceRow, new: list[ServiceRow]) -> list[ServiceRow]:
        """The services in force of the claim that is replaced or taken back."""
        rows = self._entry.services_of_claim(row.patient, row.claim)
        return in_force([*rows, *(one for one in new if one.claim == row.claim)])

    def _opening(self, row: ServiceRow) -> Decimal:
        bucket = BUCKETS.get(row.discipline, "")
        return self._openings.get((row.patient, row.first.year, bucket), Decimal(0))


def _with_note(row: ServiceRow, record: DocumentedLine | None) -> ServiceRow:
    if record is None or record.progress_note is None:
        return row
    written = record.progress_note_date or row.first
    return row._replace(note=written.isoformat() if record.progress_note else NO_NOTE)


def _refused(part: Part, start: int, payer: DatedProfile | None, delimiters: Delimiters) -> Part:
    """A claim of an interchange whose number was used before: rejected, if its payer's profile
    says that such ones are; else as it was."""
    if part.claim is None or payer is None or part.claim.disposition is REJECTED:
        return part
    stated = payer.severity_of(SAME_CONTROL_NUMBER.code)
    if stated is None or stated.severity is not Severity.REJECT:
        return part
    return with_findings(part, start, [Later(SAME_CONTROL_NUMBER, NUMBER_USED)], payer, delimiters)


def _overdue_notes(
    rows: list[ServiceRow],
    history: PatientHistory,
    payer: DatedProfile | None,
    claim: ClaimResult,
) -> list[Said]:
    """What is said of progress notes, unless the claim by itself shows that one is overdue."""
    stated = payer.documentation if payer is not None else None
    if stated is None or not stated.progress_note_every_visits:
        return []
    said = overdue_notes(rows, history.visits, stated.progress_note_every_visits)
    told = {finding.code for finding in claim.findings}
    return [one for one in said if one.rule.code not in told]


def _number_used(part: Part, start: int) -> Finding:
    rule = SAME_CONTROL_NUMBER
    return Finding(
        rule.code, rule.severity, rule.snip, "ISA13", Span(start, start + 3), part.ordinal, 13,
        NUMBER_USED, rule.source, status=status_of(rule, ""),
    )  # fmt: skip
