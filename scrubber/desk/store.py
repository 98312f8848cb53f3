"""What the desk keeps: received files, claims with their findings, edits, decisions, releases."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, or_, select, update

from scrubber.consents import Consent
from scrubber.desk.claim_text import SegmentPatch
from scrubber.desk.judged_claims import STATES, WARNED
from scrubber.desk.tables import CLAIMS, EDITS, FILES, METADATA, RELEASES, VERSION
from scrubber.history.consent_records import (
    PURPOSE,
    ConsentRecord,
    add_consents,
    consent_records,
    revoke,
)
from scrubber.history.database import Database, LedgerError
from scrubber.history.keys import Keys
from scrubber.history.states import FOR_CONSENT, READY, TO_FIX

CURRENT = 1
PAGE, MOST_PAGES = 50, 1_000_000
_RANK = case({state: rank for rank, state in enumerate(STATES)}, value=CLAIMS.c.state)
Row = dict[str, Any]
SORTS = {
    "date": CLAIMS.c.service, "due": CLAIMS.c.due, "patient": CLAIMS.c.patient,
    "payer": CLAIMS.c.payer,
    "therapist": CLAIMS.c.therapist, "charge": CLAIMS.c.cents, "state": _RANK,
    "claim": CLAIMS.c.claim_id,
}  # fmt: skip
_LISTED = [one for one in CLAIMS.c if one.name not in ("blocks", "findings", "corrections")]


class Filters(NamedTuple):
    """Which claims of the work list; an empty value asks for all."""

    state: str = ""
    payer: str = ""
    therapist: str = ""
    text: str = ""
    sort: str = "state"
    descending: bool = False
    page: int = 1


class Store:
    """The database of the desk: its own tables in that of the ledger. Raises LedgerError."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        with self._database.transaction() as connection:
            METADATA.create_all(connection)
            found = connection.execute(select(VERSION.c.version)).scalar()
            if found is None:
                connection.execute(VERSION.insert().values(version=CURRENT))
            elif found > CURRENT:
                raise LedgerError("a later version of the program made the desk; use that version")

    def close(self) -> None:
        """Give connections back."""
        self._database.close()

    @contextmanager
    def changing(self) -> Iterator["Changes"]:
        """What is done in the block, whole or not at all, while other writers wait."""
        with self._database.transaction() as connection:
            yield Changes(connection)

    @contextmanager
    def reading(self) -> Iterator["Queries"]:
        """The desk as it is now."""
        with self._database.reading() as connection:
            yield Queries(connection)


