"""Writes the acknowledgments of one file while its parts go by."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from scrubber.engine.results import Part
from scrubber.outputs.acknowledgments.ack_277ca import Ack277caWriter
from scrubber.outputs.acknowledgments.ack_999 import Ack999Writer
from scrubber.outputs.acknowledgments.control_numbers import DERIVED, ControlNumbers
from scrubber.outputs.acknowledgments.envelopes import EnvelopeReader
from scrubber.outputs.acknowledgments.ta1 import Ta1Writer


class Answers:
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

    def finish(self) -> dict[str, int]:
        """The file is over; returns the kinds for which there was something to answer, and how
        much: the interchanges a TA1 answers, the sets of a 999, the claims of a 277CA."""
        self._reader.finish()
        return {kind: writer.answered for kind, writer in self._writers.items() if writer.wrote}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._writers.values():
            if isinstance(writer, Ack277caWriter):
                writer.close()
