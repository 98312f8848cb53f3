"""A copy of a ledger, put back, is the ledger."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledger_server import missing, running_server

from scrubber.cli import main
from scrubber.history.book import Ledger
from scrubber.history.database import ledger_url
from scrubber.history.keys import read_keys

CLAIMS = str(Path(__file__).parent.parent / "fixtures" / "clean" / "one_claim.837")


def is_known(folder: Path, ledger: str, *options: str) -> bool:
    """Scrub the same claims once more; whether the ledger has them."""
    options = ("--out", str(folder), "--as-of", "2026-03-02", "--ledger", ledger, *options)
    done = CliRunner().invoke(main, ["scrub", CLAIMS, *options])
    assert done.exit_code == 0, done.output
    return "the same file was scrubbed before" in done.output


def backup(ledger: Path | str, file: Path) -> Result:
    return CliRunner().invoke(main, ["ledger", "backup", str(ledger), str(file)])


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger that knows one file."""
    file = tmp_path / "ledger.sqlite3"
    assert not is_known(tmp_path / "out", str(file))
    return file


def test_a_copy_put_back_knows_what_came_before(ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "copy"
    copy.parent.mkdir()
    done = backup(ledger, copy)
    assert done.output == f"written: {copy}\nwritten: {copy}.key\n"
    assert sorted(one.name for one in copy.parent.iterdir()) == ["copy", "copy.key"]
    assert {one.stat().st_mode & 0o777 for one in copy.parent.iterdir()} == {0o600}
    for one in tmp_path.glob("ledger.sqlite3*"):
        one.unlink()
    copy.rename(ledger)
    Path(f"{copy}.key").rename(f"{ledger}.key")
    assert is_known(tmp_path / "again", str(ledger))


def test_what_is_being_entered_is_not_in_the_copy(ledger: Path, tmp_path: Path) -> None:
    keys = read_keys(Path(f"{ledger}.key"))
    book = Ledger(ledger_url(str(ledger)), keys)
    with book.enter("b" * 64, date(2026, 3, 2)) as entry:
        entry.claims = 1
        assert backup(ledger, tmp_path / "copy").exit_code == 0
    assert len(book.files()) == 2
    book.close()
    copied = Ledger(ledger_url(str(tmp_path / "copy")), keys)
    assert len(copied.files()) == 1
    copied.close()


def test_a_copy_replaces_nothing(ledger: Path, tmp_path: Path) -> None:
    for there in (tmp_path / "copy", ledger):
        there.touch()
        before = there.read_bytes()
        told = backup(ledger, there)
        assert told.exit_code == 2 and f"{there}: it exists; name another" in told.output
        assert there.read_bytes() == before
    assert not list(tmp_path.glob(".*tmp"))


def test_only_a_ledger_is_copied(tmp_path: Path) -> None:
    assert "there is no such ledger" in backup(tmp_path / "none", tmp_path / "copy").output
    assert "pg_dump" in backup("postgresql://db/ledger", tmp_path / "copy").output
    (tmp_path / "text").write_text("no database, but long enough to be taken for one " * 99)
    assert "cannot be copied" in backup(tmp_path / "text", tmp_path / "copy").output
    assert [one.name for one in tmp_path.iterdir()] == ["text"]


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_dump_of_a_server_put_back_knows_what_came_before(tmp_path: Path) -> None:
    """As docs/file-drop.md says it is to be done."""
    key = tmp_path / "ledger.key"
    with running_server() as url:
        plain = url.replace("+psycopg", "")
        assert not is_known(tmp_path / "out", url, "--ledger-key", str(key))
        dump = str(tmp_path / "ledger.dump")
        said(["pg_dump", "--format=custom", f"--file={dump}", plain])
        said(["psql", plain, "--command", "CREATE DATABASE restored"])
        restored = plain.replace("/postgres?", "/restored?")
        said(["pg_restore", "--exit-on-error", f"--dbname={restored}", dump])
        again = url.replace("/postgres?", "/restored?")
        assert is_known(tmp_path / "again", again, "--ledger-key", str(key))


def said(command: list[str]) -> None:
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    assert ran.returncode == 0, ran.stderr
