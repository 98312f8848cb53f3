"""What the commands about answers share: tables, and files read one after another."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from scrubber.cli.failure import UserError
from scrubber.cli.file_lines import opened
from scrubber.cli.out_folder import made_folder
from scrubber.outputs.answer_tables import FORMATS, AnswerTables
from scrubber.run.inputs import Input
from scrubber.run.shown_names import shown
from scrubber.run.source_file import UnreadableInputError

Read = TypeVar("Read")


@contextmanager
def opened_tables(
    out: Path, kinds: list[str], tables: Mapping[type[Any], str], show_phi: bool = False
) -> Iterator[AnswerTables]:
    """The tables of a run, placed when the block ends. Raises UserError."""
    folder = made_folder(out)
    try:
        with AnswerTables(folder, kinds, show_phi, tables) as opened:
            yield opened
            opened.place()
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}") from None


def read_files(
    inputs: list[Input],
    read_file: Callable[[Iterable[bytes], str], Iterator[Read]],
    take: Callable[[Read], None],
) -> list[str]:
    """Hand on what is read of each file; the files that could not be read, with the reason."""
    unread = []
    for one in inputs:
        try:
            with opened(one) as file:
                for row in read_file(file.chunks(), shown(one.path)):
                    take(row)
        except UnreadableInputError as error:
            unread.append(f"{shown(one.path)}: {error}")
    return unread


def closing_status(tables: AnswerTables, out: Path, kinds: list[str], unread: list[str]) -> int:
    """Say what was written and what could not be read: the status, 2 if there was such."""
    for name, count in tables.counts.items():
        if count:
            click.echo(f"{name.replace('_', ' '):22}{count:>12,}")
    for line in unread:
        click.echo(f"Error: {line}", err=True)
    if tables.counts["problems"]:
        click.echo(f"Error: not everything was read; see {out / 'problems'}.{kinds[0]}", err=True)
    return 2 if unread or tables.counts["problems"] else 0


def kinds_of(formats: str) -> list[str]:
    """The formats that an option names. Raises UserError for one that there is not."""
    kinds = list(dict.fromkeys(formats.split(",")))
    wrong = [one for one in kinds if one not in FORMATS]
    if wrong:
        raise UserError(f"--format {wrong[0]}: choose from {', '.join(FORMATS)}")
    return kinds
