"""One scrubbing in memory: the parts, both output files, and the report."""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.findings import Finding
from scrubber.profiles.loader import load_profiles
from scrubber.reports.json_report import JsonReport
from scrubber.reports.own_numbers import OwnNumbers, RejectedNumbers
from scrubber.reports.split_file import SplitWriter, is_accepted, is_rejected
from scrubber.rules import RULES
from scrubber.x12.reader import BlockReader

CONTEXT = Context(date(2026, 3, 2), load_profiles())
SHARED = FileScrubber(CONTEXT, RULES)
"""One scrubber for all files of a test run, as a batch has it."""


@dataclass(frozen=True)
class Run:
    """What came of one file; `accepted` and `rejected` are empty where nothing was written."""

    parts: tuple[Part, ...]
    accepted: bytes
    rejected: bytes
    report: dict[str, Any]

    @property
    def claims(self) -> list[ClaimResult]:
        return [part.claim for part in self.parts if part.claim is not None]

    @property
    def findings(self) -> list[Finding]:
        return [finding for part in self.parts for finding in part.findings]

    @property
    def received(self) -> bytes:
        return "".join(part.received for part in self.parts).encode("latin-1")

    @property
    def verdicts(self) -> list[tuple[object, ...]]:
        """What is said of every claim, without byte positions."""
        return [verdict(claim) for claim in self.claims]

    def count(self, disposition: Disposition) -> int:
        return sum(claim.disposition is disposition for claim in self.claims)


def verdict(claim: ClaimResult) -> tuple[object, ...]:
    """A claim's disposition and findings, without what depends on where it stands in a file."""
    said = sorted((f.code, f.severity.value, f.line or 0, f.message) for f in claim.findings)
    return claim.claim_id, claim.disposition.value, tuple(said)


def run(file: bytes, scrubber: FileScrubber = SHARED, chunk: int = 1 << 20) -> Run:
    """Scrub and split a file as the command does, in memory."""
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
