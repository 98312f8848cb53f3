"""Reports of an input that could not be read: they say so, as its message did."""

import hashlib

from scrubber.engine import Context
from scrubber.engine.results import Part
from scrubber.engine.stamp import status_of
from scrubber.findings import Finding
from scrubber.outputs.json_report import JsonReport
from scrubber.outputs.output_files import OutputFile
from scrubber.patches import Span
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.run.inputs import Input
from scrubber.run.remote_files import Place
from scrubber.run.run_summary import nothing_summed
from scrubber.run.scrub_file import ENDINGS, Outcome, Request, run_record, write_reports
from scrubber.run.shown_names import shown

UNREADABLE = "S101"
NOTHING_READ = {"sha256": hashlib.sha256().hexdigest(), "bytes": 0}


def report_unread(one: Input, problem: str, context: Context, request: Request) -> Outcome:
    """Write NAME.report.* with the problem as their only finding.

    Where the path names no file there is nothing to report on. Nothing else of an earlier run is
    touched; where the file is gone since, the reports of an earlier run are left alone too. Raises
    OSError where a report cannot be written.
    """
    earlier = request.out / f"{one.name}.{ENDINGS['json']}"
    if one.is_nothing() or (earlier.exists() and not one.path.is_file()):
        return not_scrubbed(one, problem)
    with OutputFile(request.out) as spool:
        report = JsonReport(spool.text(), guidance=request.guidance)
        report.add(unread_part(problem))
        source = {"name": shown(one.path.name or one.path), **NOTHING_READ}
        head = report.head(source, run_record(context))
        files = tuple(write_reports(report, head, one.name, request))
    return not_scrubbed(one, problem, files)


def not_scrubbed(one: Input, problem: str, files: tuple[Place, ...] = ()) -> Outcome:
    """The outcome of an input that was not scrubbed; `files` are its reports."""
    return Outcome(one.path, 2, files, nothing_summed(), frozenset({UNREADABLE}), problem)


def unread_part(problem: str) -> Part:
    """All there is of a file that could not be read, or not on: a finding that says why."""
    rule = GUIDE_RULES[UNREADABLE]
    finding = Finding(
        rule.code, rule.severity, rule.snip, "", Span(0, 0), 0, None, problem, rule.source,
        status=status_of(rule, ""), syntax="022",
    )  # fmt: skip
    return Part("", "", "", (finding,))
