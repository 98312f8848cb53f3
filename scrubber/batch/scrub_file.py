"""Scrubs one file and writes what belongs to it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from scrubber import __version__
from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import Part
from scrubber.reports.guidance import GuidanceByCode
from scrubber.reports.json_report import JsonReport, merged_profiles
from scrubber.reports.output_files import OutputFile, sync_folder
from scrubber.reports.split_file import SplitWriter, is_accepted, is_rejected
from scrubber.reports.tally import Summary, Tally
from scrubber.x12.reader import BlockReader

CHUNK = 1 << 20
FORMATS = ("json", "csv", "html", "xlsx")
ENDINGS = {
    "json": "report.json",
    "csv": "report.csv",
    "html": "report.html",
    "xlsx": "report.xlsx",
}
# Findings after which something of the file was not scrubbed at all.
UNSCRUBBED = frozenset({"S101", "S112", "S113", "S127", "S129"})


@dataclass(frozen=True)
class Request:
    """What to write and how: report formats, whether identifying values may be shown."""

    out: Path
    formats: tuple[str, ...] = ("json", "csv")
    show_phi: bool = False
    guidance: GuidanceByCode = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `status` is its exit status: 0, 1 or 2; `problem` says in words
    why it could not be scrubbed at all, empty if it could."""

    source: Path
    status: int
    files: tuple[Path, ...]
    summary: Summary
    codes: frozenset[str]
    problem: str = ""


class _Source:
    """Reads a file in chunks and hashes it on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def chunks(self) -> Iterator[bytes]:
        while chunk := self._file.read(CHUNK):
            self._hash.update(chunk)
            self.size += len(chunk)
            yield chunk

    def record(self, name: str) -> dict[str, Any]:
        return {"name": name, "sha256": self._hash.hexdigest(), "bytes": self.size}


def scrub_file(
    source: Path, name: str, context: Context, scrubber: FileScrubber, request: Request
) -> Outcome:
    """Scrub `source` and write NAME.accepted.837, NAME.rejected.837 and NAME.report.*.

    Raises OSError where the file cannot be read or the outputs cannot be written; in that case
    nothing is left behind under the final names that was not there before.
    """
    out = request.out
    with (
        source.open("rb") as file,
        OutputFile(out) as accepted,
        OutputFile(out) as rejected,
        OutputFile(out) as spool,
    ):
        reader = _Source(file)
        writers = (
            SplitWriter(accepted.binary, is_accepted),
            SplitWriter(rejected.binary, is_rejected, renew=True),
        )
        report = JsonReport(spool.text(), request.show_phi)
        for part in scrubber.parts(BlockReader(reader.chunks())):
            _take(part, writers, report)
        for writer in writers:
            writer.close()
        head = report.head(reader.record(source.name), run_record(context))
        placed = []
        for file_out, writer, ending in zip(
            (accepted, rejected), writers, ("accepted.837", "rejected.837"), strict=True
        ):
            target = out / f"{name}.{ending}"
            if writer.wrote:
                file_out.place(target)
                placed.append(target)
            else:
                target.unlink(missing_ok=True)
        placed += _write_reports(report, head, name, request)
        sync_folder(out)
        return _outcome(source, report, head, tuple(placed))


def _take(part: Part, writers: tuple[SplitWriter, SplitWriter], report: JsonReport) -> None:
    for writer in writers:
        writer.write(part)
    report.add(part)


def _write_reports(
    report: JsonReport, head: dict[str, Any], name: str, request: Request
) -> list[Path]:
    placed: list[Path] = []
    for kind in FORMATS:
        target = request.out / f"{name}.{ENDINGS[kind]}"
        if kind not in request.formats:
            target.unlink(missing_ok=True)
            continue
        with OutputFile(request.out) as file:
            _write_report(kind, report, head, file, request)
            file.place(target)
        placed.append(target)
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
    unscrubbed = UNSCRUBBED & report.codes
    totals = head["totals"]
    status = 2 if unscrubbed or totals["not_checked"] else int(totals["rejected"] > 0)
    first = next((f for f in head["findings"] if f["code"] in UNSCRUBBED), None)
    problem = f"{first['message']} (byte {first['byte']})" if first is not None else ""
    return Outcome(source, status, files, summary, frozenset(report.codes), problem)
