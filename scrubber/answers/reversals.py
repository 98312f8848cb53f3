"""What later answers made of earlier ones: a reversal (CLP02 22) takes one back, and a correction
stands in its place. X12 RFI 227, 791, 1147, 1429, 1883."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from scrubber.answers.money import REVERSAL
from scrubber.answers.rows import ClaimAnswer

CURRENT, REPLACED, TAKEN_BACK = "current", "replaced", "taken back"
REVERSED, WAITING = "reversal", "waiting"
Key = tuple[str, int]
"""File and answer."""


def states(claims: Iterable[ClaimAnswer], paid_on: Mapping[Key, date | None]) -> dict[Key, str]:
    """The state of each answer; `paid_on` are the days of payments by file and payment. In what
    order the answers come makes no difference."""
    by_number = defaultdict[str, list[ClaimAnswer]](list)
    for one in claims:
        by_number[one.claim_id].append(one)
    found: dict[Key, str] = {}
    for group in by_number.values():
        found |= _states_of(sorted(group, key=lambda one: _order(one, paid_on)))
    return found


def _order(claim: ClaimAnswer, paid_on: Mapping[Key, date | None]) -> tuple[date, str, int]:
    day = paid_on.get((claim.file, claim.payment)) or date.max
    return day, claim.file, claim.answer


def _states_of(group: list[ClaimAnswer]) -> dict[Key, str]:
    found = {(one.file, one.answer): CURRENT for one in group}
    for reversal in [one for one in group if one.status == REVERSAL]:
        first = _taken_back(reversal, group, found)
        found[reversal.file, reversal.answer] = REVERSED if first is not None else WAITING
        if first is not None:
            corrected = any(_corrects(one, first, reversal) for one in group)
            found[first.file, first.answer] = REPLACED if corrected else TAKEN_BACK
    return found


def _taken_back(
    reversal: ClaimAnswer, group: list[ClaimAnswer], found: Mapping[Key, str]
) -> ClaimAnswer | None:
    """The answer that a reversal takes back: the payer's number and the amounts are the same."""
    if reversal.charge is None or reversal.paid is None:
        return None
    numbers = {reversal.payer_claim, reversal.replaces} - {""}
    for one in group:
        is_open = one.status != REVERSAL and found[one.file, one.answer] == CURRENT
        same = (one.charge, one.paid) == (-reversal.charge, -reversal.paid)
        if is_open and same and one.payer_claim in numbers:
            return one
    return None


def _corrects(one: ClaimAnswer, first: ClaimAnswer, reversal: ClaimAnswer) -> bool:
    """Whether an answer stands in the place of one that was taken back."""
    if one.status == REVERSAL or (one.file, one.answer) == (first.file, first.answer):
        return False
    beside = (one.file, one.payment) == (reversal.file, reversal.payment)
    return beside or one.replaces == first.payer_claim
