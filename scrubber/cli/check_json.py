"""The findings of files as report.json, on the standard output."""

import tempfile
from collections.abc import Iterable
from typing import TextIO

from scrubber.cli.file_lines import opened
from scrubber.engine import Context, FileScrubber
from scrubber.engine.run_memory import RunMemory
from scrubber.outputs.guidance import GuidanceByCode, guidance
from scrubber.outputs.json_report import JsonReport
from scrubber.outputs.table_dates import TableDates
from scrubber.rules import RULES
from scrubber.run.exit_status import NO_CLAIMS
from scrubber.run.inputs import Input
from scrubber.run.pool import Pool
from scrubber.run.scrub_file import run_record, status_of
from scrubber.run.shown_names import shown
from scrubber.run.source_file import UnreadableInputError
from scrubber.run.unread_file import NOTHING_READ, unread_part
from scrubber.run.workplace import Workplace
from scrubber.x12.stretches import StretchReader


def print_reports(
    inputs: Iterable[Input],
    context: Context,
    show_phi: bool,
    out: TextIO,
    pool: Pool[Workplace] | None = None,
) -> int:
    """Write one report after another, as scrub would write them to files; the worst status. The
    parts of large files are scrubbed by the workers of a pool."""
    run, worst, pages = RunMemory(), NO_CLAIMS, guidance()
    scrubber = FileScrubber(context, RULES, run)
    if pool is not None:
        from scrubber.run.spread_scrubber import SpreadScrubber  # noqa: PLC0415

        scrubber = SpreadScrubber(context, pool, run=run)
    for one in inputs:
        run.name_file(shown(one.path.name))
        worst = max(worst, _print_report(one, context, scrubber, show_phi, out, pages))
    return worst


def _print_report(
    one: Input,
    context: Context,
    scrubber: FileScrubber,
    show_phi: bool,
    out: TextIO,
    pages: GuidanceByCode,
) -> int:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        report = JsonReport(spool, show_phi, pages, dates=TableDates(context))
        source = {"name": shown(one.path.name or one.path), **NOTHING_READ}
        try:
            with opened(one) as file:
                for part in scrubber.parts(StretchReader(file.chunks())):
                    report.add(part)
                source = file.record()
        except UnreadableInputError as error:
            report.add(unread_part(str(error)))
        report.finish(report.head(source, run_record(context)), out)
        return status_of(report)
