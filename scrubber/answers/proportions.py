"""Shares with the bounds that their numbers allow."""

from math import sqrt
from typing import NamedTuple

LEAST = 10
"""Of fewer cases no share is told."""
_Z = 1.959964
"""Of the normal distribution, for 95 %."""


class Proportion(NamedTuple):
    """`part` of `whole`; the others are None where there are fewer than LEAST."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1."""
        return self.part / self.whole if self.whole >= LEAST else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The Wilson score interval of 95 % (E. B. Wilson, JASA 22, 1927)."""
        return wilson(self.part, self.whole) if self.whole >= LEAST else None


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % bounds of a share of at least one case."""
    share, square = part / whole, _Z * _Z
    middle = share + square / (2 * whole)
    spread = _Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