class Queries:
    """Questions to an open connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _rows(self, statement: Any) -> list[Row]:
        return [dict(one) for one in self._connection.execute(statement).mappings()]

    def _row(self, statement: Any) -> Row | None:
        found = self._connection.execute(statement).mappings().first()
        return None if found is None else dict(found)

    def file_of(self, sha256: str) -> int | None:
        """The file with this hash."""
        return self._connection.execute(select(FILES.c.id).where(FILES.c.sha256 == sha256)).scalar()

    def file(self, number: int) -> Row | None:
        """A file with its content."""
        return self._row(select(FILES).where(FILES.c.id == number))

    def claim(self, number: int) -> Row | None:
        """A claim with what was found in it, the name of its file, and what its file holds."""
        joined = select(CLAIMS, FILES.c.name.label("file_name"), FILES.c.received).join(FILES)
        return self._row(joined.where(CLAIMS.c.id == number))

    def claims_of(self, file: int) -> list[Row]:
        """The claims of a file in its order."""
        return self._rows(select(CLAIMS).where(CLAIMS.c.file == file).order_by(CLAIMS.c.number))

    def work_list(self, filters: Filters) -> tuple[list[Row], int]:
        """One page of claims, and how many there are on all pages."""
        wanted = _wanted(filters)
        count = self._connection.execute(
            select(func.count()).select_from(CLAIMS).where(*wanted)
        ).scalar_one()
        by = SORTS.get(filters.sort, _RANK)
        order = by.desc() if filters.descending else by.asc()
        rows = select(*_LISTED).where(*wanted).order_by(order, CLAIMS.c.service, CLAIMS.c.id)
        return self._rows(rows.limit(PAGE).offset((filters.page - 1) * PAGE)), count

    def counts(self) -> dict[str, tuple[int, int]]:
        """Claims and cents by state."""
        grouped = select(CLAIMS.c.state, func.count(), func.coalesce(func.sum(CLAIMS.c.cents), 0))
        found = self._connection.execute(grouped.group_by(CLAIMS.c.state))
        return {state: (claims, int(cents)) for state, claims, cents in found}

    def names(self, column: str) -> list[str]:
        """The payers or therapists there are."""
        found = self._connection.execute(select(CLAIMS.c[column]).distinct().order_by(column))
        return [one for one in found.scalars() if one]

    def neighbors(self, claim: Row) -> tuple[int | None, int | None]:
        """The claims before and after one that are still to be worked on."""
        open_ones = CLAIMS.c.state.in_((TO_FIX, FOR_CONSENT))
        before = select(func.max(CLAIMS.c.id)).where(open_ones, CLAIMS.c.id < claim["id"])
        after = select(func.min(CLAIMS.c.id)).where(open_ones, CLAIMS.c.id > claim["id"])
        return (
            self._connection.execute(before).scalar(), self._connection.execute(after).scalar(),
        )  # fmt: skip

    def patches_of(self, file: int) -> list[SegmentPatch]:
        """The patches of a file that were not undone, in the order they were made."""
        rows = select(EDITS.c.patches).where(EDITS.c.file == file, EDITS.c.undone == "")
        texts = self._connection.execute(rows.order_by(EDITS.c.id)).scalars()
        return [SegmentPatch(*one) for text in texts for one in json.loads(text)]

    def edits_of(self, claim: int) -> list[Row]:
        """What was changed in a claim, the latest first."""
        return self._rows(select(EDITS).where(EDITS.c.claim == claim).order_by(EDITS.c.id.desc()))

    def consents(self) -> list[ConsentRecord]:
        """Every decision about repairs that the ledger has, in the order given."""
        return consent_records(self._connection)

    def consents_on(self, keys: Keys, claims: Iterable[str]) -> list[ConsentRecord]:
        """Those that hold for all claims or for one of these claim numbers, which they name."""
        named = {keys.of(PURPOSE, one): one for one in claims}
        return [
            one._replace(consent=one.consent._replace(claim=named.get(one.consent.claim, "")))
            for one in self.consents()
            if not one.revoked and (not one.consent.claim or one.consent.claim in named)
        ]

    def files_with(self, rule: str) -> list[int]:
        """The files with claims that this rule found something in, and that were not released."""
        named = or_(
            *(
                one.contains(f'"code": "{rule}"')
                for one in (CLAIMS.c.findings, CLAIMS.c.corrections)
            )
        )
        found = select(CLAIMS.c.file).distinct().where(CLAIMS.c.release.is_(None), named)
        return list(self._connection.execute(found.order_by(CLAIMS.c.file)).scalars())

    def offers(self) -> list[Row]:
        """The claims that may wait for a decision."""
        return self._rows(select(CLAIMS).where(CLAIMS.c.findings.contains('"with_consent"')))

    def ready(self) -> list[Row]:
        """Files with claims that are ready to be released: their number and dollars."""
        grouped = (
            select(
                FILES.c.id,
                FILES.c.name,
                FILES.c.received,
                func.count().label("claims"),
                func.coalesce(func.sum(CLAIMS.c.cents), 0).label("cents"),
            )
            .join(CLAIMS, CLAIMS.c.file == FILES.c.id)
            .where(CLAIMS.c.state.in_((READY, WARNED)))
            .group_by(FILES.c.id, FILES.c.name, FILES.c.received)
            .order_by(FILES.c.id)
        )
        return self._rows(grouped)

    def releases(self) -> list[Row]:
        """What was released, the latest first."""
        columns = [one for one in RELEASES.c if one.name != "content"]
        return self._rows(select(*columns).order_by(RELEASES.c.id.desc()).limit(200))

    def release(self, number: int) -> Row | None:
        """A release with its file."""
        joined = select(RELEASES, FILES.c.sha256.label("received_sha256"), FILES.c.received)
        return self._row(joined.join(FILES).where(RELEASES.c.id == number))

    def released_claims(self, release: int) -> list[Row]:
        """The claims of a release."""
        return self._rows(
            select(*_LISTED).where(CLAIMS.c.release == release).order_by(CLAIMS.c.number)
        )

    def last_control(self) -> str:
        """The highest control number that was given out; empty where none was."""
        return self._connection.execute(select(func.max(RELEASES.c.control))).scalar() or ""


class Changes(Queries):
    """Questions and changes in one transaction."""

    def add_file(self, row: Row) -> int:
        """Enter a file."""
        return self._insert(FILES, row)

    def add_release(self, row: Row) -> int:
        """Enter a release."""
        return self._insert(RELEASES, row)

    def add_edit(self, row: Row) -> int:
        """Enter an edit."""
        return self._insert(EDITS, row)

    def add_consents(self, keys: Keys, consents: Iterable[Consent]) -> None:
        """Enter decisions into the ledger."""
        add_consents(self._connection, keys, consents)

    def revoke(self, number: int, day: date, who: str) -> bool:
        """Take a decision back; whether there was one that held."""
        return revoke(self._connection, number, day, who)

    def undo(self, edit: int, words: str) -> None:
        """Let an edit no longer count."""
        self._connection.execute(update(EDITS).where(EDITS.c.id == edit).values(undone=words))

    def take_revision(self, claim: int, revision: int) -> bool:
        """Count a claim's revision up; False where somebody else did so since it was read."""
        changed = update(CLAIMS).where(CLAIMS.c.id == claim, CLAIMS.c.revision == revision)
        return self._connection.execute(changed.values(revision=revision + 1)).rowcount == 1

    def put_claims(self, file: int, rows: Sequence[Row]) -> None:
        """Enter the claims of a file, or what has changed in them; released ones stay."""
        known = {one["number"]: one for one in self.claims_of(file)}
        new = [{"file": file, **row} for row in rows if row["number"] not in known]
        if new:
            self._connection.execute(CLAIMS.insert(), new)
            count = update(FILES).where(FILES.c.id == file)
            self._connection.execute(count.values(claims=len(rows)))
        for row in rows:
            before = known.get(row["number"])
            if before is None or before["release"] is not None:
                continue
            if any(before[name] != value for name, value in row.items()):
                changed = update(CLAIMS).where(CLAIMS.c.id == before["id"])
                values = {**row, "revision": before["revision"] + 1}
                self._connection.execute(changed.values(values))

    def set_released(self, claims: Sequence[int], release: int) -> None:
        """Mark claims as released."""
        for first in range(0, len(claims), 500):
            changed = update(CLAIMS).where(CLAIMS.c.id.in_(claims[first : first + 500]))
            self._connection.execute(changed.values(release=release, state="released"))

    def _insert(self, table: Any, row: Row) -> int:
        key = self._connection.execute(table.insert().values(row)).inserted_primary_key
        assert key is not None
        return int(key[0])


def _wanted(filters: Filters) -> list[Any]:
    wanted: list[Any] = []
    for name in ("state", "payer", "therapist"):
        value = getattr(filters, name)
        if value:
            wanted.append(CLAIMS.c[name] == value)
    if filters.text:
        columns = (CLAIMS.c.patient, CLAIMS.c.claim_id, CLAIMS.c.reason)
        wanted.append(or_(*(one.icontains(filters.text, autoescape=True) for one in columns)))
    return wanted
