"""scrubber answers: what clearinghouses and payers answer, as tables."""

import sys
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scrubber.answers.read import read_answers
from scrubber.answers.rows import TABLES
from scrubber.cli.answer_runs import closing_status, kinds_of, opened_tables, read_files
from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.ledger_option import KEY_OPTION, open_existing
from scrubber.cli.option_types import DAY
from scrubber.cli.run_options import judging_options
from scrubber.cli.settings import setting_option
from scrubber.outputs.answer_tables import FORMATS
from scrubber.run.inputs import ANSWER_ENDINGS, Input, find_inputs

if TYPE_CHECKING:
    from scrubber.engine import Context

MOST_UNMATCHED = 20


@click.group(cls=CommandGroup)
def answers() -> None:
    """Read the responses of clearinghouses and payers: 835, 277CA, 999, TA1."""


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


_answers_option = click.option(
    "--answers",
    "answered",
    multiple=True,
    metavar="PATH",
    help="Answers to match; may be given several times, and may be a quoted pattern.",
)


@answers.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_out_option
@_format_option
@click.option("--show-phi", is_flag=True, help="Include names and member IDs in the tables.")
def read(paths: tuple[str, ...], out: Path, formats: str, show_phi: bool) -> None:
    """Read answers into tables: payments, claims, lines, adjustments, statuses and more.

    Every 835 is balanced to the cent. What cannot be read is named with file, segment and byte;
    the rest is read.

    Exit status: 0 everything was read and balances, 1 something does not balance, 2 something
    could not be read.
    """
    kinds = kinds_of(formats)
    with opened_tables(out, kinds, TABLES, show_phi) as tables:
        unread = read_files(find_inputs(paths, ANSWER_ENDINGS), read_answers, tables.add)
    sys.exit(closing_status(tables, out, kinds, unread) or int(tables.counts["findings"] > 0))


@answers.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@setting_option("ledger", required=True)
@KEY_OPTION
def load(paths: tuple[str, ...], ledger: str, ledger_key: Path | None) -> None:
    """Take answers into a ledger, so that its claims are known to be accepted, paid or denied.

    835 and 277CA are matched to the claims of the register; 999 and TA1, which are about whole
    files, are only counted. What was loaded before is loaded once. See scrubber claims show.

    Exit status: 0 every answer of the ledger has its claim, 1 some has not, 2 something could not
    be read.
    """
    book = open_existing(ledger, ledger_key)
    loading = book.answer_load()
    unread = read_files(find_inputs(paths, ANSWER_ENDINGS), read_answers, loading.add)
    found = loading.finish()
    click.echo(f"{found.new:,} answers loaded, {found.known:,} were known")
    if found.of_files:
        click.echo(f"{found.of_files:,} acknowledgments of whole files (999, TA1), not matched")
    for one in islice(book.unmatched_answers(), MOST_UNMATCHED):
        click.echo(f"  without a claim: {one.kind} {one.claim_id}: {one.reason}")
    if found.unmatched:
        click.echo(f"{found.unmatched:,} answers of the ledger are without a claim")
    for line in unread:
        click.echo(f"Error: {line}", err=True)
    if found.problems:
        words = "places could not be read; scrubber answers read names them"
        click.echo(f"Error: {found.problems:,} {words}", err=True)
    sys.exit(2 if unread or found.problems else int(found.unmatched > 0))


@answers.command()
@click.argument("claims", nargs=-1, required=True, metavar="CLAIMS... [ANSWERS]")
@_answers_option
@_out_option
@_format_option
def match(claims: tuple[str, ...], answered: tuple[str, ...], out: Path, formats: str) -> None:
    """Show which claim and line of the 837 files CLAIMS each answer is about, or why none.

    By claim number and provider, the payer's number, member, days and charge; never by position,
    and never where several fit. Also says what became of each line that was sent. Without
    --answers the last path names the answers.

    Exit status: 0 every answer has its claim and lines, 1 some has not, 2 something could not be
    read.
    """
    from scrubber.cli.match import run_match  # noqa: PLC0415

    sent, given = _claims_and_answers(claims, answered)
    sys.exit(run_match(sent, given, out, kinds_of(formats)))


@answers.command()
@click.argument("claims", nargs=-1, required=True, metavar="CLAIMS... [ANSWERS]")
@_answers_option
@_out_option
@_format_option
@judging_options
def backtest(
    claims: tuple[str, ...],
    answered: tuple[str, ...],
    out: Path,
    formats: str,
    context: "Context",
) -> None:
    """Show which denials in ANSWERS the rules would have predicted in the 837 files CLAIMS.

    Each claim is judged as of the day its file was created. Also shows what the rules would have
    rejected that was paid, rule by rule, and acceptance, first-pass and denial rates. Without
    --answers the last path names the answers. Writes backtest.html, .json and .txt, and tables:
    every denial, the silent ones (a rule knows them, none fired), groups, rules.

    Exit status: 0 the backtest was made, 2 something could not be read.
    """
    from scrubber.cli.backtest import run_backtest  # noqa: PLC0415

    sent, given = _claims_and_answers(claims, answered)
    sys.exit(run_backtest(sent, given, out, context, kinds_of(formats)))


@answers.command("next")
@click.argument("claims", nargs=-1, required=True, metavar="CLAIMS... [ANSWERS]")
@_answers_option
@_out_option
@_format_option
@click.option(
    "--write-claims",
    is_flag=True,
    help="Also write the claims to be replaced, with frequency 7 and the payer's number (REF*F8).",
)
@click.option(
    "--as-of",
    type=DAY,
    metavar="DATE",
    help="The date to use as today.  [default: today]",
)
@judging_options
def next_steps(
    claims: tuple[str, ...],
    answered: tuple[str, ...],
    out: Path,
    formats: str,
    write_claims: bool,
    as_of: datetime | None,
    context: "Context",
) -> None:
    """List what was denied or rejected of the 837 files CLAIMS by worth, with what to do.

    Says until when, where the payer's profile or the law tells. What was sent again already is
    left out. Without --answers the last path names the answers.

    With --write-claims NAME.replacement.837 holds the claims to be replaced, otherwise as they were
    sent: correct what was denied, then scrub them. Nothing is sent.

    Exit status: 0 nothing is to be done, 1 something is, 2 something could not be read.
    """
    from scrubber.cli.next_steps import run_next_steps  # noqa: PLC0415

    sent, given = _claims_and_answers(claims, answered)
    today = as_of.date() if as_of is not None else date.today()
    kinds = kinds_of(formats)
    sys.exit(run_next_steps(sent, given, out, kinds, context, today, write_claims))


def _claims_and_answers(
    claims: tuple[str, ...], answered: tuple[str, ...]
) -> tuple[list[Input], list[Input]]:
    """The files of both; without --answers the last path names the answers. Raises UserError."""
    if not answered:
        claims, answered = claims[:-1], claims[-1:]
    if not claims:
        raise UserError("name claims and answers: two folders, or claims and --answers")
    return find_inputs(claims), find_inputs(answered, ANSWER_ENDINGS)
