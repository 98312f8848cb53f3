"""What an office says of itself and a payer, beside the payer's profile."""

from typing import NamedTuple


class Declared(NamedTuple):
    """Whether the office participates with a payer, and where that is said: a line of a file, an
    option."""

    participates: bool
    where: str = "participation"
