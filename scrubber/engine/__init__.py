"""Scrub and correct: blocks in, findings, corrections and dispositions out. Pure."""

from typing import NamedTuple

from scrubber.consents import Consent
from scrubber.engine.context import Context
from scrubber.engine.repairs_above import with_late_repairs
from scrubber.engine.results import ClaimResult, Part
from scrubber.engine.stream import FileScrubber
from scrubber.findings import Finding
from scrubber.rules import RULES
from scrubber.x12.reader import BlockReader


class ScrubResult(NamedTuple):
    """A whole file: its parts in order."""

    parts: tuple[Part, ...]

    @property
    def claims(self) -> list[ClaimResult]:
        """The claims in file order, each with what was repaired above it."""
        parts = with_late_repairs(self.parts)
        return [part.claim for part in parts if part.claim is not None]

    @property
    def findings(self) -> list[Finding]:
        """The findings that belong to no claim."""
        return [finding for part in self.parts for finding in part.findings]


def scrub(interchange: bytes, context: Context) -> ScrubResult:
    """Scrub a whole file in memory. The same bytes and context always give the same result."""
    parts = FileScrubber(context, RULES).parts(BlockReader([interchange]))
    return ScrubResult(tuple(parts))


__all__ = ["Consent", "Context", "FileScrubber", "ScrubResult", "scrub"]
