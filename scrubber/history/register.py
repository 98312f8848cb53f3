"""The register: every claim of every file that was scrubbed with the ledger, and its state.

A claim is named by its file's number in the ledger and its place in the file, as 12-3. Versions of
a claim are those with one number of a billing provider to a payer, the last of which counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from scrubber.history.claim_states import is_at, restate
from scrubber.history.database import Database
from scrubber.history.keys import Keys
from scrubber.history.registered import (
    EVERY_CLAIM,
    Filter,
    RegisteredClaim,
    RegisteredFinding,
    StateTotal,
    Step,
    Story,
    UnknownClaimError,
    answered_step,
    noted_step,
    received_step,
    registered,
)
from scrubber.history.states import BY_PERSON, FOR_CONSENT, STATES, TO_FIX, WRITTEN_OFF
from scrubber.history.tables import ANSWERS, CLAIM_FINDINGS, CLAIM_NOTES, CLAIMS, FILES

Order = Literal["received", "amount", "due", "state", "payer", "first"]
ROWS_AT_ONCE = 1000
CENT = Decimal("0.01")


class Register:
    """Queries of the register, and what a person says about a claim."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def claims(
        self,
        wanted: Filter = EVERY_CLAIM,
        *,
        as_of: date,
        order: Order = "received",
        offset: int = 0,
        limit: int | None = None,
    ) -> Iterator[RegisteredClaim]:
        """The claims that are wanted, the newest, largest or most urgent first; few are held at a
        time."""
        query = self._selected(wanted, as_of).order_by(*_ORDERS[order], *_LATEST_FIRST)
        query = query.offset(offset).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)
            for row in rows:
                yield registered(row, as_of)

    def count(self, wanted: Filter = EVERY_CLAIM, *, as_of: date) -> int:
        """How many claims are wanted."""
        query = select(func.count()).select_from(CLAIMS).where(*self._conditions(wanted, as_of))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def totals(self, wanted: Filter = EVERY_CLAIM, *, as_of: date) -> list[StateTotal]:
        """Claims and dollars by state, in the order of STATES; states without a claim are left
        out."""
        charge = func.coalesce(func.sum(CLAIMS.c.charge), 0)
        query = select(CLAIMS.c.state, func.count(), charge).group_by(CLAIMS.c.state)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(*self._conditions(wanted, as_of))).all()
        found = [
            StateTotal(state, count, (Decimal(int(cents)) / 100).quantize(CENT))
            for state, count, cents in rows
        ]
        return sorted(found, key=lambda one: STATES.index(one.state))

    def story(self, id: str, *, as_of: date) -> Story:
        """All that is known of a claim. Raises UnknownClaimError."""
        file, number = _place(id)
        with self._database.reading() as connection:
            at = and_(CLAIMS.c.file == file, CLAIMS.c.claim_number == number)
            row = connection.execute(_columns().where(at)).first()
            if row is None:
                raise UnknownClaimError(f"{id}: the register has no such claim")
            alike = _columns().where(CLAIMS.c.lineage == row.lineage).order_by(*_LATEST_FIRST)
            versions = connection.execute(alike).all()
            return Story(
                registered(row, as_of),
                _findings(connection, file, number),
                _steps(connection, versions),
                tuple([registered(one, as_of) for one in versions]),
            )

    def find(self, text: str, *, as_of: date) -> list[RegisteredClaim]:
        """The last versions of the claims that an id or claim number names."""
        where = CLAIMS.c.claim_id == text
        if _is_id(text):
            file, number = _place(text)
            at = _columns().where(CLAIMS.c.file == file, CLAIMS.c.claim_number == number)
            with self._database.reading() as connection:
                row = connection.execute(at).first()
                if row is not None:
                    return [registered(row, as_of)]
        query = _columns().where(where, _IS_LATEST).order_by(*_LATEST_FIRST).limit(ROWS_AT_ONCE)
        with self._database.reading() as connection:
            return [registered(row, as_of) for row in connection.execute(query)]

    def say(self, id: str, state: str, *, who: str, why: str, now: datetime) -> None:
        """Set what only a person knows: sent, not sent, or written off. What a payer answered
        counts more than "sent" and "not sent". Raises UnknownClaimError."""
        if state not in BY_PERSON:
            raise UnknownClaimError(f"{state}: a person can say {', '.join(BY_PERSON)}")
        file, number = _place(id)
        with self._database.transaction() as connection:
            at = and_(CLAIMS.c.file == file, CLAIMS.c.claim_number == number)
            row = connection.execute(select(CLAIMS.c.entered).where(at)).first()
            if row is None:
                raise UnknownClaimError(f"{id}: the register has no such claim")
            if row.entered in (TO_FIX, FOR_CONSENT) and state != WRITTEN_OFF:
                raise UnknownClaimError(f"{id}: a rejected claim is in no file that could be sent")
            note = {"noted": now.isoformat(timespec="seconds"), "state": state}
            by = {"who": who[:120], "why": why[:400]}
            connection.execute(
                CLAIM_NOTES.insert().values(file=file, claim_number=number, **note, **by)
            )
            restate(connection, [(file, number)])

    def _selected(self, wanted: Filter, as_of: date) -> Select[Any]:
        return _columns().where(*self._conditions(wanted, as_of))

    def _conditions(self, wanted: Filter, as_of: date) -> list[ColumnElement[bool]]:
        columns = CLAIMS.c
        found: list[ColumnElement[bool]] = [] if wanted.all_versions else [_IS_LATEST]
        if wanted.states:
            found.append(columns.state.in_(wanted.states))
        if wanted.payer:
            named = columns.payer_name.icontains(wanted.payer, autoescape=True)
            found.append(or_(columns.payer_id == wanted.payer, named))
        if wanted.therapist:
            named = columns.therapist.icontains(wanted.therapist, autoescape=True)
            found.append(or_(columns.rendering == wanted.therapist, named))
        if wanted.reason:
            listed = " " + columns.reasons + " "
            found.append(listed.contains(f" {wanted.reason} ", autoescape=True))
        if wanted.text:
            texts = (columns.claim_id, columns.payer_name, columns.therapist)
            found.append(or_(*(one.icontains(wanted.text, autoescape=True) for one in texts)))
        if wanted.member:
            found.append(columns.member == self._keys.of("member", wanted.member.strip()))
        if wanted.least_age is not None:
            found.append(columns.state_on <= _days_on(as_of, -wanted.least_age))
        if wanted.least_charge is not None:
            found.append(columns.charge >= int(wanted.least_charge * 100))
        if wanted.due_within is not None:
            found.append(columns.due <= _days_on(as_of, wanted.due_within))
        return found


