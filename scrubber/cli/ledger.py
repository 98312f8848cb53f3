"""scrubber ledger: look into the ledger, feed it, and make it forget."""

import csv
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import click

from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.ledger_option import KEY_OPTION, open_existing, open_with_keys
from scrubber.cli.option_types import EXISTING_FILE

BALANCE_COLUMNS = ("member_id", "year", "discipline", "amount")
DISCIPLINES = {"PT": "GP", "SLP": "GN", "OT": "GO", "GP": "GP", "GN": "GN", "GO": "GO"}
SHORTEST_HASH = 6


@click.group(cls=CommandGroup)
def ledger() -> None:
    """Inspect or edit the claim history. LEDGER is a SQLite file or the URL of a database.

    A ledger holds hashes instead of patients; the register in it names claims, payers, therapists.
    """


@ledger.command()
@click.argument("ledger_name", metavar="LEDGER")
@KEY_OPTION
def show(ledger_name: str, ledger_key: Path | None) -> None:
    """List the files in the order received."""
    book = open_existing(ledger_name, ledger_key)
    click.echo(f"{'received':10}  {'claims':>9}  sha256")
    for file in book.files():
        click.echo(f"{file.received.isoformat():10}  {file.claims:>9,}  {file.sha256}")


@ledger.command()
@click.argument("ledger_name", metavar="LEDGER")
@click.argument("sha256")
@KEY_OPTION
def forget(ledger_name: str, sha256: str, ledger_key: Path | None) -> None:
    """Forget a file and its services, so that it can be scrubbed again.

    SHA256 is its hash or the first digits of it.
    """
    if len(sha256) < SHORTEST_HASH:
        raise UserError(f"give at least {SHORTEST_HASH} digits of the hash")
    book = open_existing(ledger_name, ledger_key)
    matching = book.files_like(sha256)
    if len(matching) > 1:
        raise UserError(
            f"{len(matching)} files have a hash that starts with these digits; give more"
        )
    if not book.forget(sha256):
        raise UserError("the ledger has no file with this hash")
    click.echo(f"forgotten: {matching[0]}")


@ledger.command()
@click.argument("ledger_name", metavar="LEDGER")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(ledger_name: str, file: Path) -> None:
    """Copy a SQLite ledger and its key to FILE and FILE.key, also while others write to it.

    To restore it, stop what uses the ledger and copy both back. For PostgreSQL use pg_dump.
    """
    from scrubber.history.backup import BackupError, back_up  # noqa: PLC0415
    from scrubber.history.database import LedgerError, ledger_url  # noqa: PLC0415

    try:
        copied = back_up(ledger_url(ledger_name), file)
    except (BackupError, LedgerError) as error:
        raise UserError(str(error)) from None
    click.echo("\n".join(f"written: {one}" for one in copied))


@ledger.command()
@click.argument("ledger_name", metavar="LEDGER")
@KEY_OPTION
def export(ledger_name: str, ledger_key: Path | None) -> None:
    """Write every service as CSV; patients, providers and claims are hashes."""
    from scrubber.history.services import ServiceRow  # noqa: PLC0415

    book = open_existing(ledger_name, ledger_key)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(ServiceRow._fields)
    for row in book.services():
        out.writerow(" ".join(one) if isinstance(one, tuple) else one for one in row)


@ledger.command()
@click.argument("ledger_name", metavar="LEDGER")
@click.argument("file", type=EXISTING_FILE)
@KEY_OPTION
def balances(ledger_name: str, file: Path, ledger_key: Path | None) -> None:
    """Set what counted towards the annual threshold before the ledger began.

    FILE is a CSV with a header: member_id,year,discipline,amount. Discipline is PT, SLP or OT;
    PT and SLP share one amount.
    """
    from scrubber.history.services import patient_of  # noqa: PLC0415

    book, keys = open_with_keys(ledger_name, ledger_key)
    read = [
        (patient_of(keys, member), year, discipline, dollars)
        for member, year, discipline, dollars in _balances(file)
    ]
    click.echo(f"{book.set_balances(read)} balances set")


def _balances(file: Path) -> Iterator[tuple[str, int, str, Decimal]]:
    """The rows of a file of balances. Raises UserError with the number of a line in error."""
    from scrubber.history.services import balance_of  # noqa: PLC0415

    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if tuple(rows.fieldnames or ()) != BALANCE_COLUMNS:
            raise UserError(f"{file}: the header must be {','.join(BALANCE_COLUMNS)}")
        for row in rows:
            dollars = balance_of(row["amount"] or "")
            discipline = DISCIPLINES.get((row["discipline"] or "").strip().upper())
            year = (row["year"] or "").strip()
            if dollars is None or discipline is None or not year.isdecimal():
                raise UserError(f"{file}: line {rows.line_num} is not a balance")
            yield (row["member_id"] or ""), int(year), discipline, dollars
