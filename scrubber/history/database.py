"""The database a ledger is kept in: a SQLite file, or PostgreSQL by URL. One writer at a time."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError

from scrubber.errors import ScrubberError
from scrubber.history.schema import NewerSchemaError, bring_up_to_date

SCHEMES = ("sqlite:", "postgresql:", "postgresql+")
PACKAGES = {"psycopg": "'psycopg[binary]'"}
BUSY_SECONDS = 600
READS = "scrubber_reads"
MOST_AT_ONCE = 400
# Classes of SQLSTATE: a connection fails, resources are short, an operator intervenes; a program
# limit is exceeded.
PASSING, TOO_MUCH = ("08", "53", "57"), "54"

Value = TypeVar("Value")


class LedgerError(ScrubberError):
    """A ledger that cannot be opened or written; the message says what to do."""


class LedgerAwayError(LedgerError):
    """A server that cannot be reached now, but may be later."""


class RefusedValueError(LedgerError):
    """A value that the database will not take, now or later."""


class Database:
    """An open database with the tables of a ledger. Raises LedgerError where it cannot be used.

    `upgraded_from` is the version of the tables of a ledger of an earlier version of the program;
    empty where they were those of today.
    """

    def __init__(self, url: str) -> None:
        try:
            self._engine = create_engine(url)
            if self._engine.dialect.name == "sqlite":
                event.listen(self._engine, "connect", _set_up_sqlite)
                event.listen(self._engine, "begin", _begin_sqlite)
            with self.transaction() as connection:
                self.upgraded_from = bring_up_to_date(connection)
        except ImportError as error:
            package = PACKAGES.get(error.name or "", error.name)
            missing = f"{error.name} is not installed; pip install {package}"
            raise LedgerError(f"the ledger cannot be opened: {missing}") from None
        except NewerSchemaError as error:
            raise LedgerError(f"the ledger cannot be opened: {error}") from None
        except SQLAlchemyError as error:
            raise LedgerError(f"the ledger cannot be opened: {_in_words(error)}") from None

    def close(self) -> None:
        """Give connections back."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The ledger as it is now; nobody waits for it."""
        try:
            with self._engine.connect() as connection:
                yield connection.execution_options(**{READS: True})
        except SQLAlchemyError as error:
            raise _failure(error) from None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """What is done in the block, whole or not at all, while other writers wait."""
        try:
            with self._engine.begin() as connection:
                if self._engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(837)"))
                yield connection
        except SQLAlchemyError as error:
            raise _failure(error) from None


def ledger_url(given: str) -> str:
    """The URL of a ledger given as URL or as the path of a SQLite file. Raises LedgerError for the
    URL of something else, and for one that holds a password."""
    if given.startswith(SCHEMES):
        _refuse_password(given)
        return given
    scheme, sign, _ = given.partition("://")
    if sign:
        raise LedgerError(
            f"{scheme}://: no ledger can be kept there; name a SQLite file, or a postgresql:// URL"
        )
    return f"sqlite:///{Path(given).absolute()}"


def _refuse_password(given: str) -> None:
    try:
        url = make_url(given)
    except (SQLAlchemyError, ValueError):
        raise LedgerError("the URL of the ledger cannot be read") from None
    if url.password or any("password" in name.lower() for name in url.query):
        raise LedgerError(
            "whoever lists the processes of this machine can read a password in the URL of the "
            "ledger; leave it out, and set PGPASSWORD, or write it into a password file of mode "
            "0600 (~/.pgpass, or the one that PGPASSFILE names)"
        )


def key_path(url: str) -> Path | None:
    """Where the key of a SQLite ledger lies: beside it; None for a server."""
    path = url.partition(":///")[2]
    return Path(path + ".key") if url.startswith("sqlite:") and path else None


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _failure(error: SQLAlchemyError) -> LedgerError:
    """The error in our terms; of one about a value only its code is told, as PostgreSQL quotes
    values."""
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlstate", None) or ""
    if isinstance(error, DataError | IntegrityError) or code.startswith(TOO_MUCH):
        return RefusedValueError(
            f"the ledger cannot hold a value of this file ({type(cause).__name__} {code})"
        )
    words = f"the ledger cannot be used: {_in_words(error)}"
    is_server = type(cause).__module__.startswith("psycopg")
    if isinstance(error, OperationalError) and is_server and (not code or code.startswith(PASSING)):
        return LedgerAwayError(words)
    return LedgerError(words)


def _in_words(error: Exception) -> str:
    """What went wrong without the statement, which may hold values."""
    cause = getattr(error, "orig", None)
    return type(error).__name__ if cause is None else str(cause).splitlines()[0]


def in_portions(values: Iterable[Value]) -> Iterator[list[Value]]:
    """The values, as many at a time as one statement may name."""
    rest = iter(values)
    while some := list(islice(rest, MOST_AT_ONCE)):
        yield some
