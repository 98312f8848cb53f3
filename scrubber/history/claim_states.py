"""The states of claims, by what people say and payers answer."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from scrubber.history.states import PAID, REVERSED, WRITTEN_OFF
from scrubber.history.tables import ANSWERS, CLAIM_NOTES, CLAIMS, FILES


def restate(connection: Connection, places: Sequence[tuple[int, int]]) -> None:
    """Work out the states of claims anew from what people and payers say of them. In what order
    that came makes no difference."""
    for file, number in places:
        at = and_(CLAIMS.c.file == file, CLAIMS.c.claim_number == number)
        claim = connection.execute(select(CLAIMS.c.entered, FILES.c.received).join(FILES).where(at))
        row = claim.one()
        here = [(file, number)]
        notes = connection.execute(
            select(CLAIM_NOTES).where(is_at(CLAIM_NOTES, here)).order_by(CLAIM_NOTES.c.id)
        ).all()
        answers = connection.execute(select(ANSWERS).where(is_at(ANSWERS, here))).all()
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
        return WRITTEN_OFF, noted_on(notes[-1])
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
        return notes[-1].state, noted_on(notes[-1])
    return entered, received


def noted_on(note: Any) -> date:
    """The day on which a person said something."""
    return date.fromisoformat(note.noted[:10])


def is_at(table: Any, places: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    """Whether a row belongs to one of some claims."""
    return or_(
        *(and_(table.c.file == file, table.c.claim_number == number) for file, number in places)
    )
