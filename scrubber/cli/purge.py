"""scrubber purge: remove what was kept for long enough."""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import click

from scrubber.cli.audit_option import AUDIT_KEY_OPTION, audit_keys
from scrubber.cli.failure import UserError
from scrubber.history.audit_log import AuditLog
from scrubber.run.audit_entries import who_did
from scrubber.watch_folder.folders import DropFolders
from scrubber.watch_folder.retention import KeptFile, is_drop, old_files, remove_empty_days


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--older-than",
    type=click.IntRange(min=1),
    metavar="DAYS",
    required=True,
    help="Keep files that arrived or were written in the last DAYS days.",
)
@click.option("--yes", is_flag=True, help="Remove the files instead of only listing them.")
@click.option(
    "--audit",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Record removals in this log.  [default: of a drop, its own]",
)
@AUDIT_KEY_OPTION
def purge(
    folder: Path, older_than: int, yes: bool, audit: Path | None, audit_key: Path | None
) -> None:
    """List the old files in FOLDER, and remove them with --yes.

    FOLDER is a file drop, of which outbound, error and archive are searched, or a folder that
    `scrubber scrub --out` wrote to, where the files of a run are removed together and only if its
    report.json is among them. Files with other names, links, the ledger and the audit log stay.

    Exit status: 0; 2 if a file could not be removed.
    """
    now = datetime.now().astimezone()
    before = now.date() - timedelta(days=older_than)
    try:
        files = old_files(folder, before)
    except OSError as error:
        raise UserError(f"{error.filename}: {error.strerror}") from None
    if not yes:
        for one in files:
            click.echo(str(one.path))
        click.echo(f"{_count(files)} to remove; nothing was removed; use --yes to remove")
        return
    gone: list[KeptFile] = []
    try:
        for one in _removed(files):
            click.echo(str(one.path))
            gone.append(one)
        remove_empty_days(folder, before)
    finally:
        log = audit or (DropFolders(folder).audit_log if is_drop(folder) else None)
        if log is not None and gone:
            _enter(log, audit_key, gone, older_than, now)
    click.echo(f"{_count(gone)} removed")
    if len(gone) < len(files):
        sys.exit(2)


def _removed(files: Sequence[KeptFile]) -> Iterator[KeptFile]:
    """Those of the files that could be removed; of any other it says why not."""
    for one in files:
        try:
            one.path.unlink()
        except OSError as error:
            click.echo(f"{one.path}: {error.strerror}; it stays", err=True)
        else:
            yield one


def _count(files: Sequence[KeptFile]) -> str:
    size = sum(one.size for one in files)
    return f"{len(files):,} {'file' if len(files) == 1 else 'files'}, {size:,} bytes"


def _enter(
    log: Path, key: Path | None, gone: Sequence[KeptFile], older_than: int, now: datetime
) -> None:
    """One entry for each run, without the names that suppliers gave. Raises UserError."""
    by_run = groupby(sorted(gone, key=lambda one: one.run), key=lambda one: one.run)
    facts = {"event": "purged", "older_than": older_than}
    try:
        AuditLog(log, audit_keys(log, key)).append(
            {**who_did(now, run), **facts, "out": [one.ending for one in files]}
            for run, files in by_run
        )
    except OSError as error:
        raise UserError(f"the audit log cannot be written: {error.strerror}") from None
