"""Takes answers into the ledger: what clearinghouses and payers say of the claims in the register.

Claims are found as `answers.match` finds them. An answer is known by its payment and content, so
what was taken before is taken once; those without a claim are looked at again with every load. In
what order files are loaded makes no difference.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, select

from scrubber.answers.match import (
    Wanted,
    wanted_by_answer,
    wanted_by_status,
)
from scrubber.answers.money import REVERSAL
from scrubber.answers.rows import (
    Acknowledgment,
    Adjustment,
    ClaimAnswer,
    LineAnswer,
    Payment,
    Problem,
    Row,
    Status,
)
from scrubber.answers.spill import Spill
from scrubber.history.answer_match import (
    NOT_KNOWN,
    Record,
    match_answers,
)
from scrubber.history.database import Database, in_portions
from scrubber.history.keys import Keys
from scrubber.history.register_rows import plain
from scrubber.history.states import (
    ACKNOWLEDGED,
    BY_CLEARINGHOUSE,
    BY_PAYER,
    DECIDED,
    DENIED,
    PAID,
    REVERSED,
)
from scrubber.history.tables import ANSWERS

OF_PAYER = "PR"


class Loaded(NamedTuple):
    """What a load brought: answers that are new, those that were known, how many answers of the
    ledger are without a claim, what could not be read, and acknowledgments of whole files (999,
    TA1), which are about no one claim."""

    new: int
    known: int
    unmatched: int
    problems: int
    of_files: int


class Unmatched(NamedTuple):
    """An answer without a claim, and why."""

    kind: str
    claim_id: str
    answered: date | None
    outcome: str
    reason: str


class _Said(NamedTuple):
    """An answer to one claim."""

    digest: str
    kind: str
    payment: str
    claim_id: str
    payer_claim: str
    answered: date | None
    outcome: str
    record: Record


class AnswerLoad:
    """Gathers the rows of `read_answers`, file after file; `finish` takes them into the ledger."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys
        self._said = Spill[_Said]()
        self._of_payment = Spill[tuple[ClaimAnswer, tuple[LineAnswer | Adjustment, ...]]]()
        self._claim: ClaimAnswer | None = None
        self._parts: list[LineAnswer | Adjustment] = []
        self._statuses: list[Status] = []
        self._problems = self._of_files = 0

    def add(self, row: Row) -> None:
        """Take the next row."""
        if isinstance(row, LineAnswer | Adjustment):
            self._parts.append(row)
        elif isinstance(row, ClaimAnswer):
            self._end_claim()
            self._claim = row
        elif isinstance(row, Payment):
            self._end_payment(row)
        elif isinstance(row, Status) and row.level in {"claim", "line"}:
            last = self._statuses[-1] if self._statuses else row
            if (row.file, row.batch, row.claim_id) != (last.file, last.batch, last.claim_id):
                self._end_statuses()
            self._statuses.append(row)
        elif isinstance(row, Acknowledgment):
            self._of_files += row.level in {"interchange", "group"}
        elif isinstance(row, Problem):
            self._problems += 1

    def finish(self) -> Loaded:
        """Take what was gathered into the ledger, whole or not at all. Raises LedgerError."""
        self._end_claim()
        self._end_statuses()
        new = known = 0
        with self._database.transaction() as connection:
            for some in in_portions(self._said):
                count = _add(connection, some)
                new += count
                known += len(some) - count
            match_answers(connection)
            query = select(ANSWERS.c.digest).where(ANSWERS.c.file.is_(None))
            unmatched = len(connection.execute(query).all())
        return Loaded(new, known, unmatched, self._problems, self._of_files)

    def _end_claim(self) -> None:
        claim, self._claim = self._claim, None
        if claim is not None:
            self._of_payment.add((claim, tuple(self._parts)))
        self._parts = []

    def _end_payment(self, payment: Payment) -> None:
        """The claims of a payment come before it."""
        self._end_claim()
        gathered, self._of_payment = self._of_payment, Spill()
        told = (payment.trace, payment.payer_id, payment.paid_on, payment.amount)
        of_payment = self._keys.of("payment", repr(told))
        times: Counter[str] = Counter()
        for claim, parts in gathered:
            one = self._answer(claim, parts, payment, of_payment)
            times[one.digest] += 1
            # The same twice in one payment is said twice.
            nth = self._keys.of("answer", one.digest, str(times[one.digest]))
            self._said.add(one._replace(digest=nth))

    def _answer(
        self,
        claim: ClaimAnswer,
        parts: Sequence[LineAnswer | Adjustment],
        payment: Payment,
        of_payment: str,
    ) -> _Said:
        lines = [one for one in parts if isinstance(one, LineAnswer)]
        reasons = dict.fromkeys(
            f"{one.group}-{one.reason}"
            for one in parts
            if isinstance(one, Adjustment) and one.money == "denial"
        )
        paid, denied = claim.paid or Decimal(0), _denied(claim, parts)
        words = [f"charged {_text(claim.charge)}, paid {_text(claim.paid)}"]
        words += [f"denied {denied} ({' '.join(reasons)})"] if denied else []
        words += [f"remarks {claim.remarks}"] if claim.remarks else []
        words += [f"payer's number {claim.payer_claim}"] if claim.payer_claim else []
        record = {
            "status": claim.status,
            "charge": _text(claim.charge),
            "amount": _text(claim.paid),
            "paid": int(paid * 100),
            "denied": int(denied * 100),
            "replaces": claim.replaces,
            "words": plain("; ".join(words), 400),
            "source": plain(payment.trace, 80),
            "replaced": False,
            "wanted": self._kept(wanted_by_answer(claim, lines, payment)),
        }
        outcome = DECIDED
        if claim.status == REVERSAL:
            outcome = REVERSED
        elif paid > 0:
            outcome = PAID
        elif denied > 0:
            outcome = DENIED
        said = [claim, *parts]
        text = repr([_content(one) for one in said])
        return _Said(
            self._keys.of("answer", of_payment, text), "835", of_payment,
            plain(claim.claim_id, 80), plain(claim.payer_claim, 80), payment.paid_on, outcome,
            record,
        )  # fmt: skip

    def _end_statuses(self) -> None:
        rows, self._statuses = self._statuses, []
        if not rows:
            return
        first = rows[0]
        codes = dict.fromkeys(
            ":".join(filter(None, (one.category, one.status, one.entity))) for one in rows
        )
        is_rejected = any(one.rejected == "yes" for one in rows)
        by_payer = first.sender_role == OF_PAYER
        refused = BY_PAYER if by_payer else BY_CLEARINGHOUSE
        words = [" ".join(codes)]
        words += [f"payer's number {first.payer_claim}"] if first.payer_claim else []
        words += [] if is_rejected else ["proof of timely filing"]
        record = {
            "words": plain("; ".join(words), 400),
            "source": plain(first.sender, 80),
            "wanted": self._kept(wanted_by_status(first)),
        }
        text = repr([_content(one) for one in rows])
        self._said.add(
            _Said(
                self._keys.of("status", text),
                "277CA",
                "",
                plain(first.claim_id, 80),
                plain(first.payer_claim, 80),
                first.effective,
                refused if is_rejected else ACKNOWLEDGED,
                record,
            )
        )

    def _kept(self, wanted: Wanted) -> Record:
        """What an answer says of its claim, members and providers as the register has them."""
        return {
            **wanted._asdict(),
            "payees": sorted(self._keys.of("provider", one) for one in wanted.payees),
            "payers": sorted(wanted.payers),
            "members": sorted(self._keys.of("member", one) for one in wanted.members),
            "charge": _text(wanted.charge) if wanted.charge is not None else None,
            "until": _iso(wanted.until),
            "first_day": _iso(wanted.first_day),
            "last_day": _iso(wanted.last_day),
        }


