"""Watches a drop: takes what is complete, one file after the other, until it is told to stop.

What was made of small files goes out together, as soon as enough came of them."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import NamedTuple

from scrubber.watch_folder.arrivals import Arrival, Inbound
from scrubber.watch_folder.claiming import ArrivalError, Claims, Run
from scrubber.watch_folder.event_log import EventLog
from scrubber.watch_folder.folders import DropError, DropFolders
from scrubber.watch_folder.health import Health
from scrubber.watch_folder.metrics import Gauges, Metrics
from scrubber.watch_folder.passage import Passage
from scrubber.watch_folder.run_record import CHANGED, RunRecord
from scrubber.watch_folder.waking import Waking

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
BETWEEN_METRICS = 5.0
# What may wait for others before it goes out.
MOST_FILES, MOST_BYTES, MOST_SECONDS = 32, 1 << 20, 1.0
# Files that are looked at after they were put away.
MOST_KEPT = 4096


class _PutOff(NamedTuple):
    """Until when a file is left alone, how long that was, and when it was last written to."""

    until: float
    pause: float
    modified_ns: int


class Watcher:
    """One process at one drop; there may be several. `status` is the worst exit status so far."""

    def __init__(
        self,
        folders: DropFolders,
        inbound: Inbound,
        passage: Passage,
        log: EventLog,
        metrics: Metrics,
        health: Health,
        today: Callable[[], date],
    ) -> None:
        self._folders = folders
        self._inbound = inbound
        self._passage = passage
        self._log = log
        self._metrics = metrics
        self._health = health
        self._today = today
        self._claims = Claims(folders)
        self._again: dict[str, _PutOff] = {}
        self._hand: list[Run] = []
        self._measured = 0.0
        self._blocked: dict[Path, Arrival] = {}
        self._complained: set[Path] = set()
        self._stuck: set[Path] = set()
        self._late_tables: set[str] = set()
        self._kept: deque[tuple[RunRecord, float]] = deque(maxlen=MOST_KEPT)
        self.status = 0

    def watch(self, stop: Event, waking: Waking) -> None:
        """Take files until `stop` is set; the files in hand are finished first."""
        self._log.say("watching", drop=str(self._folders.root))
        while not stop.is_set():
            if not self._round(stop):
                waking.wait(stop)
        self._log.say("stopped")

    def once(self, stop: Event, settle: float) -> int:
        """Take what was left behind and what is complete; the exit status."""
        self._round(stop)
        while self._inbound.incomplete and not stop.wait(settle) and self._round(stop):
            pass
        return self.status

    def _round(self, stop: Event) -> int:
        """Take everything that can be taken now; the number of files that are through."""
        taken = 0
        try:
            for run in self._claims.orphans():
                if stop.is_set() or self._is_put_off(run):
                    run.release()
                else:
                    taken += self._take(run)
            arrivals = self._inbound.complete(time.monotonic(), time.time())
            blocked, self._blocked = self._blocked, {}
            for number, arrival in enumerate(arrivals):
                if stop.is_set():
                    break
                try:
                    taken += self._claim(arrival)
                except ArrivalError as error:
                    self._block(arrival, str(error), arrival.path in blocked)
                if time.monotonic() - self._measured > BETWEEN_METRICS:
                    self._measure(arrivals[number + 1 :])
            taken += self._hand_out()
            self._name_refused()
            self._name_stuck()
            self._look_again()
            self._measure(arrivals if stop.is_set() else ())
            self._health.looked()
        except Exception as error:
            self._unusable(error)
        return taken + self._hand_out()

    def _claim(self, arrival: Arrival) -> int:
        """Take a complete file; the number of files that are through meanwhile."""
        through = 0
        claimed = self._claims.claim(arrival, self._today())
        if claimed is None and self._hand and arrival.path.exists():
            # Its content is the same as that of a file in hand.
            through = self._hand_out()
            claimed = self._claims.claim(arrival, self._today())
        return through if claimed is None else through + self._take(claimed)

    def _block(self, arrival: Arrival, reason: str, was_told: bool) -> None:
        """Leave a file where it is until it can be read and moved; tell of it once."""
        self.status = 2
        self._blocked[arrival.path] = arrival
        if not was_told:
            reason = f"it cannot be taken: {reason}"
            self._log.say("refused", reason=reason, inode=arrival.inode)

    def _take(self, run: Run) -> int:
        """Scrub a file, which then is in hand; the number of files that are through meanwhile."""
        through = 0
        try:
            size = sum(one.record.size for one in self._hand) + run.record.size
            through = self._hand_out() if size > MOST_BYTES else 0
            with self._health.at_work():
                self._passage.make(run)
            if run.is_returned:
                self._tell_returned(run)
            else:
                self._hand.append(run)
                return through + (self._hand_out() if self._is_hand_full() else 0)
        except Exception as error:
            self._put_off(run, error)
        finally:
            if run not in self._hand:
                run.release()
        return through

    def _is_hand_full(self) -> bool:
        return (
            len(self._hand) >= MOST_FILES
            or sum(run.record.size for run in self._hand) > MOST_BYTES
            or time.monotonic() - self._hand[0].begun > MOST_SECONDS
        )

    def _hand_out(self) -> int:
        """Bring what is in hand to its end; the number of files that are through."""
        runs, self._hand = self._hand, []
        try:
            if runs:
                self._passage.hand_out(runs)
            through = runs
        except Exception:
            # One after the other, to know which of them cannot be.
            through = [run for run in runs if self._is_through(run)]
        finally:
            for run in runs:
                run.release()
        for run in through:
            (self._tell_returned if run.is_returned else self._tell)(run)
        return sum(not run.is_returned for run in through)

    def _tell_returned(self, run: Run) -> None:
        self._again.pop(run.record.run, None)
        self._log.say("returned", run=run.record.run, reason="it is still being written to")

    def _is_through(self, run: Run) -> bool:
        try:
            self._passage.hand_out([run])
        except Exception as error:
            self._put_off(run, error)
            return False
        return True

    def _tell(self, run: Run) -> None:
        record = run.record
        self._again.pop(record.run, None)
        self.status = max(self.status, record.status)
        self._log.say(
            "set_aside" if record.reason else "duplicate" if record.duplicate_of else "scrubbed",
            run=record.run,
            bytes=record.size,
            attempt=run.attempt,
            status=record.status,
            reason=record.reason or record.problem,
            seconds=round(time.monotonic() - run.begun, 3),
            **record.disposition,
        )
        for table in record.late_tables:
            if table not in self._late_tables:
                self._late_tables.add(table)
                self._log.say("table_late", table=table)
        self._alarm(record)
        if not record.reason:
            self._kept.append((record, time.monotonic() + self._inbound.patience))

    def _alarm(self, record: RunRecord) -> None:
        if record.alarm:
            self._log.alarm(record.alarm, run=record.run, reason=record.reason or record.problem)

    def _look_again(self) -> None:
        """Set aside what was written to after its claims went out, and was put away. Raises
        OSError."""
        for _ in range(len(self._kept)):
            record, until = self._kept[0]
            size = self._passage.size_kept(record)
            if size is not None and size != record.size:
                self._set_aside(record, size)
                size = None
            self._kept.popleft()
            if size is not None and time.monotonic() < until:
                self._kept.append((record, until))

    def _set_aside(self, record: RunRecord, size: int) -> None:
        problem = (
            f"it was written to after it was taken, and has {size:,} bytes; what was made of the "
            f"first {record.size:,} went out, the rest was not scrubbed"
        )
        late = replace(record, problem=problem, alarm=CHANGED)
        self._passage.set_aside(late)
        self._metrics.alarm(late)
        self._alarm(late)
        self.status = 2

    def _put_off(self, run: Run, error: Exception) -> None:
        """Try again later: the disk is full, or somebody took a permission away. An error of the
        program or of a damaged record holds up this file and no other."""
        self.status = 2
        name = run.record.run
        before = self._again.get(name)
        pause = min(before.pause * 2, LONGEST_PAUSE) if before is not None else FIRST_PAUSE
        until = time.monotonic() + pause
        self._again[name] = _PutOff(until, pause, run.record.modified_ns)
        self._log.say("put_off", run=name, reason=_in_words(error), again_in=pause)

    def _is_put_off(self, run: Run) -> bool:
        put_off = self._again.get(run.record.run)
        return put_off is not None and time.monotonic() < put_off.until

    def _unusable(self, error: Exception) -> None:
        self.status = 2
        self._health.looked(_in_words(error))
        self._log.say("drop_unusable", reason=_in_words(error))

    def _name_refused(self) -> None:
        """Tell once of every entry that is not taken for a file."""
        for path in self._inbound.refused - self._complained:
            with suppress(FileNotFoundError):
                self._log.say("refused", reason="not a regular file", inode=path.lstat().st_ino)
        self._complained = set(self._inbound.refused)

    def _name_stuck(self) -> None:
        """Raise an alarm once for every upload that was not finished."""
        stuck = self._inbound.stuck()
        for path in stuck:
            if path not in self._stuck:
                with suppress(FileNotFoundError):
                    idle = round(self._inbound.uploads[path])
                    self._log.alarm("stuck_upload", inode=path.lstat().st_ino, idle=idle)
        self._stuck = set(stuck)

    def _measure(self, left: Sequence[Arrival]) -> None:
        """Write the metrics; `left` are the complete files that are still in the inbound folder.
        A file that was put off waits as well, since it came in."""
        all_left = {one.path: one for one in (*self._inbound.incomplete, *left)} | self._blocked
        waiting = [one for one in all_left.values() if one.path.exists()]
        times = [one.modified_ns for one in waiting]
        times += [one.modified_ns for one in self._again.values()]
        now = time.time()
        oldest = now - min(times) / 1e9 if times else 0.0
        uploads = self._inbound.uploads
        self._metrics.write(
            Gauges(
                waiting_files=len(waiting),
                oldest_waiting_seconds=max(round(oldest), 0),
                uploads=len(uploads),
                oldest_upload_seconds=max(round(max(uploads.values(), default=0)), 0),
                stuck_uploads=len(self._inbound.stuck()),
                unfinished_files=len(list(self._folders.work.iterdir())),
                last_look_timestamp_seconds=round(now),
            )
        )
        self._measured = time.monotonic()


def _in_words(error: Exception) -> str:
    """What went wrong, without what may hold a value or a name."""
    if isinstance(error, OSError):
        return str(error.strerror)
    return str(error) if isinstance(error, DropError) else type(error).__name__
