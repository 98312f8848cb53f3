"""Brings files and folders to the disk, many in the time of one.

Each is waited for by itself, as much as ever; but the disk is told of all of them before the first
is waited for, and is asked by several threads, so that it writes its journal and empties its cache
once for many of them.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Protocol

from scrubber.files.system import open_to_sync

MOST_OPEN = 128
MOST_THREADS = 8


class Written(Protocol):
    """A file that is being written."""

    @property
    def path(self) -> Path:
        """Where it lies, with all that was written."""


def sync_files(files: Iterable[Written]) -> None:
    """Bring files to the disk with all that was written to them. Raises OSError."""
    sync_paths(file.path for file in files)


def sync_paths(paths: Iterable[Path]) -> None:
    """Bring to the disk what files hold, and what happened in folders. Raises OSError."""
    left = iter(paths)
    while some := list(islice(left, MOST_OPEN)):
        _sync(some)


def _sync(paths: Sequence[Path]) -> None:
    handles: list[int] = []
    try:
        for path in paths:
            handle = open_to_sync(path)
            if handle is not None:
                handles.append(handle)
                _begin(handle)
        _wait(handles)
    finally:
        for handle in handles:
            os.close(handle)


def _begin(handle: int) -> None:
    """Linux writes at once what it is told nobody needs in memory; elsewhere waiting does it."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _wait(handles: Sequence[int]) -> None:
    left, failures = iter(handles), list[OSError]()
    others = [
        Thread(target=_wait_for_each, args=(left, failures), daemon=True)
        for _ in range(min(MOST_THREADS, len(handles)) - 1)
    ]
    for thread in others:
        thread.start()
    _wait_for_each(left, failures)
    for thread in others:
        thread.join()
    if failures:
        raise failures[0]


def _wait_for_each(left: Iterator[int], failures: list[OSError]) -> None:
    for handle in left:
        try:
            os.fsync(handle)
        except OSError as failure:
            failures.append(failure)
