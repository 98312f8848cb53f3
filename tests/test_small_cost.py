"""A small file costs little, whatever it has much of: twice as much of it costs about twice as many
calls, and what is written stays within a bound.

Calls are counted, not seconds, so that a busy machine changes nothing.
"""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from bomb_shapes import SHAPES

from scrubber import Outcome, Scrubber
from scrubber.guide.stray_bytes import stray_faults
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader

FORMATS = ("json", "csv", "html", "999", "277ca")
FEW = 150
MOST_GROWTH = 2.6
"""Calls for twice as much: in proportion, with room for what is only paid above some size."""
MOST_CALLS_A_BYTE = 200
MOST_BYTES_WRITTEN = 4 * 1024 * 1024


def cost(work: Callable[[], Any]) -> tuple[int, Any]:
    """The calls of Python functions and of builtins that the work makes, and its result."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(before)
    return calls, result


@pytest.mark.parametrize("name", SHAPES)
def test_twice_as_much_costs_twice_as_many_calls(name: str, tmp_path: Path) -> None:
    run = Scrubber(as_of=date(2026, 3, 2))

    def scrub(number: int) -> Outcome:
        content = SHAPES[name](number).encode("latin-1")
        return run.scrub(content, tmp_path / str(number), formats=FORMATS)

    scrub(3)
    once, first = cost(lambda: scrub(FEW))
    twice, second = cost(lambda: scrub(2 * FEW))
    assert twice <= MOST_GROWTH * once
    assert twice <= MOST_CALLS_A_BYTE * (len(SHAPES[name](2 * FEW)) + 2_000)
    for outcome in (first, second):
        assert not outcome.problem.startswith("nothing of it was written"), outcome.problem
    assert second.status == first.status >= 0
    written = sum(path.stat().st_size for path in (tmp_path / str(2 * FEW)).iterdir())
    assert written <= MOST_BYTES_WRITTEN


def test_a_shape_that_costs_its_square_is_noticed() -> None:
    def squared(number: int) -> int:
        return sum(len(str(one)) for one in range(number) for _ in range(number))

    once, _ = cost(lambda: squared(FEW))
    twice, _ = cost(lambda: squared(2 * FEW))
    assert twice > MOST_GROWTH * once


def steps(work: Callable[[], Any]) -> int:
    """The lines of Python that the work runs, each turn of a loop counted."""
    run = 0

    def count(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal run
        run += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return run


def test_wrapped_text_costs_in_proportion_to_its_length() -> None:
    def wrapped(number: int) -> Block:
        text = SHAPES["notes"](number)
        lines = "\n".join(text[at : at + 80] for at in range(0, len(text), 80))
        blocks = BlockReader([lines.encode("latin-1")])
        return max((one for one in blocks if isinstance(one, Block)), key=lambda one: len(one.text))

    few, many = wrapped(8 * FEW), wrapped(16 * FEW)
    assert steps(lambda: stray_faults(many)) <= MOST_GROWTH * steps(lambda: stray_faults(few))
