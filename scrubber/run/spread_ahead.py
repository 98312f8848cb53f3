"""Has short files scrubbed ahead of the one process that writes all outputs, in their order.

Where every file is to be held against those before it, by a ledger, one process does that and
writes. The scrubbing itself knows nothing of other files: workers do it for the files to come, and
what they made is used if the file still holds what they read.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from scrubber.engine.stream_state import START
from scrubber.run.inputs import Input
from scrubber.run.pool import Pool, TaskFailedError, Ticket
from scrubber.run.scrub_file import Outcome
from scrubber.run.source_file import SourceFile, UnreadableInputError
from scrubber.run.spread_scrubber import RUN_BYTES, Run, Scrubbed, SpreadScrubber, runs, scrub_run
from scrubber.run.workplace import Workplace
from scrubber.x12.reader import StrayText
from scrubber.x12.stretches import StretchReader

FILES_AHEAD = 4


class Ahead(NamedTuple):
    """What a worker made of a file, and a hash of what it read."""

    digest: bytes
    scrubbed: Scrubbed


class _Sent(NamedTuple):
    one: Input
    ticket: Ticket[Ahead | None] | None


def scrubbed_ahead(
    inputs: Sequence[Input],
    pool: Pool[Workplace],
    scrubber: SpreadScrubber,
    scrub_here: Callable[[Input], Outcome],
) -> Iterator[Outcome]:
    """The outcomes of all inputs, in their order, each of them by `scrub_here`, which leaves the
    scrubbing to `scrubber`. A bounded number of files is under way at any time."""
    left = iter(inputs)
    sent: deque[_Sent] = deque()
    most = FILES_AHEAD * pool.jobs
    try:
        while True:
            while len(sent) < most and (one := next(left, None)) is not None:
                sent.append(_Sent(one, _submitted(one, pool)))
            if not sent:
                return
            one, ticket = sent.popleft()
            scrubber.made_of = partial(_made_of, pool, ticket) if ticket is not None else None
            yield scrub_here(one)
            if ticket is not None:
                pool.cancel(ticket)
    finally:
        scrubber.made_of = None
        for _, ticket in sent:
            if ticket is not None:
                pool.cancel(ticket)


def scrub_ahead(place: Workplace, one: Input) -> Ahead | None:
    """Scrub an input that is no longer than one run; the task of a worker. None for a longer one
    and one that cannot be read: who writes will see for himself."""
    try:
        with SourceFile(one.path) as file:
            cut = runs(StretchReader(file.chunks()).stretches(), RUN_BYTES)
            first = next(cut, ())
            if next(cut, None) is not None:
                return None
    except UnreadableInputError:
        return None
    return Ahead(_digest(first), scrub_run(place, first, START))


def _submitted(one: Input, pool: Pool[Workplace]) -> Ticket[Ahead | None] | None:
    size = one.size()
    is_short = size is not None and size <= RUN_BYTES
    if one.problem or pool.is_elsewhere or not is_short or not isinstance(one.path, Path):
        return None
    return pool.submit(partial(scrub_ahead, one=one))


def _made_of(pool: Pool[Workplace], ticket: Ticket[Ahead | None], run: Run) -> Scrubbed | None:
    """What was made of this run by who read the file before; None where that was another one."""
    try:
        ahead = pool.result(ticket)
    except TaskFailedError:
        return None
    return ahead.scrubbed if ahead is not None and ahead.digest == _digest(run) else None


def _digest(run: Run) -> bytes:
    digest = blake2b(digest_size=32)
    for piece in run:
        digest.update(f"{isinstance(piece, StrayText)} {len(piece.text)} ".encode())
        digest.update(piece.text.encode("latin-1"))
    return digest.digest()
