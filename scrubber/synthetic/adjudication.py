"""What the payer before paid, line by line, in amounts that add up to the line's charge."""

from decimal import Decimal

from scrubber.synthetic.coverage import Coverage
from scrubber.synthetic.dice import Dice
from scrubber.synthetic.records import Adjudication, Adjustment, Line, OtherCoverage

_CENT = Decimal("0.01")
_CONTRACTUAL, _DEDUCTIBLE, _COINSURANCE, _SEQUESTRATION = "45", "1", "2", "253"
_SEQUESTERED = Decimal("0.02")


def _adjudicate(
    charge: Decimal, allowed_share: Decimal, coinsurance: Decimal, date: str, *, medicare: bool
) -> Adjudication:
    allowed = (charge * allowed_share).quantize(_CENT)
    patient = (allowed * coinsurance).quantize(_CENT)
    withheld = ((allowed - patient) * _SEQUESTERED).quantize(_CENT) if medicare else Decimal(0)
    adjustments = []
    if charge > allowed:
        adjustments.append(Adjustment("CO", _CONTRACTUAL, charge - allowed))
    if withheld:
        adjustments.append(Adjustment("CO", _SEQUESTRATION, withheld))
    if patient:
        reason = _DEDUCTIBLE if coinsurance == 1 else _COINSURANCE
        adjustments.append(Adjustment("PR", reason, patient))
    return Adjudication(allowed - patient - withheld, tuple(adjustments), date)


def adjudicate(
    dice: Dice, coverage: Coverage, lines: list[Line], date: str
) -> tuple[list[Line], OtherCoverage]:
    """The lines with what `coverage.other_payer` did, and the claim-level sums of it.

    Raises:
        ValueError: the coverage has no other payer.
    """
    payer, member = coverage.other_payer, coverage.other_member
    if payer is None or member is None:
        raise ValueError("the coverage has no payer before this one")
    share = Decimal(dice.between(38, 82)) / 100
    coinsurance = dice.pick((Decimal("0.2"), Decimal("0.2"), Decimal("0.1"), Decimal(1)))
    settled = [
        line._replace(
            adjudication=_adjudicate(
                line.charge, share, coinsurance, date, medicare=payer.is_medicare
            )
        )
        for line in lines
    ]
    done = [line.adjudication for line in settled if line.adjudication is not None]
    liability = sum(
        (
            adjustment.amount
            for each in done
            for adjustment in each.adjustments
            if adjustment.group == "PR"
        ),
        Decimal("0.00"),
    )
    paid = sum((each.paid for each in done), Decimal("0.00"))
    return settled, OtherCoverage(payer, member, coverage.other_relationship, paid, liability)
