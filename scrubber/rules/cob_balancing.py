"""Rules that add up what other payers decided: lines and claims must balance to the cent."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from scrubber.claim.claim import Claim
from scrubber.findings import Problem, Severity
from scrubber.rules.other_payers import (
    LineDecision,
    OtherPayer,
    line_decisions,
    other_payers,
    total,
)
from scrubber.rules.rule import Rule, Setting, claim_rule

REJECT, WARN = Severity.REJECT, Severity.WARN
GUIDE = (
    "KNOWLEDGE: 005010X222A1 front matter 1.4.4, balancing of coordination of benefits; "
    "agrees with the published example 3"
)


@claim_rule(
    "S302",
    severity=REJECT,
    status="A7:672",
    source="X12 005010X222A1, balancing of 2430; Stedi claim edit: COB service lines must balance",
    when=("2430",),
)
def line_out_of_balance(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """What another payer paid and adjusted on a line does not add up to the line charge.

    Why: the line charge is what the payer paid (SVD02) plus what it adjusted (CAS); the next payer
    rejects a claim with a line that does not balance.
    Fix: copy the paid amount and every adjustment from the payer's remittance.
    """
    twice = _ids_named_twice(claim)
    told = [one for one in line_decisions(claim) if one.payer_id not in twice]
    yield from _out_of_balance(told)


def _out_of_balance(told: Sequence[LineDecision]) -> Iterator[Problem]:
    together: dict[tuple[int, str], list[LineDecision]] = {}
    for decision in told:
        key = (decision.line.layout.first, decision.payer_id)
        together.setdefault(key, []).append(decision)
    for decisions in together.values():
        yield from _line_balance(decisions)


def _line_balance(decisions: list[LineDecision]) -> Iterator[Problem]:
    """A line that a payer unbundled has several decisions of that payer; they add up together."""
    first = decisions[0]
    charge = first.line.charge
    paid = total(decision.paid for decision in decisions)
    adjusted = total(one.amount for decision in decisions for one in decision.adjustments)
    if charge is None or paid is None or adjusted is None or charge == paid + adjusted:
        return
    if paid < 0:  # S308 says so
        return
    yield Problem(
        first.svd[2],
        f"line charge {charge:.2f}, but payer {first.payer_id} paid {paid:.2f} and adjusted "
        f"{adjusted:.2f}, together {paid + adjusted:.2f}",
    )


@claim_rule("S303", severity=WARN, status="A7:672", source=GUIDE, when=("2430",))
def payer_total_not_of_lines(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The total another payer paid is not the sum of its line payments less its claim adjustments.

    Why: payers compare the amount paid on the claim (AMT*D) with the line payments (SVD02) less
    what was adjusted on the claim as a whole (CAS of 2320).
    Fix: take the totals from the same remittance as the lines.
    """
    for payer in _balanced_payers(claim):
        if payer.paid is None or not payer.decisions or _faults_of_lines(payer, claim):
            continue
        paid = total(decision.paid for decision in payer.decisions)
        adjusted = total(one.amount for one in payer.adjustments)
        if paid is None or adjusted is None or payer.paid == paid - adjusted:
            continue
        yield Problem(
            payer.amount_element("D"),
            f"payer {payer.payer_id} paid {payer.paid:.2f} in total, but {paid:.2f} on the lines "
            f"less {adjusted:.2f} adjusted on the claim",
        )


def _faults_of_lines(payer: OtherPayer, claim: Claim) -> bool:
    """Whether another rule says that the payer's decisions on the lines are wrong (S302, S308), or
    that some line's payer is none of the claim (S306): then no total can be right."""
    named = {one.payer_id for one in other_payers(claim)}
    if any(one.payer_id not in named for one in line_decisions(claim)):
        return True
    if any(one.paid is not None and one.paid < 0 for one in payer.decisions):
        return True
    return any(_out_of_balance(payer.decisions))


