"""What is said when a payer profile cannot be used."""

from collections.abc import Iterable
from typing import NamedTuple

from scrubber.errors import ScrubberError


class Fault(NamedTuple):
    """One mistake in a profile file, or two files that contradict each other; `line` is 0 for what
    is wrong with the file as a whole."""

    file: str
    line: int
    wrong: str
    expected: str

    def __str__(self) -> str:
        """One line, in the manner of a compiler: FILE:LINE: what is wrong; what was expected."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.wrong}; expected: {self.expected}"


class ProfileError(ScrubberError):
    """A payer profile cannot be used. The message has one line for every fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type["ProfileError"], tuple[tuple[Fault, ...]]]:
        return ProfileError, (self.faults,)
