"""What later answers made of earlier ones: a reversal (CLP02 22) takes one back, and a correction
takes its place. X12 RFI 227, 791, 1147, 1429, 1883."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from scrubber.answers.money import REVERSAL

CURRENT, REPLACED, TAKEN_BACK = "current", "replaced", "taken back"
REVERSED, WAITING = "reversal", "waiting"


class Decision(NamedTuple):
    """What tells an answer of a claim from the others: its number in the store, and that of its
    payment; the payer's numbers and the money."""

    key: int
    payment: int
    paid_on: date | None
    trace: str
    status: str
    payer_claim: str
    replaces: str
    charge: Decimal | None
    paid: Decimal | None


class State(NamedTuple):
    """What became of an answer; `on` is the day it was taken back or replaced."""

    name: str
    on: date | None = None


def states(answers: Iterable[Decision]) -> dict[int, State]:
    """The states of the answers to one claim number, by key. In what order they come makes no
    difference."""
    group = sorted(answers, key=_order)
    found = {one.key: State(CURRENT) for one in group}
    reversals = [one for one in group if one.status == REVERSAL]
    if not reversals:
        return found
    decided = [one for one in group if one.status != REVERSAL]
    open_ones = defaultdict[tuple[str, Decimal | None, Decimal | None], list[Decision]](list)
    for one in decided:
        open_ones[one.payer_claim, one.charge, one.paid].append(one)
    beside = {one.payment for one in decided}
    corrected = {one.replaces for one in decided} - {""}
    for reversal in reversals:
        first = _taken_back(reversal, open_ones)
        found[reversal.key] = State(WAITING if first is None else REVERSED)
        if first is not None:
            is_replaced = reversal.payment in beside or first.payer_claim in corrected
            name = REPLACED if is_replaced else TAKEN_BACK
            found[first.key] = State(name, reversal.paid_on)
    return found


def _order(one: Decision) -> tuple[date, str, str, Decimal, Decimal]:
    zero = Decimal(0)
    day = one.paid_on or date.max
    return day, one.trace, one.payer_claim, one.charge or zero, one.paid or zero


def _taken_back(
    reversal: Decision,
    open_ones: dict[tuple[str, Decimal | None, Decimal | None], list[Decision]],
) -> Decision | None:
    """The answer that a reversal takes back: an earlier one with the payer's number and the same
    amounts."""
    if reversal.charge is None or reversal.paid is None:
        return None
    for number in dict.fromkeys((reversal.payer_claim, reversal.replaces)):
        candidates = open_ones.get((number, -reversal.charge, -reversal.paid), [])
        at = _first_before(reversal, candidates) if number else None
        if at is not None:
            return candidates.pop(at)
    return None


def _first_before(reversal: Decision, candidates: Sequence[Decision]) -> int | None:
    """The first of the candidates that another payment, not a later one, decided."""
    day = reversal.paid_on or date.max
    for at, one in enumerate(candidates):
        if one.payment != reversal.payment and (one.paid_on or date.min) <= day:
            return at
    return None
