"""Rules on the decisions of other payers: whose they are, of which date, on which line."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.claim.values import amount, day
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.other_payers import line_decisions, other_payers, pays_before
from scrubber.rules.rule import Rule, Setting, claim_rule
from scrubber.rules.whole_segments import without

REJECT, WARN = Severity.REJECT, Severity.WARN
GUIDE = "X12 005010X222A1, loop 2430"


@claim_rule("S306", severity=REJECT, status="A7:479", source=GUIDE, when=("2430",))
def line_decision_of_unknown_payer(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A line adjudication names a payer that is not one of the claim's other payers.

    Why: SVD01 is the ID of one of the other payers (2330B NM109); otherwise no one can tell who
    paid.
    Fix: use the same payer ID in both places, or add the payer.
    """
    named = {payer.payer_id for payer in other_payers(claim)}
    if "" in named:  # a payer lacks its id, of which the guide speaks
        return
    for decision in line_decisions(claim):
        if decision.payer_id and decision.payer_id not in named:
            message = (
                f"payer {decision.payer_id} of the line is not one of the claim's other payers"
            )
            yield Problem(decision.svd[1], message)


@claim_rule(
    "S307",
    severity=REJECT,
    status="A6:516:PR",
    source="Stedi claim edit: missing other payer adjudication date in COB claims",
    when=("2320",),
)
def adjudication_date_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A prior payer has adjudicated the claim, but the date is missing.

    Why: the next payer needs the date for coordination of benefits and timely filing.
    Fix: enter the remittance date (DTP*573), on the lines if they carry the decision, otherwise
    with the payer's name.
    """
    own = claim.subscriber.responsibility if claim.subscriber is not None else ""
    for payer in other_payers(claim):
        if not payer.adjudicated or not pays_before(payer.sequence, own):
            continue
        name = payer.payer_loop
        if name is None or payer.decisions:  # the guide wants the payer, and a date on each line
            continue
        if not name.value("DTP", 3, "573"):
            message = f"payer {payer.payer_id} has adjudicated the claim, but the date is missing"
            yield Problem(payer.sbr, f"{message} (DTP*573)")


@claim_rule(
    "S317",
    severity=REJECT,
    status="A7:516:PR",
    source="Stedi claim edit: adjudication date at both the claim and service line level",
    when=("2330B/DTP*573",),
)
def adjudication_date_at_both_levels(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Another payer's decision is dated with its name and again on the lines.

    Why: the guide has one place for it: the lines, if they carry the decision.
    Fix: the date with the payer's name is removed if it is the date of the lines.
    """
    for payer in other_payers(claim):
        name = payer.payer_loop
        on_claim = name.segment("DTP", "573") if name is not None else None
        on_lines = {one.loop.value("DTP", 3, "573") for one in payer.decisions} - {""}
        if name is None or on_claim is None or not on_lines:
            continue
        fix = None
        if on_lines == {on_claim.value(3)}:
            title = "keep the payer's date on the lines only"
            fix = Fix(title, (without(name, on_claim),), Safety.SAFE)
        message = f"the decision of payer {payer.payer_id} is dated on the claim and on its lines"
        yield Problem(on_claim, message, fix)


