"""A scrubber can stop after any block, and another one go on: nothing that is said changes."""

import pickle
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.engine import FileScrubber
from scrubber.engine.results import Part
from scrubber.engine.stream_state import START
from scrubber.rules import RULES
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.runs import CONTEXT
from scrubber.testing.wire import Wire as WireForm
from scrubber.testing.wire import wires
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader

ONE = FileScrubber(CONTEXT, RULES)
ANOTHER = FileScrubber(CONTEXT, RULES)


def level_lost(segments: Segments, dice: Random) -> None:
    """An HL goes missing: whose claims follow is in doubt."""
    levels = [index for index, segment in enumerate(segments) if segment.startswith("HL*")]
    if levels:
        del segments[dice.choice(levels)]


ANY = (*FORM, *DAMAGE, *(level_lost for _ in range(7)))


def blocks_of(file: bytes) -> list[Block]:
    return [block for block in BlockReader([file]) if isinstance(block, Block)]


def straight(blocks: list[Block]) -> list[Part]:
    ONE.resume(START)
    return [part for block in blocks for part in ONE.parts_of(block)]


@settings(max_examples=120, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True), st.data())
def test_going_on_elsewhere_changes_nothing(
    segments: Segments, wire: WireForm, data: st.DataObject
) -> None:
    blocks = blocks_of(wire.write(segments))
    stops = data.draw(st.sets(st.integers(0, len(blocks)), max_size=5))
    state, found = START, []
    for first, last in zip([0, *sorted(stops)], [*sorted(stops), len(blocks)], strict=True):
        ANOTHER.resume(pickle.loads(pickle.dumps(state)))
        found += [part for block in blocks[first:last] for part in ANOTHER.parts_of(block)]
        state = ANOTHER.state
    assert found == straight(blocks)
    assert state == ONE.state


@settings(max_examples=60, deadline=None)
@given(damaged_segments(ANY))
def test_a_state_is_that_of_the_scrubber_that_takes_it_up(segments: Segments) -> None:
    ANOTHER.resume(START)
    for block in blocks_of(WireForm().write(segments)):
        state = ANOTHER.state
        ANOTHER.resume(state)
        assert ANOTHER.state == state
        list(ANOTHER.parts_of(block))
