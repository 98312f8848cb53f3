"""Rules as the bits of a number, so that what several facts leave of them is one `&`."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from scrubber.rules.rule import Rule

OneKind = TypeVar("OneKind", bound=Rule)


def bits_of(rules: Sequence[OneKind], holds: Callable[[OneKind], bool]) -> int:
    """The bits of the rules of which that is true; the first rule is the lowest bit."""
    return sum(1 << at for at, rule in enumerate(rules) if holds(rule))


def rules_of(rules: Sequence[OneKind], bits: int) -> list[OneKind]:
    """The rules whose bits are set, in order."""
    return [rule for at, rule in enumerate(rules) if bits >> at & 1]
