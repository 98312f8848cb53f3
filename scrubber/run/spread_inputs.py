"""Scrubs the files of a run side by side: small ones whole, each in a worker that writes its
outputs; the parts of large ones in all workers, with the outputs written here."""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from scrubber.engine import Context
from scrubber.engine.run_memory import Carried, RunMemory, nothing_carried
from scrubber.run.inputs import Input
from scrubber.run.pool import Pool, TaskFailedError, Ticket
from scrubber.run.remote_files import is_private
from scrubber.run.scrub_file import Outcome, Request
from scrubber.run.scrub_input import scrub_input, unscrubbed_input
from scrubber.run.sent_files import (
    MOST_SENT,
    KeptOutputs,
    needs_sending,
    outputs_before,
    placed,
    with_content,
)
from scrubber.run.shown_names import shown
from scrubber.run.source_file import UnreadableInputError
from scrubber.run.workplace import Workplace

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


class Whole(NamedTuple):
    """What became of an input that one worker did, and the claims in it that were accepted; and
    its outputs, where the worker does not see the folder for them."""

    outcome: Outcome
    accepted: Carried
    kept: KeptOutputs | None = None


class _Sent(NamedTuple):
    """An input on its way, or one that was done here while those before it still are."""

    one: Input
    ticket: Ticket[Whole] | None
    done: Outcome | None = None


def is_worth_spreading(inputs: Sequence[Input]) -> bool:
    """Whether a run is long enough to start processes for it. Of a pipe that is not known; it is
    taken to be."""
    return len(inputs) >= MANY_FILES or sum(map(size_of, inputs)) >= SMALLEST_RUN


def spread_inputs(
    inputs: Sequence[Input],
    context: Context,
    request: Request,
    pool: Pool[Workplace],
    scrub_here: ScrubHere,
    passed: Callable[[int], object] = lambda _: None,
    run: RunMemory | None = None,
) -> Iterator[Outcome]:
    """The outcomes of all inputs, in their order. `passed` is told of every input done whole by
    how many bytes more are done. A bounded number of outcomes is held at any time.

    A worker knows no claims but those of its file. Where some have to do with claims of files
    before it, which `run` remembers, the file is scrubbed once more in their light, here.
    """
    run = run or RunMemory()
    is_for_parts = _is_for_parts(inputs, request, pool)
    sent: deque[_Sent] = deque()

    def finish_oldest() -> Outcome:
        one, ticket, done = sent.popleft()
        if ticket is None:
            assert done is not None
            return done
        whole = _whole(one, ticket, context, request, pool)
        passed(size_of(one))
        if run.touches(whole.accepted):
            return scrub_here(one)
        run.take_in(whole.accepted, shown(one.path.name))
        return whole.outcome

    try:
        for one in inputs:
            if len(sent) >= FILES_AHEAD * pool.jobs:
                yield finish_oldest()
            if one.problem:
                sent.append(_Sent(one, None, scrub_here(one)))
                continue
            task = None if is_for_parts(one) else _task(one, run.key, request, pool)
            if task is not None:
                sent.append(_Sent(one, pool.submit(task)))
                continue
            while sent:
                yield finish_oldest()
            yield scrub_here(one)
        while sent:
            yield finish_oldest()
    finally:
        for left in sent:
            if left.ticket is not None:
                pool.cancel(left.ticket)


def scrub_whole(place: Workplace, one: Input, key: bytes, before: list[str] | None = None) -> Whole:
    """Scrub an input and write what belongs to it; the task of a worker. `key` is that of the
    memory of the run. Where the worker does not see the folder for the outputs, these are the
    ones that stand in it `before`."""
    request = place.request
    assert request is not None
    kept = None if before is None else KeptOutputs(before, place.folder)
    if kept is not None:
        request = replace(request, delivery=kept)
    place.scrubber.run = memory = RunMemory(key, most=None)
    try:
        outcome = scrub_input(one, place.context, place.scrubber, request)
        return Whole(outcome, memory.carried(), kept)
    finally:
        place.scrubber.run = None
        gc.collect(YOUNG)


def _task(
    one: Input, key: bytes, request: Request, pool: Pool[Workplace]
) -> Callable[[Workplace], Whole] | None:
    """What a worker is to do; None where it would need what cannot be read here."""
    if not pool.is_elsewhere:
        return partial(scrub_whole, one=one, key=key)
    try:
        sent = with_content(one)
    except UnreadableInputError:
        return None
    return partial(scrub_whole, one=sent, key=key, before=outputs_before(one, request))


def _is_for_parts(
    inputs: Sequence[Input], request: Request, pool: Pool[Workplace]
) -> Callable[[Input], bool]:
    """Tells of an input whether it is read and written here, and only its parts are sent."""
    longest = longest_whole(inputs, pool.jobs)
    to_private = is_private(request.destination)

    def is_for_parts(one: Input) -> bool:
        if to_private or is_private(one.path):
            return True
        is_sent = pool.is_elsewhere and needs_sending(one, request)
        return size_of(one) > (min(longest, MOST_SENT) if is_sent else longest)

    return is_for_parts


def _whole(
    one: Input,
    ticket: Ticket[Whole],
    context: Context,
    request: Request,
    pool: Pool[Workplace],
) -> Whole:
    try:
        whole = pool.result(ticket)
        outcome = placed(whole.outcome, one, whole.kept, request)
        if request.delivery is not None:
            request.delivery.note(outcome.files)
        return Whole(outcome, whole.accepted)
    except TaskFailedError as failure:
        problem = f"not scrubbed: {failure}"
    except OSError as error:
        problem = f"its outputs cannot be written to {request.destination}: {error.strerror}"
    return Whole(unscrubbed_input(one, problem, context, request), nothing_carried())


def longest_whole(inputs: Sequence[Input], jobs: int) -> int:
    """Bytes of the largest file of a run that one of its workers does whole."""
    return max(SMALLEST_IN_PARTS, sum(map(size_of, inputs)) // (SHARE_IN_PARTS * jobs))


def size_of(one: Input) -> int:
    """Bytes; as many as make a file large where that is not known."""
    size = one.size()
    return SMALLEST_RUN + 1 if size is None else size
