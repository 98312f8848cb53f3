"""X12 acknowledgments of a received file: TA1, 999, 277CA."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO

from scrubber.engine.results import Part
from scrubber.reports.acknowledgments.ack_277ca import Ack277caWriter
from scrubber.reports.acknowledgments.ack_999 import Ack999Writer
from scrubber.reports.acknowledgments.control_numbers import ControlNumbers
from scrubber.reports.acknowledgments.envelopes import EnvelopeReader
from scrubber.reports.acknowledgments.ta1 import Ta1Writer

KINDS = ("999", "ta1", "277ca")
DERIVED = ControlNumbers()


class Acknowledgments:
    """Writes the acknowledgments of one file while its parts go by.

    `files` are the open files by kind (999, ta1, 277ca); `folder` is where a large 277CA is
    spooled. Nothing depends on a clock: `as_of` is the date everything carries.
    """

    def __init__(
        self,
        files: Mapping[str, BinaryIO],
        as_of: date,
        folder: Path,
        numbers: ControlNumbers = DERIVED,
        messages: bool = True,
    ) -> None:
        self._writers: dict[str, Ta1Writer | Ack999Writer | Ack277caWriter] = {}
        for kind, out in files.items():
            if kind == "ta1":
                self._writers[kind] = Ta1Writer(out, as_of, numbers)
            elif kind == "999":
                self._writers[kind] = Ack999Writer(out, as_of, numbers)
            else:
                self._writers[kind] = Ack277caWriter(out, as_of, numbers, folder, messages)
        self._reader = EnvelopeReader(tuple(self._writers.values()))

    def add(self, part: Part) -> None:
        """Take the next part of the file."""
        self._reader.take(part)

    def finish(self) -> frozenset[str]:
        """Close what is open; returns the kinds for which there was something to answer."""
        self._reader.finish()
        for writer in self._writers.values():
            if isinstance(writer, Ack277caWriter):
                writer.close()
        return frozenset(kind for kind, writer in self._writers.items() if writer.wrote)


__all__ = ["KINDS", "Acknowledgments", "ControlNumbers"]
