"""Reads one transaction set of an 835 (005010X221A1), claim by claim.

Element by element after pyx12's map 835.5010.X221.A1; how elements are to be read after X12
requests for interpretation 386 and 2163 (SVC05), 2320 (SVC06), 2551 (CLP03) and 1423 (CLP02).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from scrubber.answers.balance import NO, NOT_CHECKED, YES, claim_findings, payment_finding
from scrubber.answers.money import (
    DENIAL,
    EARLIER,
    PATIENT,
    REVERSAL,
    SEQUESTRATION,
    ZERO,
    Sums,
    money_class,
    outcome,
    sums_of,
)
from scrubber.answers.rows import (
    Adjustment,
    ClaimAnswer,
    LineAnswer,
    Payment,
    ProviderAdjustment,
    Row,
)
from scrubber.answers.source import Part, Source
from scrubber.x12.block import Block

ONE = Decimal(1)
_HEADING = frozenset(
    {"ST", "BPR", "NTE", "TRN", "CUR", "REF", "DTM", "N1", "N2", "N3", "N4", "PER", "RDM"}
)
_UNREAD = frozenset({"PER", "QTY", "TS3", "TS2"})
_NOTHING = [""] * 9
"""Put behind the elements of a segment, of which the last ones may be absent."""


class Remittance:
    """One payment, fed block by block; `answers` counts the claims read in the file."""

    def __init__(self, file: str, number: int, answers: int) -> None:
        self.answers = answers
        self._file = file
        self._number = number
        self._first_answer = answers
        self._payment: Payment | None = None
        self._paid = self._provider = ZERO
        self._lost = False

    def rows(self, block: Block, is_cut: bool) -> Iterator[Row]:
        """The rows of a block; one that is cut off is not balanced."""
        source = Source(block, self._file)
        source.lost_money = is_cut
        reader = self._readers.get(block.id)
        if reader is None:
            source.misplaced(0, "an 835; neither is what follows it")
        else:
            yield from reader(self, source)
        self._lost = self._lost or source.lost_money or reader is None
        yield from source.problems

    def end(self, is_whole: bool) -> Iterator[Row]:
        """The payment, after all its claims; `is_whole`: nothing of the set is lost."""
        payment = self._payment
        if payment is None:
            return
        balanced = NOT_CHECKED
        if is_whole and not self._lost:
            finding = payment_finding(payment, self._paid, self._provider)
            balanced = YES if finding is None else NO
            if finding is not None:
                yield finding
        yield payment._replace(claims=self.answers - self._first_answer, balanced=balanced)

    def _heading(self, source: Source) -> Iterator[Row]:
        at: dict[str, int] = {}
        party = ""
        for index in range(len(source.block.segments)):
            name, qualifier = source.text(index, 0), source.text(index, 1)
            if name not in _HEADING:
                source.misplaced(index, "the heading of an 835")
            party = qualifier if name == "N1" else party
            key = name if name in {"BPR", "TRN"} else f"{name}{qualifier}"
            at.setdefault(f"{party}{key}" if name in {"REF", "N3", "N4"} else key, index)
        bpr = at.get("BPR")
        if bpr is None:
            source.complain(0, "is not followed by a BPR, so the payment is not known")
            source.lost_money = True

        def text(key: str, element: int) -> str:
            return source.text(at[key], element) if key in at else ""

        self._payment = Payment(
            self._file,
            self._number,
            text("TRN", 2),
            text("TRN", 3),
            source.day(bpr, 16) if bpr is not None else None,
            source.amount(bpr, 2, needed=True) if bpr is not None else None,
            text("BPR", 4),
            text("BPR", 1),
            source.day(at["DTM405"], 2) if "DTM405" in at else None,
            text("N1PR", 2),
            text("N1PR", 4) or text("PRREF2U", 2),
            text("N1PE", 2),
            text("N1PE", 4),
            text("PEREFTJ", 2),
            0,
            NOT_CHECKED,
            source.block.ordinal,
            source.block.start,
        )
        yield from ()

    def _header(self, source: Source) -> Iterator[Row]:
        for index in range(1, len(source.block.segments)):
            if source.text(index, 0) not in _UNREAD:
                source.misplaced(index, "a header number (LX) of an 835")
        yield from ()

    def _claim(self, source: Source) -> Iterator[Row]:
        self.answers += 1
        claim, lines = _parts(source)
        key = (self._file, self._number, self.answers, source.text(0, 1))
        adjustments = _adjustments(source, claim, 0, key)
        days = _days(source, claim, "232", "233")
        line_rows: list[LineAnswer] = []
        status = source.text(0, 2)
        for number, line in enumerate(lines, 1):
            on_line = _adjustments(source, line, number, key)
            adjustments += on_line
            line_rows.append(_line_row(source, line, number, key, on_line, status, days))
        row = _claim_row(source, claim, key, adjustments, days)
        self._paid += row.paid or ZERO
        findings = []
        if not source.lost_money:
            findings = list(claim_findings(row, line_rows, adjustments))
            row = row._replace(balanced=NO if findings else YES)
        yield row
        yield from line_rows
        yield from adjustments
        yield from findings

    def _provider_adjustments(self, source: Source) -> Iterator[Row]:
        for index in range(len(source.block.segments)):
            if source.text(index, 0) != "PLB":
                source.misplaced(index, "the provider adjustments of an 835")
                continue
            for element in range(3, len(source.values[index]), 2):
                if not source.text(index, element) and not source.text(index, element + 1):
                    continue
                amount = source.amount(index, element + 1, needed=True)
                self._provider += amount or ZERO
                yield ProviderAdjustment(
                    self._file,
                    self._number,
                    source.text(index, 1),
                    source.day(index, 2),
                    source.text(index, element, 1),
                    source.text(index, element, 2),
                    amount,
                )

    _readers: dict[str, Callable[["Remittance", Source], Iterator[Row]]] = {  # noqa: RUF012
        "ST": _heading,
        "LX": _header,
        "CLP": _claim,
        "PLB": _provider_adjustments,
    }


Key = tuple[str, int, int, str]
"""What joins the rows of one claim: file, payment, answer and claim number."""
Days = tuple[date | None, date | None]


def _parts(source: Source) -> tuple[Part, list[Part]]:
    """The claim of a block and its lines."""
    claim = part = Part(0)
    lines: list[Part] = []
    for index, values in enumerate(source.values[1:], 1):
        name, qualifier = values[0], values[1] if len(values) > 1 else ""
        if name == "SVC":
            part = Part(index)
            lines.append(part)
        elif name == "CAS":
            part.adjustments.append(index)
        elif name == "REF":
            part.references.setdefault(qualifier, source.text(index, 2))
        elif name == "DTM":
            part.dates.setdefault(qualifier, index)
        elif name == "AMT":
            part.amounts.setdefault(qualifier, index)
        elif name == "LQ" and part is not claim:
            part.remarks.append(source.text(index, 2))
        elif name == "NM1" and part is claim:
            part.people.setdefault(qualifier, index)
        elif name == "MOA" and part is claim:
            part.remarks += [source.text(index, one) for one in range(3, 8)]
        elif name == "MIA" and part is claim:
            part.remarks += [source.text(index, one) for one in (5, 20, 21, 22, 23)]
        elif name not in _UNREAD:
            source.misplaced(index, "a claim of an 835")
    return claim, lines


def _adjustments(source: Source, part: Part, line: int, key: Key) -> list[Adjustment]:
    """The reasons of all CAS of a claim or line; of a triplet the quantity may be absent."""
    found = []
    control_number = part.references.get("6R", "") if line else ""
    for index in part.adjustments:
        values = source.values[index] + _NOTHING
        group = values[1]
        for element in range(2, len(values) - len(_NOTHING), 3):
            reason = values[element]
            if not reason:
                if values[element + 1]:
                    source.complain(index, "is missing, but has an amount", element)
                    source.lost_money = True
                continue
            given = source.amount(index, element + 1, needed=True)
            quantity = source.quantity(index, element + 2) if values[element + 2] else None
            money = money_class(group, reason, part.remarks)
            found.append(
                Adjustment(*key, line, control_number, group, reason, given, quantity, money)
            )
    return found


def _claim_row(
    source: Source, claim: Part, key: Key, adjustments: list[Adjustment], days: Days
) -> ClaimAnswer:
    values = source.values[0] + _NOTHING
    status = values[2]
    charge, paid = source.amount(0, 3, needed=True), source.amount(0, 4, needed=True)
    sums = sums_of(adjustments)
    return ClaimAnswer(
        *key,
        status,
        charge,
        paid,
        source.amount(0, 5) if values[5] else None,
        sums.get(DENIAL, ZERO),
        outcome(status, charge, paid, sums),
        values[6],
        values[7],
        claim.references.get("F8", ""),
        values[8],
        values[9],
        *days,
        _day(source, claim, "050"),
        _amount(source, claim, "AU"),
        _amount(source, claim, "I"),
        " ".join(filter(None, claim.remarks)),
        claim.references.get("G1", ""),
        claim.person(source, "82", 9),
        claim.person(source, "TT", 9),
        claim.person(source, "PR", 9),
        YES if "74" in claim.people else "",
        NOT_CHECKED,
        source.block.ordinal,
        source.block.start,
        claim.person(source, "QC", 3),
        claim.person(source, "QC", 4),
        claim.person(source, "QC", 9) or claim.person(source, "IL", 9),
        claim.person(source, "74", 9),
    )


def _line_row(
    source: Source,
    line: Part,
    number: int,
    key: Key,
    adjustments: list[Adjustment],
    status: str,
    claim_days: Days,
) -> LineAnswer:
    index = line.index
    values = source.values[index] + _NOTHING
    charge = source.amount(index, 2, needed=True)
    paid = source.amount(index, 3, needed=True)
    units_paid = source.quantity(index, 5) if values[5] else ONE
    decided = source.parts(index, 1)
    if len(decided) < 2:
        source.complain(index, "has no code after a qualifier", 1)
    procedure = _procedure(decided)
    day = line.dates.get("472")
    days = _days(source, line, "150", "151") if day is None else (source.day(day, 2),) * 2
    sums = sums_of(adjustments)
    allowed, allowed_from = _allowed(source, line, paid, adjustments, sums, status)
    return LineAnswer(
        *key,
        number,
        line.references.get("6R", ""),
        *procedure,
        *(_procedure(source.parts(index, 6)) if values[6] else procedure),
        charge,
        paid,
        units_paid,
        source.quantity(index, 7) if values[7] else units_paid,
        *(days if any(days) else claim_days),
        allowed,
        allowed_from,
        sums.get(DENIAL, ZERO),
        outcome(status, charge, paid, sums),
        " ".join(filter(None, line.remarks)),
        line.references.get("0K", ""),
        source.block.ordinal + index,
        source.block.offset(index),
    )


def _procedure(parts: Sequence[str]) -> tuple[str, str]:
    """Code and modifiers of a composite procedure; its description is not read."""
    return (parts[1] if len(parts) > 1 else ""), " ".join(filter(None, parts[2:6]))


def _allowed(
    source: Source,
    line: Part,
    paid: Decimal | None,
    adjustments: list[Adjustment],
    sums: Sums,
    status: str,
) -> tuple[Decimal | None, str]:
    """AMT*B6; else what was paid, the patient's share and the sequestration, which is not known
    after an earlier payer. X12 RFI 507, 888, 2239, 2240, 2606."""
    sent = _amount(source, line, "B6")
    if sent is not None:
        return sent, "sent"
    if paid is None or status == REVERSAL or any(one.money == EARLIER for one in adjustments):
        return None, ""
    held = [one.amount for one in adjustments if one.reason == SEQUESTRATION and one.amount]
    return paid + sums.get(PATIENT, ZERO) + sum(held, ZERO), "derived"


def _day(source: Source, part: Part, qualifier: str) -> date | None:
    index = part.dates.get(qualifier)
    return source.day(index, 2) if index is not None else None


def _days(source: Source, part: Part, first: str, last: str) -> Days:
    begin = _day(source, part, first)
    return begin, _day(source, part, last) or begin


def _amount(source: Source, part: Part, qualifier: str) -> Decimal | None:
    index = part.amounts.get(qualifier)
    return source.amount(index, 2) if index is not None else None
