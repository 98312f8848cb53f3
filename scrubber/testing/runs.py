"""One scrubbing in memory: the parts, both output files, and the report."""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.findings import Finding
from scrubber.outputs.json_report import JsonReport
from scrubber.outputs.own_numbers import OwnNumbers, RejectedNumbers
from scrubber.outputs.split_file import SplitWriter, is_accepted, is_rejected
from scrubber.testing.payer_terms import shipped
from scrubber.testing.records import AS_OF
from scrubber.testing.verdicts import scrubber_for
from scrubber.x12.reader import BlockReader


@dataclass(frozen=True)
class Run:
    """What came of one file; `accepted` and `rejected` are empty where nothing was written."""

    parts: tuple[Part, ...]
    accepted: bytes
    rejected: bytes
    report: dict[str, Any]

    @property
    def claims(self) -> list[ClaimResult]:
        """The claims in file order."""
        return [part.claim for part in self.parts if part.claim is not None]

    @property
    def findings(self) -> list[Finding]:
        """The findings that belong to no claim."""
        return [finding for part in self.parts for finding in part.findings]

    @property
    def all_findings(self) -> list[Finding]:
        """The findings of the file and of its claims."""
        return self.findings + [finding for claim in self.claims for finding in claim.findings]

    @property
    def not_checked(self) -> list[str]:
        """What could not be checked of some claim."""
        return [what for claim in self.claims for what in claim.not_checked]

    @property
    def received(self) -> bytes:
        """The received texts of the parts, laid end to end."""
        return "".join(part.received for part in self.parts).encode("latin-1")

    @property
    def verdicts(self) -> list[tuple[object, ...]]:
        """What is said of every claim, without byte positions."""
        return [verdict(claim) for claim in self.claims]

    def count(self, disposition: Disposition) -> int:
        """How many claims it becomes of."""
        return sum(claim.disposition is disposition for claim in self.claims)


def verdict(claim: ClaimResult) -> tuple[object, ...]:
    """A claim's disposition and findings, without what depends on where it stands in a file."""
    said = sorted((f.code, f.severity.value, f.line or 0, f.message) for f in claim.findings)
    return claim.claim_id, claim.disposition.value, tuple(said)


CONTEXT = Context(AS_OF, shipped())
"""A run as of `AS_OF` with the shipped profiles."""

SHARED = scrubber_for()
"""Its scrubber: one for all files, as a batch has it."""


def run(file: bytes, by: Context | FileScrubber | None = None, chunk: int = 1 << 20) -> Run:
    """Scrub and split a file as the command does, in memory; read in pieces of `chunk` bytes.

    `by` is the context of the run, or a scrubber; `CONTEXT` unless given.
    """
    scrubber = by if isinstance(by, FileScrubber) else scrubber_for(by)
    chunks = (file[at : at + chunk] for at in range(0, len(file), chunk))
    return split(scrubber.parts(BlockReader(chunks)))


def split(parts: Iterable[Part]) -> Run:
    """Write both files and the report from parts."""
    accepted, rejected = io.BytesIO(), io.BytesIO()
    writers = (
        SplitWriter(accepted, is_accepted),
        SplitWriter(rejected, is_rejected, RejectedNumbers(OwnNumbers())),
    )
    report = JsonReport(io.StringIO())
    kept: list[Part] = []
    for part in parts:
        kept.append(part)
        report.add(part)
        for writer in writers:
            writer.write(part)
    for writer in writers:
        writer.close()
    text = io.StringIO()
    report.finish(report.head({}, {}), text)
    return Run(tuple(kept), accepted.getvalue(), rejected.getvalue(), json.loads(text.getvalue()))
