"""Looks at a scrubbed file in the light of the ledger, claim by claim, and enters it there."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from scrubber.engine import Context
from scrubber.engine.earlier_services import Said, terms_of
from scrubber.engine.expected_amounts import expected_of
from scrubber.engine.later_findings import Later, with_findings
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.stamp import status_of
from scrubber.findings import Finding, Severity
from scrubber.guide.hierarchy import LEVELS
from scrubber.ledger.book import BUCKETS, Entry
from scrubber.ledger.history import in_force, said_of
from scrubber.ledger.services import (
    NO_NOTE,
    PlacedService,
    ServiceReader,
    ServiceRow,
)
from scrubber.ledger.visits import overdue_notes
from scrubber.patches import Span
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.history import SAME_CONTROL_NUMBER
from scrubber.therapy.documentation import Documentation
from scrubber.x12.segment import Delimiters

CLAIMS_AT_ONCE = 200
NUMBER_USED = "the sender used this control number before, in a file with other content"


class _Held(NamedTuple):
    """A part that waits, the byte it starts at, and its services if it is a claim."""

    part: Part
    start: int
    services: list[PlacedService]
    payer: DatedProfile | None
    delimiters: Delimiters
    number_used: bool


def review(parts: Iterable[Part], entry: Entry, context: Context) -> Iterator[Part]:
    """The parts, with what the ledger says of them; accepted claims are entered.

    Claims are looked at in the order of the file, so nothing depends on who scrubbed them when.
    """
    reader = ServiceReader(entry.keys, entry.file)
    held: list[_Held] = []
    start = claims = 0
    for part in parts:
        held.append(_held(part, start, reader, entry, context))
        start += len(part.received)
        claims += part.claim is not None
        if claims >= CLAIMS_AT_ONCE:
            yield from _judged(held, entry, context.tables)
            held, claims = [], 0
    yield from _judged(held, entry, context.tables)


def _held(part: Part, start: int, reader: ServiceReader, entry: Entry, context: Context) -> _Held:
    services: list[PlacedService] = []
    payer = None
    if part.kind == "ISA":
        one = reader.interchange(part)
        reader.number_used = entry.used_before(one)
        if reader.number_used:
            part = part._replace(findings=(*part.findings, _number_used(part, start)))
        entry.add_interchange(one)
    elif part.kind in LEVELS:
        reader.enter_level(part)
    elif part.claim is not None:
        entry.claims += 1
        payer = context.payer_on(part.claim)
        services = _priced(reader.services(part), part.claim, payer, context.tables)
        if context.documentation is not None:
            services = [_noted(one, part.claim, context.documentation) for one in services]
    return _Held(part, start, services, payer, reader.delimiters, reader.number_used)


def _priced(
    services: list[PlacedService],
    claim: ClaimResult,
    payer: DatedProfile | None,
    tables: Path | None,
) -> list[PlacedService]:
    """The services with their expected dollars, where the payer counts them towards a threshold."""
    used = payer.threshold_modifier if payer is not None else None
    if used is None or not used.used:
        return services
    amounts = expected_of(claim, payer, tables).amounts or (None,) * len(claim.lines)
    return [
        one._replace(row=one.row._replace(counted=True, expected=_expected(one.row, amounts)))
        if one.row.discipline
        else one
        for one in services
    ]


def _expected(row: ServiceRow, amounts: Sequence[Decimal | None]) -> Decimal | None:
    # What is billed in minutes has no units to price.
    return amounts[row.line - 1] if row.units else Decimal(0)


def _refused(one: _Held) -> Part:
    """A claim of an interchange whose number was used before: rejected, if its payer's profile
    says that such ones are; else as it was."""
    claim, payer = one.part.claim, one.payer
    if claim is None or payer is None or claim.disposition is Disposition.REJECTED:
        return one.part
    stated = payer.severity_of(SAME_CONTROL_NUMBER.code)
    if stated is None or stated.severity is not Severity.REJECT:
        return one.part
    said = Later(SAME_CONTROL_NUMBER, NUMBER_USED)
    return with_findings(one.part, one.start, [said], payer, {}, one.delimiters)


def _noted(one: PlacedService, claim: ClaimResult, documentation: Documentation) -> PlacedService:
    """The service with what its documentation says of a progress note."""
    record = documentation.line(claim.claim_id, one.row.line)
    if record is None or record.progress_note is None:
        return one
    written = record.progress_note_date or one.row.first
    note = written.isoformat() if record.progress_note else NO_NOTE
    return one._replace(row=one.row._replace(note=note))


def _overdue_notes(
    rows: list[ServiceRow],
    earlier: list[ServiceRow],
    payer: DatedProfile | None,
    claim: ClaimResult,
) -> list[Said]:
    """What is said of progress notes, unless the claim by itself shows that one is overdue."""
    stated = payer.documentation if payer is not None else None
    if stated is None or not stated.progress_note_every_visits:
        return []
    said = overdue_notes(rows, earlier, stated.progress_note_every_visits)
    told = {finding.code for finding in claim.findings}
    return [one for one in said if one.rule.code not in told]


def _judged(held: list[_Held], entry: Entry, tables: Path | None) -> Iterator[Part]:
    patients = {one.services[0].row.patient for one in held if one.services}
    known = entry.services_of(patients)
    openings = entry.balances_of(patients)
    new: list[ServiceRow] = []
    judged: list[Part] = []
    for one in held:
        part = _refused(one) if one.number_used else one.part
        if one.services and part.claim is not None:
            rows = [service.row for service in one.services]
            earlier = known.setdefault(rows[0].patient, [])
            opening = _opening(rows[0], openings)
            before = in_force(earlier)
            found = said_of(rows, before, opening, terms_of(one.payer, tables))
            found += _overdue_notes(rows, before, one.payer, part.claim)
            if found and part.claim.disposition is not Disposition.REJECTED:
                part = _with_findings(one._replace(part=part), part.claim, found)
            if part.claim is not None and part.claim.disposition is not Disposition.REJECTED:
                earlier += rows
                new += rows
        judged.append(part)
    entry.add_services(new)
    yield from judged


def _opening(row: ServiceRow, openings: dict[tuple[str, int, str], Decimal]) -> Decimal:
    bucket = BUCKETS.get(row.discipline, "")
    return openings.get((row.patient, row.first.year, bucket), Decimal(0))


def _with_findings(one: _Held, claim: ClaimResult, said: list[Said]) -> Part:
    """The part with what the ledger says and the claims of the run did not."""
    told = {(finding.code, finding.line) for finding in claim.findings}
    new = [
        Later(what.rule, what.message, what.line, None, what.severity)
        for what in said
        if (what.rule.code, what.line) not in told
    ]
    spots = {service.row.line: service.spot for service in one.services}
    return with_findings(one.part, one.start, new, one.payer, spots, one.delimiters)


def _number_used(part: Part, start: int) -> Finding:
    rule = SAME_CONTROL_NUMBER
    return Finding(
        rule.code, rule.severity, rule.snip, "ISA13", Span(start, start + 3), part.ordinal, 13,
        NUMBER_USED, rule.source, status=status_of(rule, ""),
    )  # fmt: skip
