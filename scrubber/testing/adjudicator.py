"""A payer for tests: decides claims line by line as it is told to, and answers with an 835.

Its answers balance to the cent. Nothing in them is real.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, islice
from typing import NamedTuple

from scrubber.answers.sent import SentClaim, SentLine

ALLOWED_SHARE, COINSURANCE = Decimal("0.60"), Decimal("0.20")
MOST_CLAIMS = 500
"""Of one payment."""
_CENT = Decimal("0.01")
_HEAD = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    "*{day:%y%m%d}*1200*^*00501*{number:09d}*0*T*:",
    "GS*HP*PAYER*CLINIC*{day:%Y%m%d}*1200*{number}*X*005010X221A1",
)


class Verdict(NamedTuple):
    """What is decided of a line: paid by the fee of the payer, or denied with these codes; `units`
    are those denied, all of them if None. `share` is the part of the fee that is allowed."""

    group: str = ""
    reason: str = ""
    remarks: tuple[str, ...] = ()
    units: int | None = None
    share: Decimal = Decimal(1)


PAID = Verdict()
Decide = Callable[[SentClaim, SentLine], Verdict]


class Manner(NamedTuple):
    """How the payer writes: with our line numbers (REF*6R), with all modifiers; the status it
    gives to claims (CLP02), and whether it takes back what it decided."""

    line_numbers: bool = True
    modifiers: bool = True
    status: str = "1"
    takes_back: bool = False

    def amount(self, amount: Decimal | None) -> Decimal:
        """An amount as it is written."""
        return -(amount or Decimal(0)) if self.takes_back else amount or Decimal(0)


MANNERLY = Manner()
TAKES_BACK = Manner(status="22", takes_back=True)


class Amounts(NamedTuple):
    """Of a line: what is allowed, what of it the patient owes, what is paid."""

    allowed: Decimal
    patient: Decimal
    paid: Decimal


def amounts_of(line: SentLine, verdict: Verdict) -> Amounts:
    """The money of a verdict."""
    left = (line.charge or Decimal(0)) - denied_of(line, verdict)
    allowed = _cents(left * ALLOWED_SHARE * verdict.share)
    patient = _cents(allowed * COINSURANCE)
    return Amounts(allowed, patient, allowed - patient)


def denied_of(line: SentLine, verdict: Verdict) -> Decimal:
    """The charge that a verdict denies."""
    charge, units = line.charge or Decimal(0), line.units or Decimal(1)
    if not verdict.reason:
        return Decimal(0)
    return charge if verdict.units is None else _cents(charge * verdict.units / units)


def remittances(
    claims: Iterable[SentClaim],
    decide: Decide,
    paid_on: date,
    manner: Manner = MANNERLY,
    first: int = 1,
) -> Iterator[str]:
    """The segments of a file that answers the claims, with their terminators. A payment holds the
    claims of one provider and payer that stand together; `first` is the number of the first."""
    for one in _HEAD:
        yield one.format(day=paid_on, number=first) + "~"
    number = 0
    for _, group in groupby(claims, key=lambda one: (one.provider, one.payer)):
        while together := list(islice(group, MOST_CLAIMS)):
            trace = f"T{first:09d}-{number}"
            number += 1
            segments = list(_payment(together, decide, paid_on, trace, manner))
            yield f"ST*835*{number:04d}~"
            yield from (one + "~" for one in segments)
            yield f"SE*{len(segments) + 2}*{number:04d}~"
    yield f"GE*{number}*{first}~"
    yield f"IEA*1*{first:09d}~"


def _payment(
    claims: list[SentClaim], decide: Decide, paid_on: date, trace: str, manner: Manner
) -> Iterator[str]:
    body: list[str] = []
    total = Decimal(0)
    for at, claim in enumerate(claims, 1):
        segments, paid = _claim(claim, decide, manner, f"{trace}-{at}")
        body += segments
        total += paid
    day = f"{paid_on:%Y%m%d}"
    npi = next((one for one in sorted(claims[0].provider) if len(one) == 10), "1234567893")
    tax_id = next((one for one in sorted(claims[0].provider) if len(one) == 9), "")
    yield f"BPR*I*{total}*C*CHK************{day}"
    yield f"TRN*1*{trace}*1512345678"
    yield f"DTM*405*{day}"
    yield f"N1*PR*{claims[0].payer_name or 'TEST PAYER'}"
    yield from ("N3*1 PAYER STREET", "N4*COLUMBUS*OH*432150001", "PER*BL*EDI HELP*TE*8005551212")
    yield f"N1*PE*TEST THERAPY*XX*{npi}"
    if tax_id:
        yield f"REF*TJ*{tax_id}"
    yield "LX*1"
    yield from body


def _claim(
    claim: SentClaim, decide: Decide, manner: Manner, payer_claim: str
) -> tuple[list[str], Decimal]:
    verdicts = [(line, decide(claim, line)) for line in claim.lines]
    money = [amounts_of(*one) for one in verdicts]
    paid = sum((one.paid for one in money), Decimal(0))
    patient = sum((one.patient for one in money), Decimal(0))
    denied_to_patient = [denied_of(*one) for one in verdicts if one[1].group == "PR"]
    patient += sum(denied_to_patient, Decimal(0))
    share = "" if manner.takes_back or not patient else str(patient)
    on_claim = [one for _, said in verdicts for one in said.remarks if one.startswith("MA")]
    segments = [
        f"CLP*{claim.claim_id}*{manner.status}*{manner.amount(claim.charge)}"
        f"*{manner.amount(paid)}*{share}*12*{payer_claim}*11*{claim.frequency}",
        f"NM1*QC*1*TEST*PATIENT****MI*{claim.member}" if claim.member else "NM1*QC*1*TEST*PATIENT",
    ]
    if on_claim:
        segments.append("*".join(("MOA**", *dict.fromkeys(on_claim))))
    days = (("232", claim.first_day), ("233", claim.last_day))
    segments += [f"DTM*{name}*{day:%Y%m%d}" for name, day in days if day is not None]
    for (line, verdict), of_line in zip(verdicts, money, strict=True):
        segments += _line(line, verdict, of_line, manner)
    return segments, manner.amount(paid)


def _line(line: SentLine, verdict: Verdict, money: Amounts, manner: Manner) -> Iterator[str]:
    modifiers = sorted(line.modifiers) if manner.modifiers else []
    procedure = ":".join(("HC", line.code, *modifiers))
    denied = denied_of(line, verdict)
    units = line.units
    if verdict.reason and units is not None:
        units = units - verdict.units if verdict.units is not None else Decimal(0)
    sent = f"**{line.units}" if units != line.units else ""
    yield f"SVC*{procedure}*{manner.amount(line.charge)}*{manner.amount(money.paid)}**{units}{sent}"
    if line.first_day is not None and line.first_day == line.last_day:
        yield f"DTM*472*{line.first_day:%Y%m%d}"
    elif line.first_day is not None and line.last_day is not None:
        yield f"DTM*150*{line.first_day:%Y%m%d}"
        yield f"DTM*151*{line.last_day:%Y%m%d}"
    if denied:
        yield f"CAS*{verdict.group}*{verdict.reason}*{manner.amount(denied)}"
    reduced = (line.charge or Decimal(0)) - denied - money.allowed
    if reduced:
        yield f"CAS*CO*45*{manner.amount(reduced)}"
    if money.patient:
        yield f"CAS*PR*2*{manner.amount(money.patient)}"
    if manner.line_numbers and line.control_number:
        yield f"REF*6R*{line.control_number}"
    if money.allowed:
        yield f"AMT*B6*{money.allowed}"
    yield from (f"LQ*HE*{one}" for one in verdict.remarks if not one.startswith("MA"))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
