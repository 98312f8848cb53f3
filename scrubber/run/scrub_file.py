"""Scrubs one file and writes what belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrubber import __version__
from scrubber.engine import Context, FileScrubber
from scrubber.history.keys import Keys
from scrubber.outputs.accepted_files import NO_LIMITS, Limits
from scrubber.outputs.acknowledgments.control_numbers import DERIVED, ControlNumbers
from scrubber.outputs.guidance import GuidanceByCode
from scrubber.outputs.json_report import JsonReport, merged_profiles
from scrubber.outputs.output_files import OutputFile
from scrubber.outputs.own_numbers import OwnNumbers
from scrubber.outputs.syncing import sync_files, sync_paths
from scrubber.outputs.table_dates import TableDates
from scrubber.outputs.tally import Summary, Tally
from scrubber.profiles.claim_statements import Participation
from scrubber.run.acknowledgment_files import KINDS as ACKNOWLEDGMENTS
from scrubber.run.acknowledgment_files import AcknowledgmentFiles
from scrubber.run.claim_files import ENDINGS as CLAIMS
from scrubber.run.claim_files import NUMBERED, ClaimFiles
from scrubber.run.collector import without_collector
from scrubber.run.delivery import Delivery
from scrubber.run.exit_status import NO_CLAIMS, PASSED_BY, UNSCRUBBED, exit_status
from scrubber.run.inputs import Input
from scrubber.run.remote_files import Place
from scrubber.run.report_files import KINDS as REPORTS
from scrubber.run.report_files import ReportFiles
from scrubber.run.source_file import SourceFile
from scrubber.x12.stretches import StretchReader

FORMATS = (*REPORTS, *ACKNOWLEDGMENTS)
ENDINGS = {kind: f"report.{kind}" for kind in REPORTS} | {kind: kind for kind in ACKNOWLEDGMENTS}
OUTPUTS = (*CLAIMS, *ENDINGS.values())


@dataclass(frozen=True)
class Request:
    """What to write and how: formats, whether reports may show identifying values, control
    numbers, what an accepted file may hold, and whether a 277CA says in words what is wrong.
    With a `delivery` nothing is written to `out`. What is not `durable` somebody else brings to
    the disk. With `keys` reports hold the hashes of repaired values, for an audit log. With
    `as_received` all claims go back in a copy of the file."""

    out: Path
    formats: tuple[str, ...] = ("json", "csv")
    show_phi: bool = False
    guidance: GuidanceByCode = field(default_factory=dict)
    numbers: ControlNumbers = DERIVED
    limits: Limits = NO_LIMITS
    messages: bool = True
    delivery: Delivery | None = None
    durable: bool = True
    keys: Keys | None = None
    as_received: bool = False

    @property
    def destination(self) -> str:
        """Where outputs go, for people."""
        return str(self.delivery or self.out)


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `status` is its exit status: 0, 1, 2 or NO_CLAIMS; `problem` says
    in words why it was not scrubbed, or not whole, empty if it was; `reason` is the rule that says
    so. `notice` tells what of it was passed by, as it holds no claims, `faults` which reports and
    acknowledgments are missing, and why."""

    source: Place
    status: int
    files: tuple[Place, ...]
    summary: Summary
    codes: frozenset[str]
    problem: str = ""
    reason: str = ""
    notice: str = ""
    faults: tuple[str, ...] = ()


def scrub_file(
    source: Place, name: str, context: Context, scrubber: FileScrubber, request: Request
) -> Outcome:
    """Scrub `source` and write NAME.accepted.837, NAME.rejected.837, NAME.report.* and the
    acknowledgments asked for.

    Raises UnreadableInputError where the file cannot be read, OSError where the outputs cannot be
    written and OutputFaultError where claim files are not as they were meant; then nothing is left
    behind under the final names that was not there before, and nothing that was is gone.
    """
    with without_collector():
        return _scrub_file(source, name, context, scrubber, request)


