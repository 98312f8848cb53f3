"""What the payer wants or refuses for patients of an age: its own modifiers, covered codes."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.claim.values import completed_years
from scrubber.findings import Problem, Severity
from scrubber.profiles.code_list import CodeList
from scrubber.rules.modifier_text import place_for_one_more
from scrubber.rules.rule import Rule, Setting, claim_rule
from scrubber.rules.therapy_lines import HCPCS, therapy_row


def _covered(line: ServiceLine, codes: CodeList) -> bool:
    return line.service.qualifier == HCPCS and codes.covers(line.code, therapy_row(line))


@claim_rule(
    "S711",
    severity=Severity.REJECT,
    status="A6:453",
    source="payer profile: required-modifier",
    asked_by=lambda payer: bool(payer.required_modifiers),
)
def payer_modifier_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A line lacks a modifier that this payer requires.

    Why: some state programs need to know who treated (U5 therapist, UB assistant) or why (AT).
    Fix: add the modifier that is true.
    """
    wanted = setting.payer.required_modifiers
    if not wanted:
        return
    birth = claim.patient.birth_date if claim.patient is not None else None
    for line in claim.lines:
        for one in wanted:
            if not one.any_of.isdisjoint(line.modifiers):
                continue
            if not _covered(line, one.codes):
                continue
            years = completed_years(birth, line.service_from)
            young = one.patient_under_years
            if young is not None and (years is None or years >= young):
                continue
            message = f"{line.code} lacks {' or '.join(sorted(one.any_of))}, which "
            message += f"{setting.payer.name} requires"
            if one.stated.condition:
                message += f" where {one.stated.condition}"
            if one.stated.note:
                message += f". {one.stated.note}".rstrip(".")
            yield Problem(place_for_one_more(line), message, severity=one.stated.ceiling)


@claim_rule(
    "S712",
    severity=Severity.REJECT,
    status="A8:454",
    source="payer profile: age-limit",
    asked_by=lambda payer: bool(payer.age_limits),
)
def patient_too_old_for_cover(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The payer covers the code only for younger patients.

    Why: some state programs cover therapy for children only.
    Fix: check the patient's coverage before billing.
    """
    limits = setting.payer.age_limits
    if not limits:
        return
    birth = claim.patient.birth_date if claim.patient is not None else None
    for line in claim.lines:
        years = completed_years(birth, line.service_from)
        for limit in limits:
            if years is None or years < limit.under_years:
                continue
            if _covered(line, limit.codes):
                message = f"{setting.payer.name} covers {line.code} for patients under "
                message += f"{limit.under_years} only"
                yield Problem(line.procedure_element, message, severity=limit.stated.ceiling)


RULES: tuple[Rule, ...] = (payer_modifier_missing, patient_too_old_for_cover)
