"""Checks the files of a run side by side: small ones whole, each by a worker; the parts of large
ones by all workers. What is said is what one process says, in the same order."""

from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from scrubber.cli.check_run import Check, Wishes
from scrubber.engine import Context
from scrubber.engine.run_memory import Carried, RunMemory
from scrubber.outputs.tally import Summary
from scrubber.outputs.terminal import Line
from scrubber.run.inputs import Input
from scrubber.run.pool import Pool, TaskFailedError, Ticket
from scrubber.run.shown_names import shown
from scrubber.run.source_file import SourceFile, UnreadableInputError
from scrubber.run.spread_inputs import longest_whole, size_of
from scrubber.run.spread_scrubber import SpreadScrubber
from scrubber.run.workplace import Workplace

AHEAD = 2


class Checked(NamedTuple):
    """What is said of a file, and the claims in it that would be accepted. Without a `summary` it
    could not be read to its end, and `problem` says why."""

    lines: list[Line]
    summary: Summary | None
    status: int
    accepted: Carried
    problem: str = ""


class SpreadCheck(Check):
    """A check whose files are looked at by the workers of a pool."""

    def __init__(
        self,
        context: Context,
        wishes: Wishes,
        inputs: Sequence[Input],
        pool: Pool[Workplace],
    ) -> None:
        super().__init__(context, wishes)
        self._pool = pool
        self._spread = SpreadScrubber(context, pool, run=self._run)
        self._longest = longest_whole(inputs, pool.jobs)
        self._waiting = deque(one for one in inputs if self._is_small(one))
        self._sent: deque[tuple[Input, Ticket[Checked]]] = deque()

    def file_lines(self, one: Input, file: SourceFile) -> Iterator[Line]:
        """Every finding of a file."""
        if not self._is_small(one):
            yield from self._lines(one, file, self._spread)
            return
        try:
            checked = self._pool.result(self._ticket(one))
        except TaskFailedError as failure:
            raise UnreadableInputError(f"not scrubbed: {failure}") from None
        if self._run.touches(checked.accepted):
            yield from super().file_lines(one, file)
            return
        yield from checked.lines
        if checked.summary is None:
            raise UnreadableInputError(checked.problem)
        self._run.take_in(checked.accepted, shown(one.path.name))
        self._count(checked.summary, checked.status)

    def _is_small(self, one: Input) -> bool:
        # What has no size can be read only once, and is open here.
        return not one.problem and one.size() is not None and size_of(one) <= self._longest

    def _ticket(self, one: Input) -> Ticket[Checked]:
        """The ticket of a file; those after it are sent too, a few. Files before it that could
        not be opened were passed over."""
        while self._sent and self._sent[0][0] != one:
            self._pool.cancel(self._sent.popleft()[1])
        while not self._sent and self._waiting[0] != one:
            self._waiting.popleft()
        while self._waiting and len(self._sent) <= AHEAD * self._pool.jobs:
            self._send(self._waiting.popleft())
        return self._sent.popleft()[1]

    def _send(self, one: Input) -> None:
        task = partial(check_whole, one=one, wishes=self._wishes, key=self._run.key)
        self._sent.append((one, self._pool.submit(task)))


def check_whole(place: Workplace, one: Input, wishes: Wishes, key: bytes) -> Checked:
    """Check a file; the task of a worker. `key` is that of the memory of the run."""
    memory = RunMemory(key, most=None)
    place.scrubber.run = memory
    check = Check(place.context, wishes, place.scrubber, memory)
    lines: list[Line] = []
    problem = ""
    try:
        with SourceFile(one.path) as file:
            lines.extend(check.file_lines(one, file))
    except UnreadableInputError as error:
        problem = str(error)
    finally:
        place.scrubber.run = None
    return Checked(lines, check.last, check.status, memory.carried(), problem)
