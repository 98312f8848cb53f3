"""The acknowledgments of one file: written under temporary names while it is scrubbed."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from scrubber.engine.results import Part
from scrubber.reports.acknowledgments.control_numbers import ControlNumbers
from scrubber.reports.output_files import OutputFile

KINDS = ("999", "ta1", "277ca")


class AcknowledgmentFiles:
    """Opens a file for each kind in `formats`; what is not placed is gone when the block ends.

    `takers` get every part of the scrubbed file in order; there are none if nothing is asked for.
    """

    def __init__(
        self, out: Path, formats: Sequence[str], as_of: date, numbers: ControlNumbers
    ) -> None:
        self._out = out
        self._stack = ExitStack()
        self._files = {
            kind: self._stack.enter_context(OutputFile(out)) for kind in KINDS if kind in formats
        }
        self.takers: tuple[Callable[[Part], None], ...] = ()
        if self._files:
            from scrubber.reports.acknowledgments.answers import Answers  # noqa: PLC0415

            outs = {kind: file.binary for kind, file in self._files.items()}
            self._answers = self._stack.enter_context(Answers(outs, as_of, out, numbers))
            self.takers = (self._answers.add,)

    def place(self, name: str) -> list[Path]:
        """Finish and name them NAME.999, NAME.ta1 and NAME.277ca; what is not asked for, or has
        nothing to answer, is taken away. Raises OSError where one cannot be written."""
        answered = self._answers.finish() if self._files else frozenset()
        placed: list[Path] = []
        for kind in KINDS:
            target = self._out / f"{name}.{kind}"
            if kind in answered:
                self._files[kind].place(target)
                placed.append(target)
            else:
                target.unlink(missing_ok=True)
        return placed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
