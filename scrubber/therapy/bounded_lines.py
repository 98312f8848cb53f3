"""Lines of a table in text, with a bound on what a row may take."""

from collections.abc import Callable, Iterator
from typing import TextIO

LONGEST_ROW = 1 << 20
"""Characters of a row, which may take several lines where a cell holds line breaks."""


class BoundedLines:
    """The lines of a text. Raises what `refusal` makes once LONGEST_ROW characters were taken
    without `row_made`."""

    def __init__(self, text: TextIO, refusal: Callable[[str], Exception]) -> None:
        self._text = text
        self._refusal = refusal
        self._taken = 0

    def row_made(self) -> None:
        """A row was made of the lines taken so far."""
        self._taken = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(LONGEST_ROW):
            self._taken += len(line)
            if self._taken >= LONGEST_ROW:
                raise self._refusal(f"a row of more than {LONGEST_ROW:,} characters")
            yield line
