"""What payers before this one decided (loops 2320, 2330, 2430), in amounts that balance."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from scrubber.testing.identities import medicare_number, member_id, person, pick, seeds, whole
from scrubber.testing.records import Segments, ServiceLine, amount, compact

_CENT = Decimal("0.01")
_OTHERS = (
    ("77777", "EXAMPLE MUTUAL", "CI"),
    ("66666", "EXAMPLE HEALTH FUND", "BL"),
    ("55555", "EXAMPLE UNION TRUST", "12"),
)
_SAME, _OTHER_MEMBER = "18", ("01", "19", "G8")
_percent = whole(0, 100)
RANKS = ("P", "S", "T")


@dataclass(frozen=True)
class OtherPayer:
    """A payer besides the one the claim goes to, and in percent what it paid and of the rest put
    to the patient; both are None where it has decided nothing. `detailed`: its remarks, addresses
    and branch are given too."""

    payer_id: str
    name: str
    filing: str
    relationship: str
    member: str
    detailed: bool = False
    paid: int | None = None
    to_patient: int | None = None


def draw_earlier(draw: st.DrawFn, *, medicare: bool, patient: str) -> tuple[OtherPayer, ...]:
    """One or two payers that paid before, in the order in which they paid.

    `medicare`: the first may be Medicare. `patient` is the patient's name, NM103 and NM104.
    """
    first, *more = (draw_other(draw, patient, at) for at in range(draw(whole(1, 2))))
    if medicare and draw(st.booleans()):
        number = medicare_number(draw(seeds))
        member = f"{patient}****MI*{number}"
        first = OtherPayer("06102", "MEDICARE PART B", "MB", _SAME, member)
    shares = ((one, draw(_percent), draw(_percent)) for one in (first, *more))
    return tuple(replace(one, paid=paid, to_patient=owed) for one, paid, owed in shares)


def draw_other(draw: st.DrawFn, patient: str, position: int) -> OtherPayer:
    """A payer that has decided nothing; `position` keeps two of a claim apart."""
    relationship = pick(draw, (_SAME, *_OTHER_MEMBER))
    seed = draw(seeds)
    name = patient if relationship == _SAME else person(seed)
    return OtherPayer(
        *_OTHERS[position], relationship, f"{name}****MI*{member_id(seed)}", seed % 3 == 1
    )


@dataclass(frozen=True)
class Decision:
    """What one payer did with a line, in dollars."""

    before: Decimal
    paid: Decimal
    to_patient: Decimal
    written_off: Decimal

    def adjustments(self) -> Iterator[str]:
        """Its CAS segments; nothing is said of what is nothing."""
        for group, reason, value in (
            ("CO", "45", self.written_off),
            ("OA", "23", self.before),
            ("PR", "2", self.to_patient),
        ):
            if value:
                yield f"CAS*{group}*{reason}*{amount(value)}"


def _decisions(charge: Decimal, payers: tuple[OtherPayer, ...]) -> Iterator[Decision]:
    before = Decimal(0)
    for payer in payers:
        rest = charge - before
        paid = (rest * (payer.paid or 0) / 100).quantize(_CENT)
        to_patient = ((rest - paid) * (payer.to_patient or 0) / 100).quantize(_CENT)
        yield Decision(before, paid, to_patient, rest - paid - to_patient)
        before += paid


def with_decisions(
    lines: tuple[ServiceLine, ...], payers: tuple[OtherPayer, ...], decided: date
) -> tuple[tuple[ServiceLine, ...], Segments]:
    """The lines with what the payers did to each (loop 2430), and loops 2320 and 2330."""
    by_line = [tuple(_decisions(line.charge, payers)) for line in lines]
    settled = tuple(
        replace(line, more=(*line.more, *_line_level(line, payers, made, decided)))
        for line, made in zip(lines, by_line, strict=True)
    )
    loops: list[str] = []
    for position, payer in enumerate(payers):
        made_by_it = [made[position] for made in by_line]
        paid = sum((one.paid for one in made_by_it), Decimal(0))
        owed = sum((one.to_patient for one in made_by_it), Decimal(0))
        amounts = [f"AMT*D*{amount(paid)}"]
        if owed:
            amounts.append(f"AMT*EAF*{amount(owed)}")
        loops += claim_level(payer, RANKS[position], amounts)
    return settled, tuple(loops)


def claim_level(payer: OtherPayer, rank: str, amounts: list[str]) -> list[str]:
    """Loops 2320, 2330A and 2330B of one payer; `rank` is its SBR01."""
    detailed = payer.detailed
    return [
        f"SBR*{rank}*{payer.relationship}*******{payer.filing}",
        *amounts,
        "OI***Y***Y",
        *(["MOA***MA01"] if detailed and amounts else []),
        f"NM1*IL*1*{payer.member}",
        *(["N3*3 ELM ST", "N4*CENTER*IL*60001"] if detailed else []),
        f"NM1*PR*2*{payer.name}*****PI*{payer.payer_id}",
        *(["N3*PO BOX 5", "N4*CENTER*IL*60002", "REF*2U*BRANCH2"] if detailed else []),
    ]


def _line_level(
    line: ServiceLine, payers: tuple[OtherPayer, ...], made: tuple[Decision, ...], decided: date
) -> Iterator[str]:
    for payer, decision in zip(payers, made, strict=True):
        yield (
            f"SVD*{payer.payer_id}*{amount(decision.paid)}*{line.procedure}**{amount(line.units)}"
        )
        yield from decision.adjustments()
        yield f"DTP*573*D8*{compact(decided)}"
