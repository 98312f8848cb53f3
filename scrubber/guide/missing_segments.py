"""Tells a required segment that is missing from one that stands too late or wrongly qualified."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from scrubber.guide.definitions import SegmentDefinition, load_guide
from scrubber.guide.faults import Fault
from scrubber.guide.layout import LoopLayout
from scrubber.guide.shape import Shape
from scrubber.guide.wording import called

KeyOf = Callable[[int], tuple[str, str]]
HasPlace = Callable[[int], bool]
Missed = tuple[str, int]
"""A required segment: its address, and where its loop begins."""


def told_once(
    shape: Shape, said: Sequence[Fault], key_of: KeyOf, has_place: HasPlace
) -> list[Fault]:
    """What is `said` of segments, and the faults of their sequence without those of a segment as
    missing (S202) that stands in its loop, only too late (S207), as diagnoses with another
    qualifier, or with a qualifier that has no use there (S208), which then tells what is lacked.

    `key_of` gives the id and the qualifier of a segment of the block, `has_place` whether it has
    one in the guide.
    """
    missing = {(one.missing, one.segment) for one in shape.faults if one.code == "S202"}
    faults: list[Fault] = []
    for one in said:
        standing: list[Missed] = []
        lack = ""
        if one.code == "S207" and one.syntax == "7":
            standing = [place for place, _ in _required(shape, one.segment, *key_of(one.segment))]
        elif one.code == "S208" and one.component == 1:
            standing = list(_first_diagnoses(shape, one.segment, key_of(one.segment)))
        elif one.code == "S208" and one.element == 1 and not has_place(one.segment):
            name, _ = key_of(one.segment)
            lacked = [each for each in _required(shape, one.segment, name) if each[0] in missing]
            if len(lacked) == 1:
                standing = [lacked[0][0]]
                lack = f"; {called(lacked[0][1])} is missing"
        missing.difference_update(standing)
        faults.append(one._replace(message=one.message + lack) if lack else one)
    faults += [
        one for one in shape.faults if one.code != "S202" or (one.missing, one.segment) in missing
    ]
    return faults


def _required(
    shape: Shape, at: int, name: str, qualifier: str | None = None
) -> Iterator[tuple[Missed, SegmentDefinition]]:
    """What segment `at` may stand for in its loop, if the loop requires it; without a `qualifier`,
    with any. What stands too late or has no place follows a segment of the loop itself."""
    loop = shape.loops[bisect_right(shape.loops, at, key=_first) - 1]
    for one in load_guide()[loop.id].segments:
        fits = one.id == name if qualifier is None else one.fits(name, qualifier)
        if one.usage == "R" and fits:
            yield (one.address, loop.first), one


def _first_diagnoses(shape: Shape, at: int, key: tuple[str, str]) -> Iterator[Missed]:
    """The required diagnoses (HI) where segment `at` is an HI that has another qualifier."""
    if key[0] == "HI":
        yield from (place for place, _ in _required(shape, at, "HI", "ABK"))


def _first(loop: LoopLayout) -> int:
    return loop.first
