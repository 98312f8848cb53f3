"""Whether the money of an 835 adds up, to the cent.

Sources: the balancing section of 005010X221A1 as told at ediacademy.com/blog/835 and
redix.com/835.htm; X12 RFI 2548 (patient share), 358, 618, 689 and 2348 (no money twice).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from scrubber.answers.money import REVERSAL, ZERO
from scrubber.answers.rows import Adjustment, ClaimAnswer, Finding, LineAnswer, Payment

YES, NO, NOT_CHECKED = "yes", "no", "not checked"


def claim_findings(
    claim: ClaimAnswer, lines: Sequence[LineAnswer], adjustments: Sequence[Adjustment]
) -> Iterator[Finding]:
    """R301 to R303, R305 and R306 of one claim, all of whose amounts could be read."""
    if _balances(claim, lines, adjustments):
        return
    on_claim = total([one for one in adjustments if not one.line])
    charge, paid = claim.charge or ZERO, claim.paid or ZERO
    for line in lines:
        yield from _line(claim, line, adjustments)
    left = charge - total(adjustments)
    if left != paid:
        message = "charge less all claim and line adjustments does not equal the claim payment"
        yield _finding(claim, "R302", left, paid, message)
    if lines:
        yield from _lines_to_claim(claim, lines, on_claim)
    if claim.status != REVERSAL:
        share = total([one for one in adjustments if one.group == "PR"])
        if share != (claim.patient_share or ZERO):
            message = "CLP05 is not the sum of the adjustments of group PR"
            yield _finding(claim, "R305", share, claim.patient_share or ZERO, message)
    if left != paid and (twice := _twice(adjustments)) and left + twice == paid:
        message = "the same adjustment is made to the claim and to its lines"
        yield _finding(claim, "R306", ZERO, twice, message)


def _balances(
    claim: ClaimAnswer, lines: Sequence[LineAnswer], adjustments: Sequence[Adjustment]
) -> bool:
    """Whether all holds at once, as it nearly always does."""
    left = [one.charge or ZERO for one in lines]
    on_claim = share = ZERO
    for one in adjustments:
        if one.amount is not None:
            if one.line:
                left[one.line - 1] -= one.amount
            else:
                on_claim += one.amount
            if one.group == "PR":
                share += one.amount
    charge, paid = claim.charge or ZERO, claim.paid or ZERO
    if any(rest != (one.paid or ZERO) for rest, one in zip(left, lines, strict=True)):
        return False
    if not lines:
        adds_up = charge - on_claim == paid
    else:
        adds_up = (
            sum([one.charge or ZERO for one in lines], ZERO) == charge
            and sum(left, ZERO) - on_claim == paid
        )
    return adds_up and (claim.status == REVERSAL or share == (claim.patient_share or ZERO))


def payment_finding(payment: Payment, claims: Decimal, provider: Decimal) -> Finding | None:
    """R304: the claims paid less the provider adjustments are the payment."""
    amount = payment.amount or ZERO
    if claims - provider == amount:
        return None
    message = "claim payments less provider adjustments (PLB) do not equal the payment (BPR02)"
    return Finding(
        payment.file, "R304", payment.payment, 0, "", 0, claims - provider, amount, message,
        payment.segment, payment.byte,
    )  # fmt: skip


def total(adjustments: Sequence[Adjustment]) -> Decimal:
    """What adjustments come to."""
    return sum([one.amount for one in adjustments if one.amount is not None], ZERO)


def _line(
    claim: ClaimAnswer, line: LineAnswer, adjustments: Sequence[Adjustment]
) -> Iterator[Finding]:
    left = (line.charge or ZERO) - total([one for one in adjustments if one.line == line.line])
    if left != (line.paid or ZERO):
        message = "line charge less adjustments does not equal the line payment"
        found = _finding(claim, "R301", left, line.paid or ZERO, message)
        yield found._replace(line=line.line, segment=line.segment, byte=line.byte)


def _lines_to_claim(
    claim: ClaimAnswer, lines: Sequence[LineAnswer], on_claim: Decimal
) -> Iterator[Finding]:
    charge, paid = claim.charge or ZERO, claim.paid or ZERO
    charged = sum([one.charge or ZERO for one in lines], ZERO)
    if charged != charge:
        yield _finding(claim, "R303", charged, charge, "the line charges do not add up to CLP03")
    left = sum([one.paid or ZERO for one in lines], ZERO) - on_claim
    if left != paid:
        message = "line payments less claim adjustments do not equal CLP04"
        yield _finding(claim, "R303", left, paid, message)


def _twice(adjustments: Sequence[Adjustment]) -> Decimal:
    """What is adjusted on the claim and, by the same group and reason, again on its lines."""
    found = ZERO
    for one in adjustments:
        if not one.line and one.amount:
            kind = (one.group, one.reason)
            same = [other for other in adjustments if (other.group, other.reason) == kind]
            if total([other for other in same if other.line]) == one.amount:
                found += one.amount
    return found


def _finding(
    claim: ClaimAnswer, rule: str, expected: Decimal, found: Decimal, message: str
) -> Finding:
    return Finding(
        claim.file, rule, claim.payment, claim.answer, claim.claim_id, 0, expected, found, message,
        claim.segment, claim.byte,
    )  # fmt: skip
