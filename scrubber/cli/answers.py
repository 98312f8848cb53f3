"""scrubber answers: what clearinghouses and payers answer, as tables."""

import sys
from pathlib import Path

import click

from scrubber.answers.read import read_answers
from scrubber.batch.inputs import Input, find_inputs
from scrubber.batch.shown_names import shown
from scrubber.batch.source_file import UnreadableInputError
from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.file_lines import opened
from scrubber.cli.out_folder import made_folder
from scrubber.reports.answer_tables import FORMATS, AnswerTables


@click.group(cls=CommandGroup)
def answers() -> None:
    """Read what clearinghouses and payers answer: 835, 277CA, 999, TA1."""


@answers.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the tables.",
)
@click.option(
    "--format",
    "formats",
    metavar="KIND,...",
    default=",".join(FORMATS),
    show_default=True,
    help=f"Form of the tables, of {', '.join(FORMATS)}.",
)
@click.option("--show-phi", is_flag=True, help="Let tables show names and member ids.")
def read(paths: tuple[str, ...], out: Path, formats: str, show_phi: bool) -> None:
    """Read answers into tables: payments, claims, lines, adjustments, statuses and more.

    Every 835 is balanced to the cent. What cannot be read is named with file, segment and byte;
    the rest is read.

    Exit status: 0 everything was read and balances, 1 something does not balance, 2 something
    could not be read.
    """
    kinds = _kinds(formats)
    folder = made_folder(out)
    unread: list[str] = []
    try:
        with AnswerTables(folder, kinds, show_phi) as tables:
            for one in find_inputs(paths):
                unread += _read(one, tables)
            tables.place()
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}") from None
    for name, count in tables.counts.items():
        if count:
            click.echo(f"{name.replace('_', ' '):22}{count:>12,}")
    for line in unread:
        click.echo(f"Error: {line}", err=True)
    problems, findings = tables.counts["problems"], tables.counts["findings"]
    if problems:
        click.echo(f"Error: not everything was read; see {out / 'problems'}.{kinds[0]}", err=True)
    sys.exit(2 if unread or problems else int(findings > 0))


def _read(one: Input, tables: AnswerTables) -> list[str]:
    """Read one file into the tables; why it could not be read, if so."""
    try:
        with opened(one) as file:
            for row in read_answers(file.chunks(), shown(one.path)):
                tables.add(row)
    except UnreadableInputError as error:
        return [f"{shown(one.path)}: {error}"]
    return []


def _kinds(formats: str) -> list[str]:
    kinds = list(dict.fromkeys(formats.split(",")))
    wrong = [one for one in kinds if one not in FORMATS]
    if wrong:
        raise UserError(f"--format {wrong[0]}: there are {', '.join(FORMATS)}")
    return kinds
