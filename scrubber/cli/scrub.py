"""scrubber scrub: check, repair, split and report files."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from scrubber.cli.audit_option import RunAudit, audit_options, open_audit
from scrubber.cli.control_number_option import control_number_option
from scrubber.cli.engine_options import engine_options
from scrubber.cli.failure import UserError
from scrubber.cli.leaving import leave
from scrubber.cli.ledger_option import ledger_options
from scrubber.cli.out_folder import opened_out, out_option
from scrubber.cli.output_options import OutputWishes, output_options
from scrubber.cli.run_options import run_options
from scrubber.cli.scrub_inputs import scrub_inputs
from scrubber.engine import Context
from scrubber.outputs.acknowledgments.control_numbers import DERIVED, ControlNumbers
from scrubber.outputs.guidance import guidance
from scrubber.outputs.summary_text import summary_lines
from scrubber.outputs.tally import Summary
from scrubber.outputs.terminal import print_lines
from scrubber.run.delivery import Delivery
from scrubber.run.engines import Engine
from scrubber.run.exit_status import NO_CLAIMS, run_status
from scrubber.run.inputs import Input, find_inputs
from scrubber.run.remote_files import Place, RemoteFile
from scrubber.run.run_summary import RunSummary
from scrubber.run.same_day import Unmatched, read_inputs
from scrubber.run.scrub_file import Outcome, Request, overwritten_input
from scrubber.run.scrub_input import ScrubOne, scrub_one_file
from scrubber.run.shown_names import shown


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@out_option
@output_options()
@click.option(
    "--output",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Summary of the run: text, or one JSON object for programs.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@engine_options
@audit_options
@control_number_option
@ledger_options
@run_options
def scrub(
    paths: tuple[str, ...],
    out: Path | RemoteFile,
    wishes: OutputWishes,
    output: str,
    quiet: bool,
    engine: Engine,
    audit: Path | None,
    audit_key: Path | None,
    numbers: ControlNumbers,
    ledger: str | None,
    ledger_key: Path | None,
    context: Context,
) -> None:
    """Check, repair and split the files that PATH names: a file, a folder or a pattern.

    Writes for each NAME.837: NAME.accepted.837, NAME.rejected.837, NAME.report.* and, where
    asked for, the acknowledgments NAME.999, NAME.ta1 and NAME.277ca. Where an accepted file may
    hold one provider or payer only, further ones are NAME.accepted.2.837 and so on.

    Exit status: 0 every claim accepted or corrected, 1 some claim rejected, 2 something could
    not be scrubbed.
    """
    os.umask(0o077)
    signal.signal(signal.SIGTERM, _end)
    inputs = find_inputs(paths)
    context, unmatched = read_inputs(context, inputs)
    if numbers != DERIVED and len(inputs) > 1:
        raise UserError("--control-number is for one file; scrub the files one at a time")
    if audit is not None and not isinstance(out, Path):
        raise UserError("--audit needs --out to be a folder on this machine")
    log = open_audit(audit, audit_key)
    folder, delivery = click.get_current_context().with_resource(opened_out(out))
    request = _request(folder, wishes, numbers, delivery, log)
    clash = overwritten_input(inputs, request)
    if clash is not None:
        raise UserError(f"{clash} would be overwritten by an output; choose another --out")
    scrub_one, context = _remembering(context, ledger, ledger_key, log)
    summary, status = RunSummary(), NO_CLAIMS
    files: tuple[Place, ...] = ()
    silent = quiet or output == "json"
    for outcome in scrub_inputs(inputs, context, request, scrub_one, engine, silent):
        summary.add(outcome.summary)
        status = max(status, outcome.status)
        files = outcome.files
        if log is not None:
            log.told(outcome)
        for line in _problem_lines(outcome, request):
            click.echo(line, err=True)
        if outcome.notice and not quiet:
            click.echo(f"Note: {shown(outcome.source)}: {outcome.notice}", err=True)
    told = summary.summary()
    _note_idle_decisions(context, told)
    if output == "json":
        _print_json(inputs, told, files, request, run_status(status), unmatched)
    elif not quiet:
        _print_summary(inputs, told, files, request)
        if unmatched is not None:
            print_lines([(), ((f"  Note: {unmatched}", "warn"),)], sys.stdout)
    leave(status)


def _note_idle_decisions(context: Context, summary: Summary) -> None:
    for note in context.idle_decisions(summary.decisions):
        click.echo(f"Note: {note}", err=True)


def _request(
    folder: Path,
    wishes: OutputWishes,
    numbers: ControlNumbers,
    delivery: Delivery | None,
    log: RunAudit | None,
) -> Request:
    return Request(
        folder,
        wishes.formats,
        wishes.show_phi,
        guidance(),
        numbers,
        wishes.limits,
        wishes.messages,
        delivery,
        keys=None if log is None else log.keys,
    )


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave by way of the blocks that take temporary files away."""
    sys.exit(128 + number)


def _remembering(
    context: Context, ledger: str | None, key: Path | None, audit: RunAudit | None
) -> tuple[ScrubOne, Context]:
    """What scrubs a file, and the context with the decisions that the ledger keeps."""
    if ledger is None:
        return scrub_one_file, context
    from scrubber.cli.ledger_option import open_with_keys  # noqa: PLC0415

    book, _ = open_with_keys(ledger, key)
    from scrubber.cli.remembered_scrub import RememberedScrub  # noqa: PLC0415

    remembered = RememberedScrub(book) if audit is None else RememberedScrub(book, audit.told)
    decided = book.with_consents(context)
    for one in decided.ended_consents():
        if one not in context.consents:
            click.echo(f"Note: {one.end_note()}", err=True)
    return remembered, decided


def _print_summary(
    inputs: Sequence[Input], summary: Summary, files: Sequence[Place], request: Request
) -> None:
    """Print the figures of a run; `files` are the outputs of the last input."""
    if not summary.claims:
        return
    name = shown(inputs[0].path.name) if len(inputs) == 1 else f"{len(inputs):,} files"
    listed = files if len(inputs) == 1 else []
    print_lines(summary_lines(name, summary, request.guidance, listed), sys.stdout)
    if not listed:
        print_lines([(), ((f"  Written to {request.destination}", "label"),)], sys.stdout)


def _print_json(
    inputs: Sequence[Input],
    summary: Summary,
    files: Sequence[Place],
    request: Request,
    status: int,
    unmatched: Unmatched | None,
) -> None:
    from scrubber.outputs.summary_json import summary_json  # noqa: PLC0415

    written = list(map(shown, files)) if len(inputs) == 1 else [shown(request.destination)]
    click.echo(summary_json(summary, len(inputs), status, written, unmatched))


def _problem_lines(outcome: Outcome, request: Request) -> Iterator[str]:
    for fault in outcome.faults:
        yield f"Error: {shown(outcome.source)}: {fault}"
    if not outcome.problem:
        return
    some = "not scrubbed whole: " if outcome.summary.claims else ""
    yield f"Error: {shown(outcome.source)}: {some}{outcome.problem}"
    if outcome.reason:
        yield f"  What to do: {request.guidance[outcome.reason].fix}"
    if outcome.files and not outcome.summary.claims:
        yield f"  Written: {', '.join(map(shown, outcome.files))}"
