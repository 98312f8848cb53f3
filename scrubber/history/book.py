"""What a ledger remembers: files, their interchanges and services, balances, and numbers given out.

A file is entered in one transaction that others wait for. What is known of a file depends only on
files entered before it, so entering it again changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from sys import maxsize
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Select, select

from scrubber.claim.claim import REPLACES
from scrubber.consents import Consent
from scrubber.engine import Context
from scrubber.history.answer_load import AnswerLoad, Unmatched, unmatched
from scrubber.history.consent_records import (
    ConsentRecord,
    add_consents,
    consent_records,
    revoke,
    with_consents,
)
from scrubber.history.database import Database, LedgerError, in_portions
from scrubber.history.keys import Keys
from scrubber.history.register import Register
from scrubber.history.services import Interchange, ServiceRow
from scrubber.history.tables import (
    ANSWERS,
    BALANCES,
    CLAIM_FINDINGS,
    CLAIM_NOTES,
    CLAIMS,
    FILES,
    INTERCHANGES,
    NUMBERS,
    SERVICES,
    SETTINGS,
)

ROWS_AT_ONCE = 1000

# PT and SLP share one balance.
BUCKETS = {"GP": "GP", "GN": "GP", "GO": "GO"}
PENDING, ENTERED = "pending", "entered"
KEY = "key"
OF_FILE = (INTERCHANGES, SERVICES, CLAIMS, CLAIM_FINDINGS)
"""What is entered of a file."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file in the ledger. `id` grows with every file that is entered for the first time."""

    id: int
    sha256: str
    received: date
    claims: int


NEVER = (maxsize, 0)


class NumberUse(NamedTuple):
    """A claim with a number."""

    number: str
    file: int
    claim_number: int
    frequency: str
    patient: str

    def corrects(self, row: ServiceRow, until: tuple[int, int] = NEVER) -> bool:
        """Whether it took the place of the claim of a row, before the claim of a file `until`."""
        later = (row.file, row.claim_number) < (self.file, self.claim_number) < until
        return later and self.frequency in REPLACES and self.patient == row.patient


class Entry:
    """One file while it is entered; what it asks for is as of before the file came."""

    def __init__(self, connection: Connection, file: int, keys: Keys) -> None:
        self._connection = connection
        self.file = file
        self.keys = keys
        self.claims = 0

    def used_before(self, one: Interchange) -> bool:
        """Whether an earlier file, or this one, has an interchange of that sender and number."""
        found = self._connection.execute(
            select(INTERCHANGES.c.file).where(
                INTERCHANGES.c.control == one.control,
                INTERCHANGES.c.sender == one.sender,
                INTERCHANGES.c.receiver == one.receiver,
                INTERCHANGES.c.file < self.file,
            )
        )
        return found.first() is not None

    def add_interchange(self, one: Interchange) -> None:
        """Remember an interchange of the file."""
        self._connection.execute(INTERCHANGES.insert().values(file=self.file, **one._asdict()))

    def services_of(self, patients: Iterable[str]) -> dict[str, list[ServiceRow]]:
        """The services of patients that came before, those of this file included."""
        found: dict[str, list[ServiceRow]] = {}
        for some in in_portions(sorted(set(patients))):
            rows = self._connection.execute(
                select(SERVICES).where(SERVICES.c.patient.in_(some), SERVICES.c.file <= self.file)
            )
            for row in rows:
                found.setdefault(row.patient, []).append(_service(row))
        return found

    def _earlier(
        self, columns: Select[Any], named: Column[str], values: Iterable[str]
    ) -> Iterator[Any]:
        """What earlier files have under these values."""
        for some in in_portions(sorted(set(values))):
            yield from self._connection.execute(
                columns.where(named.in_(some), SERVICES.c.file < self.file)
            )

    def services_of_claim(self, patient: str, claim: str) -> list[ServiceRow]:
        """The services of a claim that came before, those of this file included."""
        of_claim = (SERVICES.c.patient == patient, SERVICES.c.claim == claim)
        rows = select(SERVICES).where(*of_claim, SERVICES.c.file <= self.file)
        return [_service(row) for row in self._connection.execute(rows)]

    def services_on(self, days: Iterable[str]) -> list[ServiceRow]:
        """The services of patients' days in earlier files."""
        return [_service(row) for row in self._earlier(select(SERVICES), SERVICES.c.day, days)]

    def uses_of(self, numbers: Iterable[str]) -> dict[str, list[NumberUse]]:
        """The claims of earlier files with these numbers, in the order in which they came."""
        found: dict[str, list[NumberUse]] = {}
        columns = [SERVICES.c[name] for name in NumberUse._fields]
        rows = self._earlier(select(*columns).distinct(), SERVICES.c.number, numbers)
        for use in sorted(NumberUse(*row) for row in rows):
            found.setdefault(use.number, []).append(use)
        return found

    def balances_of(self, patients: Iterable[str]) -> dict[tuple[str, int, str], Decimal]:
        """Opening balances in dollars, by patient, year and GP (with GN) or GO."""
        found: dict[tuple[str, int, str], Decimal] = {}
        for some in in_portions(sorted(set(patients))):
            for row in self._connection.execute(
                select(BALANCES).where(BALANCES.c.patient.in_(some))
            ):
                found[row.patient, row.year, row.bucket] = Decimal(row.dollars)
        return found

    def add_services(self, rows: Sequence[ServiceRow]) -> None:
        """Remember the services of accepted claims."""
        if rows:
            self._connection.execute(SERVICES.insert(), [_columns(row) for row in rows])

    def add_claims(
        self, claims: Sequence[dict[str, Any]], findings: Sequence[dict[str, Any]]
    ) -> None:
        """Put claims and what was found in them into the register."""
        for table, rows in ((CLAIMS, claims), (CLAIM_FINDINGS, findings)):
            if rows:
                self._connection.execute(table.insert(), list(rows))


