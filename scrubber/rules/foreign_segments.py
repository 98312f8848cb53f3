"""Rules on parts of a claim that have no business on therapy, most of them rows of one table."""

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.claim.claim import Claim
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import ClaimRule, Rule, Setting, claim_rule
from scrubber.rules.therapy_lines import HCPCS
from scrubber.therapy.table import known_code
from scrubber.x12.segment import Segment

INFO, WARN = Severity.INFO, Severity.WARN
OTHER_PROGRAMS = frozenset({"09"})
"""Programs of CLM12 that are not for therapy: second opinions. Handicapped children (02), federal
money for groups of patients (03) and disability (05) may well pay for it."""
BILL_AGAIN = frozenset({"W2", "W3", "W4", "W5"})
"""Condition codes by which accident insurers tell a second bill: duplicate, and the appeals."""


class ForeignSegment(NamedTuple):
    """A segment of the claim or of its lines that therapy does not use. `where` are names of
    contents as `ClaimRule.when` has them; `unless` are codes behind the qualifier that it does."""

    segment: str
    qualifiers: tuple[str, ...]
    name: str
    where: tuple[str, ...]
    severity: Severity = WARN
    unless: frozenset[str] = frozenset()


FOREIGN = (
    ForeignSegment("PWK", (), "attachment", ("PWK",), INFO),
    ForeignSegment("K3", (), "fixed-format record", ("K3",), INFO),
    ForeignSegment("HCP", (), "repriced amount", ("HCP",), INFO),
    ForeignSegment("CRC", ("07",), "ambulance certification", ("2300/CRC*07", "2400/CRC*07")),
    ForeignSegment("CR1", (), "ambulance transport", ("CR1",)),
)
LEFTOVERS = (
    ForeignSegment("CRC", ("75",), "homebound indicator", ("2300/CRC*75",)),
    ForeignSegment("CR2", (), "spinal manipulation", ("CR2",)),
    ForeignSegment("DTP", ("455",), "last X-ray", ("2300/DTP*455", "2400/DTP*455")),
)
CONDITIONS = (
    ForeignSegment("HI", ("BG",), "condition code", ("2300/HI*BG",), unless=BILL_AGAIN),
    ForeignSegment("HI", ("BP",), "anesthesia procedure", ("2300/HI*BP",)),
)


def _is_therapy(claim: Claim) -> bool:
    """Whether every line of the claim is a therapy code."""
    lines = claim.lines
    return bool(lines) and all(
        line.service.qualifier == HCPCS and known_code(line.code) is not None for line in lines
    )


def _found(claim: Claim, row: ForeignSegment) -> Iterator[Segment]:
    component = claim.block.delimiters.component
    for loop in (claim, *claim.lines):
        if row.segment in loop.layout.segments:
            for segment in loop.segments(row.segment):
                qualifier, _, value = segment.value(1).partition(component)
                wanted = not row.qualifiers or qualifier in row.qualifiers
                if wanted and value not in row.unless:
                    yield segment


def _foreign_rule(
    code: str, rows: tuple[ForeignSegment, ...], status: str, source: str, doc: str
) -> ClaimRule:
    def check(claim: Claim, _setting: Setting) -> Iterator[Problem]:
        if not _is_therapy(claim):
            return
        for row in rows:
            for segment in _found(claim, row):
                message = f"{row.name} ({segment.id}) on a claim for therapy only"
                yield Problem(segment, message, severity=row.severity)

    check.__doc__ = doc
    when = tuple(name for row in rows for name in row.where)
    return claim_rule(code, severity=WARN, status=status, source=source, when=when)(check)


TABLE_RULES = (
    _foreign_rule(
        "S426", FOREIGN, "A7:732+481", "KNOWLEDGE: segments that therapy claims do not use",
        """A therapy claim has a segment for other kinds of service.

        Why: it may come from a template; some payers ask for paper or review because of it.
        Fix: remove it, unless the payer requires it.
        """,
    ),
    _foreign_rule(
        "S427", LEFTOVERS, "A7:732+481", "KNOWLEDGE: leftovers of chiropractic and laboratory use",
        """A therapy claim has data that belongs on chiropractic or laboratory claims.

        Why: it is left over from a template; payers may process the claim under other rules.
        Fix: remove it.
        """,
    ),
    _foreign_rule(
        "S516", CONDITIONS, "A7:460", "KNOWLEDGE: therapy uses no condition or anesthesia codes",
        """A therapy claim has condition codes or an anesthesia procedure.

        Why: professional therapy claims do not use them; the codes themselves were not checked.
        Fix: remove them, unless the payer requires them.
        """,
    ),
)  # fmt: skip


@claim_rule(
    "S480",
    severity=WARN,
    status="A7:732+481",
    source="KNOWLEDGE: special programs of CLM12 that are not for therapy",
    concerns=lambda setting: setting.indicators[6:7] not in ((), ("",)),
)
def special_program(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A therapy claim names a special program that is not for therapy.

    Why: the second opinion program (09 in CLM12) has its own rules.
    Fix: leave it empty, unless the payer requires it.
    """
    program = claim.value("CLM", 12)
    if program in OTHER_PROGRAMS and _is_therapy(claim):
        yield Problem(claim.clm[12], f"special program {program} on a claim for therapy only")


@claim_rule(
    "S486",
    severity=WARN,
    status="A7:732+481",
    source="KNOWLEDGE: medical equipment forms are not for therapy",
    when=("2440",),
)
def equipment_form(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A therapy claim has a form for medical equipment.

    Why: the forms (LQ, FRM) certify equipment; on therapy lines they mean nothing.
    Fix: remove them.
    """
    if _is_therapy(claim):
        for line in claim.lines:
            for loop in line.children("2440"):
                yield Problem(loop.segments("LQ")[0], "equipment form on a claim for therapy only")


@claim_rule(
    "S421",
    severity=WARN,
    status="A7:360",
    source="KNOWLEDGE: who is paid follows from assignment",
    concerns=lambda setting: setting.indicators[1:3] not in (("A", "Y"), ("B", "Y")),
)
def payment_not_assigned(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The payment does not go to the provider.

    Why: without assignment of benefits (CLM08 N) or of the provider (CLM07 C) the payer pays the
    patient.
    Fix: check that this is intended.
    """
    if setting.payer.payer_type in ("wc", "auto") or setting.claim_filing_indicator == "WC":
        return
    benefits = claim.value("CLM", 8)
    if benefits in ("N", "W"):
        yield Problem(claim.clm[8], f"benefits not assigned to the provider (CLM08 {benefits})")
    elif claim.value("CLM", 7) == "C":
        yield Problem(claim.clm[7], "the provider does not accept assignment (CLM07 C)")


@claim_rule(
    "S473",
    severity=INFO,
    status="A7:468",
    source="KNOWLEDGE: signatures on file",
    concerns=lambda setting: setting.indicators[0:1] == ("N",) or setting.indicators[3:4] == ("I",),
)
def signature_not_on_file(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A signature or release is not on file.

    Why: CLM06 N says that the provider has not signed, CLM09 I that the release of information is
    based on law instead of the patient's signature; payers may ask for more.
    Fix: check that this is intended.
    """
    if claim.value("CLM", 6) == "N":
        yield Problem(claim.clm[6], "provider signature not on file (CLM06 N)")
    elif claim.value("CLM", 9) == "I":
        yield Problem(claim.clm[9], "release of information without a signature (CLM09 I)")


RULES: tuple[Rule, ...] = (
    *TABLE_RULES,
    special_program,
    equipment_form,
    payment_not_assigned,
    signature_not_on_file,
)
