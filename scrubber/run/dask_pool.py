"""Tasks on a Dask cluster: its scheduler spreads them, retries them and bears the loss of workers.

Every worker gets the workplace once, also one that comes later. Tasks and results are sealed:
nothing of a claim is in what Dask logs or shows.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Generic, Self

from distributed import CancelledError, Client, Future, KilledWorker, wait

from scrubber.run.dask_worker import OtherProgramError, SealedTask, WorkplacePlugin, do_task
from scrubber.run.pool import (
    ClusterError,
    Describe,
    Result,
    Task,
    TaskFailedError,
    Ticket,
    Workplace,
)

RETRIES = 1
SECONDS_TO_CONNECT = 20
SECONDS_BETWEEN_LOOKS = 2
SECONDS_WITHOUT_WORKERS = 120
LOST = "every worker that it was given to was lost"


class _Client(Client):
    """One that is closed by whoever opened it. Left alone, a client that never got a connection
    would wait for one again, to close it."""

    def __del__(self) -> None:
        pass


class DaskPool(Generic[Workplace]):
    """The workers of the cluster whose scheduler is at `address`. `prepare` makes the workplace,
    with a folder for files that the worker gives it.

    Raises ClusterError where no scheduler or no worker answers in time, or a worker runs another
    program than this one. When later there has been no worker for `patience` seconds, all that
    is left to be done has failed.
    """

    is_elsewhere = True

    def __init__(
        self,
        address: str,
        prepare: Callable[[Path], Workplace],
        describe: Describe,
        patience: float = SECONDS_WITHOUT_WORKERS,
    ) -> None:
        self._plugin = f"scrubber-{secrets.token_hex(8)}"
        self._patience = patience
        self._futures: dict[Ticket[Any], Future[bytes]] = {}
        self._given_up = ""
        self._threads, self._counted = 1, -float(SECONDS_BETWEEN_LOOKS)
        self._client = _connected(address)
        try:
            self._equip(WorkplacePlugin(self._plugin, prepare, describe))
        except BaseException:
            self.close()
            raise

    @property
    def jobs(self) -> int:
        """How many tasks can be worked on at once: the threads of all workers."""
        if monotonic() - self._counted > SECONDS_BETWEEN_LOOKS:
            with suppress(Exception):
                self._threads = max(1, sum(self._client.nthreads().values()))
            self._counted = monotonic()
        return self._threads

    def submit(self, task: Task[Workplace, Result]) -> Ticket[Result]:
        """Have a task done as soon as a worker is free."""
        ticket: Ticket[Result] = Ticket(task)
        self._send(ticket)
        return ticket

    def result(self, ticket: Ticket[Result]) -> Result:
        """The result of a task, waiting for it. Raises TaskFailedError.

        A task that was there when workers were lost may have had no part in it: it is tried once
        more while nothing else is under way.
        """
        while not ticket.is_over:
            try:
                self._finish(ticket)
            except KilledWorker:
                if ticket.fail(LOST):
                    self._wait_for_others(ticket)
                    self._send(ticket)
            except TaskFailedError as failure:
                self._fail(ticket, str(failure))
            except (CancelledError, OSError):
                self._given_up = "the scheduler of the cluster was lost"
                self._fail(ticket, self._given_up)
        self.cancel(ticket)
        return ticket.result()

    def look_after(self) -> None:
        """The scheduler looks after its workers by itself."""

    def cancel(self, ticket: Ticket[Any]) -> None:
        """Let a task be that nobody wants any more, and have its result forgotten."""
        future = self._futures.pop(ticket, None)
        if future is not None:
            future.release()

    def close(self) -> None:
        """Take back what was given to the workers, also in the middle of a task."""
        for ticket in list(self._futures):
            self.cancel(ticket)
        with suppress(Exception):
            self._client.unregister_worker_plugin(self._plugin)
        self._client.close(SECONDS_TO_CONNECT)

    def _equip(self, plugin: WorkplacePlugin) -> None:
        try:
            self._client.wait_for_workers(1, SECONDS_TO_CONNECT)
            self._client.register_plugin(plugin, plugin.name)
        except TimeoutError:
            raise ClusterError("the cluster has no worker; start one with dask worker") from None
        except OtherProgramError as error:
            raise ClusterError(
                f"the worker {error}; install the same version of claim-scrubber everywhere"
            ) from None
        except ImportError:
            raise ClusterError(
                "a worker lacks claim-scrubber; install the same version everywhere"
            ) from None

    def _send(self, ticket: Ticket[Any]) -> None:
        ticket.attempts += 1
        if self._given_up:
            self._fail(ticket, self._given_up)
            return
        sealed = SealedTask(self._plugin, ticket.task)
        self._futures[ticket] = self._client.submit(do_task, sealed, pure=False, retries=RETRIES)

    def _finish(self, ticket: Ticket[Any]) -> None:
        """Wait for the answer. Raises TaskFailedError also where there is nobody to give one."""
        future = self._futures[ticket]
        self._wait_for([future])
        ticket.finish(future.result())

    def _wait_for_others(self, ticket: Ticket[Any]) -> None:
        self.cancel(ticket)
        with suppress(TaskFailedError):
            self._wait_for(list(self._futures.values()))

    def _wait_for(self, futures: list[Future[bytes]]) -> None:
        """Raises TaskFailedError where there is nobody left to wait for."""
        there = monotonic()
        while not all(future.done() for future in futures):
            if self._given_up:
                raise TaskFailedError(self._given_up)
            with suppress(TimeoutError), self._client.as_current():
                wait(futures, SECONDS_BETWEEN_LOOKS)
                return
            if self._client.nthreads():
                there = monotonic()
            elif monotonic() - there > self._patience:
                self._given_up = f"the cluster has had no worker for {self._patience:.0f} seconds"

    def _fail(self, ticket: Ticket[Any], reason: str) -> None:
        """The scheduler has tried it as often as is worth it."""
        while ticket.fail(reason):
            ticket.attempts += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _connected(address: str) -> Client:
    kind: type[Client] = _Client
    try:
        return kind(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError):
        raise ClusterError(
            "no scheduler answers there; start one with dask scheduler, and look at the TLS "
            "settings of both sides"
        ) from None