class Ledger:
    """An open ledger. Raises LedgerError where the database cannot be used, or was begun with
    other keys: nobody in it would be recognized.

    `upgraded_from` is the version of the tables of a ledger of an earlier version of the program;
    empty where they were those of today.
    """

    def __init__(self, url: str, keys: Keys) -> None:
        self._keys = keys
        self._database = Database(url)
        self.upgraded_from = self._database.upgraded_from
        self._refuse_other_keys(keys.of("ledger"))

    def _refuse_other_keys(self, fingerprint: str) -> None:
        """Hold the fingerprint of the keys against the one the ledger has; a new ledger, and one
        of an earlier version, takes it."""
        named = SETTINGS.c.name == KEY
        with self._database.transaction() as connection:
            known = connection.execute(select(SETTINGS.c.value).where(named)).scalar()
            if known is None:
                connection.execute(SETTINGS.insert().values(name=KEY, value=fingerprint))
            elif known != fingerprint:
                raise LedgerError(
                    "the ledger was started with a different key; give it with --ledger-key FILE"
                )

    def close(self) -> None:
        """Give connections back."""
        self._database.close()

    @cached_property
    def register(self) -> Register:
        """The claims of the files, each with its state."""
        return Register(self._database, self._keys)

    def answer_load(self) -> AnswerLoad:
        """Takes answers to the claims of the register in."""
        return AnswerLoad(self._database, self._keys)

    def unmatched_answers(self) -> Iterator[Unmatched]:
        """The answers without a claim, with the reason."""
        return unmatched(self._database)

    @contextmanager
    def enter(self, sha256: str, received: date) -> Iterator[Entry]:
        """Enter a file; nothing of it stays if the block ends with an exception.

        A file that was entered before is entered again in its old place; one without a claim is
        not remembered.
        """
        with self._database.transaction() as connection:
            known = connection.execute(select(FILES.c.id).where(FILES.c.sha256 == sha256)).scalar()
            if known is None:
                made = FILES.insert().values(sha256=sha256, received=received, state=PENDING)
                connection.execute(made)
                known = connection.execute(
                    select(FILES.c.id).where(FILES.c.sha256 == sha256)
                ).scalar_one()
            for table in OF_FILE:
                connection.execute(table.delete().where(table.c.file == known))
            entry = Entry(connection, known, self._keys)
            yield entry
            if not entry.claims:
                connection.execute(INTERCHANGES.delete().where(INTERCHANGES.c.file == known))
                connection.execute(FILES.delete().where(FILES.c.id == known))
                return
            done = FILES.update().where(FILES.c.id == known)
            connection.execute(done.values(claims=entry.claims, state=ENTERED))

    def file(self, sha256: str) -> FileRecord | None:
        """A file that was entered; None for one that was not."""
        with self._database.reading() as connection:
            row = connection.execute(select(FILES).where(FILES.c.sha256 == sha256)).first()
            return _file(row) if row is not None and row.state == ENTERED else None

    def files(self) -> list[FileRecord]:
        """Every file, in the order in which they came."""
        with self._database.reading() as connection:
            return [_file(row) for row in connection.execute(select(FILES).order_by(FILES.c.id))]

    def files_like(self, sha256: str) -> list[str]:
        """The hashes of files that begin so."""
        where = FILES.c.sha256.startswith(sha256, autoescape=True)
        with self._database.reading() as connection:
            return list(connection.execute(select(FILES.c.sha256).where(where)).scalars())

    def services(self) -> Iterator[ServiceRow]:
        """Every service, in the order in which they came; few are held at a time."""
        order = (SERVICES.c.file, SERVICES.c.claim_number, SERVICES.c.line)
        with self._database.reading() as connection:
            some = connection.execution_options(yield_per=ROWS_AT_ONCE)
            yield from map(_service, some.execute(select(SERVICES).order_by(*order)))

    def forget(self, sha256: str) -> int:
        """Forget the files whose hash begins so, and their services; the number of files."""
        with self._database.transaction() as connection:
            where = FILES.c.sha256.startswith(sha256, autoescape=True)
            ids = list(connection.execute(select(FILES.c.id).where(where)).scalars())
            for table in (*OF_FILE, CLAIM_NOTES):
                connection.execute(table.delete().where(table.c.file.in_(ids)))
            connection.execute(ANSWERS.delete().where(ANSWERS.c.file.in_(ids)))
            connection.execute(FILES.delete().where(FILES.c.id.in_(ids)))
            return len(ids)

    def set_balances(self, balances: Iterable[tuple[str, int, str, Decimal]]) -> int:
        """Set opening balances: patient, year, discipline (GP, GN, GO), dollars; their number."""
        count = 0
        with self._database.transaction() as connection:
            for patient, year, discipline, dollars in balances:
                key = {"patient": patient, "year": year, "bucket": BUCKETS[discipline]}
                where = [BALANCES.c[name] == value for name, value in key.items()]
                connection.execute(BALANCES.delete().where(*where))
                connection.execute(BALANCES.insert().values(**key, dollars=str(dollars)))
                count += 1
        return count

    def add_consents(self, consents: Iterable[Consent]) -> list[int]:
        """Keep decisions about repairs; their numbers."""
        with self._database.transaction() as connection:
            return add_consents(connection, self._keys, consents)

    def consents(self) -> list[ConsentRecord]:
        """Every decision about repairs, in the order given, the revoked ones too."""
        with self._database.reading() as connection:
            return consent_records(connection)

    def revoke_consent(self, number: int, day: date, who: str) -> bool:
        """Take a decision back; whether there was one of that number that held."""
        with self._database.transaction() as connection:
            return revoke(connection, number, day, who)

    def with_consents(self, context: Context) -> Context:
        """The context with the decisions that hold."""
        return with_consents(context, self._keys, self.consents())

    def numbers_for(self, sha256: str, count: int) -> int:
        """The first of `count` control numbers, one after the other, for what is written about a
        file; the same ones when asked again for no more. They begin anew after 999999999."""
        with self._database.transaction() as connection:
            mine = NUMBERS.c.sha256 == sha256
            numbers = select(NUMBERS.c.first, NUMBERS.c.count)
            for first, most in connection.execute(numbers.where(mine)):
                if most >= count:
                    return int(first)
            used = connection.execute(numbers.order_by(NUMBERS.c.first.desc()).limit(1)).first()
            first = sum(used) if used is not None else 1
            connection.execute(NUMBERS.delete().where(mine))
            new = NUMBERS.insert().values(sha256=sha256, first=first, count=count)
            connection.execute(new)
            return int(first)


def _columns(row: ServiceRow) -> dict[str, Any]:
    texts = {
        "modifiers": " ".join(row.modifiers),
        "charge": str(row.charge),
        "units": str(row.units),
        "counted": int(row.counted),
        "authorized": int(row.authorized),
        "expected": None if row.expected is None else str(row.expected),
    }
    return {**row._asdict(), **texts}


def _service(row: Any) -> ServiceRow:
    values = dict(row._mapping)
    return ServiceRow(**values)._replace(
        modifiers=tuple(values["modifiers"].split()),
        charge=Decimal(values["charge"]),
        units=Decimal(values["units"]),
        counted=bool(values["counted"]),
        authorized=bool(values["authorized"]),
        expected=None if values["expected"] is None else Decimal(values["expected"]),
    )


def _file(row: Any) -> FileRecord:
    return FileRecord(row.id, row.sha256, row.received, row.claims)