@claim_rule(
    "S321",
    severity=WARN,
    status="A7:516:PR",
    source="KNOWLEDGE: a payer decides after the service and before the next payer is asked",
    when=("2320",),
)
def adjudication_date_impossible(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """Another payer's decision is dated before the service, or in the future.

    Why: the date (DTP*573) is that of the remittance; the next payer's filing limit starts with it.
    Fix: copy the date from the remittance.
    """
    first = claim.service_dates[0]
    for payer in other_payers(claim):
        for at in payer.decision_dates:
            decided = day(at.value)
            if decided is None:
                continue
            if decided > setting.as_of:
                yield Problem(at, "the payer's decision is dated in the future")
            elif first is not None and decided < first:
                yield Problem(at, "the payer's decision is dated before the service")


@claim_rule(
    "S308",
    severity=REJECT,
    status="A7:643",
    source="Stedi claim edit: invalid paid amount",
    when=("2430",),
)
def paid_amount_negative(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The amount another payer paid on a line is below zero.

    Why: a payment is zero or more; what was taken back belongs in the adjustments.
    Fix: enter the paid amount from the latest remittance.
    """
    for decision in line_decisions(claim):
        if decision.paid is not None and decision.paid < 0:
            message = f"payer {decision.payer_id} paid {decision.paid:.2f}, which is below zero"
            yield Problem(decision.svd[2], message)


@claim_rule("S318", severity=WARN, status="A7:608", source=GUIDE, when=("2430",))
def paid_units_negative(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The units another payer paid on a line are below zero.

    Why: units are zero or more.
    Fix: enter the paid units from the remittance.
    """
    for decision in line_decisions(claim):
        units = amount(decision.svd.value(5))
        if units is not None and units < 0:
            yield Problem(decision.svd[5], f"payer {decision.payer_id} paid {units} units")


@claim_rule("S319", severity=WARN, status="A7:643", source=GUIDE, when=("2430",))
def bundled_into_missing_line(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Another payer bundled a line into one that is not on the claim.

    Why: SVD06 is the number (LX01) of the line that the payer paid instead.
    Fix: correct the line number, or send the claim with all its lines.
    """
    numbers = {line.value("LX", 1) for line in claim.lines}
    for decision in line_decisions(claim):
        bundled = decision.svd.value(6)
        if bundled and bundled not in numbers:
            yield Problem(
                decision.svd[6], f"bundled into line {bundled}, which is not on the claim"
            )


@claim_rule(
    "S431",
    severity=WARN,
    status="A6:286",
    source="KNOWLEDGE: AMT*D belongs to every payer that has decided",
    when=("CAS", "2430"),
)
def paid_amount_missing(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A payer adjusted the claim or decided on its lines, but the amount it paid is missing.

    Why: payers read the total paid from AMT*D of the other payer, even if it is zero.
    Fix: enter the paid amount from the remittance, 0 if nothing was paid.
    """
    for payer in other_payers(claim):
        if payer.paid is None and payer.not_covered is None and payer.adjudicated:
            message = f"payer {payer.payer_id} has adjudicated the claim, but the amount it paid"
            yield Problem(payer.sbr, f"{message} is missing (AMT*D)")


@claim_rule(
    "S477",
    severity=WARN,
    status="A7:286",
    source="KNOWLEDGE: payment information belongs to payers that have already paid",
    when=("2320",),
)
def payment_of_later_payer(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A payer that comes after this one is reported as having paid or adjusted already.

    Why: payers decide in order; either the order is wrong or the amounts belong to another payer.
    Fix: correct the order of payers (SBR01), or move the payment to the payer that made it.
    """
    own = claim.subscriber.responsibility if claim.subscriber is not None else ""
    for payer in other_payers(claim):
        decided = payer.adjudicated or payer.loop.has("MOA")
        if decided and pays_before(own, payer.sequence):
            message = f"payer {payer.payer_id} ({payer.sequence}) has adjudicated before this one"
            yield Problem(payer.sbr[1], f"{message} ({own})")


@claim_rule(
    "S320",
    severity=WARN,
    status="A6:286",
    source="Stedi claim edit: missing other payer adjudication date in COB claims",
    when=("2320",),
)
def earlier_payer_undecided(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A prior payer is named, but its decision is missing.

    Why: the next payer pays what the prior one left over, and needs that decision first.
    Fix: wait for the remittance and enter its amounts and date, or correct the order of payers.
    """
    own = claim.subscriber.responsibility if claim.subscriber is not None else ""
    for payer in other_payers(claim):
        known = payer.adjudicated or payer.not_covered is not None
        if pays_before(payer.sequence, own) and not known:
            message = f"payer {payer.payer_id} pays before this one; its decision is missing"
            yield Problem(payer.sbr, message)


RULES: tuple[Rule, ...] = (
    line_decision_of_unknown_payer,
    adjudication_date_missing,
    adjudication_date_at_both_levels,
    adjudication_date_impossible,
    paid_amount_negative,
    paid_units_negative,
    bundled_into_missing_line,
    paid_amount_missing,
    payment_of_later_payer,
    earlier_payer_undecided,
)
