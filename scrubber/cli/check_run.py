"""What scrubber check prints of a run over files, and what it comes to."""

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.engine import Context, FileScrubber
from scrubber.engine.run_memory import RunMemory
from scrubber.outputs.check_text import Source, claim_lines, closing_line, short_lines
from scrubber.outputs.guidance import guidance
from scrubber.outputs.summary_text import table_lines
from scrubber.outputs.table_dates import TableDates
from scrubber.outputs.tally import Summary
from scrubber.outputs.terminal import Line
from scrubber.rules import RULES
from scrubber.run.exit_status import NO_CLAIMS
from scrubber.run.file_check import FileCheck
from scrubber.run.inputs import Input
from scrubber.run.received_parts import ReceivedParts
from scrubber.run.run_summary import RunSummary
from scrubber.run.shown_names import shown
from scrubber.run.source_file import SourceFile

OUTPUTS = ("text", "short", "json")


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
