"""Refuses a file that ends before its last interchange does: its upload was cut off.

What could be read of it would pass for all of it, once the envelope is closed and recounted.
"""

from collections.abc import Iterable, Iterator

from scrubber.engine.results import Part
from scrubber.engine.wrapped import WrappedScrubber
from scrubber.watch_folder.arrivals import LAST_SEGMENT
from scrubber.watch_folder.run_record import TRUNCATED
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText

HEADER, MISSING = "ISA", "S112"


class RefusedFileError(Exception):
    """A file of which nothing goes out; the message says why, without a value. `alarm` is what its
    record has."""

    alarm = ""


class TruncatedFileError(RefusedFileError):
    """A file without its end; the message says where it ends."""

    alarm = TRUNCATED


class WholeFileScrubber(WrappedScrubber):
    """Leaves everything to another scrubber. Its parts raise TruncatedFileError at the end."""

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        """The parts of the file, in order."""
        size, last = 0, None
        for part in self._scrubber.parts(blocks):
            yield part
            size += len(part.received)
            last = part
        if last is not None and _is_cut_off(last):
            raise TruncatedFileError(
                f"the file ends at byte {size:,} before its IEA segment, so it was cut off or is "
                "still being sent; none of its claims went out"
            )


def _is_cut_off(last: Part) -> bool:
    """Whether the last part of a file names what is not closed, or is the beginning of an ISA."""
    if not last.received:
        return any(one.code == MISSING for one in last.findings)
    begun = last.received.strip()
    return (
        last.kind == ""
        and bool(begun)
        and HEADER.startswith(begun[: len(HEADER)])
        and LAST_SEGMENT.search(begun.encode("latin-1")) is None
    )
