"""scrubber scrub: check, repair, split and report files."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from scrubber.batch.inputs import Input, NoInputError, find_inputs
from scrubber.batch.run_summary import merged
from scrubber.batch.scrub_file import FORMATS, Outcome, Request, scrub_file
from scrubber.cli.run_options import UserError, guidance, make_context, run_options
from scrubber.engine import Context, FileScrubber
from scrubber.reports.summary_text import summary_lines
from scrubber.reports.terminal import print_lines
from scrubber.rules import RULES


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for corrected files, rejected files and reports.",
)
@click.option(
    "--format",
    "formats",
    default="json,csv",
    show_default=True,
    help=f"Reports to write, of {', '.join(FORMATS)}.",
)
@click.option("--show-phi", is_flag=True, help="Let reports show what identifies patients.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@run_options
def scrub(
    paths: tuple[str, ...],
    out: Path,
    formats: str,
    show_phi: bool,
    quiet: bool,
    as_of: datetime | None,
    profiles: Path | None,
    documentation: Path | None,
    consent: tuple[str, ...],
) -> None:
    """Check, repair and split the files that PATH names: a file, a folder or a pattern.

    Writes for each NAME.837: NAME.accepted.837, NAME.rejected.837 and NAME.report.*.

    Exit status: 0 every claim accepted or corrected, 1 some claim rejected, 2 something could
    not be scrubbed.
    """
    os.umask(0o077)
    try:
        inputs = find_inputs(paths)
    except NoInputError as error:
        raise UserError(str(error)) from None
    context = make_context(as_of, profiles, documentation, consent)
    request = Request(out, _formats(formats), show_phi, guidance())
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}; choose a folder you may write to") from None
    outcomes = _scrub_all(inputs, context, request, quiet)
    if not quiet:
        _print_summary(outcomes, request)
    sys.exit(max(outcome.status for outcome in outcomes))


def _formats(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    for one in chosen:
        if one not in FORMATS:
            raise UserError(f"--format {one}: choose from {', '.join(FORMATS)}")
    return chosen if "json" in chosen else ("json", *chosen)


def _scrub_all(
    inputs: list[Input], context: Context, request: Request, quiet: bool
) -> list[Outcome]:
    scrubber = FileScrubber(context, RULES)
    if len(inputs) > 1 and not quiet and sys.stderr.isatty():
        from scrubber.cli.progress import with_progress  # noqa: PLC0415

        return [_scrub_one(one, context, scrubber, request) for one in with_progress(inputs)]
    return [_scrub_one(one, context, scrubber, request) for one in inputs]


def _scrub_one(one: Input, context: Context, scrubber: FileScrubber, request: Request) -> Outcome:
    """One bad file never stops the others."""
    try:
        return scrub_file(one.path, one.name, context, scrubber, request)
    except OSError as error:
        message = f"{one.path}: {error.strerror or 'cannot be read or written'}"
        click.echo(f"Error: {message}", err=True)
        return Outcome(one.path, 2, (), merged(()), frozenset(), message)


def _print_summary(outcomes: list[Outcome], request: Request) -> None:
    summary = merged([outcome.summary for outcome in outcomes])
    files = [file for outcome in outcomes for file in outcome.files]
    name = outcomes[0].source.name if len(outcomes) == 1 else f"{len(outcomes):,} files"
    shown = files if len(outcomes) == 1 else [request.out]
    print_lines(summary_lines(name, summary, request.guidance, shown), sys.stdout)
    for outcome in outcomes:
        if outcome.problem and outcome.files:
            click.echo(f"Not scrubbed whole: {outcome.source}: {outcome.problem}", err=True)
