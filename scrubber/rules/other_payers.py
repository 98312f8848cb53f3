"""What a claim says of its other payers: who they are, what they paid and adjusted, and when.

Amounts of coordination of benefits are read here once for all the rules that add them up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Loop
from scrubber.claim.service_line import ServiceLine
from scrubber.claim.values import amount
from scrubber.x12.segment import Element, Segment

SEQUENCE = "PSTABCDEFGH"
"""SBR01 in the order of payment; U (unknown) has no place in it."""


class Adjustment(NamedTuple):
    """One adjustment of a CAS: group, reason and amount in dollars; None where unreadable."""

    group: str
    reason: str
    amount: Decimal | None
    loop: Loop
    cas_index: int
    place: int

    @property
    def reason_element(self) -> Element:
        """The reason code."""
        return self.loop.block.segment(self.cas_index, self.loop.id)[self.place]

    @property
    def amount_element(self) -> Element:
        """The amount."""
        return self.loop.block.segment(self.cas_index, self.loop.id)[self.place + 1]


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What one payer decided on one service line: a 2430 loop."""

    line: ServiceLine
    loop: Loop
    payer_id: str
    paid: Decimal | None
    adjustments: tuple[Adjustment, ...]

    @property
    def svd(self) -> Segment:
        """The SVD that begins the loop."""
        return self.loop.block.segment(self.loop.layout.first, self.loop.id)


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """A 2320 loop with the decisions of that payer on the lines.

    `paid` is AMT*D, `not_covered` AMT*A8, `patient_owes` AMT*EAF, in dollars; None where absent
    or unreadable.
    """

    loop: Loop
    sequence: str
    payer_id: str
    paid: Decimal | None
    not_covered: Decimal | None
    patient_owes: Decimal | None
    adjustments: tuple[Adjustment, ...]
    decisions: tuple[LineDecision, ...]

    @property
    def sbr(self) -> Segment:
        """The SBR that begins the loop."""
        return self.loop.block.segment(self.loop.layout.first, self.loop.id)

    @property
    def payer_loop(self) -> Loop | None:
        """2330B, which names the payer."""
        return self.loop.child("2330B")

    @property
    def decision_dates(self) -> Iterator[Element]:
        """Each DTP03 that dates a decision of this payer: with its name, and on the lines."""
        for loop in (self.payer_loop, *(one.loop for one in self.decisions)):
            if loop is not None:
                yield from (one[3] for one in loop.segments("DTP", "573"))

    @property
    def adjudicated(self) -> bool:
        """Whether anything says that this payer has decided on the claim. An amount not covered
        (AMT*A8) does not: it stands for a claim that this payer was not sent."""
        return bool(self.paid is not None or self.adjustments or self.decisions)

    def amount_element(self, qualifier: str) -> Element | Segment:
        """AMT02 of the amount with that qualifier; the SBR where there is none."""
        segment = self.loop.segment("AMT", qualifier)
        return segment[2] if segment is not None else self.sbr


@lru_cache(maxsize=2)
def other_payers(claim: Claim) -> tuple[OtherPayer, ...]:
    """The other payers of a claim in file order."""
    decisions: dict[str, list[LineDecision]] = {}
    for decision in line_decisions(claim):
        decisions.setdefault(decision.payer_id, []).append(decision)
    return tuple(_other_payer(loop, decisions) for loop in claim.other_payers)


@lru_cache(maxsize=2)
def line_decisions(claim: Claim) -> tuple[LineDecision, ...]:
    """Every 2430 of the claim in file order."""
    return tuple(
        LineDecision(
            line, loop, loop.value("SVD", 1), amount(loop.value("SVD", 2)), adjustments_of(loop)
        )
        for line in claim.lines
        if "2430" in line.layout.loops
        for loop in line.adjudications
    )


def _other_payer(loop: Loop, decisions: dict[str, list[LineDecision]]) -> OtherPayer:
    payer = loop.child("2330B")
    payer_id = payer.value("NM1", 9) if payer is not None else ""
    return OtherPayer(
        loop,
        loop.value("SBR", 1),
        payer_id,
        amount(loop.value("AMT", 2, "D")),
        amount(loop.value("AMT", 2, "A8")),
        amount(loop.value("AMT", 2, "EAF")),
        adjustments_of(loop),
        tuple(decisions.get(payer_id, ())) if payer_id else (),
    )


def adjustments_of(loop: Loop) -> tuple[Adjustment, ...]:
    """The adjustments of a 2320 or 2430 loop, of all its CAS segments."""
    indexes = loop.layout.segments.get("CAS")
    return tuple(_adjustments(loop, indexes)) if indexes else ()


def _adjustments(loop: Loop, indexes: tuple[int, ...]) -> Iterator[Adjustment]:
    for index in indexes:
        values = loop.block.values(index)
        for place in range(2, len(values), 3):
            reason = values[place]
            text = values[place + 1] if place + 1 < len(values) else ""
            if reason or text:
                yield Adjustment(values[1], reason, amount(text), loop, index, place)


def decided_before(claim: Claim) -> list[OtherPayer]:
    """The other payers that have decided on the claim, without those that come after this one."""
    own = claim.subscriber.responsibility if claim.subscriber is not None else ""
    return [
        one for one in other_payers(claim) if one.adjudicated and not pays_before(own, one.sequence)
    ]


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum in dollars; None when any of the amounts cannot be read."""
    added = Decimal(0)
    for one in amounts:
        if one is None:
            return None
        added += one
    return added


def pays_before(sequence: str, other: str) -> bool:
    """Whether SBR01 `sequence` comes before `other`; False where either has no place."""
    if sequence not in SEQUENCE or other not in SEQUENCE or not sequence or not other:
        return False
    return SEQUENCE.index(sequence) < SEQUENCE.index(other)
