"""The register: every claim of every file that was scrubbed with the ledger, and its state.

A claim is named by its file's number in the ledger and its place in the file, as 12-3. Versions of
a claim are those with one number of a billing provider to a payer, the last of which counts.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from scrubber.errors import ScrubberError
from scrubber.history.database import Database
from scrubber.history.keys import Keys
from scrubber.history.register_rows import FOR_CONSENT, HELD, READY, TO_FIX
from scrubber.history.tables import ANSWERS, CLAIM_FINDINGS, CLAIM_NOTES, CLAIMS, FILES

SENT, NOT_SENT, WRITTEN_OFF = "sent", "not sent", "written off"
ACKNOWLEDGED = "acknowledged"
BY_CLEARINGHOUSE, BY_PAYER = "rejected by clearinghouse", "rejected by payer"
DECIDED, PAID, DENIED, REVERSED = "decided", "paid", "denied", "reversed"
STATES = (
    TO_FIX, FOR_CONSENT, READY, HELD, SENT, NOT_SENT, ACKNOWLEDGED, BY_CLEARINGHOUSE, BY_PAYER,
    DECIDED, PAID, DENIED, REVERSED, WRITTEN_OFF,
)  # fmt: skip
BY_PERSON = (SENT, NOT_SENT, WRITTEN_OFF)
"""States that only a person knows."""
Order = Literal["received", "amount", "due", "state", "payer", "first"]
ROWS_AT_ONCE = 1000


class UnknownClaimError(ScrubberError):
    """No claim of the register has this id, or it cannot have this state."""


class RegisteredClaim(NamedTuple):
    """A claim in the register. Dollars are exact, None where unknown; `due` is the last day of the
    payer's filing limit, None where its profile states none, `days_left` counts to it. `reasons`
    are the rules that rejected or warn. `versions` says how many of its number came, this one
    included. `patient` is a keyed hash."""

    id: str
    claim_id: str
    state: str
    state_on: date
    received: date
    frequency: str
    payer_id: str
    payer_name: str
    profile: str
    rendering: str
    therapist: str
    charge: Decimal | None
    expected: Decimal | None
    paid: Decimal | None
    denied: Decimal | None
    first: date | None
    last: date | None
    due: date | None
    days_left: int | None
    age: int
    lines: int
    reasons: tuple[str, ...]
    versions: int
    patient: str


class Filter(NamedTuple):
    """Which claims are wanted; what is empty or None does not restrict. `text` is part of a claim
    number, payer or therapist; `reason` a rule; `age` days in the state, at least. `member` is a
    member id, which the register knows only as a hash. Without `all_versions` only the last
    version of each claim."""

    states: tuple[str, ...] = ()
    payer: str = ""
    therapist: str = ""
    reason: str = ""
    text: str = ""
    member: str = ""
    least_age: int | None = None
    least_charge: Decimal | None = None
    due_within: int | None = None
    all_versions: bool = False


EVERY_CLAIM = Filter()


class Step(NamedTuple):
    """Something that happened to a claim: on which day, what, and by whom or where it is from."""

    on: date | None
    what: str
    detail: str
    who: str


class RegisteredFinding(NamedTuple):
    """What a rule reported when the claim came; `consent` by whom its repair was allowed."""

    line: int | None
    rule: str
    severity: str
    fixed: bool
    message: str
    consent: str


class Story(NamedTuple):
    """A claim, what was found in it, all that happened to its versions, and those versions."""

    claim: RegisteredClaim
    findings: tuple[RegisteredFinding, ...]
    steps: tuple[Step, ...]
    versions: tuple[RegisteredClaim, ...]


class StateTotal(NamedTuple):
    """Claims in a state and their charges."""

    state: str
    claims: int
    charge: Decimal


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
                yield _claim(row, as_of)

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
            StateTotal(state, count, Decimal(int(cents)) / 100) for state, count, cents in rows
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
            versions = connection.execute(
                _columns().where(CLAIMS.c.lineage == row.lineage).order_by(*_LATEST_FIRST)
            ).all()
            places = [(one.file, one.claim_number) for one in versions]
            notes = connection.execute(select(CLAIM_NOTES).where(_is_at(CLAIM_NOTES, places))).all()
            answers = connection.execute(select(ANSWERS).where(_is_at(ANSWERS, places))).all()
            found = connection.execute(
                select(CLAIM_FINDINGS)
                .where(_is_at(CLAIM_FINDINGS, [(file, number)]))
                .order_by(CLAIM_FINDINGS.c.position)
            ).all()
        findings = [
            RegisteredFinding(
                one.line, one.rule, one.severity, bool(one.fixed), one.message, one.consent
            )
            for one in found
        ]
        steps = [
            *(_received(one) for one in versions), *map(_noted, notes), *map(_answered, answers),
        ]  # fmt: skip
        steps.sort(key=lambda one: (one.on or date.max, _RANK.get(one.what, 5), one.detail))
        return Story(
            _claim(row, as_of),
            tuple(findings),
            tuple(steps),
            tuple([_claim(one, as_of) for one in versions]),
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
                    return [_claim(row, as_of)]
        query = _columns().where(where, _IS_LATEST).order_by(*_LATEST_FIRST).limit(ROWS_AT_ONCE)
        with self._database.reading() as connection:
            return [_claim(row, as_of) for row in connection.execute(query)]

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


def restate(connection: Any, places: Sequence[tuple[int, int]]) -> None:
    """Work out the states of claims anew from what people and payers say of them. In what order
    that came makes no difference."""
    for file, number in places:
        at = and_(CLAIMS.c.file == file, CLAIMS.c.claim_number == number)
        claim = connection.execute(select(CLAIMS.c.entered, FILES.c.received).join(FILES).where(at))
        row = claim.one()
        here = [(file, number)]
        notes = connection.execute(
            select(CLAIM_NOTES).where(_is_at(CLAIM_NOTES, here)).order_by(CLAIM_NOTES.c.id)
        ).all()
        answers = connection.execute(select(ANSWERS).where(_is_at(ANSWERS, here))).all()
        state, on = _state(row.entered, row.received, notes, answers)
        current = [json.loads(one.record) for one in answers if one.kind == "835"]
        money = {
            name: sum(one[name] for one in current if not one["replaced"]) if current else None
            for name in ("paid", "denied")
        }
        connection.execute(CLAIMS.update().where(at).values(state=state, state_on=on, **money))


def _state(
    entered: str, received: date, notes: Sequence[Any], answers: Sequence[Any]
) -> tuple[str, date]:
    """The state of a claim, and since when."""
    if notes and notes[-1].state == WRITTEN_OFF:
        return WRITTEN_OFF, _noted_on(notes[-1])
    for kind in ("835", "277CA"):
        said = [
            one
            for one in answers
            if one.kind == kind and not json.loads(one.record).get("replaced", False)
        ]
        if said:
            last = max(said, key=lambda one: (one.answered or date.min, one.digest))
            outcomes = {one.outcome for one in said}
            outcome = PAID if PAID in outcomes and kind == "835" else last.outcome
            return outcome, last.answered or received
        if kind == "835" and any(one.kind == kind for one in answers):
            days = [one.answered for one in answers if one.kind == kind and one.answered]
            return REVERSED, max(days, default=received)
    if notes:
        return notes[-1].state, _noted_on(notes[-1])
    return entered, received


def _noted_on(note: Any) -> date:
    return date.fromisoformat(note.noted[:10])


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
_RANK = {"received": 0, TO_FIX: 1, FOR_CONSENT: 1, READY: 1, HELD: 1, SENT: 2, NOT_SENT: 2}


def _is_at(table: Any, places: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    return or_(
        *(and_(table.c.file == file, table.c.claim_number == number) for file, number in places)
    )


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


def _dollars(cents: int | None) -> Decimal | None:
    return None if cents is None else (Decimal(cents) / 100).quantize(Decimal("0.01"))


def _claim(row: Any, as_of: date) -> RegisteredClaim:
    return RegisteredClaim(
        f"{row.file}-{row.claim_number}", row.claim_id, row.state, row.state_on, row.received,
        row.frequency, row.payer_id, row.payer_name, row.profile, row.rendering, row.therapist,
        _dollars(row.charge), _dollars(row.expected), _dollars(row.paid), _dollars(row.denied),
        row.first, row.last, row.due, (row.due - as_of).days if row.due is not None else None,
        (as_of - row.state_on).days, row.lines, tuple(row.reasons.split()), row.versions,
        row.patient,
    )  # fmt: skip


def _received(row: Any) -> Step:
    frequency = f", frequency {row.frequency}" if row.frequency else ""
    return Step(
        row.received,
        "received",
        f"{row.entered}{frequency}",
        f"claim {row.file}-{row.claim_number}",
    )


def _noted(row: Any) -> Step:
    return Step(_noted_on(row), row.state, row.why, row.who)


def _answered(row: Any) -> Step:
    record = json.loads(row.record)
    replaced = "; taken back or replaced later" if record.get("replaced") else ""
    detail = f"{record['words']}{replaced}"
    return Step(row.answered, row.outcome, detail, f"{row.kind} {record['source']}".strip())
