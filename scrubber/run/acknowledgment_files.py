"""The acknowledgments of one file: written under temporary names while it is scrubbed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from scrubber.engine.results import Part
from scrubber.outputs.acknowledgments.control_numbers import ControlNumbers
from scrubber.outputs.output_fault import internal_fault, not_written
from scrubber.outputs.output_files import OutputFile

if TYPE_CHECKING:
    from scrubber.outputs.acknowledgments.answers import Answers

KINDS = ("999", "ta1", "277ca")


class AcknowledgmentFiles:
    """Opens a file for each kind in `formats`; what is not placed is gone when the block ends.

    `takers` get every part of the scrubbed file in order; there are none if nothing is asked for.
    """

    def __init__(
        self,
        out: Path,
        formats: Sequence[str],
        as_of: date,
        numbers: ControlNumbers,
        messages: bool = True,
    ) -> None:
        self._out = out
        self._kinds = [kind for kind in KINDS if kind in formats]
        self._as_of = as_of
        self._numbers = numbers
        self._messages = messages
        self._stack = ExitStack()
        self._files: dict[str, OutputFile] = {}
        self._answers: Answers | None = None
        self._answered: dict[str, int] = {}
        self.faults: list[str] = []

    @property
    def takers(self) -> tuple[Callable[[Part], None], ...]:
        """What to call with each part."""
        return (self._add,) if self._answers is not None else ()

    def _add(self, part: Part) -> None:
        if self._answers is not None:
            with self._kept_apart():
                self._answers.add(part)

    def finish(self) -> None:
        """The file is over: all acknowledgments are written. Raises OSError."""
        if self._answers is not None:
            with self._kept_apart():
                self._answered = self._answers.finish()

    @contextmanager
    def _kept_apart(self) -> Iterator[None]:
        """Let no fault of ours in an acknowledgment keep the claims from going out."""
        try:
            yield
        except (OSError, MemoryError):
            raise
        except Exception as error:
            self._answers = None
            self.faults.append(f"no acknowledgment was written: {internal_fault(error)}")

    @property
    def files(self) -> list[OutputFile]:
        """Those to be brought to the disk before they are placed."""
        return [self._files[kind] for kind in self._answered]

    def check(self, name: str) -> None:
        """Read again what was written; what is not as it was meant is taken away, and `faults` say
        so. Raises OSError."""
        if not self._answered:
            return
        from scrubber.outputs.acknowledgments.read_again import (  # noqa: PLC0415
            acknowledgment_fault,
        )

        for kind, answered in list(self._answered.items()):
            fault = acknowledgment_fault(self._files[kind].path, kind, answered)
            if fault:
                del self._answered[kind]
                self.faults.append(not_written(f"{name}.{kind}", fault))

    def place(self, name: str) -> list[Path]:
        """Name them NAME.999, NAME.ta1 and NAME.277ca; what is not asked for, or has nothing to
        answer, is taken away. Raises OSError."""
        placed: list[Path] = []
        for kind in KINDS:
            target = self._out / f"{name}.{kind}"
            if kind in self._answered:
                self._files[kind].place(target)
                placed.append(target)
            else:
                target.unlink(missing_ok=True)
        return placed

    def __enter__(self) -> Self:
        if self._kinds:
            from scrubber.outputs.acknowledgments.answers import Answers  # noqa: PLC0415

            with ExitStack() as stack:
                self._files = {
                    kind: stack.enter_context(OutputFile(self._out)) for kind in self._kinds
                }
                outs = {kind: file.binary for kind, file in self._files.items()}
                answers = Answers(outs, self._as_of, self._out, self._numbers, self._messages)
                self._answers = stack.enter_context(answers)
                self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
