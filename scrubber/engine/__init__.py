"""Scrub and correct: blocks in, findings, corrections and dispositions out. Pure."""

from scrubber.engine.context import Context
from scrubber.engine.results import ScrubResult
from scrubber.engine.stream import FileScrubber
from scrubber.rules import RULES
from scrubber.x12.reader import BlockReader


def scrub(interchange: bytes, context: Context) -> ScrubResult:
    """Scrub a whole file in memory. The same bytes and context always give the same result."""
    parts = FileScrubber(context, RULES).parts(BlockReader([interchange]))
    return ScrubResult(tuple(parts))


__all__ = ["Context", "FileScrubber", "ScrubResult", "scrub"]
