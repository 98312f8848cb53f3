"""scrubber answers: what clearinghouses and payers answer, as tables."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from scrubber.answers.match_rows import match_rows
from scrubber.answers.read import read_answers
from scrubber.answers.rows import MATCH_TABLES, TABLES, ClaimMatch, LineMatch, Problem, Row
from scrubber.answers.sent import SentClaim, read_sent
from scrubber.answers.store import AnswerStore
from scrubber.batch.inputs import ANSWER_ENDINGS, Input, find_inputs
from scrubber.batch.shown_names import shown
from scrubber.batch.source_file import UnreadableInputError
from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.file_lines import opened
from scrubber.cli.out_folder import made_folder
from scrubber.reports.answer_tables import FORMATS, AnswerTables

Read = TypeVar("Read")


@click.group(cls=CommandGroup)
def answers() -> None:
    """Read what clearinghouses and payers answer: 835, 277CA, 999, TA1."""


_out_option = click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the tables.",
)
_format_option = click.option(
    "--format",
    "formats",
    metavar="KIND,...",
    default=",".join(FORMATS),
    show_default=True,
    help=f"Form of the tables, of {', '.join(FORMATS)}.",
)


@answers.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_out_option
@_format_option
@click.option("--show-phi", is_flag=True, help="Let tables show names and member ids.")
def read(paths: tuple[str, ...], out: Path, formats: str, show_phi: bool) -> None:
    """Read answers into tables: payments, claims, lines, adjustments, statuses and more.

    Every 835 is balanced to the cent. What cannot be read is named with file, segment and byte;
    the rest is read.

    Exit status: 0 everything was read and balances, 1 something does not balance, 2 something
    could not be read.
    """
    kinds = _kinds(formats)
    with _tables(out, kinds, TABLES, show_phi) as tables:
        unread = _read(find_inputs(paths, ANSWER_ENDINGS), read_answers, tables.add)
    sys.exit(_closing(tables, out, kinds, unread) or int(tables.counts["findings"] > 0))


@answers.command()
@click.argument("claims", nargs=-1, required=True, metavar="CLAIMS...")
@click.option(
    "--answers",
    "answered",
    multiple=True,
    required=True,
    metavar="PATH",
    help="Answers to match; may be given several times, and be a pattern in quotes.",
)
@_out_option
@_format_option
def match(claims: tuple[str, ...], answered: tuple[str, ...], out: Path, formats: str) -> None:
    """Say which claim and line of the 837 files CLAIMS each answer is about, and why none.

    By claim number and provider, the payer's number, member, days and charge; never by position,
    and never where several fit. Also says what became of each line that was sent.

    Exit status: 0 every answer has its claim and lines, 1 some has not, 2 something could not be
    read.
    """
    kinds = _kinds(formats)
    store = AnswerStore()
    with _tables(out, kinds, MATCH_TABLES) as tables:

        def take(row: SentClaim | Row) -> None:
            if isinstance(row, SentClaim):
                store.add_sent(row)
            elif isinstance(row, Problem):
                tables.add(row)
            else:
                store.add(row)

        unread = _read(find_inputs(claims), read_sent, take)
        unread += _read(find_inputs(answered, ANSWER_ENDINGS), read_answers, take)
        store.match()
        missing = 0
        for row in match_rows(store):
            tables.add(row)
            missing += isinstance(row, ClaimMatch | LineMatch) and not row.level
    click.echo(f"{'without a claim or line':26}{missing:>8,}")
    sys.exit(_closing(tables, out, kinds, unread) or int(missing > 0))


@contextmanager
def _tables(
    out: Path, kinds: list[str], tables: Mapping[type[Row], str], show_phi: bool = False
) -> Iterator[AnswerTables]:
    """The tables of a run, placed when the block ends. Raises UserError."""
    folder = made_folder(out)
    try:
        with AnswerTables(folder, kinds, show_phi, tables) as opened_tables:
            yield opened_tables
            opened_tables.place()
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}") from None


def _read(
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


def _closing(tables: AnswerTables, out: Path, kinds: list[str], unread: list[str]) -> int:
    """Say what was written and what could not be read: the status, 2 if there was such."""
    for name, count in tables.counts.items():
        if count:
            click.echo(f"{name.replace('_', ' '):22}{count:>12,}")
    for line in unread:
        click.echo(f"Error: {line}", err=True)
    if tables.counts["problems"]:
        click.echo(f"Error: not everything was read; see {out / 'problems'}.{kinds[0]}", err=True)
    return 2 if unread or tables.counts["problems"] else 0


def _kinds(formats: str) -> list[str]:
    kinds = list(dict.fromkeys(formats.split(",")))
    wrong = [one for one in kinds if one not in FORMATS]
    if wrong:
        raise UserError(f"--format {wrong[0]}: there are {', '.join(FORMATS)}")
    return kinds
