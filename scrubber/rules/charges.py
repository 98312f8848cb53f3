"""Rules on what is charged: the total of the claim, the charges of its lines, what was paid."""

import re
from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.claim.values import amount, dollars
from scrubber.findings import Problem, Severity
from scrubber.lane.facts import CHARGES_ADD_UP
from scrubber.rules.rule import Rule, Setting, claim_rule, line_rule

REJECT, WARN = Severity.REJECT, Severity.WARN
# CPT category II and the measures of the Quality Payment Program.
QUALITY_CODE = re.compile(r"[0-9]{4}F|G[89][0-9]{3}|M1[0-9]{3}")


def _has_odd_charges(claim: Claim, _setting: Setting) -> bool:
    """The lines do not add up to the total, the total is not above zero, or a line is below."""
    if claim.block.facts & CHARGES_ADD_UP:
        return False
    charge = claim.charge
    if charge is None or charge <= 0:
        return True
    charged = Decimal(0)
    for line in claim.lines:
        line_charge = line.charge
        if line_charge is None or line_charge < 0:
            return True
        charged += line_charge
    return charged != charge


@claim_rule(
    "S301",
    severity=REJECT,
    status="A7:400",
    source="X12 005010X222A1, CLM02: total of the line charges",
    gate=_has_odd_charges,
)
def total_charge_not_sum(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The total charge of the claim is not the sum of its line charges.

    Why: payers add up the lines and reject a claim whose total (CLM02) differs by a cent.
    Fix: correct the line that is wrong or missing, or the total.
    """
    charge = claim.charge
    if charge is None:
        return
    charged = Decimal(0)
    for line in claim.lines:
        line_charge = line.charge
        if line_charge is None:
            return
        charged += line_charge
    if charged != charge and claim.lines and not _has_stray_service(claim):
        message = f"claim total {dollars(charge)} differs from the sum of its lines "
        message += dollars(charged)
        yield Problem(claim.clm[2], message)


def _has_stray_service(claim: Claim) -> bool:
    """Whether some SV1 stands in no line or beside another one; the guide check says so."""
    services = sum(raw.lstrip()[:3] == "SV1" for raw in claim.block.segments)
    return services != len(claim.lines)


@claim_rule(
    "S312",
    severity=REJECT,
    status="A7:402+178",
    source="Stedi claim edit: zero-charge claims",
    concerns=lambda setting: not setting.is_encounter,
    gate=_has_odd_charges,
)
def total_charge_not_positive(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The total charge of the claim is zero.

    Why: a claim sent for payment (BHT06 CH) needs a charge above zero; only encounters (BHT06 RP)
    may have no charge.
    Fix: enter the charges, or send the claim as an encounter.
    """
    charge = claim.charge
    if charge is None or charge > 0 or setting.is_encounter:
        return
    allowed = setting.payer.zero_charge
    if charge == 0 and allowed is not None and allowed.allowed:
        return
    yield Problem(claim.clm[2], f"claim total {dollars(charge)} on a claim sent for payment")


@claim_rule(
    "S313",
    severity=REJECT,
    status="A7:693+583",
    source="X12 005010X222A1, SV102: zero or more",
    gate=_has_odd_charges,
)
def line_charge_negative(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The charge of a service line is below zero.

    Why: claims bill charges; credits are not sent as claims.
    Fix: correct the charge. To take back a claim, void it (frequency 8).
    """
    for line in claim.lines:
        charge = line.charge
        if charge is not None and charge < 0:
            yield Problem(line.sv1[2], f"line charge {dollars(charge)} is below zero")


@line_rule(
    "S315",
    severity=REJECT,
    status="A7:402+583",
    source="payer profile: zero-charge; KNOWLEDGE where the profile says nothing",
    service_only=True,
)
def line_charge_zero(line: ServiceLine, setting: Setting) -> Iterator[Problem]:
    """The charge of a service line is zero.

    Why: the guide allows a charge of zero, but many payers reject it. Lines that report quality
    (CPT category II, measures of the Quality Payment Program) are charged at 0.00 or 0.01.
    Fix: enter the usual charge, or remove the line.
    """
    if line.charge != 0 or setting.is_encounter or QUALITY_CODE.fullmatch(line.code):
        return
    stated = setting.payer.zero_charge
    if stated is None:
        yield Problem(line.sv1[2], "line charge 0.00; many payers reject it", severity=WARN)
    elif not stated.allowed:
        message = f"{setting.payer.name} does not accept a line charge of 0.00"
        yield Problem(line.sv1[2], message, severity=stated.stated.ceiling)


@claim_rule(
    "S311",
    severity=WARN,
    status="A7:400",
    source="KNOWLEDGE: the patient pays no more than is charged",
    when=("2300/AMT*F5",),
)
def patient_paid_out_of_range(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """What the patient has paid is below zero or above the total charge.

    Why: payers subtract the amount from what they pay, or reject the claim.
    Fix: enter what the patient paid for the services on this claim, or leave it out.
    """
    segment = claim.segment("AMT", "F5")
    paid = amount(segment.value(2)) if segment is not None else None
    charge = claim.charge
    if segment is None or paid is None or charge is None or 0 <= paid <= charge:
        return
    message = f"patient paid {dollars(paid)}, the claim charges {dollars(charge)}"
    yield Problem(segment[2], message)


RULES: tuple[Rule, ...] = (
    total_charge_not_sum,
    total_charge_not_positive,
    line_charge_negative,
    line_charge_zero,
    patient_paid_out_of_range,
)
