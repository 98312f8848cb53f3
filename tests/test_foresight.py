"""What is foretold of a file is what scrubbing it leads to, as long as no level was lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.engine import FileScrubber
from scrubber.engine.foresight import Foresight
from scrubber.engine.stream_state import START, StreamState
from scrubber.rules import RULES
from scrubber.testing.damage import DAMAGE, FORM, Segments, mixed_segments
from scrubber.testing.damage import damaged_segments as spoiled
from scrubber.testing.runs import CONTEXT
from scrubber.testing.wire import Wire, wires
from scrubber.x12.stretches import Stretch, StretchReader

SCRUBBER = FileScrubber(CONTEXT, RULES)
CHUNKS = (150, 400, 1000, 5000)


def foretold_and_reached(file: bytes, size: int) -> list[tuple[StreamState, StreamState]]:
    """The state after each stretch; what is foretold starts anew from what was reached."""
    foresight, pairs = Foresight(), []
    SCRUBBER.resume(START)
    chunks = (file[at : at + size] for at in range(0, len(file), size))
    for stretch in StretchReader(chunks).stretches():
        if isinstance(stretch, Stretch):
            foresight.pass_over(stretch)
            for block in stretch.blocks():
                list(SCRUBBER.parts_of(block))
            pairs.append((foresight.state, SCRUBBER.state))
            foresight.start_from(SCRUBBER.state)
    return pairs


@settings(max_examples=80, deadline=None)
@given(mixed_segments(most=20), wires(may_wrap=True), st.sampled_from(CHUNKS))
def test_claims_with_faults_surprise_nobody(segments: Segments, wire: Wire, size: int) -> None:
    for foretold, reached in foretold_and_reached(wire.write(segments), size):
        assert foretold == reached


@settings(max_examples=80, deadline=None)
@given(spoiled(FORM, most=20), wires(may_wrap=True), st.sampled_from(CHUNKS))
def test_faults_of_form_surprise_nobody(segments: Segments, wire: Wire, size: int) -> None:
    for foretold, reached in foretold_and_reached(wire.write(segments), size):
        assert foretold == reached


@settings(max_examples=80, deadline=None)
@given(spoiled(DAMAGE, most=20), st.sampled_from(CHUNKS))
def test_of_a_damaged_file_it_is_foretold_what_stands_above_a_claim(
    segments: Segments, size: int
) -> None:
    for foretold, reached in foretold_and_reached(Wire().write(segments), size):
        assert foretold.envelope.open == reached.envelope.open
        assert [kind for kind, _ in foretold.standing] == [kind for kind, _ in reached.standing]
