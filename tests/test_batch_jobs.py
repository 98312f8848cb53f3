"""Several processes write byte for byte what one writes, and what fails in them is named."""

from collections.abc import Iterator
from functools import partial

import pytest
from claim_file_strategies import DAMAGE, FORM, Segments, Wire, spoiled_segments, wires
from hypothesis import given, settings
from hypothesis import strategies as st
from split_run import CONTEXT, Run, run, split

from scrubber.batch.spread_scrubber import SpreadScrubber
from scrubber.batch.worker_pool import WorkerPool
from scrubber.batch.workplace import Workplace, make_workplace
from scrubber.x12.stretches import StretchReader


def describe(error: BaseException) -> str:
    return type(error).__name__


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool[Workplace]]:
    with WorkerPool(2, partial(make_workplace, CONTEXT), describe) as workers:
        yield workers


def spread(file: bytes, pool: WorkerPool[Workplace], size: int) -> Run:
    """The file scrubbed in runs of that size."""
    chunks = (file[at : at + size] for at in range(0, len(file), size))
    return split(SpreadScrubber(CONTEXT, pool, size).parts(StretchReader(chunks)))


@settings(max_examples=60, deadline=None)
@given(spoiled_segments(FORM + DAMAGE, most=20), wires(), st.sampled_from((200, 700, 3000)))
def test_many_processes_write_what_one_writes(
    pool: WorkerPool[Workplace], segments: Segments, wire: Wire, size: int
) -> None:
    file = wire.write(segments)
    assert spread(file, pool, size) == run(file)
