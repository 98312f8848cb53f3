"""Rules on drugs (2410), medical equipment (SV5) and attachments (PWK)."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Loop, Party
from scrubber.claim.values import amount
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, Setting, claim_rule, loop_rule

WARN, REJECT = Severity.WARN, Severity.REJECT
DRUG_CODE = "N4"
SENT_APART = frozenset({"BM", "EL", "EM", "FX", "FT"})
ON_REQUEST = "AA"
EQUIPMENT = ("A", "B", "E", "K", "L", "Q", "S", "V")
"""First letters of HCPCS codes for supplies, equipment and devices."""


def _is_drug_code(text: str) -> bool:
    return len(text) == 11 and text.isascii() and text.isdigit()


@loop_rule(
    "S242",
    "2410",
    severity=REJECT,
    status="A7:218",
    source="X12 005010X222A1, LIN03; Stedi claim edit: invalid NDC format",
)
def drug_code_malformed(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A national drug code does not have 11 digits.

    Why: claims carry it as 5, 4 and 2 digits without hyphens; if a digit is missing, there is no
    way to tell which part is short.
    Fix: add a leading zero to the short part. The hyphens of a complete code are removed.
    """
    for segment in loop.segments("LIN"):
        text = segment.value(3)
        if segment.value(2) != DRUG_CODE or not text or _is_drug_code(text):
            continue
        parts = text.split("-")
        fix = None
        if [len(part) for part in parts] == [5, 4, 2] and _is_drug_code("".join(parts)):
            patch = segment[3].put("".join(parts))
            fix = Fix("write the drug code without hyphens", (patch,), Safety.SAFE)
        yield Problem(segment[3], "the national drug code does not have 11 digits", fix)


@loop_rule(
    "S243",
    "2410",
    severity=REJECT,
    status="A7:216",
    source="X12 005010X222A1, CTP; Stedi claim edit: invalid drug unit count",
)
def drug_quantity_invalid(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The quantity of a drug is not above zero.

    Why: the payer prices the drug by quantity (CTP04) and unit (CTP05: F2, GR, ME, ML, UN).
    Fix: enter the quantity that was given.
    """
    for segment in loop.segments("CTP"):
        quantity = amount(segment.value(4))
        if quantity is not None and quantity <= 0:
            yield Problem(segment[4], f"drug quantity {quantity} is not above zero")


@claim_rule(
    "S244",
    severity=WARN,
    status="A7:507",
    source="KNOWLEDGE: SV5 prices the equipment that SV1 names",
    when=("SV5",),
)
def equipment_mismatched(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A line prices medical equipment (SV5), but bills a different code or no equipment.

    Why: SV5 gives rental and purchase price of the equipment in SV1; the codes must match.
    Fix: correct the code, or remove the SV5 from a therapy line.
    """
    for line in claim.lines:
        for segment in line.segments("SV5"):
            priced = segment.value(1, 2)
            if priced != line.code:
                message = f"equipment {priced} is priced, {line.code} is billed"
                yield Problem(segment[1, 2], message)
            elif not priced.startswith(EQUIPMENT):
                yield Problem(
                    segment[1, 2], f"{priced} is priced like equipment, but is not equipment"
                )


def _attachments(claim: Claim) -> Iterator[Loop]:
    yield claim
    yield from claim.lines


@claim_rule(
    "S246",
    severity=REJECT,
    status="A7:489",
    source="X12 005010X222A1, PWK05 and PWK06; Stedi claim edit: attachment control number",
    when=("PWK",),
)
def attachment_number_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """An attachment is sent separately, but its control number is missing.

    Why: mail, fax or file is matched to the claim by that number (PWK05 AC, PWK06).
    Fix: enter the number that is on the attachment.
    """
    for loop in _attachments(claim):
        for segment in loop.segments("PWK"):
            if segment.value(2) not in SENT_APART or segment.value(1) == "CT":
                continue
            if segment.value(5) != "AC" or not segment.value(6):
                message = (
                    f"attachment sent separately ({segment.value(2)}) without its control number"
                )
                yield Problem(segment[6], message)


@claim_rule(
    "S248",
    severity=WARN,
    status="A7:489",
    source="Stedi claim edit: attachment control number for an attachment available on request",
    when=("PWK",),
)
def attachment_number_without_attachment(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """An attachment that is not sent has a control number.

    Why: an attachment available on request (AA) is not being sent, so the number matches nothing.
    Fix: remove the number, or enter how the attachment is sent.
    """
    for loop in _attachments(claim):
        for segment in loop.segments("PWK"):
            if segment.value(2) == ON_REQUEST and segment.value(6):
                yield Problem(segment[6], "control number of an attachment that is not sent")


RULES: tuple[Rule, ...] = (
    drug_code_malformed,
    drug_quantity_invalid,
    equipment_mismatched,
    attachment_number_missing,
    attachment_number_without_attachment,
)
