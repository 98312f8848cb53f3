"""Finds the claims of the answers in a ledger, and says what became of those claims."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from scrubber.answers.match import MOST_ALIKE, SHORTEST_CUT, Wanted, find
from scrubber.answers.money import REVERSAL
from scrubber.answers.reversals import CURRENT, Decision, states
from scrubber.answers.sent import SentClaim
from scrubber.history.claim_states import restate
from scrubber.history.database import in_portions
from scrubber.history.states import READY
from scrubber.history.tables import ANSWERS, CLAIMS

NOT_KNOWN = "not known"

Record = dict[str, Any]
Place = tuple[int, int]


def match_answers(connection: Connection) -> None:
    """Find the claims of the answers that have none, and work out what became of those claims."""
    claims = _RegisteredClaims(connection)
    touched: set[Place] = set()
    numbers: set[str] = set()
    waiting = connection.execute(
        select(ANSWERS).where(ANSWERS.c.file.is_(None)).order_by(ANSWERS.c.digest)
    ).all()
    for row in waiting:
        found = find(claims, _wanted(json.loads(row.record)["wanted"]))
        place: Place | None = None
        if found.claim is not None:
            place = int(found.claim.file), found.claim.byte
            touched.add(place)
        numbers.add(row.claim_id)
        connection.execute(
            ANSWERS.update()
            .where(ANSWERS.c.digest == row.digest)
            .values(
                file=place and place[0],
                claim_number=place and place[1],
                level=found.level,
                reason=found.reason,
            )
        )
    for some in in_portions(sorted(numbers)):
        touched |= _reverse(connection, some)
    restate(connection, sorted(touched))


def _reverse(connection: Connection, numbers: Sequence[str]) -> set[Place]:
    """Mark what later answers took back or replaced; the claims concerned."""
    query = select(ANSWERS).where(ANSWERS.c.kind == "835", ANSWERS.c.claim_id.in_(numbers))
    of_number: dict[str, list[tuple[Any, Record]]] = {}
    for row in connection.execute(query.order_by(ANSWERS.c.digest)):
        of_number.setdefault(row.claim_id, []).append((row, json.loads(row.record)))
    touched: set[Place] = set()
    for group in of_number.values():
        if not any(record["status"] == REVERSAL for _, record in group):
            continue
        payments = {row.payment: at for at, (row, _) in enumerate(group)}
        found = states(
            Decision(
                at, payments[row.payment], row.answered, record["source"], record["status"],
                row.payer_claim, record["replaces"], _amount(record["charge"]),
                _amount(record["amount"]),
            )
            for at, (row, record) in enumerate(group)
        )  # fmt: skip
        for at, (row, record) in enumerate(group):
            is_replaced = found[at].name != CURRENT
            if is_replaced != record["replaced"]:
                text = json.dumps({**record, "replaced": is_replaced})
                here = ANSWERS.c.digest == row.digest
                connection.execute(ANSWERS.update().where(here).values(record=text))
            if row.file is not None:
                touched.add((row.file, row.claim_number))
    return touched


class _RegisteredClaims:
    """The claims of the register as `answers.match` looks them up: those written to an accepted
    file; where there is none, the others, which may have been sent another way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_number(self, claim_id: str) -> Sequence[SentClaim]:
        """As SentClaims says; so are the next four."""
        return self._found(CLAIMS.c.claim_id == claim_id)

    def by_cut_number(self, start: str) -> Sequence[SentClaim]:
        found = self._found(CLAIMS.c.claim_id.startswith(start, autoescape=True))
        return [one for one in found if len(one.claim_id) > SHORTEST_CUT]

    def by_replaced(self, payer_claim: str) -> Sequence[SentClaim]:
        return self._found(CLAIMS.c.replaces == payer_claim)

    def by_member(
        self, member: str, first_day: date, last_day: date | None, charge: Decimal
    ) -> Sequence[SentClaim]:
        columns = CLAIMS.c
        return self._found(
            columns.member == member,
            columns.first == first_day,
            columns.last == last_day,
            columns.charge == int(charge * 100),
        )

    def numbers_of(self, payer_claim: str) -> Sequence[str]:
        query = select(ANSWERS.c.claim_id).where(
            ANSWERS.c.kind == "277CA", ANSWERS.c.payer_claim == payer_claim
        )
        return sorted(set(self._connection.execute(query).scalars()) - {""})

    def _found(self, *where: ColumnElement[bool]) -> list[SentClaim]:
        query = select(CLAIMS).where(*where).order_by(CLAIMS.c.file, CLAIMS.c.claim_number)
        rows = self._connection.execute(query.limit(MOST_ALIKE + 1)).all()
        written = [row for row in rows if row.entered == READY] or rows
        # Of a claim that came again as it was the first one was sent.
        of_content = {row.content: row for row in reversed(written)}
        kept = written if len(rows) > MOST_ALIKE else list(of_content.values())
        return [_sent(row) for row in kept]


def _sent(row: Any) -> SentClaim:
    return SentClaim(
        str(row.file), 0, row.claim_number, row.claim_id, row.frequency,
        None if row.charge is None else Decimal(row.charge) / 100, row.replaces,
        frozenset(row.providers.split()), row.payer_name, row.payer_id, row.responsibility,
        row.member, row.batch, row.made_on, row.first, row.last, False, b"", (),
    )  # fmt: skip


def _wanted(record: Record) -> Wanted:
    days = {name: record[name] for name in ("until", "first_day", "last_day")}
    return Wanted(
        **{
            **record,
            **{name: frozenset(record[name]) for name in ("payees", "payers", "members")},
            **{name: day and date.fromisoformat(day) for name, day in days.items()},
            "charge": _amount(record["charge"]),
        }
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None or text == NOT_KNOWN else Decimal(text)