@claim_rule("S304", severity=WARN, status="A7:672", source=GUIDE, when=("2320",))
def claim_out_of_balance(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """What another payer paid and adjusted on the whole claim does not add up to its charge.

    Why: if a payer's decision is reported for the claim only, the total charge is what it paid
    (AMT*D) plus what it adjusted (CAS).
    Fix: copy the paid amount and adjustments from the remittance, or report them line by line.
    """
    charge = claim.charge
    for payer in _balanced_payers(claim):
        if payer.paid is None or payer.decisions or charge is None or not payer.payer_id:
            continue
        adjusted = total(one.amount for one in payer.adjustments)
        if adjusted is None or charge == payer.paid + adjusted:
            continue
        yield Problem(
            payer.amount_element("D"),
            f"claim total {charge:.2f}, but payer {payer.payer_id} paid {payer.paid:.2f} and "
            f"adjusted {adjusted:.2f}, with nothing on the lines",
        )


@claim_rule(
    "S305",
    severity=WARN,
    status="A7:519",
    source="Stedi claim edit: COB amounts not at both claim and line level",
    when=("2430",),
)
def adjustment_at_both_levels(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The same adjustment by another payer is on the claim and again on its lines.

    Why: it would be counted twice.
    Fix: keep it where the remittance shows it, usually on the lines.
    """
    for payer in other_payers(claim):
        on_lines: dict[tuple[str, str], list[Decimal]] = {}
        for decision in payer.decisions:
            for one in decision.adjustments:
                if one.amount is not None:
                    on_lines.setdefault((one.group, one.reason), []).append(one.amount)
        for one in payer.adjustments:
            amounts = on_lines.get((one.group, one.reason), [])
            if one.amount and (one.amount in amounts or one.amount == sum(amounts)):
                message = (
                    f"adjustment {one.group} {one.reason} of {one.amount:.2f} by payer "
                    f"{payer.payer_id} is on the claim and on its lines"
                )
                yield Problem(one.reason_element, message)


@claim_rule("S309", severity=WARN, status="A7:596", source=GUIDE, when=("2320/AMT*A8",))
def not_covered_amount_inconsistent(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Another payer's non-covered amount is not the whole charge, or that payer paid anyway.

    Why: the amount (AMT*A8) is for a claim that the payer was not billed for or does not cover at
    all; it then equals the total charge, and nothing was paid or adjusted.
    Fix: remove it and enter what the payer paid and adjusted, or correct the amount.
    """
    for payer in other_payers(claim):
        amount = payer.not_covered
        if amount is None:
            continue
        if claim.charge is not None and amount != claim.charge:
            message = f"non-covered amount {amount:.2f} is not the claim total {claim.charge:.2f}"
            yield Problem(payer.amount_element("A8"), message)
        if payer.paid is not None or payer.adjustments or payer.decisions:
            message = f"payer {payer.payer_id} has both a non-covered amount and a decision"
            yield Problem(payer.amount_element("A8"), message)


@claim_rule("S310", severity=WARN, status="A7:672", source=GUIDE, when=("2320/AMT*EAF",))
def patient_liability_out_of_range(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The remaining patient liability is below zero or above the total charge.

    Why: it is what the patient still owes after the other payer, so it is part of the charge.
    Fix: take it from the remittance.
    """
    charge = claim.charge
    for payer in other_payers(claim):
        owed = payer.patient_owes
        if owed is not None and charge is not None and not 0 <= owed <= charge:
            message = f"patient liability {owed:.2f} is not between 0 and the charge {charge:.2f}"
            yield Problem(payer.amount_element("EAF"), message)


@claim_rule("S314", severity=WARN, status="A7:672", source=GUIDE, when=("2320/AMT*EAF",))
def patient_liability_not_adjusted_amount(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The remaining patient liability is not what the payer assigned to the patient (group PR).

    Why: the deductible, coinsurance and copayment on the remittance are what the patient owes; if
    the amount differs, the next payer pays too little or asks for an explanation.
    Fix: add up the PR adjustments of the remittance, or correct the amount.
    """
    for payer in other_payers(claim):
        owed = payer.patient_owes
        found = [*payer.adjustments]
        for decision in payer.decisions:
            found.extend(decision.adjustments)
        put_to_patient = total(one.amount for one in found if one.group == "PR")
        if owed is None or put_to_patient is None or owed == put_to_patient:
            continue
        out_of_range = owed < 0 or (claim.charge is not None and owed > claim.charge)  # S310
        if found and not out_of_range and not _faults_of_lines(payer, claim):
            message = f"patient liability {owed:.2f}, but PR adjustments of {put_to_patient:.2f}"
            yield Problem(payer.amount_element("EAF"), message)


@claim_rule(
    "S316",
    severity=REJECT,
    status="A7:672",
    source="Stedi claim edit: remaining patient liability at claim or line level, not both",
    when=("2320/AMT*EAF",),
)
def patient_liability_at_both_levels(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """One payer's remaining patient liability is on the claim and again on its lines.

    Why: it would be counted twice.
    Fix: keep the amount of the claim, or those of the lines.
    """
    for payer in other_payers(claim):
        if payer.patient_owes is not None and any(
            decision.loop.value("AMT", 2, "EAF") for decision in payer.decisions
        ):
            message = f"patient liability after payer {payer.payer_id} on the claim and on lines"
            yield Problem(payer.amount_element("EAF"), message)


def _balanced_payers(claim: Claim) -> list[OtherPayer]:
    """Other payers whose lines can be told from those of every other one."""
    twice = _ids_named_twice(claim)
    return [payer for payer in other_payers(claim) if payer.payer_id not in twice]


def _ids_named_twice(claim: Claim) -> set[str]:
    ids = [payer.payer_id for payer in other_payers(claim)]
    return {one for one in ids if ids.count(one) > 1}


RULES: tuple[Rule, ...] = (
    line_out_of_balance,
    payer_total_not_of_lines,
    claim_out_of_balance,
    adjustment_at_both_levels,
    not_covered_amount_inconsistent,
    patient_liability_out_of_range,
    patient_liability_not_adjusted_amount,
    patient_liability_at_both_levels,
)