def _scrub_file(
    source: Place, name: str, context: Context, scrubber: FileScrubber, request: Request
) -> Outcome:
    out = request.out
    numbers = OwnNumbers(request.numbers.claims, request.numbers.most_claims)
    with (
        SourceFile(source) as file,
        ClaimFiles(out, name, request.limits, numbers, request.as_received) as claims,
        OutputFile(out) as spool,
        AcknowledgmentFiles(
            out, request.formats, context.as_of, request.numbers, request.messages
        ) as answers,
        ReportFiles(out, name, request.formats, request.guidance) as reports,
    ):
        report = JsonReport(
            spool.text(), request.show_phi, request.guidance, request.keys, TableDates(context)
        )
        takers = (*claims.takers, report.add, *answers.takers)
        for part in scrubber.parts(StretchReader(file.chunks())):
            for take in takers:
                take(part)
        outputs = claims.finish(passed_by=status_of(report) == NO_CLAIMS)
        head = report.head(file.record(), run_record(context), outputs)
        reports.write(report, head)
        answers.finish()
        # Nothing is named before all of it is on the disk and was found to be in order.
        if request.durable:
            sync_files([*claims.files, *reports.files, *answers.files])
        claims.check(head, report.claims)
        reports.check()
        answers.check(name)
        placed = (*answers.place(name), *claims.place(), *reports.place())
        if request.durable:
            sync_paths([out])
        return _outcome(source, report, head, placed, (*answers.faults, *reports.faults))


def overwritten_input(inputs: Sequence[Input], request: Request) -> Place | None:
    """An input that stands where an output of this run would be written; None if there is none."""
    suspects = [
        one.path
        for one in inputs
        if one.path.name.endswith(OUTPUTS) or NUMBERED.search(one.path.name)
    ]
    if not suspects:
        return None
    out = request.out.resolve() if request.delivery is None else request.delivery.folder
    names = {one.name for one in inputs}
    for path in suspects:
        whole = path.resolve()
        written = {whole.name.removesuffix(f".{end}") for end in OUTPUTS}
        written |= {NUMBERED.sub("", whole.name)}
        if whole.parent == out and any(it in names and it != whole.name for it in written):
            return path
    return None


def write_reports(
    report: JsonReport, head: dict[str, Any], name: str, request: Request
) -> list[Path]:
    """Write the reports asked for, and take away other ones of that name.

    Raises OSError where one cannot be written.
    """
    with ReportFiles(request.out, name, request.formats, request.guidance) as reports:
        reports.write(report, head)
        if request.durable:
            sync_files(reports.files)
        reports.check()
        placed = reports.place()
        if request.durable:
            sync_paths([request.out])
        return placed


def run_record(context: Context) -> dict[str, Any]:
    """The "run" of a report: version, date, profiles, and where there are, with which payers the
    office says that it participates, and its consents for all claims."""
    participation = {
        profile.id: stated.participates
        for profile in context.profiles
        for stated in profile.statements
        if isinstance(stated, Participation)
    }
    consents = [
        {"rule": one.rule, **one.as_record()}
        for one in sorted(context.consents, key=lambda one: one.rule)
        if not one.claim and one.holds_on(context.as_of)
    ]
    return {
        "version": __version__,
        "as_of": context.as_of.isoformat(),
        "profiles": merged_profiles(context.profiles),
        **({"participation": participation} if participation else {}),
        **({"consents": consents} if consents else {}),
    }


def status_of(report: JsonReport) -> int:
    """The exit status for a file of which all was added to its report."""
    totals = report.totals.as_record()
    return exit_status(report.codes, totals["claims"], totals["rejected"], totals["not_checked"])


def _outcome(
    source: Place,
    report: JsonReport,
    head: dict[str, Any],
    files: tuple[Path, ...],
    faults: tuple[str, ...],
) -> Outcome:
    tally = Tally()
    for claim in report.claims(only_with_findings=True):
        tally.add(claim)
    tally.add_file(head)
    summary = tally.summary()._replace(dispositions=report.totals.shares())
    first = next((f for f in head["findings"] if f["code"] in UNSCRUBBED), None)
    problem, reason = "", ""
    if first is not None:
        place = f" (byte {first['byte']})" if first["byte"] else ""
        problem, reason = f"{first['message']}{place}", first["code"]
    passed = (f["message"] for f in head["findings"] if f["code"] == PASSED_BY)
    codes = frozenset(report.codes)
    notice = next(passed, "") if PASSED_BY in codes else ""
    status = 2 if faults else status_of(report)
    return Outcome(source, status, files, summary, codes, problem, reason, notice, faults)
