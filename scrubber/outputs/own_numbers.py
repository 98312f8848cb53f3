"""Control numbers of the claim files that are written: kept as received, or a file's own.

What goes out in the place of the received file keeps its numbers. What goes out beside it, or
comes back to be scrubbed again, has numbers of its own: given by the caller one after the other,
or made from the number received, so that the same file always gets the same ones.
"""

from collections.abc import Iterator
from itertools import count
from typing import Protocol

from scrubber.outputs.output_fault import OutputFaultError
from scrubber.outputs.renumbering import own_batch, own_number, piece_batch

LARGEST = 10**9
ADDITIONAL = 700_000_000
A_THOUSAND_FILES = 1000


class Numbering(Protocol):
    """Tells the numbers that the headers of a file bear, from those they bore when received."""

    def interchange(self, received: str) -> str:
        """ISA13."""

    def group(self, received: str, interchange: str, nth: int) -> str:
        """GS06 of the `nth` group, counted from 0, of our interchange of that number."""

    def batch(self, received: str, ordinal: int) -> str:
        """BHT03 of a set whose ST is the segment of that number in the received file."""


class OwnNumbers:
    """The numbers of one run over one file. `first` is the first of those given, `most` how many
    there are; without them numbers are made from those received."""

    def __init__(self, first: int | None = None, most: int = LARGEST) -> None:
        self._given: Iterator[int] | None = None
        if first is not None:
            self._given = ((first + step) % LARGEST for step in range(most))

    def given(self) -> str | None:
        """The next of the numbers given; None where none are. Raises OutputFaultError."""
        if self._given is None:
            return None
        number = next(self._given, None)
        if number is None:
            raise OutputFaultError("more files would be written than there are control numbers for")
        return f"{number:09d}"


class KeptNumbers:
    """As received; only the further pieces of one transaction set are told apart by their BHT03.

    `pieces` is shared by all files that one set may be spread over.
    """

    def __init__(self, pieces: "Pieces | None" = None) -> None:
        self._pieces = pieces

    def interchange(self, received: str) -> str:
        """The number received."""
        return received

    def group(self, received: str, _interchange: str, _nth: int) -> str:
        """The number received."""
        return received

    def batch(self, received: str, ordinal: int) -> str:
        """The batch received, with the number of the piece behind it from the second one on."""
        piece = self._pieces.next(ordinal) if self._pieces is not None else 1
        return received if piece == 1 else piece_batch(received, piece)


class RejectedNumbers:
    """Numbers for the rejected file, which is fixed and comes back."""

    def __init__(self, numbers: OwnNumbers) -> None:
        self._numbers = numbers

    def interchange(self, received: str) -> str:
        """One of those given, or the number received with another first digit."""
        return self._numbers.given() or own_number(received)

    def group(self, received: str, _interchange: str, _nth: int) -> str:
        """The number received with another first digit."""
        return own_number(received)

    def batch(self, received: str, _ordinal: int) -> str:
        """The batch received with -R1 behind it."""
        return own_batch(received)


class AdditionalNumbers(KeptNumbers):
    """Numbers for a further accepted file, the `nth` beside the first."""

    def __init__(self, numbers: OwnNumbers, nth: int, pieces: "Pieces") -> None:
        super().__init__(pieces)
        self._numbers = numbers
        self._nth = nth

    def interchange(self, received: str) -> str:
        """One of those given; or 7, the last five digits received, and three for the file."""
        return self._numbers.given() or self._derived(received)

    def group(self, _received: str, interchange: str, nth: int) -> str:
        """The end of its interchange's number, and three digits for the group."""
        return str((int(interchange[-6:]) * 1000 + nth + 1) % LARGEST)

    def _derived(self, received: str) -> str:
        digits = "".join(one for one in received if one in "0123456789") or "0"
        own = int(digits[-9:]) * A_THOUSAND_FILES + self._nth
        return str(ADDITIONAL + own % 100_000_000)


class Pieces:
    """Counts the pieces of the transaction set that is being written."""

    def __init__(self) -> None:
        self._ordinal = 0
        self._count = count(1)

    def next(self, ordinal: int) -> int:
        """Which piece of this set comes now, from 1."""
        if ordinal != self._ordinal:
            self._ordinal, self._count = ordinal, count(1)
        return next(self._count)
