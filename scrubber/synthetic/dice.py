"""Seeded choices for synthetic claims.

Only `random.Random.random` is used: its sequence is promised to stay the same across Python
versions, that of `choice` and `randrange` is not. The same seed therefore gives the same file
everywhere.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

Chosen = TypeVar("Chosen")


class Dice:
    """A seeded source of choices; `chance` takes a probability between 0 and 1."""

    __slots__ = ("roll",)

    def __init__(self, seed: int) -> None:
        self.roll = random.Random(seed).random

    def pick(self, options: Sequence[Chosen]) -> Chosen:
        """One of `options`, all equally likely."""
        return options[int(self.roll() * len(options))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.roll() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.roll() < probability

    def digits(self, count: int) -> str:
        """`count` decimal digits, leading zeros kept; at most 15 of them."""
        return f"{int(self.roll() * 10**count):0{count}d}"
