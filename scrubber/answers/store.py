"""Claims and answers while they are brought together, whatever their number.

They lie in a SQLite database without a name, which the system takes away when the process ends.
It holds no names of patients, and their ids only as hashes under a random key.
"""

import errno
import os
import pickle
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from itertools import groupby
from typing import Any

from scrubber.answers.answered import Acknowledged, Answer, AnsweredClaim
from scrubber.answers.match import (
    MOST_ALIKE,
    SHORTEST_CUT,
    Found,
    Wanted,
    find,
    wanted_by_answer,
    wanted_by_status,
)
from scrubber.answers.reversals import CURRENT, Decision, State, states
from scrubber.answers.rows import (
    Adjustment,
    ClaimAnswer,
    LineAnswer,
    Payment,
    ProviderAdjustment,
    Row,
    Status,
)
from scrubber.answers.sent import SentClaim
from scrubber.answers.store_tables import INDEXES, opened_database


class AnswerStore:
    """Takes claims and the rows of answers in any order, then `match`es them. What stands in
    several files alike is taken once: claims of one batch, payments, acknowledgments."""

    def __init__(self) -> None:
        self._database = opened_database()
        self._database.execute("BEGIN")
        self._key = os.urandom(32)
        self._payments = 0
        self._claim: ClaimAnswer | None = None
        self._lines: list[LineAnswer] = []
        self._adjustments: list[Adjustment] = []
        self._statuses: list[Status] = []
        self._content = blake2b(digest_size=16)

    def add_sent(self, claim: SentClaim, judged: object = None) -> None:
        """Take a claim that was sent, unless another file has the same of the same batch."""
        row = self._one("SELECT file FROM sent WHERE digest = ?", claim.digest)
        if row is not None and row[0] != claim.file:
            return
        key = self._member_key(claim)
        number = claim.claim_id
        cut = number[:SHORTEST_CUT] if len(number) > SHORTEST_CUT else None
        kept = claim._replace(member=self._hashed(claim.member))
        self._run(
            "INSERT INTO sent (number, cut, replaces, member, digest, file, byte, claim, judged)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            number, cut, claim.replaces or None, key, claim.digest, claim.file, claim.byte,
            pickle.dumps(kept), pickle.dumps(judged),
        )  # fmt: skip

    def add(self, row: Row) -> None:
        """Take a row of `read_answers`."""
        if isinstance(row, LineAnswer):
            self._lines.append(row)
        elif isinstance(row, Adjustment):
            self._adjustments.append(row)
        elif isinstance(row, ClaimAnswer):
            self._end_claim()
            self._claim = row
        elif isinstance(row, Payment):
            self._end_payment(row)
        elif isinstance(row, ProviderAdjustment):
            self._content.update(f"{row.reason}|{row.reference}|{row.amount}\n".encode())
            self._run(
                "INSERT INTO provider (payment, reference, adjustment) VALUES (?, ?, ?)",
                self._payments, row.reference, pickle.dumps(row),
            )  # fmt: skip
        elif isinstance(row, Status) and row.level in {"claim", "line"}:
            self._add_status(row)

    def _end_claim(self) -> None:
        claim, self._claim = self._claim, None
        if claim is None:
            return
        told = (claim.claim_id, claim.payer_claim, claim.status, claim.charge, claim.paid)
        self._content.update(f"{told}\n".encode("utf-8", "surrogatepass"))
        kept = claim._replace(
            patient_last_name="",
            patient_first_name="",
            patient_id=self._hashed(claim.patient_id),
            corrected_patient_id=self._hashed(claim.corrected_patient_id),
        )
        lines, adjustments = tuple(self._lines), tuple(self._adjustments)
        self._lines, self._adjustments = [], []
        self._run(
            "INSERT INTO answers (payment, number, status, payer_claim, replaces, charge, paid,"
            " answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            self._payments, claim.claim_id, claim.status, claim.payer_claim, claim.replaces,
            _text(claim.charge), _text(claim.paid), pickle.dumps((kept, lines, adjustments)),
        )  # fmt: skip

    def _end_payment(self, row: Payment) -> None:
        """The claims of a payment come before it; of one that was taken before, none is kept."""
        self._end_claim()
        told = (row.trace, row.payer_id, row.paid_on, row.amount)
        self._content.update(f"{told}".encode("utf-8", "surrogatepass"))
        digest, self._content = self._content.digest(), blake2b(digest_size=16)
        if self._one("SELECT id FROM payments WHERE digest = ?", digest) is None:
            self._run(
                "INSERT INTO payments VALUES (?, ?, ?, ?, ?)",
                self._payments, digest, _text(row.paid_on), row.trace, pickle.dumps(row),
            )  # fmt: skip
            self._payments += 1
        else:
            self._run("DELETE FROM answers WHERE payment = ?", self._payments)
            self._run("DELETE FROM provider WHERE payment = ?", self._payments)

    def _add_status(self, row: Status) -> None:
        """Gather the statuses of one claim of a 277CA."""
        last = self._statuses[-1] if self._statuses else row
        if (row.file, row.batch, row.claim_id) != (last.file, last.batch, last.claim_id):
            self._end_statuses()
        kept = row._replace(patient_last_name="", patient_first_name="", text="")
        self._statuses.append(kept)

    def _end_statuses(self) -> None:
        rows, self._statuses = self._statuses, []
        if not rows:
            return
        alike = [one._replace(file="", segment=0, byte=0) for one in rows]
        text = repr(alike).encode("utf-8", "surrogatepass")
        digest = blake2b(text, digest_size=16).digest()
        if self._one("SELECT id FROM statuses WHERE digest = ?", digest) is None:
            kept = [one._replace(patient_id=self._hashed(one.patient_id)) for one in rows]
            self._run(
                "INSERT INTO statuses (number, payer_claim, digest, status) VALUES (?, ?, ?, ?)",
                rows[0].claim_id, rows[0].payer_claim, digest, pickle.dumps(tuple(kept)),
            )  # fmt: skip

    def match(self) -> None:
        """Find the claim of each answer, and what later answers made of it. Adds nothing."""
        self._end_claim()
        self._end_statuses()
        self._run("COMMIT")
        self._database.executescript(INDEXES)
        self._run("BEGIN")
        self._find_states()
        for key, wanted in self._wanted():
            self._note("answers", key, find(self, wanted))
        rows = self._database.execute("SELECT id, status FROM statuses ORDER BY id")
        for key, status in rows:
            first: Status = pickle.loads(status)[0]
            self._note("statuses", key, find(self, wanted_by_status(first)))
        self._run("CREATE INDEX IF NOT EXISTS answer_sent ON answers (sent)")
        self._run("CREATE INDEX IF NOT EXISTS status_sent ON statuses (sent)")

    def _wanted(self) -> Iterator[tuple[int, Wanted]]:
        """The answers by number, and what they say of their claims."""
        query = (
            "SELECT a.id, a.answer, a.payment, p.payment FROM answers a"
            " LEFT JOIN payments p ON p.id = a.payment ORDER BY a.id"
        )
        for _, rows in groupby(self._database.execute(query), key=lambda row: row[2]):
            payment: Payment | None = None
            for key, answer, _, held in rows:
                payment = payment or (pickle.loads(held) if held is not None else None)
                claim, lines, _ = pickle.loads(answer)
                yield key, wanted_by_answer(claim, lines, payment)

    def _note(self, table: str, key: int, found: Found) -> None:
        sent = None
        if found.claim is not None:
            row = self._one(
                "SELECT id FROM sent WHERE digest = ? AND file = ? AND byte = ?",
                found.claim.digest, found.claim.file, found.claim.byte,
            )  # fmt: skip
            sent = row[0] if row is not None else None
        self._run(
            f"UPDATE {table} SET sent = ?, level = ?, reason = ? WHERE id = ?",
            sent, found.level, found.reason, key,
        )  # fmt: skip

    def _find_states(self) -> None:
        """The states of answers, of one claim number after another; most were never reversed."""
        query = (
            "SELECT a.number, a.id, a.payment, p.paid_on, p.trace, a.status, a.payer_claim,"
            " a.replaces, a.charge, a.paid FROM answers a LEFT JOIN payments p ON p.id = a.payment"
            " WHERE a.number IN (SELECT number FROM answers WHERE status = '22') ORDER BY a.number"
        )
        for _, rows in groupby(self._database.execute(query), key=lambda row: row[0]):
            decisions = [
                Decision(
                    row[1], row[2], _day(row[3]), row[4] or "", row[5], row[6], row[7],
                    _amount(row[8]), _amount(row[9]),
                )
                for row in rows
            ]  # fmt: skip
            for key, state in states(decisions).items():
                self._run(
                    "UPDATE answers SET state = ?, state_on = ? WHERE id = ?",
                    state.name, _text(state.on), key,
                )  # fmt: skip

    def answered_claims(self) -> Iterator[AnsweredClaim]:
        """Every claim that was sent, in the order in which it was taken."""
        sent = self._database.execute("SELECT id, claim, judged FROM sent ORDER BY id")
        answers = self._grouped(f"{_ANSWERS} WHERE a.sent IS NOT NULL ORDER BY a.sent, a.id")
        statuses = self._grouped(
            "SELECT sent, status, level FROM statuses WHERE sent IS NOT NULL ORDER BY sent, id"
        )
        of_answers, of_statuses = next(answers, None), next(statuses, None)
        for key, claim, judged in sent:
            found: tuple[Answer, ...] = ()
            said: tuple[Acknowledged, ...] = ()
            if of_answers is not None and of_answers[0] == key:
                found, of_answers = tuple(map(_answer, of_answers[1])), next(answers, None)
            if of_statuses is not None and of_statuses[0] == key:
                said = tuple([Acknowledged(pickle.loads(row[1]), row[2]) for row in of_statuses[1]])
                of_statuses = next(statuses, None)
            yield AnsweredClaim(key, pickle.loads(claim), pickle.loads(judged), found, said)

    def unmatched(self) -> Iterator[Answer | tuple[Status, str]]:
        """The answers, and the acknowledged claims, of which no claim was found, with the
        reason."""
        rows = self._database.execute(f"{_ANSWERS} WHERE a.sent IS NULL ORDER BY a.id")
        yield from map(_answer, rows)
        query = "SELECT status, reason FROM statuses WHERE sent IS NULL ORDER BY id"
        for status, reason in self._database.execute(query):
            yield pickle.loads(status)[0], reason

    def provider_adjustments(self) -> Iterator[tuple[ProviderAdjustment, Payment | None, set[int]]]:
        """Each pair of a PLB, its payment, and the claims that its reference names: by the
        payer's number, else by ours."""
        query = (
            "SELECT v.adjustment, v.reference, p.payment FROM provider v"
            " LEFT JOIN payments p ON p.id = v.payment ORDER BY v.id"
        )
        for adjustment, reference, payment in self._database.execute(query):
            yield (
                pickle.loads(adjustment),
                pickle.loads(payment) if payment is not None else None,
                self._named_by(reference),
            )

    def sent_claim(self, number: int) -> SentClaim | None:
        """The claim of a number."""
        row = self._one("SELECT claim FROM sent WHERE id = ?", number)
        return pickle.loads(row[0]) if row is not None else None

    def is_sent_again(self, claim: SentClaim, payer_claim: str) -> bool:
        """Whether a later claim replaces this one, or bears its number and goes to its payer."""
        if payer_claim and self.by_replaced(payer_claim):
            return True
        made_on = claim.made_on or date.max
        return any(
            (one.made_on or date.min) > made_on and bool(one.payer & claim.payer)
            for one in self.by_number(claim.claim_id)
        )

    def last_paid_on(self) -> date | None:
        """The day of the last payment."""
        row = self._one("SELECT max(paid_on) FROM payments")
        return _day(row[0]) if row is not None else None

    def _named_by(self, reference: str) -> set[int]:
        number = reference.partition(" ")[0]
        for column in ("payer_claim", "number") if number else ():
            query = f"SELECT DISTINCT sent FROM answers WHERE {column} = ? AND sent IS NOT NULL"
            found = {row[0] for row in self._database.execute(query, (number,))}
            if found:
                return found
        return set()

    def by_number(self, claim_id: str) -> Sequence[SentClaim]:
        """As SentClaims says; so are the next four."""
        return self._claims("number", claim_id)

    def by_cut_number(self, start: str) -> Sequence[SentClaim]:
        return self._claims("cut", start)

    def by_replaced(self, payer_claim: str) -> Sequence[SentClaim]:
        return self._claims("replaces", payer_claim)

    def by_member(
        self, member: str, first_day: date, last_day: date | None, charge: Decimal
    ) -> Sequence[SentClaim]:
        # Members of answers were hashed when they were taken.
        return self._claims("member", _key_of(member, first_day, last_day, charge))

    def numbers_of(self, payer_claim: str) -> Sequence[str]:
        query = "SELECT DISTINCT number FROM statuses WHERE payer_claim = ? ORDER BY number"
        return [row[0] for row in self._database.execute(query, (payer_claim,)) if row[0]]

    def _claims(self, column: str, value: str | bytes) -> list[SentClaim]:
        query = f"SELECT claim FROM sent WHERE {column} = ? ORDER BY id LIMIT ?"
        rows = self._database.execute(query, (value, MOST_ALIKE + 1)).fetchall()
        if len(rows) > MOST_ALIKE:
            # So many decide nothing, whatever they are.
            return [pickle.loads(rows[0][0])] * len(rows)
        return [pickle.loads(row[0]) for row in rows]

    def _member_key(self, claim: SentClaim) -> bytes | None:
        if not claim.member or claim.first_day is None or claim.charge is None:
            return None
        member = self._hashed(claim.member)
        return _key_of(member, claim.first_day, claim.last_day, claim.charge)

    def _hashed(self, text: str) -> str:
        if not text:
            return ""
        return blake2b(text.encode("utf-8", "replace"), key=self._key, digest_size=16).hexdigest()

    def _grouped(self, query: str) -> Iterator[tuple[int, Iterator[tuple[Any, ...]]]]:
        yield from groupby(self._database.execute(query), key=lambda row: row[0])

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._database.execute(query, values).fetchone()
        return found

    def _run(self, statement: str, *values: object) -> None:
        """Raises OSError where the disk for temporary files is full."""
        try:
            self._database.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise OSError(errno.ENOSPC, f"the folder for temporary files: {error}") from None


_ANSWERS = (
    "SELECT a.sent, a.answer, p.payment, a.state, a.state_on, a.level, a.reason FROM answers a"
    " JOIN payments p ON p.id = a.payment"
)


def _answer(row: tuple[Any, ...]) -> Answer:
    _, answer, payment, name, on, level, reason = row
    claim, lines, adjustments = pickle.loads(answer)
    state = State(name or CURRENT, _day(on))
    return Answer(claim, lines, adjustments, pickle.loads(payment), state, level, reason)


def _key_of(member: str, first: date, last: date | None, charge: Decimal) -> bytes:
    text = f"{member}|{first}|{last}|{charge.normalize():f}"
    return blake2b(text.encode("utf-8"), digest_size=16).digest()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
