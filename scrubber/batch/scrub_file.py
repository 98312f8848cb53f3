"""Scrubs one file and writes what belongs to it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrubber import __version__
from scrubber.batch.acknowledgment_files import KINDS as ACKNOWLEDGMENTS
from scrubber.batch.acknowledgment_files import AcknowledgmentFiles
from scrubber.batch.collector import without_collector
from scrubber.batch.exit_status import UNSCRUBBED, exit_status
from scrubber.batch.inputs import Input
from scrubber.batch.source_file import SourceFile
from scrubber.engine import Context, FileScrubber
from scrubber.reports.acknowledgments.control_numbers import DERIVED, ControlNumbers
from scrubber.reports.guidance import GuidanceByCode
from scrubber.reports.json_report import JsonReport, merged_profiles
from scrubber.reports.output_files import OutputFile, sync_folder
from scrubber.reports.own_numbers import OwnNumbers, RejectedNumbers
from scrubber.reports.split_file import SplitWriter, is_accepted, is_rejected
from scrubber.reports.tally import Summary, Tally
from scrubber.x12.stretches import StretchReader

REPORTS = ("json", "csv", "html", "xlsx")
FORMATS = (*REPORTS, *ACKNOWLEDGMENTS)
ENDINGS = {kind: f"report.{kind}" for kind in REPORTS} | {kind: kind for kind in ACKNOWLEDGMENTS}


@dataclass(frozen=True)
class Request:
    """What to write and how: formats, whether reports may show identifying values, and the
    control numbers of acknowledgments."""

    out: Path
    formats: tuple[str, ...] = ("json", "csv")
    show_phi: bool = False
    guidance: GuidanceByCode = field(default_factory=dict)
    numbers: ControlNumbers = DERIVED


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `status` is its exit status: 0, 1 or 2; `problem` says in words
    why it was not scrubbed, or not whole, empty if it was; `reason` is the rule that says so."""

    source: Path
    status: int
    files: tuple[Path, ...]
    summary: Summary
    codes: frozenset[str]
    problem: str = ""
    reason: str = ""


def scrub_file(
    source: Path, name: str, context: Context, scrubber: FileScrubber, request: Request
) -> Outcome:
    """Scrub `source` and write NAME.accepted.837, NAME.rejected.837, NAME.report.* and the
    acknowledgments asked for.

    Raises UnreadableInputError where the file cannot be read and OSError where the outputs cannot
    be written; then nothing is left behind under the final names that was not there before.
    """
    out = request.out
    with (
        without_collector(),
        SourceFile(source) as file,
        OutputFile(out) as accepted,
        OutputFile(out) as rejected,
        OutputFile(out) as spool,
        AcknowledgmentFiles(out, request.formats, context.as_of, request.numbers) as answers,
        ExitStack() as stack,
    ):
        writers = (
            SplitWriter(accepted.binary, is_accepted),
            SplitWriter(rejected.binary, is_rejected, RejectedNumbers(OwnNumbers())),
        )
        report = JsonReport(spool.text(), request.show_phi)
        takers = (*(writer.write for writer in writers), report.add, *answers.takers)
        for part in scrubber.parts(StretchReader(file.chunks())):
            for take in takers:
                take(part)
        for writer in writers:
            writer.close()
        head = report.head(file.record(), run_record(context))
        reports = _written(stack, report, head, request)
        for file_out in (accepted, rejected):
            file_out.sync()
        answers.finish()
        # Nothing is named before all of it is on the disk.
        placed = answers.place(name)
        for file_out, writer, ending in zip(
            (accepted, rejected), writers, ("accepted.837", "rejected.837"), strict=True
        ):
            target = out / f"{name}.{ending}"
            if writer.wrote:
                file_out.place(target)
                placed.append(target)
            else:
                target.unlink(missing_ok=True)
        placed += _placed(reports, name, request)
        sync_folder(out)
        return _outcome(source, report, head, tuple(placed))


def overwritten_input(inputs: Sequence[Input], request: Request) -> Path | None:
    """An input that stands where an output of this run would be written; None if there is none."""
    endings = ("accepted.837", "rejected.837", *ENDINGS.values())
    suspects = [one.path for one in inputs if one.path.name.endswith(endings)]
    if not suspects:
        return None
    out, names = request.out.resolve(), {one.name for one in inputs}
    for path in suspects:
        whole = path.resolve()
        written = (whole.name.removesuffix(f".{end}") for end in endings)
        if whole.parent == out and any(it in names and it != whole.name for it in written):
            return path
    return None


def write_reports(
    report: JsonReport, head: dict[str, Any], name: str, request: Request
) -> list[Path]:
    """Write the reports asked for, and take away other ones of that name.

    Raises OSError where one cannot be written.
    """
    with ExitStack() as stack:
        return _placed(_written(stack, report, head, request), name, request)


def _written(
    stack: ExitStack, report: JsonReport, head: dict[str, Any], request: Request
) -> dict[str, OutputFile]:
    """The reports asked for, on the disk but without a name; the stack takes them away."""
    written = {}
    for kind in REPORTS:
        if kind in request.formats:
            written[kind] = file = stack.enter_context(OutputFile(request.out))
            _write_report(kind, report, head, file, request)
            file.sync()
    return written


def _placed(written: dict[str, OutputFile], name: str, request: Request) -> list[Path]:
    placed: list[Path] = []
    for kind in REPORTS:
        target = request.out / f"{name}.{ENDINGS[kind]}"
        if kind in written:
            written[kind].place(target)
            placed.append(target)
        else:
            target.unlink(missing_ok=True)
    return placed


def _write_report(
    kind: str, report: JsonReport, head: dict[str, Any], file: OutputFile, request: Request
) -> None:
    if kind == "json":
        report.finish(head, file.text())
    elif kind == "csv":
        from scrubber.reports.csv_report import write_csv  # noqa: PLC0415

        claims = report.claims(only_with_findings=True)
        write_csv(claims, head, file.text("utf-8-sig", newline=""), request.guidance)
    elif kind == "html":
        from scrubber.reports.html_report import write_html  # noqa: PLC0415

        write_html(report.claims(), head, file.text(), request.guidance)
    else:
        from scrubber.reports.xlsx_report import write_xlsx  # noqa: PLC0415

        write_xlsx(report.claims(only_with_findings=True), head, file.binary, request.guidance)


def run_record(context: Context) -> dict[str, Any]:
    """The "run" of a report: version, date, profiles."""
    return {
        "version": __version__,
        "as_of": context.as_of.isoformat(),
        "profiles": merged_profiles(context.profiles),
    }


def _outcome(
    source: Path, report: JsonReport, head: dict[str, Any], files: tuple[Path, ...]
) -> Outcome:
    tally = Tally()
    for claim in report.claims(only_with_findings=True):
        tally.add(claim)
    tally.add_file(head)
    summary = tally.summary()._replace(dispositions=report.totals.shares())
    totals = head["totals"]
    status = exit_status(report.codes, totals["rejected"], totals["not_checked"])
    first = next((f for f in head["findings"] if f["code"] in UNSCRUBBED), None)
    problem, reason = "", ""
    if first is not None:
        place = f" (byte {first['byte']})" if first["byte"] else ""
        problem, reason = f"{first['message']}{place}", first["code"]
    return Outcome(source, status, files, summary, frozenset(report.codes), problem, reason)
