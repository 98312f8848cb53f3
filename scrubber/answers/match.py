"""Finds the claim and the lines of ours that an answer is about, and never guesses.

At each level one candidate decides; of several the next level has to choose. Claim numbers come
back as sent (X12 RFI 504), line numbers too, split and bundled or not (RFI 1917).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from scrubber.answers.reversals import states
from scrubber.answers.rows import (
    ClaimAnswer,
    ClaimMatch,
    LineAnswer,
    LineMatch,
    Payment,
    Row,
    Status,
)
from scrubber.answers.sent import SentClaim, known_names, known_numbers
from scrubber.answers.sent_lines import line_matches

SHORTEST_CUT = 20
"""CLM01 holds 20 characters (HIPAA); of a longer one a payer may return so many."""
_SEQUENCE = {"1": "P", "2": "S", "3": "T", "19": "P", "20": "S", "21": "T"}
NO_CLAIM = "no claim of ours has this number"
SEVERAL = "several claims of ours fit"
OTHER_PROVIDER = "the claim of this number is of another provider"


class Wanted(NamedTuple):
    """What an answer says of the claim it is about; empty and None where it does not say."""

    claim_id: str
    payees: frozenset[str]
    payers: frozenset[str]
    responsibility: str
    frequency: str
    charge: Decimal | None
    until: date | None
    payer_claim: str
    replaces: str
    members: frozenset[str]
    first_day: date | None
    last_day: date | None
    batch: str = ""


class Found(NamedTuple):
    """The claim, and by what it was found; or why none was."""

    claim: SentClaim | None
    level: str
    reason: str = ""


_STEPS: tuple[tuple[str, Callable[[SentClaim, Wanted], bool]], ...] = (
    ("batch", lambda one, wanted: bool(wanted.batch) and one.batch == wanted.batch),
    ("payer", lambda one, wanted: bool(one.payer & wanted.payers)),
    ("payer order", lambda one, wanted: one.responsibility == wanted.responsibility),
    ("frequency", lambda one, wanted: one.frequency == wanted.frequency),
    ("charge", lambda one, wanted: one.charge == wanted.charge),
)


class SentClaims:
    """The claims that were sent, in memory; `statuses` of 277CAs tell the payers' numbers."""

    def __init__(self, claims: Iterable[SentClaim], statuses: Iterable[Status] = ()) -> None:
        self._by_number = defaultdict[str, list[SentClaim]](list)
        self._by_cut_number = defaultdict[str, list[SentClaim]](list)
        self._by_replaced = defaultdict[str, list[SentClaim]](list)
        self._by_member = defaultdict[tuple[object, ...], list[SentClaim]](list)
        for one in claims:
            number = one.claim_id
            self._by_number[number].append(one)
            if len(number) > SHORTEST_CUT:
                self._by_cut_number[number[:SHORTEST_CUT]].append(one)
            if one.replaces:
                self._by_replaced[one.replaces].append(one)
            self._by_member[one.member, one.first_day, one.last_day, one.charge].append(one)
        self._by_payer_claim = defaultdict[str, set[str]](set)
        for status in statuses:
            if status.payer_claim and status.claim_id:
                self._by_payer_claim[status.payer_claim].add(status.claim_id)

    def find(self, wanted: Wanted) -> Found:
        """The one claim that is wanted."""
        reason = NO_CLAIM
        for level, candidates in self._levels(wanted):
            fits = [one for one in candidates if _is_payee(one, wanted)]
            found = _narrowed(fits, wanted, level)
            if found is not None:
                return found
            if fits:
                reason = SEVERAL
            elif candidates and reason == NO_CLAIM:
                reason = OTHER_PROVIDER
        return Found(None, "", reason)

    def _levels(self, wanted: Wanted) -> Iterator[tuple[str, Sequence[SentClaim]]]:
        if wanted.claim_id:
            yield "claim number", self._by_number.get(wanted.claim_id, ())
        if len(wanted.claim_id) == SHORTEST_CUT:
            yield "claim number cut off", self._by_cut_number.get(wanted.claim_id, ())
        yield "payer's claim number", self._of_payer_claim(wanted)
        if wanted.members and wanted.payees and wanted.first_day and wanted.charge is not None:
            days = (wanted.first_day, wanted.last_day, wanted.charge)
            candidates = [
                one
                for member in sorted(wanted.members)
                for one in self._by_member.get((member, *days), ())
                if one.provider & wanted.payees
            ]
            yield "member, days and charge", candidates

    def _of_payer_claim(self, wanted: Wanted) -> list[SentClaim]:
        """The claims that a 277CA or a later claim of ours names by the payer's number."""
        found: dict[tuple[str, int], SentClaim] = {}
        for number in filter(None, (wanted.payer_claim, wanted.replaces)):
            for claim_id in sorted(self._by_payer_claim.get(number, ())):
                for one in self._by_number.get(claim_id, ()):
                    found[one.file, one.byte] = one
        for later in self._by_replaced.get(wanted.replaces, ()) if wanted.replaces else ():
            found[later.file, later.byte] = later
        for later in self._by_replaced.get(wanted.payer_claim, ()) if wanted.payer_claim else ():
            for one in self._by_number[later.claim_id]:
                if one.replaces != wanted.payer_claim:
                    found[one.file, one.byte] = one
        return list(found.values())


