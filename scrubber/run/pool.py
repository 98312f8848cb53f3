"""What a run asks of whoever works for it: processes of this machine, or a cluster."""

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, cast

ATTEMPTS = 2

Workplace = TypeVar("Workplace")
Place_co = TypeVar("Place_co", covariant=True)
Result = TypeVar("Result")
Task = Callable[[Workplace], Result]
"""Work to be done at a workplace: a function of a module or a partial of one."""
Describe = Callable[[BaseException], str]
"""What is said of an error, without a value of a claim."""


class TaskFailedError(Exception):
    """A task failed as often as it was tried; the message says how, the last time."""


class ClusterError(Exception):
    """A cluster that cannot be used; the message says why and what to do."""


class Ticket(Generic[Result]):
    """Stands for a task given to a pool. Its result is kept as bytes until it is wanted."""

    def __init__(self, task: Callable[[Any], Result]) -> None:
        self.task = task
        self.attempts = 0
        self.is_over = False
        self.failure = ""
        self._result: bytes | None = None

    def result(self) -> Result:
        """What came of it. Raises TaskFailedError."""
        if self._result is None:
            raise TaskFailedError(self.failure)
        import pickle  # noqa: PLC0415

        return cast(Result, pickle.loads(self._result))

    def finish(self, result: bytes) -> None:
        """It is done."""
        self._result, self.is_over = result, True

    def fail(self, reason: str) -> bool:
        """It failed; whether it is to be tried again."""
        self.failure = reason
        self.is_over = self.attempts >= ATTEMPTS
        return not self.is_over


class Pool(Protocol[Place_co]):
    """Workers that have a workplace each and do tasks side by side."""

    @property
    def jobs(self) -> int:
        """How many tasks can be worked on at once."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the workers see no file of this machine, only what every machine sees."""

    def submit(self, task: Callable[[Place_co], Result]) -> Ticket[Result]:
        """Have a task done as soon as a worker is free."""

    def result(self, ticket: Ticket[Result]) -> Result:
        """The result of a task, waiting for it. Raises TaskFailedError."""

    def look_after(self) -> None:
        """Take what workers have done by now and give them more, without waiting."""

    def cancel(self, ticket: Ticket[Any]) -> None:
        """Let a task be that nobody wants any more."""
