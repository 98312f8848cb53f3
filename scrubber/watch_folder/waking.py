"""Waits between two looks at a folder; wakes early where the system reports a new file."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

from scrubber.watch_folder.event_log import EventLog


class Waking:
    """Waits `seconds`, or until something changes in the folder where watchfiles is installed and
    can follow it: it cannot where the system has no watches left, nor past a name that is no
    UTF-8."""

    def __init__(self, folder: Path, seconds: float, log: EventLog) -> None:
        self._folder = folder
        self._seconds = seconds
        self._log = log
        self._changes: Iterator[Any] | None = None
        self._follows = True

    def wait(self, stop: Event) -> None:
        """Return when it is time for the next look, or `stop` is set."""
        if self._follows and self._changes is None:
            self._changes = self._followed(stop)
        if self._changes is None:
            stop.wait(self._seconds)
            return
        reason = "it ended"
        try:
            next(self._changes)
            return
        except StopIteration:
            pass
        except Exception as error:
            # Its message would hold the name of a file.
            reason = type(error).__name__
        self._changes, self._follows = None, False
        if not stop.is_set():
            self._log.say("polling", reason=reason, seconds=self._seconds)

    def _followed(self, stop: Event) -> Iterator[Any] | None:
        try:
            from watchfiles import watch  # noqa: PLC0415
        except ImportError:
            self._follows = False
            return None
        return watch(
            self._folder,
            stop_event=stop,
            rust_timeout=max(1, int(self._seconds * 1000)),
            yield_on_timeout=True,
            recursive=False,
            raise_interrupt=False,
        )
