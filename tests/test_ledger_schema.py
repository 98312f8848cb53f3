"""A ledger of any earlier version of the program is brought to today's tables and used on.

The files in fixtures/ledger are what those versions wrote when they scrubbed `one_claim.837` and
`several_envelopes.837` of fixtures/clean, under the key KEY.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from ledger_server import missing, running_server
from sqlalchemy import Connection, create_engine, inspect, text
from test_watch_folder_folder import put, run_once

import scrubber.history
from scrubber.cli import main
from scrubber.history.book import Ledger
from scrubber.history.database import LedgerError, ledger_url
from scrubber.history.keys import Keys
from scrubber.history.schema import CURRENT, upgrade
from scrubber.history.tables import METADATA, VERSION

FIXTURES = Path(__file__).parent.parent / "fixtures"
OLD = {one.stem: one.read_text(encoding="utf-8") for one in (FIXTURES / "ledger").glob("*.sql")}
KEY = b"k" * 32
FILES = [
    ("b5f2488d527021ce0ba1d0957653df45b7c0d0177fae9ba3e46cfe20654b51e4", 1),
    ("664b9baac097d15e1c69ba60000e2cc77962f76f30bd0a8148b1481628dede76", 4),
]
NUMBER = count()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if missing():
        pytest.skip(missing())
    with running_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return ledger_url(str(tmp_path / "ledger.sqlite3"))
    server: str = request.getfixturevalue("server")
    name = f"ledger{next(NUMBER)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


def changed(url: str, *statements: str, to: str = "") -> None:
    """Bring a database to a version of the tables, and say more to it."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if to:
            upgrade(connection, to)
        for one in statements:
            connection.execute(text(one))
    engine.dispose()


def make_old(url: str, version: str) -> None:
    """A ledger as that version of the program left it; the first ones had no number in them."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.partition(":///")[2])) as old:
            old.executescript(OLD[version])
        return
    rows = re.findall("^INSERT.*(?=;$)", OLD[version], re.MULTILINE)
    rows = [row for row in rows if VERSION.name not in row]
    unnumbered = [f"DROP TABLE {VERSION.name}"] if VERSION.name not in OLD[version] else []
    changed(
        url, *rows, *unnumbered, "SELECT setval(pg_get_serial_sequence('files', 'id'), 2)",
        to=version,
    )  # fmt: skip


def differences(connection: Connection) -> list[object]:
    """What the tables of a database have other than those of today."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION.name})
    found: list[object] = compare_metadata(context, METADATA)
    return found


@pytest.mark.parametrize("start", ["", *sorted(OLD)])
def test_migrations_make_the_tables_of_today(url: str, start: str) -> None:
    if start:
        make_old(url, start)
    Ledger(url, Keys(KEY)).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_all_migrations_make_the_tables_of_today(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, "head")
        assert differences(connection) == [], "tables.py and migrations/versions differ"
    engine.dispose()


def test_the_number_of_today_is_that_of_the_last_migration() -> None:
    folder = Path(scrubber.history.__file__).with_name("migrations")
    assert ScriptDirectory(str(folder)).get_current_head() == CURRENT
    assert CURRENT in OLD or int(CURRENT) > int(max(OLD))


@pytest.mark.parametrize("version", sorted(OLD))
def test_an_old_ledger_is_used_on(url: str, version: str) -> None:
    make_old(url, version)
    book = Ledger(url, Keys(KEY))
    assert book.upgraded_from == ("" if version == CURRENT else version)
    assert [(one.sha256, one.claims) for one in book.files()] == FILES
    before = list(book.services())
    assert len(before) == 10
    with book.enter("c" * 64, date(2026, 3, 3)) as entry:
        entry.claims = 1
        entry.add_services([before[0]._replace(file=entry.file)])
    assert len(list(book.services())) == 11
    book.close()
    again = Ledger(url, Keys(KEY))
    assert again.upgraded_from == ""
    again.close()
    with pytest.raises(LedgerError, match="different key"):
        Ledger(url, Keys(b"x" * 32))


def test_a_ledger_of_a_later_version_is_refused(url: str) -> None:
    Ledger(url, Keys(KEY)).close()
    changed(url, f"UPDATE {VERSION.name} SET version_num = '0999'")
    with pytest.raises(LedgerError, match=f"schema 0999, this one knows {CURRENT}"):
        Ledger(url, Keys(KEY))


def test_a_migration_that_fails_changes_nothing(url: str) -> None:
    make_old(url, "0001")
    changed(url, "CREATE TABLE settings (x INTEGER)")
    with pytest.raises(LedgerError, match="settings"):
        Ledger(url, Keys(KEY))
    engine = create_engine(url)
    found = inspect(engine)
    assert not found.has_table(VERSION.name)
    assert "note" not in {one["name"] for one in found.get_columns("services")}
    engine.dispose()


@pytest.fixture
def old_ledger(tmp_path: Path) -> Path:
    """A SQLite ledger of the first version, with its key."""
    ledger = tmp_path / "ledger.sqlite3"
    make_old(ledger_url(str(ledger)), "0001")
    key = ledger.with_name("ledger.sqlite3.key")
    key.write_text(KEY.hex())
    key.chmod(0o600)
    return ledger


def test_a_command_says_that_it_brought_a_ledger_up_to_date(old_ledger: Path) -> None:
    for words in ("the ledger had schema 0001 and was brought up to date", ""):
        shown = CliRunner().invoke(main, ["ledger", "show", str(old_ledger)])
        assert shown.exit_code == 0
        assert words in shown.stderr and bool(shown.stderr) is bool(words)
        assert FILES[1][0] in shown.stdout


def test_a_watcher_logs_it_and_remembers_what_came_before(drop: Path, old_ledger: Path) -> None:
    put(drop, "a.837", (FIXTURES / "clean" / "one_claim.837").read_bytes() + b"\n")
    told = run_once(drop, "--ledger", str(old_ledger))
    assert "event=ledger_upgraded schema=0001" in told.output
    [report] = (drop / "outbound" / "reports").glob("*.json")
    assert '"S192"' in report.read_text(encoding="utf-8")
