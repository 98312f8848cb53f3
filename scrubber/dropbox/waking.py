"""Waits between two looks at a folder; wakes early where the system tells of a new file."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any


class Waking:
    """Waits `seconds`, or until something changes in the folder where watchfiles is installed."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds
        self._changes: Iterator[Any] | None = None
        self._tells = True

    def wait(self, stop: Event) -> None:
        """Return when it is time for the next look, or `stop` is set."""
        if self._changes is None and self._tells:
            self._changes = self._told_by_the_system(stop)
            self._tells = self._changes is not None
        if self._changes is None:
            stop.wait(self._seconds)
            return
        next(self._changes, None)

    def _told_by_the_system(self, stop: Event) -> Iterator[Any] | None:
        try:
            from watchfiles import watch  # noqa: PLC0415
        except ImportError:
            return None
        return watch(
            self._folder,
            stop_event=stop,
            rust_timeout=max(1, int(self._seconds * 1000)),
            yield_on_timeout=True,
            recursive=False,
            raise_interrupt=False,
        )