def unmatched(database: Database) -> Iterator[Unmatched]:
    """The answers of a ledger without a claim, with the reason."""
    query = select(ANSWERS).where(ANSWERS.c.file.is_(None)).order_by(ANSWERS.c.digest)
    with database.reading() as connection:
        for row in connection.execute(query):
            yield Unmatched(row.kind, row.claim_id, row.answered, row.outcome, row.reason)


def _add(connection: Connection, some: Sequence[_Said]) -> int:
    """Keep those that are not known; how many."""
    digests = {one.digest for one in some}
    query = select(ANSWERS.c.digest).where(ANSWERS.c.digest.in_(digests))
    known = set(connection.execute(query).scalars())
    new = {one.digest: one for one in some if one.digest not in known}
    if new:
        rows = [
            {**one._asdict(), "record": json.dumps(one.record), "level": "", "reason": "new"}
            for one in new.values()
        ]
        connection.execute(ANSWERS.insert(), rows)
    return len(new)


def _denied(claim: ClaimAnswer, parts: Iterable[LineAnswer | Adjustment]) -> Decimal:
    """The denied dollars of a claim and its lines; none of a reversal."""
    if claim.status == REVERSAL:
        return Decimal(0)
    return sum(
        [
            one.amount
            for one in parts
            if isinstance(one, Adjustment) and one.money == "denial" and one.amount is not None
        ],
        Decimal(0),
    )


def _content(row: Row) -> tuple[object, ...]:
    """A row without where it stands."""
    places = {"file", "payment", "answer", "segment", "byte", "balanced"}
    return tuple(value for name, value in row._asdict().items() if name not in places)


def _text(value: Decimal | None) -> str:
    return NOT_KNOWN if value is None else str(value)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
