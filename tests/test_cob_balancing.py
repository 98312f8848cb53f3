"""Laws of coordination of benefits: what adds up is never blamed, a cent too much always is.

A claim is drawn with its lines and one to three payers before the destination payer. Each of them
decides on the lines or on the claim as a whole, and every decision adds up by construction.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine import Context, scrub
from scrubber.profiles.loader import load_profiles

PROFILES = load_profiles(None)
CENT = Decimal("0.01")
SEQUENCE = "PSTA"
CODES = ("97110", "97112", "97140", "97530")
BALANCING = {"S301", "S302", "S303", "S304"}


class Decision(NamedTuple):
    """Paid amount and adjustments (group, reason, amount), in cents."""

    paid: int
    adjustments: tuple[tuple[str, str, int], ...]


class Payer(NamedTuple):
    """Decisions line by line, or one for the whole claim; and adjustments of the claim beside
    the lines."""

    lines: tuple[Decision, ...]
    claim: Decision


class Drawn(NamedTuple):
    """Line charges in cents, and the payers in the order of payment."""

    charges: tuple[int, ...]
    payers: tuple[Payer, ...]


REASONS = (("CO", "45"), ("PR", "2"), ("PR", "1"), ("OA", "23"), ("CO", "253"))


@st.composite
def decisions(draw: st.DrawFn, charge: int) -> Decision:
    """A charge shared out into a paid amount and up to four adjustments."""
    cuts = sorted(draw(st.lists(st.integers(0, charge), max_size=4)))
    shares = [end - begin for begin, end in zip([0, *cuts], [*cuts, charge], strict=True)]
    reasons = draw(st.permutations(REASONS))
    adjustments = tuple(
        (*reason, share) for reason, share in zip(reasons, shares[1:], strict=False) if share
    )
    return Decision(shares[0], adjustments)


@st.composite
def payers(draw: st.DrawFn, charges: tuple[int, ...]) -> Payer:
    """A payer that decides line by line, perhaps with a copayment on the claim, or as a whole."""
    if draw(st.booleans()):
        return Payer((), draw(decisions(sum(charges))))
    lines = tuple(draw(decisions(charge)) for charge in charges)
    paid = sum(line.paid for line in lines)
    copayment = draw(st.integers(0, paid))
    adjustments = (("PR", "3", copayment),) if copayment else ()
    return Payer(lines, Decision(paid - copayment, adjustments))


@st.composite
def claims(draw: st.DrawFn) -> Drawn:
    """A claim of one to four lines with one to three earlier payers."""
    charges = tuple(draw(st.lists(st.integers(1, 50000), min_size=1, max_size=4)))
    return Drawn(charges, tuple(draw(payers(charges)) for _ in range(draw(st.integers(1, 3)))))


def dollars(cents: int) -> str:
    return str(cents * CENT)


def cas(adjustments: tuple[tuple[str, str, int], ...]) -> list[str]:
    return [f"CAS*{group}*{reason}*{dollars(amount)}" for group, reason, amount in adjustments]


def other_payer(number: int, payer: Payer) -> list[str]:
    dated = [] if payer.lines else ["DTP*573*D8*20260210"]
    return [
        f"SBR*{SEQUENCE[number]}*18*GRP******CI",
        *cas(payer.claim.adjustments),
        f"AMT*D*{dollars(payer.claim.paid)}",
        "OI***Y***Y",
        "NM1*IL*1*DOE*JANE****MI*M1",
        f"NM1*PR*2*EXAMPLE PAYER*****PI*PAYER{number}",
        *dated,
    ]


def service_line(place: int, drawn: Drawn) -> list[str]:
    charge, code = dollars(drawn.charges[place]), CODES[place]
    segments = [
        f"LX*{place + 1}",
        f"SV1*HC:{code}:GP*{charge}*UN*1***1",
        "DTP*472*D8*20260115",
    ]
    for number, payer in enumerate(drawn.payers):
        if payer.lines:
            decision = payer.lines[place]
            segments.append(f"SVD*PAYER{number}*{dollars(decision.paid)}*HC:{code}:GP**1")
            segments += [*cas(decision.adjustments), "DTP*573*D8*20260203"]
    return segments


def file_of(drawn: Drawn) -> str:
    body = [
        "ST*837*0001*005010X222A1",
        "BHT*0019*00*BATCH1*20260301*1200*CH",
        "NM1*41*2*EXAMPLE THERAPY BILLING*****46*CLINIC",
        "PER*IC*BILLING OFFICE*TE*5555550100",
        "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*CLEARHOUSE",
        "HL*1**20*1",
        "PRV*BI*PXC*261QP2000X",
        "NM1*85*2*EXAMPLE PHYSICAL THERAPY*****XX*1234567893",
        "N3*100 MAIN STREET",
        "N4*MIAMI*FL*331010001",
        "REF*EI*590000001",
        "HL*2*1*22*0",
        f"SBR*{SEQUENCE[len(drawn.payers)]}*18*******CI",
        "NM1*IL*1*DOE*JANE****MI*SUP123456",
        "N3*200 OAK AVENUE",
        "N4*MIAMI*FL*33101",
        "DMG*D8*19650615*F",
        "NM1*PR*2*EXAMPLE SUPPLEMENT*****PI*88888",
        f"CLM*PCN003*{dollars(sum(drawn.charges))}***11:B:1*Y*A*Y*Y",
        "HI*ABK:M5450",
        "NM1*82*1*THERAPIST*THEO****XX*1679576722",
        "PRV*PE*PXC*225100000X",
    ]
    for number, payer in enumerate(drawn.payers):
        body += other_payer(number, payer)
    for place in range(len(drawn.charges)):
        body += service_line(place, drawn)
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'CLINIC':15}*ZZ*{'CLEARHOUSE':15}"
        "*260301*1200*^*00501*000000101*0*P*:",
        "GS*HC*CLINIC*CLEARHOUSE*20260301*1200*101*X*005010X222A1",
        *body,
        f"SE*{len(body) + 1}*0001",
        "GE*1*101",
        "IEA*1*000000101",
    ]
    return "".join(f"{segment}~" for segment in segments)


def said(text: str) -> list[str]:
    result = scrub(text.encode("ascii"), Context(date(2026, 3, 2), PROFILES))
    assert len(result.claims) == 1
    assert result.claims[0].not_checked == ()
    return [one.code for one in result.claims[0].findings if one.code in BALANCING]


@given(claims())
def test_what_adds_up_is_never_blamed(drawn: Drawn) -> None:
    assert said(file_of(drawn)) == []


@given(claims(), st.integers(1, 10**6))
def test_a_wrong_total_charge_is_blamed_once(drawn: Drawn, more: int) -> None:
    charge = sum(drawn.charges)
    right, wrong = f"PCN003*{dollars(charge)}*", f"PCN003*{dollars(charge + more)}*"
    assert said(file_of(drawn).replace(right, wrong)).count("S301") == 1


@given(claims(), st.data())
def test_a_cent_more_paid_on_a_line_is_blamed_on_that_line(
    drawn: Drawn, data: st.DataObject
) -> None:
    deciding = [number for number, payer in enumerate(drawn.payers) if payer.lines]
    if not deciding:
        return
    number = data.draw(st.sampled_from(deciding))
    place = data.draw(st.integers(0, len(drawn.charges) - 1))
    payer = drawn.payers[number]
    decision = payer.lines[place]
    more = decision._replace(paid=decision.paid + 1)
    lines = (*payer.lines[:place], more, *payer.lines[place + 1 :])
    spoiled = (*drawn.payers[:number], payer._replace(lines=lines), *drawn.payers[number + 1 :])
    # The payer's total over its lines cannot add up either, which is no fault of its own.
    assert said(file_of(drawn._replace(payers=spoiled))) == ["S302"]


@given(claims(), st.data())
def test_a_cent_more_paid_on_the_claim_is_blamed_on_that_payer(
    drawn: Drawn, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(drawn.payers) - 1))
    payer = drawn.payers[number]
    more = payer._replace(claim=payer.claim._replace(paid=payer.claim.paid + 1))
    spoiled = (*drawn.payers[:number], more, *drawn.payers[number + 1 :])
    expected = "S303" if payer.lines else "S304"
    assert said(file_of(drawn._replace(payers=spoiled))) == [expected]
