"""What the money of an adjustment is, by group and reason, and what became of a line by it.

Source: the code lists of X12 (139); the grouping into classes is ours. Group PI is used where
others send CO or OA, so the reason decides, and the group only parts PR from the rest
(Asuris, Regence and BridgeSpan, claims payment pages).
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from scrubber.answers.rows import Adjustment
from scrubber.codes import adjustment as reason_codes
from scrubber.codes.verdict import Verdict

ZERO = Decimal(0)
FEE, PATIENT, EARLIER, WAITING = "fee", "patient", "earlier payer", "waiting"
DENIAL, UNKNOWN = "denial", "unknown"
REVERSAL, FORWARDED_UNDECIDED = "22", "23"
SEQUESTRATION = "253"
SEQUENCE = {"1": "P", "2": "S", "3": "T", "19": "P", "20": "S", "21": "T"}
"""By CLP02 the order of the payer that decided, as SBR01 has it."""

_FEE_REASONS = frozenset(
    {"45", "59", "94", "104", "131", "144", "253", "P5", "P12", "P18"}
    | {"P23", "P24", "P25", "P26", "P29"}
)
_FEE_WITH_REMARK = {"237": "N807", "246": "N620"}
# An excess over the allowed amount that is put to the patient (PR 45) is a share of theirs too.
_PATIENT_REASONS = frozenset({"1", "2", "3", "45", "66", "85"})
_WAITING_REASONS = frozenset({"133", "257", "277", "P8", "P11", "B11"})


def money_class(group: str, reason: str, remarks: Collection[str] = ()) -> str:
    """The class of an adjustment; a reason that our table does not have is unknown."""
    if group != "PR" and _FEE_WITH_REMARK.get(reason) in remarks:
        return FEE
    return _class_of(group, reason)


@lru_cache(maxsize=4096)
def _class_of(group: str, reason: str) -> str:
    if reason == "23":
        return EARLIER
    if reason in _WAITING_REASONS:
        return WAITING
    if reason in (_PATIENT_REASONS if group == "PR" else _FEE_REASONS):
        return PATIENT if group == "PR" else FEE
    return DENIAL if reason_codes.check(reason) is Verdict.VALID else UNKNOWN


Sums = Mapping[str, Decimal]
"""What adjustments come to, by class; a class without any is absent."""


def sums_of(adjustments: Iterable[Adjustment]) -> dict[str, Decimal]:
    """What adjustments come to."""
    found: dict[str, Decimal] = {}
    for one in adjustments:
        if one.amount is not None:
            money = one.money
            found[money] = found[money] + one.amount if money in found else one.amount
    return found


def outcome(status: str, charge: Decimal | None, paid: Decimal | None, sums: Sums) -> str:
    """What became of a line or claim: paid, short (part of it denied), denied, patient (all of it
    the patient's share), other payer, waiting, reversed, nothing due, or unknown."""
    if status == REVERSAL:
        return "reversed"
    if charge is None or paid is None:
        return UNKNOWN
    denied = sums.get(DENIAL, ZERO)
    if denied > 0:
        whole = not paid and denied >= charge - sums.get(FEE, ZERO)
        return "denied" if whole else "short"
    if status == FORWARDED_UNDECIDED or sums.get(WAITING):
        return WAITING
    if paid > 0:
        return "paid"
    for money, name in ((UNKNOWN, UNKNOWN), (PATIENT, PATIENT), (EARLIER, "other payer")):
        if sums.get(money):
            return name
    return "nothing due"
