"""Spoilings of a claim outside its service lines, and of what its lines refer to."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from scrubber.synthetic.dice import Dice
from scrubber.synthetic.line_spoilings import Spoiled, Spoiling, with_line
from scrubber.synthetic.records import Claim, Clinician

_MOST_DIAGNOSES = 12


def _wrong_check_digit(clinician: Clinician) -> Clinician:
    last = (int(clinician.npi[-1]) + 1) % 10
    return clinician._replace(npi=f"{clinician.npi[:-1]}{last}")


def rendering_npi(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """A rendering provider's NPI with a wrong check digit."""
    if claim.rendering is None:
        return None
    return Spoiled(claim._replace(rendering=_wrong_check_digit(claim.rendering)))


def referring_npi(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """A referring provider's NPI with a wrong check digit."""
    if claim.referring is None:
        return None
    return Spoiled(claim._replace(referring=_wrong_check_digit(claim.referring)))


def referring_missing(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """A Medicare claim without the provider who certified the plan of care."""
    if not claim.payer.is_medicare:
        return None
    return Spoiled(claim._replace(referring=None))


def total_off(claim: Claim, dice: Dice, _as_of: date) -> Spoiled | None:
    """A claim total some cents to some dollars above the sum of its lines."""
    return Spoiled(claim._replace(charge=claim.charge + Decimal(dice.between(1, 900)) / 100))


def claim_number_missing(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """A replacement that does not say what it replaces."""
    if claim.other is not None or claim.frequency != "1":
        return None
    return Spoiled(claim._replace(frequency="7"))


def pointer_beyond(claim: Claim, dice: Dice, _as_of: date) -> Spoiled | None:
    """A line that points one past the last diagnosis."""
    if len(claim.diagnoses) >= _MOST_DIAGNOSES:
        return None
    position = dice.between(0, len(claim.lines) - 1)
    pointers = f"1:{len(claim.diagnoses) + 1}"
    return with_line(claim, position, claim.lines[position]._replace(pointers=pointers))


def _diagnoses(change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Spoiling:
    def spoil(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
        return Spoiled(claim._replace(diagnoses=change(claim.diagnoses)))

    return spoil


diagnosis_not_billable = _diagnoses(lambda codes: ("M545", *codes[1:]))
diagnosis_repeated = _diagnoses(lambda codes: (*codes[: _MOST_DIAGNOSES - 1], codes[0]))


def accident_date_missing(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """An accident claim without the date of the accident."""
    kept = tuple(pair for pair in claim.dates if pair[0] != "439")
    return Spoiled(claim._replace(dates=kept)) if len(kept) < len(claim.dates) else None


def adjudication_off(claim: Claim, dice: Dice, _as_of: date) -> Spoiled | None:
    """A line whose prior payment and adjustments do not add up to its charge."""
    if claim.other is None:
        return None
    position = dice.between(0, len(claim.lines) - 1)
    line = claim.lines[position]
    if line.adjudication is None:
        return None
    paid = line.adjudication.paid + (off := Decimal(dice.between(1, 500)) / 100)
    spoiled = line._replace(adjudication=line.adjudication._replace(paid=paid))
    other = claim.other._replace(paid=claim.other.paid + off)
    return with_line(claim._replace(other=other), position, spoiled)


def line_number_repeated(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """Two lines with one line control number."""
    if len(claim.lines) < 2 or not claim.lines[0].control_number:
        return None
    position = len(claim.lines) - 1
    last = claim.lines[position]._replace(control_number=claim.lines[0].control_number)
    return with_line(claim, position, last)


def medicare_id(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """A Medicare beneficiary identifier with a letter that never occurs in one."""
    if not claim.payer.is_medicare:
        return None
    member = claim.subscriber
    wrong = f"{member.member_id[0]}S{member.member_id[2:]}"
    return Spoiled(claim._replace(subscriber=member._replace(member_id=wrong)))


def benefits_code(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """A code that the guide does not have for the assignment of benefits."""
    return None if claim.other is not None else Spoiled(claim._replace(benefits_assigned="X"))