def _is_payee(claim: SentClaim, wanted: Wanted) -> bool:
    """Whether the answer may have gone to the claim's provider: not where both are known and
    differ."""
    if not claim.provider or not wanted.payees:
        return True
    return bool(claim.provider & wanted.payees)


def _narrowed(candidates: Sequence[SentClaim], wanted: Wanted, level: str) -> Found | None:
    """The one of the candidates that fits best, step by step; a step that none passes is left
    out. None where several remain."""
    used = [level]
    for name, fits in _STEPS:
        if len(candidates) < 2:
            break
        kept = [one for one in candidates if fits(one, wanted)]
        if kept and len(kept) < len(candidates):
            candidates = kept
            used.append(name)
    if len(candidates) > 1 and wanted.until is not None:
        days = [one.made_on for one in candidates if one.made_on is not None]
        latest = max((one for one in days if one <= wanted.until), default=None)
        if latest is not None:
            candidates = [one for one in candidates if one.made_on == latest]
            used.append("latest sent")
    return Found(candidates[0], ", ".join(used)) if len(candidates) == 1 else None


class Answers:
    """The answers to be matched, taken row by row; all are held in memory."""

    def __init__(self) -> None:
        self.statuses: list[Status] = []
        self._claims: list[ClaimAnswer] = []
        self._lines = defaultdict[tuple[str, int], list[LineAnswer]](list)
        self._payments: dict[tuple[str, int], Payment] = {}

    def add(self, row: Row) -> None:
        """Take a row of `read_answers`."""
        if isinstance(row, ClaimAnswer):
            self._claims.append(row)
        elif isinstance(row, LineAnswer):
            self._lines[row.file, row.answer].append(row)
        elif isinstance(row, Payment):
            self._payments[row.file, row.payment] = row
        elif isinstance(row, Status) and row.level == "claim":
            self.statuses.append(row)

    def matches(self, sent: SentClaims) -> Iterator[ClaimMatch | LineMatch]:
        """What each answer is about. The order in which answers came makes no difference."""
        paid_on = {key: one.paid_on for key, one in self._payments.items()}
        state = states(self._claims, paid_on)
        for claim in self._claims:
            payment = self._payments.get((claim.file, claim.payment))
            found = sent.find(_wanted(claim, payment))
            yield _claim_match(claim, found, state[claim.file, claim.answer])
            if found.claim is not None:
                lines = self._lines.get((claim.file, claim.answer), [])
                yield from line_matches(claim, lines, found.claim.lines)
        for status in self._status_claims():
            found = sent.find(_wanted_of_status(status))
            yield _status_match(status, found)

    def _status_claims(self) -> Iterator[Status]:
        """One status of each claim of a 277CA, which may have several."""
        seen: set[tuple[str, str, str]] = set()
        for one in self.statuses:
            key = (one.file, one.batch, one.claim_id)
            if key not in seen:
                seen.add(key)
                yield one


def _wanted(claim: ClaimAnswer, payment: Payment | None) -> Wanted:
    charge = abs(claim.charge) if claim.charge is not None else None
    return Wanted(
        claim.claim_id,
        known_numbers(payment.payee_number, payment.payee_tax_id) if payment else frozenset(),
        known_names(payment.payer, payment.payer_number) if payment else frozenset(),
        _SEQUENCE.get(claim.status, ""),
        claim.frequency,
        charge,
        claim.received or (payment.paid_on if payment else None),
        claim.payer_claim,
        claim.replaces,
        frozenset(filter(None, (claim.patient_id, claim.corrected_patient_id))),
        claim.first_day,
        claim.last_day,
    )


def _wanted_of_status(status: Status) -> Wanted:
    return Wanted(
        status.claim_id,
        known_numbers(status.provider),
        known_names(status.sender) if status.sender_role == "PR" else frozenset(),
        "",
        "",
        status.charge,
        status.effective,
        status.payer_claim,
        "",
        frozenset({status.patient_id} - {""}),
        status.first_day,
        status.last_day,
        status.batch,
    )


def _claim_match(claim: ClaimAnswer, found: Found, state: str) -> ClaimMatch:
    return ClaimMatch(
        claim.file, claim.payment, claim.answer, claim.claim_id, found.level, found.reason, state,
        claim.status, claim.charge, claim.paid, *_place(found.claim), claim.segment, claim.byte,
    )  # fmt: skip


def _status_match(status: Status, found: Found) -> ClaimMatch:
    return ClaimMatch(
        status.file, 0, 0, status.claim_id, found.level, found.reason, "current",
        status.category, status.charge, None, *_place(found.claim), status.segment, status.byte,
    )  # fmt: skip


def _place(claim: SentClaim | None) -> tuple[str, str, str, int, int]:
    if claim is None:
        return "", "", "", 0, 0
    return claim.file, claim.claim_id, claim.frequency, claim.segment, claim.byte
