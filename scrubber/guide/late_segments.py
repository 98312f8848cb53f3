"""Tells a required segment that stands too late in its loop from one that is missing."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from scrubber.guide.definitions import load_guide
from scrubber.guide.faults import Fault
from scrubber.guide.layout import LoopLayout
from scrubber.guide.shape import Shape

KeyOf = Callable[[int], tuple[str, str]]


def lacking(shape: Shape, said: Sequence[Fault], key_of: KeyOf) -> Sequence[Fault]:
    """The faults of a sequence of definitions, without those of a segment as missing (S202) that
    stands in its loop, only too late (S207), or as diagnoses with another qualifier (S208): that
    is `said` of it already.

    `key_of` gives the id and the qualifier of a segment of the block.
    """
    late = [one.segment for one in said if one.code == "S207" and one.syntax == "7"]
    standing = {place for at in late for place in _required(shape, at, *key_of(at))}
    diagnoses = (one.segment for one in said if one.code == "S208" and one.component == 1)
    standing.update(place for at in diagnoses for place in _first_diagnoses(shape, at, key_of(at)))
    if not standing:
        return shape.faults
    return [
        one
        for one in shape.faults
        if one.code != "S202" or (one.missing, one.segment) not in standing
    ]


def _required(shape: Shape, at: int, name: str, qualifier: str) -> Iterator[tuple[str, int]]:
    """What segment `at` stands for in its loop, if the loop requires it: its address, and where
    the loop begins. What stands too late follows a segment of the loop itself."""
    loop = shape.loops[bisect_right(shape.loops, at, key=_first) - 1]
    for one in load_guide()[loop.id].segments:
        if one.usage == "R" and one.fits(name, qualifier):
            yield one.address, loop.first


def _first_diagnoses(shape: Shape, at: int, key: tuple[str, str]) -> Iterator[tuple[str, int]]:
    """The required diagnoses (HI) where segment `at` is an HI that has another qualifier."""
    if key[0] == "HI":
        yield from _required(shape, at, "HI", "ABK")


def _first(loop: LoopLayout) -> int:
    return loop.first
