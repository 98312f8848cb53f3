"""Money outside of claims (PLB) and the claims it names: what was taken back beyond reversals.

WO recovers an overpayment; its reference is the payer's number of the claim. FB puts a balance off
to another payment, where the same reference comes again with the other sign (X12 RFI 227, 1756,
2223). A reversal whose money was put off and then recovered is so counted once.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from scrubber.answers.money import ZERO
from scrubber.answers.rows import ProviderMatch
from scrubber.answers.settle import NOTHING_RECOUPED, Recouped
from scrubber.answers.store import AnswerStore

_KINDS = {"WO": "take-back", "FB": "forward balance", "L6": "interest"}


def recouped(store: AnswerStore) -> dict[int, Recouped]:
    """What was taken back of claims by WO, less what was put off by FB, by number."""
    found: dict[int, Recouped] = {}
    for adjustment, payment, named in store.provider_adjustments():
        if adjustment.reason in {"WO", "FB"} and len(named) == 1:
            amount, on = found.get(min(named), NOTHING_RECOUPED)
            day = payment.paid_on if payment is not None else None
            days = [one for one in (on, day) if one is not None]
            amount += adjustment.amount or ZERO
            found[min(named)] = Recouped(amount, max(days, default=None))
    return {number: one for number, one in found.items() if one.amount > 0}


def provider_matches(store: AnswerStore) -> Iterator[ProviderMatch]:
    """A row for each provider adjustment."""
    put_off = defaultdict[str, Decimal](Decimal)
    for adjustment, _, _ in store.provider_adjustments():
        if adjustment.reason == "FB":
            put_off[adjustment.reference] += adjustment.amount or ZERO
    for adjustment, payment, named in store.provider_adjustments():
        claim = store.sent_claim(min(named)) if len(named) == 1 else None
        settled = ""
        if adjustment.reason == "FB":
            settled = "no" if put_off[adjustment.reference] else "yes"
        yield ProviderMatch(
            adjustment.file, adjustment.payment, payment.paid_on if payment else None,
            adjustment.reason, _KINDS.get(adjustment.reason, "other"), adjustment.amount, settled,
            claim.file if claim else "", claim.claim_id if claim else "",
        )  # fmt: skip
