"""scrubber check: findings on the terminal, nothing written."""

import sys
from collections.abc import Iterator
from shutil import get_terminal_size

import click

from scrubber.batch.file_check import FileCheck
from scrubber.batch.inputs import Input, find_inputs
from scrubber.batch.received_parts import ReceivedParts
from scrubber.batch.run_summary import RunSummary
from scrubber.batch.shown_names import shown
from scrubber.batch.source_file import SourceFile
from scrubber.cli.file_lines import print_files
from scrubber.cli.run_options import guidance, run_options
from scrubber.engine import Context, FileScrubber
from scrubber.engine.run_memory import RunMemory
from scrubber.reports.check_text import Source, claim_lines, closing_line, short_lines
from scrubber.reports.terminal import Line
from scrubber.rules import RULES

OUTPUTS = ("text", "short", "json")
NARROWEST, WIDEST = 60, 120


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--output",
    type=click.Choice(OUTPUTS),
    default="text",
    show_default=True,
    help="text explains, short is one line a finding, json is a report.json for each file.",
)
@click.option("--show-phi", is_flag=True, help="Show what identifies patients.")
@run_options
def check(
    paths: tuple[str, ...],
    output: str,
    show_phi: bool,
    context: Context,
) -> None:
    """Say what scrub would find in the files that PATH names. Writes no file.

    Each finding shows its segment with the place marked, why it matters, what to do, and the
    source of the rule. [*] marks what scrub repairs.

    Exit status: 0 every claim would be accepted or corrected, 1 some claim rejected, 2 something
    could not be scrubbed.
    """
    inputs = find_inputs(paths)
    if output == "json":
        from scrubber.cli.check_json import print_reports  # noqa: PLC0415

        sys.exit(print_reports(inputs, context, show_phi, sys.stdout))
    run = Check(context, output, show_phi)
    unread = print_files(inputs, run.file_lines, run.closing_lines)
    sys.exit(max(run.status, unread))


class Check:
    """A run over files: what it prints, and what it comes to."""

    def __init__(self, context: Context, output: str, show_phi: bool) -> None:
        self._run = RunMemory()
        self._scrubber = FileScrubber(context, RULES, self._run)
        self._output = output
        self._show_phi = show_phi
        self._guidance = guidance()
        self._summary = RunSummary()
        self._files = 0
        self.status = 0

    def file_lines(self, one: Input, file: SourceFile) -> Iterator[Line]:
        """Every finding of a file, which is read while lines are taken."""
        self._run.name_file(shown(one.path.name))
        parts = ReceivedParts(file, self._scrubber)
        found = FileCheck(parts, self._show_phi)
        width = min(max(get_terminal_size((100, 24)).columns, NARROWEST), WIDEST)
        for record in found.records():
            first = parts.block.ordinal if parts.block is not None else 0
            source = Source(shown(one.path), parts.segment, parts.delimiters, first)
            if self._output == "short":
                yield from short_lines(record, source)
            else:
                yield from claim_lines(record, source, self._guidance, self._show_phi, width)
        self._summary.add(found.summary)
        self._files += 1
        self.status = max(self.status, found.status)

    def closing_lines(self) -> Iterator[Line]:
        """What was found in all."""
        if self._files:
            yield closing_line(self._summary.summary())
