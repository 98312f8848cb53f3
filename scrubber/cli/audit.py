"""scrubber audit: whether an audit log is as it was written."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from scrubber.cli.audit_option import AUDIT_KEY_OPTION, audit_keys
from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.option_types import EXISTING_FILE
from scrubber.history.audit_log import Verdict
from scrubber.history.audit_log import verify as follow_chain

HASH = re.compile("[0-9a-f]{64}")


@click.group(cls=CommandGroup)
def audit() -> None:
    """Verify the log of what each rule did to each claim."""


@audit.command()
@click.argument("file", type=EXISTING_FILE)
@click.option(
    "--last", metavar="HASH", help="The last hash of an earlier verification, kept elsewhere."
)
@AUDIT_KEY_OPTION
def verify(file: Path, last: str | None, audit_key: Path | None) -> None:
    """Follow the chain of entries through FILE.

    With the key of the log this proves that no one without the key changed, moved, added or removed
    an entry. It can tell that entries were cut off the end only up to --last: keep the last hash
    printed somewhere that those who can write FILE cannot, and give it next time. Exit status: 0
    sound, 1 not.
    """
    if last is not None and not HASH.fullmatch(last):
        raise UserError("--last must be a complete hash, as printed: 64 hexadecimal digits")
    keys = audit_keys(file, audit_key)
    try:
        with file.open("rb") as lines:
            verdict = follow_chain(lines, keys, last or "")
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}") from None
    if verdict.problem:
        click.echo(f"entry {verdict.entries + 1}: {verdict.problem}")
        sys.exit(1)
    if last is not None and not verdict.anchor:
        click.echo(
            f"{verdict.entries} entries; none has the hash {last}: "
            "the end was cut off, or the log was started over"
        )
        sys.exit(1)
    click.echo("\n".join(_lines(verdict)))


def _lines(verdict: Verdict) -> Iterator[str]:
    """What is proven of a sound log, and what is not."""
    yield f"{verdict.entries} entries, sound; last hash {verdict.last}"
    for number in verdict.repaired:
        yield f"entry {number} records a damaged end that was removed; see FILE.damaged"
    if not verdict.anchor:
        yield "not proven: that none were cut off the end; keep this hash elsewhere for --last"
    elif verdict.anchor < verdict.entries:
        yield f"not proven: that none were cut off after entry {verdict.anchor}, the one of --last"
