"""Counters and gauges in the text format that Prometheus reads from a file."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scrubber.dropbox.claiming import Run
from scrubber.dropbox.event_log import EventLog
from scrubber.dropbox.locks import locked
from scrubber.dropbox.run_record import RunRecord, write_json, write_text

HELP = {
    "scrubber_files_total": "Files taken, by where they ended.",
    "scrubber_claims_total": "Claims scrubbed, by disposition.",
    "scrubber_rejected_claims_total": "Rejected claims by the rule that rejected them.",
    "scrubber_bytes_total": "Bytes of the files taken.",
    "scrubber_seconds_total": "Seconds spent on scrubbing.",
    "scrubber_alarms_total": "Files that somebody should look after, by what happened to them.",
    "scrubber_waiting_files": "Files in the inbound folder.",
    "scrubber_oldest_waiting_seconds": "Age of the oldest file that is not through.",
    "scrubber_uploads": "Hidden files, *.part and the like in the inbound folder.",
    "scrubber_oldest_upload_seconds": "Since the one of them idle longest was written to.",
    "scrubber_stuck_uploads": "Those of them that are idle for longer than --patience.",
    "scrubber_unfinished_files": "Files taken whose way through is not complete.",
    "scrubber_last_look_timestamp_seconds": "When a watcher last wrote this file.",
}


class Gauges(NamedTuple):
    """How a drop looks now: files in the inbound folder, the age in seconds of the oldest file
    that waits there or was put off, uploads, the seconds since the one idle longest was written
    to, those that are stuck, files in work, and the time in seconds since 1970."""

    waiting_files: int
    oldest_waiting_seconds: int
    uploads: int
    oldest_upload_seconds: int
    stuck_uploads: int
    unfinished_files: int
    last_look_timestamp_seconds: int


class Metrics:
    """Counts what was done since the drop exists, over all its watchers.

    What was not written when the process died is lost, and counters that cannot be read begin
    anew; metrics are no book of account.
    """

    def __init__(self, state: Path, target: Path, log: EventLog) -> None:
        self._counters = state / "counters.json"
        self._lock = state / "counters.lock"
        self._target = target
        self._log = log
        self._new: Counter[str] = Counter()

    def scrubbed(self, runs: Sequence[Run]) -> None:
        """Nothing to count yet."""

    def finished(self, run: Run) -> None:
        """Count a file that is through."""
        record = run.record
        self._new[f'scrubber_files_total{{ending="{record.ending}"}}'] += 1
        self.alarm(record)
        self._new["scrubber_bytes_total"] += record.size
        # Counted in thousandths, so that sums stay exact.
        self._new["scrubber_seconds_total"] += round(record.seconds * 1000)
        for disposition, claims in record.disposition.items():
            self._new[f'scrubber_claims_total{{disposition="{disposition}"}}'] += claims
        for code, claims in record.codes.items():
            self._new[f'scrubber_rejected_claims_total{{rule="{code}"}}'] += claims

    def alarm(self, record: RunRecord) -> None:
        """Count the alarm of a file, if it has one."""
        if record.alarm:
            self._new[f'scrubber_alarms_total{{alarm="{record.alarm}"}}'] += 1

    def write(self, now: Gauges) -> None:
        """Write the file anew, with how the drop looks now. Raises OSError."""
        gauges = {f"scrubber_{name}": number for name, number in now._asdict().items()}
        with locked(self._lock):
            counters = self._read() + self._new
            if self._new:
                write_json(self._counters, dict(counters))
            self._new = Counter()
            write_text(self._target, "\n".join(_lines(counters, gauges)) + "\n")

    def _read(self) -> Counter[str]:
        """What was counted before. Raises OSError."""
        try:
            return _counters(self._counters.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Counter()
        except (ValueError, RecursionError):
            self._counters.replace(self._counters.with_name("counters.damaged.json"))
            self._log.alarm("damaged_counters", reason="counters begin anew")
            return Counter()


def _counters(text: str) -> Counter[str]:
    """The counters in a file. Raises ValueError where they are none."""
    found = json.loads(text)
    if not isinstance(found, dict) or any(type(count) is not int for count in found.values()):
        raise ValueError
    return Counter(found)


def _lines(counters: Counter[str], gauges: dict[str, int]) -> list[str]:
    lines = []
    for name, text in HELP.items():
        kind = "gauge" if name in gauges else "counter"
        lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        if name in gauges:
            lines.append(f"{name} {gauges[name]}")
        for key in sorted(counters):
            if key.partition("{")[0] == name:
                lines.append(f"{key} {_number(name, counters[key])}")
    return lines


def _number(name: str, count: int) -> str:
    return f"{count / 1000:.3f}" if name == "scrubber_seconds_total" else str(count)
