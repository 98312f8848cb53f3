"""Finds the claim and the lines of ours that an answer is about, and never guesses.

At each level one candidate decides; of several the next level has to choose. Claim numbers come
back as sent (X12 RFI 504), line numbers too, split and bundled or not (RFI 1917).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from scrubber.answers.money import SEQUENCE
from scrubber.answers.rows import ClaimAnswer, ClaimMatch, LineAnswer, Payment, Status
from scrubber.answers.sent import SentClaim, known_names, known_numbers

MOST_ALIKE = 200
"""More claims than this that fit one level decide nothing."""
SHORTEST_CUT = 20
"""CLM01 holds 20 characters (HIPAA); of a longer one a payer may return so many."""
NO_CLAIM = "no claim of ours has this number"
SEVERAL = "several claims of ours fit"
OTHER_PROVIDER = "the claim of this number is of another provider"
OTHER_DAYS = "the claim of this number is of other days of service"


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
    ("days", lambda one, wanted: (one.first_day, one.last_day) == _days(wanted)),
    ("charge", lambda one, wanted: one.charge == wanted.charge),
)


class SentClaims(Protocol):
    """Where the claims that were sent are looked up, each at most once in an answer."""

    def by_number(self, claim_id: str) -> Sequence[SentClaim]:
        """Those with this CLM01."""

    def by_cut_number(self, start: str) -> Sequence[SentClaim]:
        """Those whose CLM01 is longer and begins so."""

    def by_replaced(self, payer_claim: str) -> Sequence[SentClaim]:
        """Those with this REF*F8."""

    def by_member(
        self, member: str, first_day: date, last_day: date | None, charge: Decimal
    ) -> Sequence[SentClaim]:
        """Those of a member with these days and charge."""

    def numbers_of(self, payer_claim: str) -> Sequence[str]:
        """The claim numbers for which a 277CA gave this number of the payer's."""


def find(sent: SentClaims, wanted: Wanted) -> Found:
    """The one claim that is wanted."""
    reason = NO_CLAIM
    for level, candidates in _levels(sent, wanted):
        if len(candidates) > MOST_ALIKE:
            reason = SEVERAL
            continue
        of_payee = [one for one in candidates if _is_payee(one, wanted)]
        fits = [one for one in of_payee if _is_of_days(one, wanted)]
        found = _narrowed(fits, wanted, level)
        if found is not None:
            return found
        if fits:
            reason = SEVERAL
        elif candidates and reason == NO_CLAIM:
            reason = OTHER_DAYS if of_payee else OTHER_PROVIDER
    return Found(None, "", reason)


def _levels(sent: SentClaims, wanted: Wanted) -> Iterator[tuple[str, Sequence[SentClaim]]]:
    if wanted.claim_id:
        yield "claim number", sent.by_number(wanted.claim_id)
    if len(wanted.claim_id) == SHORTEST_CUT:
        yield "claim number cut off", sent.by_cut_number(wanted.claim_id)
    yield "payer's claim number", _of_payer_claim(sent, wanted)
    if wanted.members and wanted.payees and wanted.first_day and wanted.charge is not None:
        candidates = [
            one
            for member in sorted(wanted.members)
            for one in sent.by_member(member, wanted.first_day, wanted.last_day, wanted.charge)
            if one.provider & wanted.payees
        ]
        yield "member, days and charge", candidates


def _of_payer_claim(sent: SentClaims, wanted: Wanted) -> list[SentClaim]:
    """The claims that a 277CA or a later claim of ours names by the payer's number."""
    found: list[SentClaim] = []
    for number in filter(None, (wanted.payer_claim, wanted.replaces)):
        for claim_id in sent.numbers_of(number):
            found += sent.by_number(claim_id)
    if wanted.replaces:
        found += sent.by_replaced(wanted.replaces)
    later = sent.by_replaced(wanted.payer_claim) if wanted.payer_claim else ()
    for claim_id in sorted({one.claim_id for one in later}):
        alike = sent.by_number(claim_id)
        found += [one for one in alike if one.replaces != wanted.payer_claim]
    if len(found) > MOST_ALIKE:
        return found
    return list({(one.file, one.byte): one for one in found}.values())


def _is_payee(claim: SentClaim, wanted: Wanted) -> bool:
    """Whether the answer may have gone to the claim's provider: not where both are known and
    differ."""
    if not claim.provider or not wanted.payees:
        return True
    return bool(claim.provider & wanted.payees)


def _is_of_days(claim: SentClaim, wanted: Wanted) -> bool:
    """Whether the answer may be about the claim's days: not where both are known and no day is
    common. Some offices give all claims of a patient one number."""
    first, last = _days(wanted)
    if first is None or last is None or claim.first_day is None or claim.last_day is None:
        return True
    return first <= claim.last_day and claim.first_day <= last


def _days(wanted: Wanted) -> tuple[date | None, date | None]:
    return wanted.first_day, wanted.last_day or wanted.first_day


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


def wanted_by_answer(
    claim: ClaimAnswer, lines: Iterable[LineAnswer], payment: Payment | None
) -> Wanted:
    """What an 835 says of the claim it decided. Its days are those of its lines where it names
    none itself."""
    charge = abs(claim.charge) if claim.charge is not None else None
    days = [claim.first_day, claim.last_day]
    if claim.first_day is None:
        days = [day for one in lines for day in (one.first_day, one.last_day)]
    known = [day for day in days if day is not None]
    return Wanted(
        claim.claim_id,
        known_numbers(payment.payee_number, payment.payee_tax_id) if payment else frozenset(),
        known_names(payment.payer, payment.payer_number) if payment else frozenset(),
        SEQUENCE.get(claim.status, ""),
        claim.frequency,
        charge,
        claim.received or (payment.paid_on if payment else None),
        claim.payer_claim,
        claim.replaces,
        frozenset(filter(None, (claim.patient_id, claim.corrected_patient_id))),
        min(known, default=None),
        max(known, default=None),
    )


def wanted_by_status(status: Status) -> Wanted:
    """What a 277CA says of the claim it acknowledges."""
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


def claim_match(claim: ClaimAnswer, found: Found, state: str) -> ClaimMatch:
    """The row of an answer of an 835."""
    return ClaimMatch(
        claim.file, claim.payment, claim.answer, claim.claim_id, found.level, found.reason, state,
        claim.status, claim.charge, claim.paid, *_place(found.claim), claim.segment, claim.byte,
    )  # fmt: skip


def status_match(status: Status, found: Found) -> ClaimMatch:
    """The row of a claim of a 277CA."""
    return ClaimMatch(
        status.file, 0, 0, status.claim_id, found.level, found.reason, "current",
        status.category, status.charge, None, *_place(found.claim), status.segment, status.byte,
    )  # fmt: skip


def _place(claim: SentClaim | None) -> tuple[str, str, str, int, int]:
    if claim is None:
        return "", "", "", 0, 0
    return claim.file, claim.claim_id, claim.frequency, claim.segment, claim.byte
