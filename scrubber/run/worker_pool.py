"""Processes that work on tasks side by side, each task tried once more when it fails.

A worker is started only when there is a task for it and none is idle, gets its workplace once, and
one task at a time, so it is always known which task ended a worker. Nothing here knows what a task
does.

On Linux a worker is a fork of this process, which has loaded already what it needs; of open files
it keeps none but its connection, so that it hears when this process ends. A process with threads
is not forked, nor is one of another system: there a worker is an own Python that inherits nothing.
"""

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Self, cast

from scrubber.run.pool import Describe, Result, Task, Ticket, Workplace

DONE, FAILED = b"+", b"-"
SECONDS_TO_END = 5
AFRESH = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
FORK = "fork"
FIRST_OPENED = 3
MOST_OPENED = 1 << 20


class _Worker:
    """A process, the connection to it, and the ticket it works on."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.ticket: Ticket[Any] | None = None

    def ending(self) -> str:
        """How the process ended, in words."""
        self.process.join(SECONDS_TO_END)
        status = self.process.exitcode
        if status is None or status >= 0:
            return f"its process ended by itself (status {status})"
        with suppress(ValueError):
            return f"its process was ended ({signal.Signals(-status).name})"
        return f"its process was ended (signal {-status})"


class WorkerPool(Generic[Workplace]):
    """Up to `jobs` workers. `prepare` makes the workplace in each of them, `preload` names modules
    it needs; `lost` is told the process id of a worker that ended before its work was done."""

    is_elsewhere = False

    def __init__(
        self,
        jobs: int,
        prepare: Callable[[], Workplace],
        describe: Describe,
        preload: tuple[str, ...] = (),
        lost: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.jobs = jobs
        self._prepare = prepare
        self._describe = describe
        self._lost = lost
        self._preload = list(preload)
        self._workers: list[_Worker] = []
        self._waiting: deque[Ticket[Any]] = deque()

    def submit(self, task: Task[Workplace, Result]) -> Ticket[Result]:
        """Have a task done as soon as a worker is free."""
        ticket: Ticket[Result] = Ticket(task)
        self._waiting.append(ticket)
        self._hand_out()
        return ticket

    def result(self, ticket: Ticket[Result]) -> Result:
        """The result of a task, waiting for it. Raises TaskFailedError."""
        while not ticket.is_over:
            self._take_results()
        return ticket.result()

    def look_after(self) -> None:
        """Take what workers have done by now and give them more, without waiting."""
        if any(worker.ticket is not None for worker in self._workers):
            self._take_results(0)

    def cancel(self, ticket: Ticket[Any]) -> None:
        """Let a task be that nobody wants any more, unless a worker is at it already."""
        with suppress(ValueError):
            self._waiting.remove(ticket)

    def close(self) -> None:
        """End all workers, also in the middle of a task."""
        self._waiting.clear()
        for worker in self._workers:
            worker.connection.close()
            if worker.ticket is not None:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(SECONDS_TO_END)
            if worker.process.is_alive():
                worker.process.kill()
        self._workers.clear()

    def _hand_out(self) -> None:
        while self._waiting:
            worker = self._free_worker()
            if worker is None:
                return
            worker.ticket = self._waiting.popleft()
            worker.ticket.attempts += 1
            try:
                worker.connection.send(worker.ticket.task)
            except OSError:
                self._give_up(worker)

    def _free_worker(self) -> _Worker | None:
        for worker in self._workers:
            if worker.ticket is None:
                return worker
        if len(self._workers) < self.jobs:
            return self._start()
        return None

    def _start(self) -> _Worker:
        method = start_method()
        context = cast(SpawnContext, multiprocessing.get_context(method))
        if method == "forkserver":
            context.set_forkserver_preload(self._preload)
        ours, theirs = context.Pipe()
        target = _work_in_fork if method == FORK else _work
        process = context.Process(
            target=target, args=(theirs, self._prepare, self._describe), daemon=True
        )
        with _uninterrupted():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _take_results(self, seconds: float | None = None) -> None:
        """Wait for a worker that is at work, and take what it did."""
        busy = {one.connection: one for one in self._workers if one.ticket is not None}
        for connection in wait(list(busy), seconds):
            self._take_from(busy[cast(Connection, connection)])
        self._hand_out()

    def _take_from(self, worker: _Worker) -> None:
        ticket = worker.ticket
        assert ticket is not None
        try:
            answer = worker.connection.recv_bytes()
        except (EOFError, OSError):
            self._give_up(worker)
            return
        worker.ticket = None
        if answer[:1] == DONE:
            ticket.finish(answer[1:])
        elif ticket.fail(answer[1:].decode()):
            self._waiting.appendleft(ticket)

    def _give_up(self, worker: _Worker) -> None:
        """A worker is lost, and with it what it was at."""
        self._workers.remove(worker)
        worker.connection.close()
        ending = worker.ending()
        if worker.process.pid is not None:
            self._lost(worker.process.pid)
        if worker.ticket is not None and worker.ticket.fail(ending):
            self._waiting.appendleft(worker.ticket)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """What is started meanwhile never hears Ctrl-C, which goes to every process of a terminal: it
    is for this one, which ends its workers itself. Here it waits until the block is over."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # It would lift the mask again when it is started with the first worker.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_method() -> str:
    """How a worker is started now: a fork has none of the threads that may hold a lock."""
    is_alone = threading.active_count() == 1
    return FORK if sys.platform == "linux" and is_alone else AFRESH


def _work_in_fork(connection: Connection, prepare: Callable[[], Any], describe: Describe) -> None:
    """Work in a copy of the process that has the pool, whose files are not ours to hold."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    own = connection.fileno()
    os.closerange(FIRST_OPENED, own)
    os.closerange(own + 1, MOST_OPENED)
    _work(connection, prepare, describe)


def _work(connection: Connection, prepare: Callable[[], Any], describe: Describe) -> None:
    """What a worker does until nobody needs it any more. The cycle collector is out of the way:
    it would look again and again at what is kept for the next task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    workplaces: list[Any] = []
    with suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            try:
                if not workplaces:
                    workplaces.append(prepare())
                answer = DONE + pickle.dumps(task(workplaces[0]), pickle.HIGHEST_PROTOCOL)
            except Exception as error:
                answer = FAILED + describe(error).encode()
            connection.send_bytes(answer)
