"""Watches a drop: takes what is complete, one file after the other, until it is told to stop."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event

from scrubber.dropbox.arrivals import Inbound
from scrubber.dropbox.claiming import Claims, Run
from scrubber.dropbox.event_log import EventLog
from scrubber.dropbox.folders import DropFolders
from scrubber.dropbox.metrics import Metrics
from scrubber.dropbox.passage import Passage
from scrubber.dropbox.waking import Waking

LONGEST_PAUSE = 300.0


class Watcher:
    """One process at one drop; there may be several. `status` is the worst exit status so far."""

    def __init__(
        self,
        folders: DropFolders,
        inbound: Inbound,
        passage: Passage,
        log: EventLog,
        metrics: Metrics,
        today: Callable[[], date],
    ) -> None:
        self._folders = folders
        self._inbound = inbound
        self._passage = passage
        self._log = log
        self._metrics = metrics
        self._today = today
        self._claims = Claims(folders)
        self._again: dict[str, tuple[float, float]] = {}
        self._complained: set[Path] = set()
        self.status = 0

    def watch(self, stop: Event, waking: Waking) -> None:
        """Take files until `stop` is set; the file in hand is finished first."""
        self._log.say("watching", drop=str(self._folders.root))
        while not stop.is_set():
            if not self._round(stop):
                waking.wait(stop)
        self._log.say("stopped")

    def once(self, stop: Event, settle: float) -> None:
        """Take what was left behind and what is complete, and end."""
        self._round(stop)
        while self._inbound.incomplete and not stop.wait(settle) and self._round(stop):
            pass

    def _round(self, stop: Event) -> int:
        """Take everything that can be taken now; the number of files that are through."""
        taken = 0
        try:
            for run in self._claims.orphans():
                if stop.is_set() or self._is_put_off(run):
                    run.release()
                else:
                    taken += self._take(run)
            for arrival in self._inbound.complete(time.monotonic(), time.time()):
                if stop.is_set():
                    break
                claimed = self._claims.claim(arrival, self._today())
                if claimed is not None:
                    taken += self._take(claimed)
            self._look_around()
        except OSError as error:
            self._unusable(error)
        return taken

    def _take(self, run: Run) -> int:
        begun = time.monotonic()
        try:
            record = self._passage.take(run)
        except OSError as error:
            self._put_off(run, error)
            return 0
        finally:
            run.release()
        self._again.pop(run.record.run, None)
        if record is None:
            self._log.say("returned", run=run.record.run, reason="it is still being written to")
            return 0
        self.status = max(self.status, record.status)
        self._log.say(
            "set_aside" if record.reason else "duplicate" if record.duplicate_of else "scrubbed",
            run=record.run,
            bytes=record.size,
            attempt=record.attempts,
            status=record.status,
            reason=record.reason or record.problem,
            seconds=round(time.monotonic() - begun, 3),
            **record.disposition,
        )
        return 1

    def _put_off(self, run: Run, error: OSError) -> None:
        """Try again later: the disk is full, or somebody took a permission away."""
        self.status = 2
        name = run.record.run
        _, pause = self._again.get(name, (0.0, 0.5))
        pause = min(pause * 2, LONGEST_PAUSE)
        self._again[name] = (time.monotonic() + pause, pause)
        self._log.say("put_off", run=name, reason=str(error.strerror), again_in=pause)

    def _is_put_off(self, run: Run) -> bool:
        until, _ = self._again.get(run.record.run, (0.0, 0.0))
        return time.monotonic() < until

    def _unusable(self, error: OSError) -> None:
        self.status = 2
        self._log.say("drop_unusable", reason=str(error.strerror))

    def _look_around(self) -> None:
        """Write the metrics, and tell once of every entry that is not taken for a file."""
        for path in self._inbound.refused - self._complained:
            self._log.say("refused", reason="no regular file", inode=path.lstat().st_ino)
        self._complained = set(self._inbound.refused)
        waiting = self._inbound.incomplete
        oldest = time.time() - waiting[0].modified_ns / 1e9 if waiting else 0.0
        unfinished = len(list(self._folders.work.iterdir()))
        self._metrics.write(len(waiting), max(oldest, 0.0), unfinished)
