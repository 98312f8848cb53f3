"""What became of each line that was sent, by all answers to its claim.

Parts of a split line or claim are put together (X12 RFI 467, 958, 1808); a reversal and its
correction leave the correction; what a later payer did with the rest is kept apart (RFI 2143,
2535). First and final answer are both kept, as a denial may be paid later.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from scrubber.answers.answered import Answer, AnsweredClaim
from scrubber.answers.money import (
    DENIAL,
    EARLIER,
    FEE,
    PATIENT,
    REVERSAL,
    SEQUENCE,
    ZERO,
    outcome,
    sums_of,
)
from scrubber.answers.reversals import CURRENT, TAKEN_BACK, WAITING, State
from scrubber.answers.rows import Adjustment, LineAnswer, Status
from scrubber.answers.sent import SentClaim, SentLine
from scrubber.answers.sent_lines import FoundLine, find_lines

REVERSED, RECOUPED, REJECTED = "reversed", "recouped", "rejected"
NO_ANSWER, NOT_DECIDED, OTHER_PAYER = "no answer", "not decided", "other payer"
CORRECTION_TIME = timedelta(days=30)
"""How long a correction may take to follow a reversal."""
_CENT = Decimal("0.01")


class Denial(NamedTuple):
    """Money of a line that a payer denied; `remarks` are those of line and claim."""

    group: str
    reason: str
    remarks: tuple[str, ...]
    amount: Decimal


class Decision(NamedTuple):
    """What one payer decided of a line at one time. `allowed` is None where it is not known;
    `sure` tells that the answer balances."""

    paid_on: date | None
    outcome: str
    charge: Decimal
    paid: Decimal
    allowed: Decimal | None
    patient: Decimal
    reduced: Decimal
    earlier: Decimal
    units_paid: Decimal
    denials: tuple[Denial, ...]
    level: str
    state: State
    sure: bool

    @property
    def denied(self) -> Decimal:
        """The charge that was denied."""
        return sum([one.amount for one in self.denials], ZERO)


class Recouped(NamedTuple):
    """What provider adjustments took back of a claim beyond its reversals, the last of them `on`
    a day."""

    amount: Decimal
    on: date | None


NOTHING_RECOUPED = Recouped(ZERO, None)


class SettledLine(NamedTuple):
    """A line that was sent. `first` and `final` are None where no payer decided; `paid` is what
    the payer it was sent to has paid and not taken back, `paid_by_next` what later payers did."""

    line: SentLine
    outcome: str
    first: Decision | None
    final: Decision | None
    paid: Decimal
    paid_by_next: Decimal
    taken_back: Decimal
    taken_back_on: date | None


class SettledClaim(NamedTuple):
    """A claim that was sent. `clearinghouse` and `payer` say what a 277CA of theirs did with it:
    accepted, rejected, or empty. `forwarded_to` is the payer that the first one sent it on to;
    `payer_claim` the payer's number of its last answer."""

    number: int
    claim: SentClaim
    judged: Any
    lines: tuple[SettledLine, ...]
    clearinghouse: str
    payer: str
    rejections: tuple[Status, ...]
    forwarded_to: str
    payer_claim: str
    interest: Decimal

    @property
    def first_decided(self) -> date | None:
        """The day of the first answer of a payer."""
        days = [one.first.paid_on for one in self.lines if one.first and one.first.paid_on]
        return min(days, default=None)


class _Part(NamedTuple):
    """An answered line with its share of what was adjusted to the whole claim."""

    answer: Answer
    level: str
    charge: Decimal
    paid: Decimal
    allowed: Decimal | None
    units: Decimal
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]


def settle(answered: AnsweredClaim, recouped: Recouped, as_of: date | None) -> SettledClaim:
    """What became of a claim; `as_of` is the last day that anything is known of."""
    claim = answered.claim
    own, later, reversals = _by_payer(claim, answered.answers)
    decided, next_ones = _decisions(claim, own), _decisions(claim, later)
    alone = _decisions(claim, [one for one in reversals if one.state.name == WAITING])
    clearinghouse, payer, rejections = _acknowledged([one.statuses for one in answered.statuses])
    paid = [sum([_kept(one) for one in decided[at]], ZERO) for at in range(len(claim.lines))]
    shares_taken = shares(min(recouped.amount, sum(paid, ZERO)), paid)
    lines = []
    for at, line in enumerate(claim.lines):
        settled = _settled(line, decided[at], alone[at], as_of)
        name = settled.outcome
        if shares_taken[at]:
            is_all = shares_taken[at] == settled.paid
            settled = settled._replace(
                outcome=RECOUPED if is_all else name,
                paid=settled.paid - shares_taken[at],
                taken_back=settled.taken_back + shares_taken[at],
                taken_back_on=recouped.on,
            )
        elif name == NO_ANSWER and next_ones[at]:
            settled = settled._replace(outcome=OTHER_PAYER)
        elif name == NO_ANSWER and answered.answers:
            settled = settled._replace(outcome=NOT_DECIDED)
        elif name == NO_ANSWER and rejections:
            settled = settled._replace(outcome=REJECTED)
        from_next = sum([_kept(one) for one in next_ones[at]], ZERO)
        lines.append(settled._replace(paid_by_next=from_next))
    last = max(own, key=_when, default=None)
    return SettledClaim(
        answered.number, claim, answered.judged, tuple(lines), clearinghouse, payer, rejections,
        next((one.claim.next_payer for one in own if one.claim.next_payer), ""),
        last.claim.payer_claim if last is not None else "",
        sum([one.claim.interest or ZERO for one in own], ZERO),
    )  # fmt: skip


