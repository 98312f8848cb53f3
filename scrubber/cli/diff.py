"""scrubber diff: what scrub would correct, segment by segment."""

from collections import Counter
from collections.abc import Iterator

import click

from scrubber.cli.file_lines import print_files
from scrubber.cli.leaving import leave
from scrubber.cli.run_options import run_options
from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.run_memory import RunMemory
from scrubber.findings import Severity
from scrubber.outputs.address import is_above_claims
from scrubber.outputs.diff_json import change_json, totals_json
from scrubber.outputs.diff_text import Change, diff_lines
from scrubber.outputs.summary_text import table_lines
from scrubber.outputs.table_dates import TableDates
from scrubber.outputs.terminal import Line
from scrubber.patches import Safety
from scrubber.rules import RULES
from scrubber.run.exit_status import NO_CLAIMS, PASSED_BY, UNSCRUBBED, exit_status
from scrubber.run.inputs import Input, find_inputs
from scrubber.run.received_parts import ReceivedParts
from scrubber.run.same_day import read_inputs
from scrubber.run.shown_names import shown
from scrubber.run.source_file import SourceFile
from scrubber.x12.lexer import recut

OUTPUTS = ("text", "json")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--output",
    type=click.Choice(OUTPUTS),
    default="text",
    show_default=True,
    help="json is one object per line: each correction, and in the last line the totals.",
)
@click.option("--show-phi", is_flag=True, help="Show patient identifiers.")
@run_options
def diff(
    paths: tuple[str, ...],
    output: str,
    show_phi: bool,
    context: Context,
) -> None:
    """Show what scrub would correct in the files that PATH names. Writes no file.

    Claims that would be rejected stay as received, so nothing of them is shown.

    Exit status: 0 every claim would be accepted or corrected, 1 some claim rejected, 2 something
    could not be scrubbed.
    """
    inputs = find_inputs(paths)
    context, unmatched = read_inputs(context, inputs)
    run = Diff(context, show_phi, output == "json")
    unread = print_files(inputs, run.file_lines, run.closing_lines)
    if unmatched is not None:
        click.echo(f"Note: {unmatched}", err=output == "json")
    for problem in run.problems:
        click.echo(problem, err=True)
    leave(max(run.status, unread or NO_CLAIMS))


class Diff:
    """A run over files: what it prints, and what it comes to. `problems` says of which files not
    all was scrubbed, and why, and what was passed by."""

    def __init__(self, context: Context, show_phi: bool, as_json: bool = False) -> None:
        self._run = RunMemory()
        self._scrubber = FileScrubber(context, RULES, self._run)
        self._show_phi = show_phi
        self._as_json = as_json
        self._dates = TableDates(context)
        self._claims: Counter[Disposition] = Counter()
        self._corrections = 0
        self._waiting: Counter[str] = Counter()
        self.problems: list[str] = []
        self.status = NO_CLAIMS

    def file_lines(self, one: Input, file: SourceFile) -> Iterator[Line]:
        """The diff of a file, which is read while lines are taken."""
        self._run.name_file(shown(one.path.name))
        parts = ReceivedParts(file, self._scrubber)
        codes: set[str] = set()
        claims = rejected = not_checked = 0
        named = False
        unscrubbed = passed_by = ""
        for part in parts:
            for finding in part.findings:
                codes.add(finding.code)
                if finding.code in UNSCRUBBED and not unscrubbed:
                    unscrubbed = finding.message
                if finding.code == PASSED_BY and not passed_by:
                    passed_by = finding.message
            if part.claim is not None:
                codes.update(finding.code for finding in part.claim.findings)
                claims += 1
                rejected += part.claim.disposition is Disposition.REJECTED
                not_checked += bool(part.claim.not_checked)
            change = self._change(part, parts)
            if change is None:
                continue
            if self._as_json:
                yield ((change_json(shown(one.path), change, self._show_phi), ""),)
                continue
            if not named:
                named = True
                yield ((f"--- {shown(one.path)}", "label"),)
                yield ((f"+++ {shown(one.path)}, corrected", "label"),)
            yield from diff_lines(change, self._show_phi)
        if unscrubbed:
            self.problems.append(f"Error: {shown(one.path)}: {unscrubbed}")
        if passed_by:
            self.problems.append(f"Note: {shown(one.path)}: {passed_by}")
        self.status = max(self.status, exit_status(codes, claims, rejected, not_checked))

    def _change(self, part: Part, parts: ReceivedParts) -> Change | None:
        """What was corrected in a part, and a note of what waits for consent."""
        claim, block = part.claim, parts.block
        what, corrections = part.kind, part.corrections
        if claim is not None:
            self._claims[claim.disposition] += 1
            self._dates.add(claim)
            what = f"claim {claim.claim_id}"
            corrections = tuple(c for c in claim.corrections if not is_above_claims(c.path))
            self._waiting.update(_waiting(claim))
        if block is None or not corrections:
            return None
        self._corrections += len(corrections)
        after = recut(block, part.corrected).segments
        return Change(what, block.ordinal, block.segments, after, corrections, block.delimiters)

    def closing_lines(self) -> Iterator[Line]:
        """How much was corrected in all, and what waits for consent."""
        rejected = self._claims[Disposition.REJECTED]
        waiting = sorted((+self._waiting).items())
        if self._as_json:
            totals = self._corrections, self._claims.total(), rejected, dict(waiting)
            yield ((totals_json(*totals, self._dates.records()), ""),)
            return
        yield from table_lines(self._dates.uses())
        plural = "" if self._corrections == 1 else "s"
        made = (f"{self._corrections:,} correction{plural}", "good" if self._corrections else "")
        text = f"; {rejected:,} of {self._claims.total():,} claims would be rejected as received."
        yield (made, (text, "reject" if rejected else ""))
        for code, number in waiting:
            text = f"{number:,} more of {code} with your consent: --consent {code}"
            yield ((text, "info"),)


def _waiting(claim: ClaimResult) -> list[str]:
    """The rules whose repairs wait for consent; none where the claim is rejected even with it."""
    waiting: list[str] = []
    for finding in claim.findings:
        if finding.fixed:
            continue
        if finding.fix is not None and finding.fix.safety is Safety.REVIEW:
            waiting.append(finding.code)
        elif finding.severity is Severity.REJECT:
            return []
    return waiting
