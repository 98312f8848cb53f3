"""Whether a watcher does its work, for whoever restarts services."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

# The largest file that is taken by default needs less.
LONGEST_WORK = 3600.0


class State(NamedTuple):
    """`status` is ok, busy (a file takes long), stalled (nothing happens any more) or unusable
    (the drop cannot be used, `problem` says why); `seconds` since the last sign of life."""

    status: str
    seconds: float
    problem: str

    @property
    def is_healthy(self) -> bool:
        """Whether to leave the watcher alone."""
        return self.status in ("ok", "busy")


class Health:
    """Told by the watcher, asked from another thread. `quiet` is how many seconds it may give no
    sign of life while it is not at work on a file."""

    def __init__(self, quiet: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._quiet = quiet
        self._clock = clock
        self._alive = clock()
        self._is_at_work = False
        self._problem = ""

    def looked(self, problem: str = "") -> None:
        """The watcher looked at its drop, which cannot be used if there is a `problem`."""
        self._alive, self._problem = self._clock(), problem

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The watcher works on a file, which may take long."""
        self._alive, self._is_at_work = self._clock(), True
        try:
            yield
        finally:
            self._alive, self._is_at_work = self._clock(), False

    def state(self) -> State:
        """How it is now."""
        seconds = self._clock() - self._alive
        if seconds > (LONGEST_WORK if self._is_at_work else self._quiet):
            status = "stalled"
        elif self._problem:
            status = "unusable"
        else:
            status = "busy" if seconds > self._quiet else "ok"
        return State(status, round(seconds, 1), self._problem)