def _columns() -> Select[Any]:
    other = CLAIMS.alias("version")
    versions = (
        select(func.count()).select_from(other).where(other.c.lineage == CLAIMS.c.lineage)
    ).scalar_subquery()
    return select(CLAIMS, FILES.c.received, versions.label("versions")).join(
        FILES, FILES.c.id == CLAIMS.c.file
    )


def _is_latest() -> ColumnElement[bool]:
    later = CLAIMS.alias("later")
    follows = or_(
        later.c.file > CLAIMS.c.file,
        and_(later.c.file == CLAIMS.c.file, later.c.claim_number > CLAIMS.c.claim_number),
    )
    return ~exists().where(later.c.lineage == CLAIMS.c.lineage, follows)


_IS_LATEST = _is_latest()
_LATEST_FIRST = (CLAIMS.c.file.desc(), CLAIMS.c.claim_number.desc())
_ORDERS: Mapping[Order, tuple[Any, ...]] = {
    "received": (),
    "amount": (CLAIMS.c.charge.desc().nulls_last(),),
    "due": (CLAIMS.c.due.asc().nulls_last(),),
    "state": (CLAIMS.c.state,),
    "payer": (CLAIMS.c.payer_name,),
    "first": (CLAIMS.c.first.desc().nulls_last(),),
}


def _days_on(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _is_id(text: str) -> bool:
    file, dash, number = text.partition("-")
    return bool(dash) and all(one.isdecimal() and len(one) < 10 for one in (file, number))


def _place(id: str) -> tuple[int, int]:
    if not _is_id(id):
        raise UnknownClaimError(f"{id}: this is not the id of a claim, such as 12-3")
    file, _, number = id.partition("-")
    return int(file), int(number)


def _findings(connection: Connection, file: int, number: int) -> tuple[RegisteredFinding, ...]:
    at = is_at(CLAIM_FINDINGS, [(file, number)])
    rows = connection.execute(select(CLAIM_FINDINGS).where(at).order_by(CLAIM_FINDINGS.c.position))
    return tuple(
        [
            RegisteredFinding(
                one.line, one.rule, one.severity, bool(one.fixed), one.message, one.consent
            )
            for one in rows
        ]
    )


def _steps(connection: Connection, versions: Sequence[Any]) -> tuple[Step, ...]:
    """All that happened to the versions of a claim, the oldest first."""
    places = [(one.file, one.claim_number) for one in versions]
    notes = select(CLAIM_NOTES).where(is_at(CLAIM_NOTES, places)).order_by(CLAIM_NOTES.c.id)
    answers = select(ANSWERS).where(is_at(ANSWERS, places)).order_by(ANSWERS.c.digest)
    steps = [
        *map(received_step, reversed(versions)),
        *map(noted_step, connection.execute(notes)),
        *map(answered_step, connection.execute(answers)),
    ]
    return tuple(sorted(steps, key=lambda one: one.on or date.max))
