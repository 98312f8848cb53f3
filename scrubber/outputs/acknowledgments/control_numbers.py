"""The numbers our own interchanges carry: given, or made from those of the file answered."""

from typing import NamedTuple

from scrubber.guide.used_numbers import UsedNumbers

LARGEST = 10**9
LEADS = {"ta1": "1", "999": "2", "277ca": "3"}


class ControlNumbers(NamedTuple):
    """ISA13 of the first interchange of each acknowledgment; the ones after it count on.

    Where a number is None it is made from the ISA13 that is answered, its first digit replaced:
    1 for a TA1, 2 for a 999, 3 for a 277CA. So the same file always gets the same answer, and the
    three answers never share a number.

    `claims` is that of the first claim file that needs a number of its own, `most_claims` how many
    there are for such files.
    """

    ta1: int | None = None
    ack_999: int | None = None
    ack_277ca: int | None = None
    claims: int | None = None
    most_claims: int = LARGEST

    def first(self, kind: str) -> int | None:
        """The first number for a kind of acknowledgment; None where it is made."""
        return {"ta1": self.ta1, "999": self.ack_999, "277ca": self.ack_277ca}[kind]


DERIVED = ControlNumbers()
"""Every number made from the file that is answered."""


class AnswerNumbers:
    """ISA13 of the interchanges of one acknowledgment file, each number once: where interchanges
    of the file share a number, or but the first digit tells them apart, the next free one."""

    def __init__(self, kind: str, numbers: ControlNumbers) -> None:
        self._lead = LEADS[kind]
        self._first = numbers.first(kind)
        self._used = UsedNumbers()
        self._last = 0

    def number(self, nth: int, received: str) -> str:
        """Nine digits, for the answer to the `nth` interchange of the file, counted from 0."""
        if self._first is not None:
            return f"{(self._first + nth) % LARGEST:09d}"
        own = digits_of(received, 8)
        while self._used.use(own):
            self._last = max(self._last, int(own)) + 1
            own = digits_of(str(self._last), 8)
        return self._lead + own


def digits_of(text: str, width: int) -> str:
    """The digits of a text, cut or filled with zeros in front to `width`."""
    return "".join(one for one in text if one in "0123456789").zfill(width)[-width:]
