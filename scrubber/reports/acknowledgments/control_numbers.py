"""The numbers our own interchanges carry: given, or made from those of the file answered."""

from typing import NamedTuple

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

    def number(self, kind: str, nth: int, received: str) -> str:
        """ISA13, nine digits, for the `nth` interchange of a file, counted from 0."""
        first = {"ta1": self.ta1, "999": self.ack_999, "277ca": self.ack_277ca}[kind]
        if first is None:
            return LEADS[kind] + digits_of(received, 9)[1:]
        return f"{(first + nth) % LARGEST:09d}"


DERIVED = ControlNumbers()
"""Every number made from the file that is answered."""


def digits_of(text: str, width: int) -> str:
    """The digits of a text, cut or filled with zeros in front to `width`."""
    return "".join(one for one in text if one in "0123456789").zfill(width)[-width:]
