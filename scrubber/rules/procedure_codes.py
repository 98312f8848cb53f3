"""Procedure codes that are not in force, or that the payer does not take."""

from collections.abc import Iterator

from scrubber.claim.service_line import ServiceLine
from scrubber.codes import hcpcs
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, ServiceSetting, ServiceShape, line_rule
from scrubber.rules.service_shapes import therapy
from scrubber.rules.therapy_lines import (
    HCPCS,
    in_words,
    professions,
)
from scrubber.therapy.table import TherapyCode, known_code

OWN_CODE_SETS = ("wc", "auto")
"""Payer types that HIPAA does not bind to the code set in force; states may keep older codes."""
MEDICAID = ("medicaid", "medicaid-managed")


DATED = therapy(lambda row: bool(row.effective_from or row.effective_to))


@line_rule(
    "S604", severity=Severity.REJECT, status="A7:507",
    source="CMS HCPCS and CPT yearly deletions, as named per code in the therapy code table; CMS "
    "HCPCS quarterly update, where the user imported it",
    service_only=True, concerns=DATED,
)  # fmt: skip
def procedure_code_not_in_force(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The procedure code was deleted before the date of service, or was not yet in effect.

    Why: payers accept the codes in effect on the date of service and reject all others. The dates
    of codes with a letter are those of the CMS quarterly file if the user imported it.
    Fix: bill the code that replaced it, if the record supports it.
    """
    day, code = line.service_from, line.code
    if day is None or line.service.qualifier != HCPCS:
        return
    row = known_code(code)
    # What the user imported of CMS is newer than our own table.
    dated = hcpcs.dated(code, setting.tables) or row
    if dated is None:
        return
    sure = dated is not row or (row is not None and row.confidence == "high")
    sure = sure and setting.payer.payer_type not in OWN_CODE_SETS
    severity = None if sure else Severity.WARN
    if dated.effective_to is not None and day > dated.effective_to:
        message = f"{code} was deleted, its last day was {in_words(dated.effective_to)}"
        if row is not None and row.successors:
            message += f"; replaced by {', '.join(row.successors)}"
        yield Problem(line.procedure_element, message, _successor(line, row), severity)
    elif dated.effective_from is not None and day < dated.effective_from:
        message = f"{code} was not in effect before {in_words(dated.effective_from)}"
        yield Problem(line.procedure_element, message, None, severity)


def of_level_two(shape: ServiceShape) -> bool:
    """Codes of HCPCS level II, whose days an imported release tells, and dated therapy codes."""
    return hcpcs.part(shape.code) is hcpcs.Part.HCPCS or DATED(shape)


def _successor(line: ServiceLine, row: TherapyCode | None) -> Fix | None:
    if row is None or len(row.successors) != 1:
        return None
    patch = line.procedure_element.put(row.successors[0])
    return Fix(f"bill {row.successors[0]} if the record supports it", (patch,), Safety.ADVICE)


@line_rule(
    "S701", severity=Severity.REJECT, status="A8:454", source="payer profile: replacement",
    service_only=True,
)  # fmt: skip
def procedure_code_replaced_by_payer(
    line: ServiceLine, setting: ServiceSetting
) -> Iterator[Problem]:
    """The payer requires a different code for this service.

    Why: some payers use different codes: Medicare does not accept 97014 for unattended electrical
    stimulation but G0283.
    Fix: bill the payer's code; with consent the scrubber changes it.
    """
    replacement = setting.payer.replacements.get(line.code)
    if replacement is None or line.service.qualifier != HCPCS:
        return
    patch = line.procedure_element.put(replacement.use)
    fix = Fix(f"bill {replacement.use} for {line.code}", (patch,), Safety.REVIEW)
    message = (
        f"{setting.payer.name} does not accept {line.code}; it requires {replacement.use} instead"
    )
    yield Problem(line.procedure_element, message, fix, replacement.stated.ceiling)


_REFUSALS = {
    "not-covered": "does not cover",
    "bundled": "never pays separately for",
    "invalid": "does not recognize the code",
    "provider-type": "does not pay this kind of provider for",
    "other-contractor": "has another contractor (DME) for",
}
SAID_BEFOREHAND = frozenset({"GY", "GX", "GZ", "GA"})
"""Liability modifiers: the provider expects the denial and says so."""


@line_rule(
    "S702",
    severity=Severity.REJECT,
    status="A8:454",
    source="payer profile: not-payable",
    service_only=True,
)
def procedure_code_not_payable(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The payer does not pay this code, or does not pay it to this kind of provider.

    Why: it is not covered, is bundled into other services, is unknown to the payer, belongs to
    other kinds of providers, or is billed to another contractor, as orthotics (L codes) are to
    Medicare's DME contractors. A line that says so itself (GA, GX, GY, GZ) is left alone.
    Fix: remove the line, bill the contractor that pays it, or tell the patient and bill with the
    liability modifier that applies.
    """
    refusals = setting.payer.refusals_of(line.code)
    if not refusals or line.service.qualifier != HCPCS:
        return
    if line.code in setting.payer.replacements or SAID_BEFOREHAND.intersection(line.modifiers):
        return
    for refusal in refusals:
        if refusal.billed_by and refusal.billed_by.isdisjoint(professions(line, setting)):
            continue
        certain = refusal.because in ("invalid", "provider-type")
        severity = refusal.stated.ceiling if certain else Severity.WARN
        message = f"{setting.payer.name} {_REFUSALS[refusal.because]} {line.code}"
        if "DC" in refusal.billed_by:
            message += " by a chiropractor"
        yield Problem(line.procedure_element, message, severity=severity)
        return


RULES: tuple[Rule, ...] = (
    procedure_code_not_in_force,
    procedure_code_replaced_by_payer,
    procedure_code_not_payable,
)
