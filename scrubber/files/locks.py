"""Locks that the system takes back when their owner dies, however it dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

MODE = 0o600


class Lock(Protocol):
    """A lock on a file, held until released or until the process ends."""

    @property
    def lock_file(self) -> str:
        """Where the file is."""

    def release(self) -> None:
        """Let others have it."""


def try_lock(path: Path) -> Lock | None:
    """Lock a file that is there for nothing else, and may not exist yet; None while somebody else
    has it. Raises OSError."""
    from filelock import FileLock, Timeout  # noqa: PLC0415

    lock = FileLock(path, mode=MODE)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    return lock


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock on a file that is there for nothing else, after waiting for it. Raises
    OSError."""
    from filelock import FileLock  # noqa: PLC0415

    with FileLock(path, mode=MODE):
        yield