def shares(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount divided by weights, in cents that add up to it; evenly where all weigh nothing."""
    total = sum(weights, ZERO)
    if not total or any(one < 0 for one in weights):
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    found: list[Decimal] = []
    given, weighed = ZERO, ZERO
    for at, weight in enumerate(weights):
        weighed += weight
        until = (amount * weighed / total).quantize(_CENT, ROUND_HALF_UP)
        until = amount if at == len(weights) - 1 else until
        found.append(until - given)
        given = until
    return found


def _by_payer(
    claim: SentClaim, answers: Iterable[Answer]
) -> tuple[list[Answer], list[Answer], list[Answer]]:
    """The answers of the payer that the claim was sent to, those of later payers, reversals."""
    own: list[Answer] = []
    later: list[Answer] = []
    reversals: list[Answer] = []
    for one in sorted(answers, key=_when):
        order = SEQUENCE.get(one.claim.status, "")
        is_later = "PST".find(order or "P") > "PST".find(claim.responsibility or "P") >= 0
        is_reversal = one.claim.status == REVERSAL
        (reversals if is_reversal else later if is_later else own).append(one)
    return own, later, reversals


def _when(one: Answer) -> tuple[date, str, str, Decimal]:
    day = one.payment.paid_on or date.max
    return day, one.payment.trace, one.claim.payer_claim, one.claim.paid or ZERO


def _decisions(claim: SentClaim, answers: Sequence[Answer]) -> list[list[Decision]]:
    """The decisions of each line, in their order."""
    parts: list[list[_Part]] = [[] for _ in claim.lines]
    for group in joined(claim, answers):
        for at, part in _parts(claim, group):
            parts[at].append(part)
    return [
        [_decision(one) for one in _put_together(line, of_line)]
        for line, of_line in zip(claim.lines, parts, strict=True)
    ]


def joined(claim: SentClaim, answers: Iterable[Answer]) -> list[list[Answer]]:
    """Answers that are parts of a split claim together: those of one payment with less than its
    charge."""
    groups: dict[object, list[Answer]] = {}
    for number, one in enumerate(answers):
        is_part = one.claim.charge is not None and abs(one.claim.charge) < (claim.charge or ZERO)
        key = (one.payment.file, one.payment.payment, one.state) if is_part else number
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def answered_lines(claim: SentClaim, group: Sequence[Answer]) -> list[FoundLine]:
    """The lines that the answered lines of a group are about, in their order."""
    return find_lines([line for one in group for line in one.lines], claim.lines)


def _parts(claim: SentClaim, group: Sequence[Answer]) -> Iterator[tuple[int, _Part]]:
    found = iter(answered_lines(claim, group))
    for answer in group:
        on_claim = [one for one in answer.adjustments if not one.line]
        remarks = tuple(answer.claim.remarks.split())
        if not answer.lines:
            yield from _parts_of_claim(claim, answer, on_claim, remarks)
            continue
        by_line = defaultdict[int, list[Adjustment]](list)
        for one in answer.adjustments:
            by_line[one.line].append(one)
        extra = _spread(on_claim, answer.lines)
        for line, more, place in zip(answer.lines, extra, found, strict=False):
            if place.at is not None:
                less = sum([one.amount or ZERO for one in more], ZERO)
                yield (
                    place.at,
                    _Part(
                        answer,
                        place.level,
                        line.charge or ZERO,
                        (line.paid or ZERO) - less,
                        None if more and line.allowed_from != "sent" else line.allowed,
                        line.units_paid or ZERO,
                        (*by_line[line.line], *more),
                        (*line.remarks.split(), *remarks),
                    ),
                )


def _parts_of_claim(
    claim: SentClaim, answer: Answer, on_claim: Sequence[Adjustment], remarks: tuple[str, ...]
) -> Iterator[tuple[int, _Part]]:
    """An answer without lines is about all of them, each with its share by charge."""
    charges = [one.charge or ZERO for one in claim.lines]
    of_charge = shares(answer.claim.charge or ZERO, charges)
    of_paid = shares(answer.claim.paid or ZERO, charges)
    amounts = [shares(one.amount or ZERO, charges) for one in on_claim]
    for at in range(len(charges)):
        own = [
            one._replace(amount=amount[at]) for one, amount in zip(on_claim, amounts, strict=True)
        ]
        yield (
            at,
            _Part(answer, "claim", of_charge[at], of_paid[at], None, ZERO, tuple(own), remarks),
        )


def _spread(
    on_claim: Sequence[Adjustment], lines: Sequence[LineAnswer]
) -> list[tuple[Adjustment, ...]]:
    """What was adjusted to the claim, on its lines by what they were paid."""
    if not on_claim:
        return [()] * len(lines)
    weights = [one.paid or ZERO for one in lines]
    if not any(weights):
        weights = [one.charge or ZERO for one in lines]
    amounts = [shares(one.amount or ZERO, weights) for one in on_claim]
    return [
        tuple(
            one._replace(amount=amount[at]) for one, amount in zip(on_claim, amounts, strict=True)
        )
        for at in range(len(lines))
    ]


def _put_together(line: SentLine, parts: Sequence[_Part]) -> list[list[_Part]]:
    """The parts of a line by decision: those of one answer, and others as long as together they
    are not more than the line."""
    groups: list[list[_Part]] = []
    charged = ZERO
    for part in parts:
        last = groups[-1][-1].answer if groups else None
        together = charged + part.charge
        alike = last is not None and part.answer.state == last.state
        if part.answer is last or (alike and abs(together) <= (line.charge or ZERO)):
            groups[-1].append(part)
            charged = together
        else:
            groups.append([part])
            charged = part.charge
    return groups


def _decision(parts: Sequence[_Part]) -> Decision:
    last = parts[-1].answer
    adjustments = [one for part in parts for one in part.adjustments]
    charge = sum([one.charge for one in parts], ZERO)
    paid = sum([one.paid for one in parts], ZERO)
    known = [one.allowed for one in parts if one.allowed is not None]
    sums = sums_of(adjustments)
    return Decision(
        last.payment.paid_on,
        outcome(last.claim.status, charge, paid, sums),
        charge,
        paid,
        sum(known, ZERO) if len(known) == len(parts) else None,
        sums.get(PATIENT, ZERO),
        sums.get(FEE, ZERO),
        sums.get(EARLIER, ZERO),
        sum([one.units for one in parts], ZERO),
        tuple(_denials(parts)),
        parts[0].level,
        last.state,
        all(one.answer.claim.balanced == "yes" for one in parts),
    )


def _denials(parts: Iterable[_Part]) -> Iterator[Denial]:
    for part in parts:
        for one in part.adjustments:
            if one.money == DENIAL and one.amount and one.amount > 0:
                remarks = tuple(dict.fromkeys(part.remarks))
                yield Denial(one.group, one.reason, remarks, one.amount)


def _settled(
    line: SentLine, decided: Sequence[Decision], alone: Sequence[Decision], as_of: date | None
) -> SettledLine:
    first = decided[0] if decided else None
    current = [one for one in decided if one.state.name == CURRENT]
    if current:
        final = max(current, key=lambda one: one.paid)
        final = next(one for one in reversed(current) if one.paid == final.paid)
        paid = sum([one.paid for one in current], ZERO)
        return SettledLine(line, final.outcome, first, final, paid, ZERO, ZERO, None)
    taken = [one for one in decided if one.state.name == TAKEN_BACK]
    amount = sum([one.paid for one in taken], ZERO) - sum([one.paid for one in alone], ZERO)
    days = [one.state.on for one in taken if one.state.on] + [
        one.paid_on for one in alone if one.paid_on
    ]
    on = max(days, default=None)
    name = NO_ANSWER
    if taken or alone or decided:
        is_late = on is not None and as_of is not None and as_of - on > CORRECTION_TIME
        name = RECOUPED if is_late else REVERSED
    return SettledLine(line, name, first, None, ZERO, ZERO, amount, on)


def _kept(one: Decision) -> Decimal:
    """What a decision paid, unless another took its place."""
    return one.paid if one.state.name == CURRENT else ZERO


def _acknowledged(
    groups: Iterable[Sequence[Status]],
) -> tuple[str, str, tuple[Status, ...]]:
    """What clearinghouse and payer did with a claim at last, and the statuses that reject it."""
    latest: dict[str, Sequence[Status]] = {}
    for group in sorted(groups, key=lambda rows: (rows[0].effective or date.max, rows[0].batch)):
        latest[group[0].sender_role] = group
    said = {"AY": "", "PR": ""}
    rejections: list[Status] = []
    for role, group in latest.items():
        found = [one for one in group if one.rejected == "yes"]
        said[role] = REJECTED if found else "accepted"
        rejections += found
    return said["AY"], said["PR"], tuple(rejections)
