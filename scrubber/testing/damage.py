"""Files that are damaged on purpose, in form or beyond repair: for laws that hold for any file.

Segments are text in plain delimiters, without terminators. A mischief changes a list of them in
place. These files are made from seeds: they shrink to few claims, but not to plain ones.
"""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from scrubber.synthetic import Layout, generate
from scrubber.testing.records import AS_OF

Segments = list[str]
Mischief = Callable[[Segments, Random], None]


def generated_file(claims: int, seed: int, faults: Decimal = Decimal("0.2")) -> bytes:
    """A file of so many synthetic claims, a share of which have faults; the same for one seed."""
    layout = Layout(claims_per_set=8)
    segments = generate(claims, seed, as_of=AS_OF, faults=faults, layout=layout)
    return "".join(segments).encode("ascii")


@st.composite
def mixed_segments(draw: st.DrawFn, *, most: int = 10) -> Segments:
    """Segments of up to `most` claims, a share of which have faults of every kind planted."""
    return _generated(draw, most, Decimal(draw(st.sampled_from(("0.2", "0.5", "1")))))


def _generated(draw: st.DrawFn, most: int, faults: Decimal) -> Segments:
    """Draw the sizes and the seed, and generate."""
    layout = Layout(
        claims_per_set=draw(st.integers(1, 6)),
        sets_per_group=draw(st.integers(1, 3)),
        groups_per_interchange=draw(st.integers(1, 2)),
    )
    claims, seed = draw(st.integers(1, most)), draw(st.integers(0, 2**32))
    text = "".join(generate(claims, seed, as_of=AS_OF, faults=faults, layout=layout))
    return text.split("~")[:-1]


@st.composite
def damaged_segments(draw: st.DrawFn, mischiefs: tuple[Mischief, ...], most: int = 8) -> Segments:
    """Mixed claims after one to three mischiefs."""
    segments = draw(mixed_segments(most=most))
    for mischief in draw(st.lists(st.sampled_from(mischiefs), min_size=1, max_size=3)):
        mischief(segments, Random(draw(st.integers(0, 2**32))))
    return segments


def _pick(segments: Segments, dice: Random, *names: str) -> int | None:
    """A place where one of these segments stands; any inside the envelope where none is named."""
    at = [
        index
        for index, segment in enumerate(segments)
        if (segment.split("*")[0] in names if names else not segment.startswith("ISA"))
    ]
    return dice.choice(at) if at else None


def _change(segments: Segments, at: int | None, number: int, text: str) -> None:
    if at is not None:
        values = segments[at].split("*")
        values[number] = text
        segments[at] = "*".join(values)


def wrong_count(segments: Segments, dice: Random) -> None:
    """A trailer with another count."""
    _change(segments, _pick(segments, dice, "SE", "GE", "IEA"), 1, str(dice.randrange(1000)))


def wrong_control_number(segments: Segments, dice: Random) -> None:
    """A trailer with another control number."""
    _change(segments, _pick(segments, dice, "SE", "GE", "IEA"), 2, "000000999")


def padded_count(segments: Segments, dice: Random) -> None:
    """A right count with zeros before it."""
    at = _pick(segments, dice, "SE", "GE", "IEA")
    if at is not None:
        _change(segments, at, 1, segments[at].split("*")[1].zfill(5))


def trailing_separators(segments: Segments, dice: Random) -> None:
    """Separators that separate nothing."""
    at = _pick(segments, dice)
    if at is not None:
        segments[at] += "**"


def empty_segment(segments: Segments, dice: Random) -> None:
    """Two terminators in a row, somewhere inside the interchange."""
    segments.insert(dice.randrange(1, len(segments) - 1), "")


def _shifted(number: str, shift: int) -> str:
    """A number moved on; what is none, because of other damage, is left as it is."""
    return str(int(number) + shift) if number.isascii() and number.isdigit() else number


def levels_from_elsewhere(segments: Segments, dice: Random) -> None:
    """HL numbers that do not begin at 1, but point to each other rightly."""
    shift = dice.randrange(1, 500)
    for index, segment in enumerate(segments):
        if segment.startswith("HL*"):
            values = segment.split("*")
            values[1:3] = [_shifted(value, shift) for value in values[1:3]]
            segments[index] = "*".join(values)


def long_zip(segments: Segments, dice: Random) -> None:
    """A ZIP code written with its hyphen."""
    _change(segments, _pick(segments, dice, "N4"), 3, "60612-3742")


def lower_case_state(segments: Segments, dice: Random) -> None:
    """A state in small letters."""
    _change(segments, _pick(segments, dice, "N4"), 2, "il")


FORM: tuple[Mischief, ...] = (
    wrong_count, wrong_control_number, padded_count, trailing_separators, empty_segment,
    levels_from_elsewhere, long_zip, lower_case_state,
)  # fmt: skip
"""Faults of form: all of them have one right answer or none is needed."""


def segment_lost(segments: Segments, dice: Random) -> None:
    """Any segment but the ISA goes missing."""
    at = _pick(segments, dice)
    if at is not None:
        del segments[at]


def segment_twice(segments: Segments, dice: Random) -> None:
    """Any segment but the ISA stands twice."""
    at = _pick(segments, dice)
    if at is not None:
        segments.insert(at, segments[at])


def segment_moved(segments: Segments, dice: Random) -> None:
    """Any segment but the ISA stands somewhere else."""
    at = _pick(segments, dice)
    if at is not None:
        moved = segments.pop(at)
        segments.insert(dice.randrange(1, len(segments) + 1), moved)


def unknown_segment(segments: Segments, dice: Random) -> None:
    """A segment that no 837P knows, anywhere after the ISA."""
    segments.insert(dice.randrange(1, len(segments) + 1), "ZZZ*1*TEXT")


def element_spoiled(segments: Segments, dice: Random) -> None:
    """Any element of the body holds something else."""
    at = _pick(segments, dice)
    if at is not None:
        values = segments[at].split("*")
        number = dice.randrange(1, len(values)) if len(values) > 1 else 0
        _change(segments, at, number, dice.choice(("", "/", "20261399", "X" * 90, "0", "\u00b2")))


def other_set(segments: Segments, dice: Random) -> None:
    """A remittance set stands among the claim sets."""
    at = _pick(segments, dice, "ST")
    if at is not None:
        segments[at:at] = ["ST*835*9999", "BPR*I*0*C*NON", "SE*3*9999"]


STRUCTURAL: tuple[Mischief, ...] = (
    segment_lost, segment_twice, segment_moved, unknown_segment, other_set,
)  # fmt: skip
"""Damage to the order of segments, which leaves their values alone."""

DAMAGE: tuple[Mischief, ...] = (*STRUCTURAL, element_spoiled)
"""Damage that no one can repair."""
