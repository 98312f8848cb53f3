"""What Medicare is expected to pay for the lines of a claim, as far as the fee table knows.

National amounts before the multiple procedure reduction, whose practice expense no source of ours
has; an assistant's line at 85 %. To rank findings by dollars, not to price a claim.
"""

from decimal import Decimal

from scrubber.claim.values import amount
from scrubber.engine.results import ClaimResult
from scrubber.profiles.profile import DatedProfile
from scrubber.therapy.fees import expected_amount

MEDICARE = "medicare"
BY_ASSISTANT = frozenset({"CQ", "CO"})


def expected_of(claim: ClaimResult, payer: DatedProfile | None) -> tuple[Decimal | None, ...]:
    """Dollars for each line, None where the table has no rate; empty where no line has one or the
    payer is not Medicare."""
    day = claim.service_from
    if day is None or payer is None or payer.payer_type != MEDICARE:
        return ()
    found = []
    for line in claim.lines:
        units = amount(line.units)
        by_assistant = not BY_ASSISTANT.isdisjoint(line.modifiers)
        known = units is not None and line.therapy is not None
        found.append(
            expected_amount(line.code, units, day, by_assistant)
            if known and units is not None
            else None
        )
    return tuple(found) if any(one is not None for one in found) else ()
