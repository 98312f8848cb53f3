"""Decisions about repairs that a ledger keeps: given, listed, used in later runs, revoked."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, select

from scrubber.consents import Consent
from scrubber.engine import Context
from scrubber.history.keys import Keys
from scrubber.history.tables import CONSENTS

PURPOSE = "consent"


class ConsentRecord(NamedTuple):
    """A decision in the ledger under its number. Its `claim` is a hash, empty for all claims;
    `revoked` is the day on which `revoked_by` took it back, None while it holds."""

    number: int
    consent: Consent
    revoked: date | None
    revoked_by: str


def add_consents(connection: Connection, keys: Keys, consents: Iterable[Consent]) -> list[int]:
    """Keep decisions; their numbers. Of one for a claim the ledger has a hash of its number."""
    numbers = []
    for one in consents:
        row = CONSENTS.insert().values(
            rule=one.rule,
            claim=keys.of(PURPOSE, one.claim) if one.claim else "",
            declined=int(one.declined),
            who=one.who,
            given=one.given,
            until=one.until,
            reason=one.reason,
            revoked=None,
            revoked_by="",
        )
        done = connection.execute(row).inserted_primary_key
        assert done is not None
        numbers.append(int(done[0]))
    return numbers


def consent_records(connection: Connection) -> list[ConsentRecord]:
    """Every decision, in the order given, the revoked ones too."""
    rows = connection.execute(select(CONSENTS).order_by(CONSENTS.c.id))
    return [
        ConsentRecord(
            row.id,
            Consent(
                row.rule, row.until, row.reason, f"ledger:{row.id}",
                "person" if row.claim else "office", row.claim, row.who, row.given,
                bool(row.declined),
            ),
            row.revoked,
            row.revoked_by,
        )
        for row in rows
    ]  # fmt: skip


def revoke(connection: Connection, number: int, day: date, who: str) -> bool:
    """Take a decision back; whether there was one of that number that held."""
    mine = CONSENTS.update().where(CONSENTS.c.id == number, CONSENTS.c.revoked.is_(None))
    return bool(connection.execute(mine.values(revoked=day, revoked_by=who)).rowcount)


def with_consents(context: Context, keys: Keys, records: Iterable[ConsentRecord]) -> Context:
    """The context with the decisions of the ledger that hold; what a run was given counts before
    them, and of two the last one."""
    held = [one.consent for one in records if not one.revoked]
    kept = {(one.rule, one.claim): one for one in held}
    given = {(one.rule, one.claim): one for one in context.consents}
    if not kept:
        return context
    return replace(
        context,
        consents=frozenset({**kept, **given}.values()),
        hash_of_claim=partial(keys.of, PURPOSE),
    )
