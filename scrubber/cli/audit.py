"""scrubber audit: whether an audit log is as it was written."""

import sys
from pathlib import Path

import click

from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.option_types import EXISTING_FILE
from scrubber.ledger.audit_log import verify as follow_chain


@click.group(cls=CommandGroup)
def audit() -> None:
    """The log of what was done to which claim by which rule."""


@audit.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--last", metavar="HASH", help="The hash that the last entry had when last seen.")
def verify(file: Path, last: str | None) -> None:
    """Follow the chain of hashes through FILE.

    Prints the number of entries and the last hash. Kept elsewhere and given again as --last, it
    shows also whether entries at the end were cut off. Exit status: 0 sound, 1 not.
    """
    seen = last is None
    try:
        with file.open("rb") as lines:
            verdict = follow_chain(lines)
        if last is not None:
            with file.open("rb") as lines:
                seen = any(f'"hash":"{last}"'.encode() in line for line in lines)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}") from None
    if verdict.problem:
        click.echo(f"entry {verdict.entries + 1}: {verdict.problem}")
        sys.exit(1)
    if not seen:
        click.echo(f"{verdict.entries} entries; none has the hash {last}: the end was cut off")
        sys.exit(1)
    click.echo(f"{verdict.entries} entries, sound; last hash {verdict.last}")
