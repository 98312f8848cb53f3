"""The report of a file that was received before: nothing else is made of it."""

from scrubber.engine import Context
from scrubber.engine.results import Part
from scrubber.findings import Finding
from scrubber.outputs.json_report import JsonReport
from scrubber.outputs.output_files import OutputFile
from scrubber.patches import Span
from scrubber.rules.history import SAME_FILE
from scrubber.run.scrub_file import Request, run_record, write_reports
from scrubber.watch_folder.run_record import RunRecord


def report_duplicate(record: RunRecord, name: str, context: Context, request: Request) -> None:
    """Write NAME.report.* with one finding, which names the earlier run.

    Raises OSError where a report cannot be written.
    """
    rule = SAME_FILE
    message = (
        f"the same file was received before and scrubbed in run {record.duplicate_of}; "
        "nothing was done"
    )
    finding = Finding(
        rule.code, rule.severity, rule.snip, "", Span(0, 0), 0, None, message, rule.source
    )
    with OutputFile(request.out) as spool:
        report = JsonReport(spool.text(), guidance=request.guidance)
        report.add(Part("", "", "", (finding,)))
        source = {"name": record.name, "sha256": record.sha256, "bytes": record.size}
        write_reports(report, report.head(source, run_record(context)), name, request)
