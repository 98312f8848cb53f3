"""scrubber check: findings on the terminal, nothing written."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from shutil import get_terminal_size
from typing import NamedTuple

import click

from scrubber.cli.engine_options import jobs_option
from scrubber.cli.file_lines import print_files
from scrubber.cli.leaving import leave
from scrubber.cli.run_options import run_options
from scrubber.engine import Context, FileScrubber
from scrubber.engine.run_memory import RunMemory
from scrubber.outputs.check_text import Source, claim_lines, closing_line, short_lines
from scrubber.outputs.guidance import guidance
from scrubber.outputs.output_fault import internal_fault
from scrubber.outputs.summary_text import table_lines
from scrubber.outputs.table_dates import TableDates
from scrubber.outputs.tally import Summary
from scrubber.outputs.terminal import Line, print_lines
from scrubber.rules import RULES
from scrubber.run.engines import Engine
from scrubber.run.exit_status import NO_CLAIMS
from scrubber.run.file_check import FileCheck
from scrubber.run.inputs import Input, find_inputs
from scrubber.run.received_parts import ReceivedParts
from scrubber.run.run_summary import RunSummary
from scrubber.run.same_day import read_inputs
from scrubber.run.shown_names import shown
from scrubber.run.source_file import SourceFile

OUTPUTS = ("text", "short", "json")
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


class Wishes(NamedTuple):
    """What is printed: one of OUTPUTS, whether with what identifies patients, and how wide."""

    output: str
    show_phi: bool
    width: int


class Check:
    """A run over files: what it prints, and what it comes to. `last` is the summary of the file
    that was read last, None if that was not to its end."""

    def __init__(
        self,
        context: Context,
        wishes: Wishes,
        scrubber: FileScrubber | None = None,
        run: RunMemory | None = None,
    ) -> None:
        self._context = context
        self._run = run or RunMemory()
        self._scrubber = scrubber or FileScrubber(context, RULES, self._run)
        self._wishes = wishes
        self._guidance = guidance()
        self._summary = RunSummary()
        self._files = 0
        self.last: Summary | None = None
        self.status = NO_CLAIMS

    def file_lines(self, one: Input, file: SourceFile) -> Iterator[Line]:
        """Every finding of a file, which is read while lines are taken."""
        return self._lines(one, file, self._scrubber)

    def _lines(self, one: Input, file: SourceFile, scrubber: FileScrubber) -> Iterator[Line]:
        self._run.name_file(shown(one.path.name))
        self.last = None
        output, show_phi, width = self._wishes
        parts = ReceivedParts(file, scrubber)
        found = FileCheck(parts, show_phi, TableDates(self._context))
        for record in found.records():
            source = Source(shown(one.path), parts.segment, parts.delimiters, parts.first)
            if output == "short":
                yield from short_lines(record, source)
            else:
                yield from claim_lines(record, source, self._guidance, show_phi, width)
        self._count(found.summary, found.status)

    def _count(self, summary: Summary, status: int) -> None:
        """A file was read to its end."""
        self._summary.add(summary)
        self._files += 1
        self.last = summary
        self.status = max(self.status, status)

    def closing_lines(self) -> Iterator[Line]:
        """What was found in all."""
        if self._files:
            summary = self._summary.summary()
            yield from table_lines(summary.tables)
            yield closing_line(summary)
