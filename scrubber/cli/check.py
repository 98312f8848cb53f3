"""scrubber check: findings on the terminal, nothing written."""

import sys
from contextlib import ExitStack
from shutil import get_terminal_size

import click

from scrubber.cli.check_run import OUTPUTS, Check, Wishes
from scrubber.cli.engine_options import jobs_option
from scrubber.cli.file_lines import print_files
from scrubber.cli.leaving import leave
from scrubber.cli.run_options import run_options
from scrubber.engine import Context
from scrubber.outputs.output_fault import internal_fault
from scrubber.outputs.terminal import print_lines
from scrubber.run.engines import Engine
from scrubber.run.exit_status import NO_CLAIMS
from scrubber.run.inputs import find_inputs
from scrubber.run.same_day import read_inputs

NARROWEST, WIDEST = 60, 120


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--output",
    type=click.Choice(OUTPUTS),
    default="text",
    show_default=True,
    help="text explains, short is one line per finding, json is a report.json for each file.",
)
@click.option("--show-phi", is_flag=True, help="Show patient identifiers.")
@jobs_option
@run_options
def check(
    paths: tuple[str, ...],
    output: str,
    show_phi: bool,
    jobs: int,
    context: Context,
) -> None:
    """Show what scrub would find in the files that PATH names. Writes no file.

    Each finding shows its segment with the place marked, why it matters, what to do, and the
    source of the rule. [*] marks what scrub repairs.

    Exit status: 0 every claim would be accepted or corrected, 1 some claim rejected, 2 something
    could not be scrubbed.
    """
    inputs = find_inputs(paths)
    context, unmatched = read_inputs(context, inputs)
    engine = Engine(jobs)
    width = min(max(get_terminal_size((100, 24)).columns, NARROWEST), WIDEST)
    wishes = Wishes(output, show_phi, width)
    with ExitStack() as stack:
        pool = None
        if engine.spreads(inputs):
            pool = stack.enter_context(engine.pool(context, None, internal_fault))
        if output == "json":
            from scrubber.cli.check_json import print_reports  # noqa: PLC0415

            status = print_reports(inputs, context, show_phi, sys.stdout, pool)
            if unmatched is not None:
                click.echo(f"Note: {unmatched}", err=True)
            leave(status)
        run = Check(context, wishes)
        if pool is not None:
            from scrubber.cli.spread_check import SpreadCheck  # noqa: PLC0415

            run = SpreadCheck(context, wishes, inputs, pool)
        unread = print_files(inputs, run.file_lines, run.closing_lines)
        if unmatched is not None:
            print_lines([((f"Note: {unmatched}", "warn"),)], sys.stdout)
        leave(max(run.status, unread or NO_CLAIMS))
