"""Scrubs the files of a run side by side: small ones whole, each in a worker that writes its
outputs; the parts of large ones in all workers, with the outputs written here."""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scrubber.batch.inputs import Input
from scrubber.batch.pool import Pool, TaskFailedError, Ticket
from scrubber.batch.scrub_file import Outcome, Request
from scrubber.batch.scrub_input import scrub_input, unscrubbed_input
from scrubber.batch.workplace import Workplace
from scrubber.engine import Context

SMALLEST_IN_PARTS = 2 << 20
SMALLEST_RUN = 2 << 20
MANY_FILES = 100
# The objects that were made since the last collection, not the memories of a scrubber.
YOUNG = 1
FILES_AHEAD = 4
# A file done whole by one worker holds up the end of the run for a quarter of its time at most.
SHARE_IN_PARTS = 4

ScrubHere = Callable[[Input], Outcome]
"""Scrubs an input in this process, which leaves the scrubbing itself to the pool."""


class _Sent(NamedTuple):
    """An input on its way, or one that was done here while those before it still are."""

    one: Input
    ticket: Ticket[Outcome] | None
    done: Outcome | None = None


def is_worth_spreading(inputs: Sequence[Input]) -> bool:
    """Whether a run is long enough to start processes for it. Of a pipe that is not known; it is
    taken to be."""
    return len(inputs) >= MANY_FILES or sum(map(_size, inputs)) >= SMALLEST_RUN


def spread_inputs(
    inputs: Sequence[Input],
    context: Context,
    request: Request,
    pool: Pool[Workplace],
    scrub_here: ScrubHere,
    passed: Callable[[int], object] = lambda _: None,
    all_here: bool = False,
) -> Iterator[Outcome]:
    """The outcomes of all inputs, in their order. `passed` is told of every input done whole by
    how many bytes more are done. With `all_here` each one goes through `scrub_here`, in order.
    A bounded number of outcomes is held at any time."""
    in_parts = max(SMALLEST_IN_PARTS, sum(map(_size, inputs)) // (SHARE_IN_PARTS * pool.jobs))
    sent: deque[_Sent] = deque()

    def finish_oldest() -> Outcome:
        one, ticket, done = sent.popleft()
        if ticket is None:
            assert done is not None
            return done
        outcome = _outcome(one, ticket, context, request, pool)
        passed(_size(one))
        return outcome

    try:
        for one in inputs:
            if len(sent) >= FILES_AHEAD * pool.jobs:
                yield finish_oldest()
            if all_here or one.problem or _size(one) > in_parts:
                sent.append(_Sent(one, None, scrub_here(one)))
            else:
                sent.append(_Sent(one, pool.submit(partial(scrub_whole, one=one))))
        while sent:
            yield finish_oldest()
    finally:
        for left in sent:
            if left.ticket is not None:
                pool.cancel(left.ticket)


def scrub_whole(place: Workplace, one: Input) -> Outcome:
    """Scrub an input and write what belongs to it; the task of a worker."""
    assert place.request is not None
    try:
        return scrub_input(one, place.context, place.scrubber, place.request)
    finally:
        gc.collect(YOUNG)


def remove_unfinished(folder: Path, process: int) -> None:
    """Take away what a process that was ended had begun to write."""
    for path in folder.glob(f".scrubber-{process}-*.tmp"):
        path.unlink(missing_ok=True)


def _outcome(
    one: Input,
    ticket: Ticket[Outcome],
    context: Context,
    request: Request,
    pool: Pool[Workplace],
) -> Outcome:
    try:
        return pool.result(ticket)
    except TaskFailedError as failure:
        return unscrubbed_input(one, f"not scrubbed: {failure}", context, request)


def _size(one: Input) -> int:
    """Bytes; as many as make a file large where that is not known."""
    try:
        return one.path.stat().st_size if one.path.is_file() else SMALLEST_RUN + 1
    except OSError:
        return 0
