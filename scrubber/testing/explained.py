"""What is said of a file, as `scrubber check` prints it: segment, caret, rule, why, what to do."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from scrubber.engine import FileScrubber
from scrubber.outputs.check_text import Source, claim_lines, closing_line
from scrubber.outputs.guidance import guidance
from scrubber.outputs.terminal import Line, plain
from scrubber.run.file_check import FileCheck
from scrubber.run.received_parts import ReceivedParts
from scrubber.run.source_file import SourceFile

NAME = "claims.837"
"""What a file that came as bytes is called."""

_WIDTH = 100


def explained(file: bytes, scrubber: FileScrubber, *, show_phi: bool = False) -> str:
    """The findings of a file as text. What identifies patients is hidden unless `show_phi`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(file)
        with SourceFile(path) as source:
            return "\n".join(plain(line) for line in _lines(source, scrubber, show_phi))


def _lines(source: SourceFile, scrubber: FileScrubber, show_phi: bool) -> Iterator[Line]:
    parts = ReceivedParts(source, scrubber)
    found = FileCheck(parts, show_phi)
    for record in found.records():
        first = parts.first
        place = Source(NAME, parts.segment, parts.delimiters, first)
        yield from claim_lines(record, place, guidance(), show_phi, _WIDTH)
    yield closing_line(found.summary)
