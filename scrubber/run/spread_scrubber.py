"""Scrubs one file in several processes: the same parts in the same order as in one.

The file is read here, cut into runs of whole blocks, and each run sent to a worker together with
the state that a scrubber would be in where the run begins. That state is foretold. When the state
that the run before it led to turns out to be another, the run is sent again, so what was foretold
wrongly costs time and changes nothing. A bounded number of runs is under way at any time.
"""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple

from scrubber.engine import Context, FileScrubber
from scrubber.engine.foresight import Foresight
from scrubber.engine.results import Part
from scrubber.engine.run_memory import RunMemory
from scrubber.engine.stray_text import closing_part, stray_part
from scrubber.engine.stream_state import START, StreamState
from scrubber.engine.unscrubbed import unscrubbed_parts
from scrubber.rules import RULES
from scrubber.run.collector import YOUNGEST, without_collector
from scrubber.run.packed_parts import Packed, packed, unpacked
from scrubber.run.pool import Pool, TaskFailedError, Ticket
from scrubber.run.source_file import UnreadableInputError
from scrubber.run.workplace import Workplace
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText
from scrubber.x12.stretches import Stretch, StretchReader

RUN_BYTES = 1 << 19
PARTS_BETWEEN_LOOKS = 256

Run = tuple[Stretch | StrayText, ...]


class Scrubbed(NamedTuple):
    """What became of a run, and the state after it."""

    parts: list[Packed]
    state: StreamState


MadeOf = Callable[[Run], Scrubbed | None]
"""What somebody made of a whole file before, if he did."""


class _Sent(NamedTuple):
    """A run on its way."""

    run: Run
    state: StreamState
    ticket: Ticket[Scrubbed]


class SpreadScrubber(FileScrubber):
    """Spreads files that come as StretchReader over a pool; any others it scrubs itself, and so
    a file that is no longer than one run of `run_bytes`, unless `made_of` knows what became of it.
    `passed` is told how many bytes more are done."""

    def __init__(
        self,
        context: Context,
        pool: Pool[Workplace],
        run_bytes: int = RUN_BYTES,
        passed: Callable[[int], object] = lambda _: None,
        run: RunMemory | None = None,
    ) -> None:
        super().__init__(context, RULES, run)
        self._pool = pool
        self._run_bytes = run_bytes
        self._passed = passed
        self.made_of: MadeOf | None = None

    def _claim_by_claim(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        if not isinstance(blocks, StretchReader):
            yield from super()._claim_by_claim(blocks)
            return
        cut = runs(blocks.stretches(), self._run_bytes)
        first, second = next(cut, ()), next(cut, None)
        if second is not None:
            yield from self._spread(chain((first, second), cut))
            return
        made = self.made_of(first) if self.made_of is not None else None
        if made is not None:
            yield from unpacked(made.parts)
            yield from _closing(made.state, _length(first), _last(first))
        else:
            yield from super()._claim_by_claim(_blocks(first))
        self._passed(_length(first))

    def _spread(self, runs: Iterable[Run]) -> Iterator[Part]:
        ahead = _Ahead(self._pool, runs)
        state, end, last = START, 0, None
        try:
            while (one := ahead.take()) is not None:
                parts, state = self._scrubbed(one, ahead.foretold)
                ahead.confirm(state)
                for index, part in enumerate(unpacked(parts)):
                    if index % PARTS_BETWEEN_LOOKS == 0:
                        self._pool.look_after()
                    yield part
                end += _length(one.run)
                last = _last(one.run) or last
                self._passed(_length(one.run))
        finally:
            ahead.cancel()
        if ahead.failure is not None:
            raise ahead.failure
        yield from _closing(state, end, last)

    def _scrubbed(self, one: _Sent, foretold: StreamState) -> Scrubbed:
        """What became of a run; one that failed is named, and followed by what was foretold."""
        try:
            return self._pool.result(one.ticket)
        except TaskFailedError as failure:
            return Scrubbed(list(map(packed, _not_scrubbed(one, str(failure)))), foretold)


class _Ahead:
    """The runs that are under way, sent off as far ahead as is worth the memory."""

    def __init__(self, pool: Pool[Workplace], runs: Iterable[Run]) -> None:
        self._pool = pool
        self._runs = iter(runs)
        self._most = 2 * pool.jobs + 1
        self._sent: deque[_Sent] = deque()
        self._foresight = Foresight()
        self.failure: UnreadableInputError | None = None

    @property
    def foretold(self) -> StreamState:
        """The state foretold after the run that was taken last."""
        return self._sent[0].state if self._sent else self._foresight.state

    def take(self) -> _Sent | None:
        """The next run in the order of the file, sent off; None after the last. A file that
        cannot be read on ends where it does, and `failure` says so."""
        while len(self._sent) < self._most and self.failure is None:
            try:
                run = next(self._runs, None)
            except UnreadableInputError as error:
                self.failure = error
                break
            if run is None:
                break
            self._send(run)
        return self._sent.popleft() if self._sent else None

    def confirm(self, state: StreamState) -> None:
        """Tell the state that was reached; what was sent with another one is sent again."""
        if state == self.foretold:
            return
        self._foresight.start_from(state)
        again, self._sent = self._sent, deque()
        for one in again:
            self._pool.cancel(one.ticket)
            self._send(one.run)

    def cancel(self) -> None:
        """Nobody wants the rest."""
        for one in self._sent:
            self._pool.cancel(one.ticket)

    def _send(self, run: Run) -> None:
        state = self._foresight.state
        ticket = self._pool.submit(partial(scrub_run, run=run, state=state))
        self._sent.append(_Sent(run, state, ticket))
        for piece in run:
            if isinstance(piece, Stretch):
                self._foresight.pass_over(piece)


def scrub_run(place: Workplace, run: Run, state: StreamState) -> Scrubbed:
    """The parts of a run that begins in this state; the task of a worker."""
    scrubber = place.scrubber
    parts: list[Packed] = []
    gc.collect(YOUNGEST)  # what the run before this one left in circles
    with without_collector():
        scrubber.resume(state)
        for piece in run:
            if isinstance(piece, StrayText):
                parts.append(packed(stray_part(piece)))
                continue
            for block in piece.blocks():
                parts += map(packed, scrubber.parts_of(block))
    return Scrubbed(parts, scrubber.state)


def _not_scrubbed(one: _Sent, reason: str) -> Iterator[Part]:
    foresight = Foresight()
    foresight.start_from(one.state)
    for piece in one.run:
        if isinstance(piece, StrayText):
            yield stray_part(piece)
            continue
        yield from unscrubbed_parts(piece, foresight.state, reason)
        foresight.pass_over(piece)


def runs(pieces: Iterable[Stretch | StrayText], least: int) -> Iterator[Run]:
    """Pieces put together until they are worth sending."""
    run: list[Stretch | StrayText] = []
    size = 0
    for piece in pieces:
        run.append(piece)
        size += len(piece.text)
        if size >= least:
            yield tuple(run)
            run, size = [], 0
    if run:
        yield tuple(run)


def _last(run: Run) -> Stretch | None:
    return next((piece for piece in run[::-1] if isinstance(piece, Stretch)), None)


def _closing(state: StreamState, end: int, last: Stretch | None) -> Iterator[Part]:
    envelope, _ = state.own_counts()
    yield from closing_part(envelope, end, last.next_ordinal if last is not None else 0)


def _length(run: Run) -> int:
    return sum(len(piece.text) for piece in run)


def _blocks(run: Run) -> Iterator[Block | StrayText]:
    for piece in run:
        if isinstance(piece, StrayText):
            yield piece
        else:
            yield from piece.blocks()
