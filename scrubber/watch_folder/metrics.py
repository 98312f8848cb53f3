"""Counters and gauges of a drop for Prometheus, which reads them from a file or asks for them."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from scrubber.files.locks import locked
from scrubber.watch_folder.claiming import Run
from scrubber.watch_folder.event_log import EventLog
from scrubber.watch_folder.run_record import RunRecord, write_json, write_text

COUNTERS = {
    "scrubber_files_total": "Files taken, by where they ended.",
    "scrubber_claims_total": "Claims scrubbed, by disposition.",
    "scrubber_rejected_claims_total": "Rejected claims by the rule that rejected them.",
    "scrubber_bytes_total": "Bytes of the files taken.",
    "scrubber_seconds_total": "Seconds spent on scrubbing.",
    "scrubber_alarms_total": "Files that need attention, by what happened to them.",
}
LABELS = {
    "scrubber_files_total": "ending",
    "scrubber_claims_total": "disposition",
    "scrubber_rejected_claims_total": "rule",
    "scrubber_alarms_total": "alarm",
}
GAUGES = {
    "waiting_files": "Files in the inbound folder.",
    "oldest_waiting_seconds": "Age of the oldest file that is not finished.",
    "uploads": "Hidden files, *.part and the like in the inbound folder.",
    "oldest_upload_seconds": "Since the one of them idle longest was written to.",
    "stuck_uploads": "Those of them that are idle for longer than --patience.",
    "unfinished_files": "Files taken that are not finished.",
    "last_look_timestamp_seconds": "When a watcher last checked the drop.",
}
# A counter as it is kept: its name, and its label's value.
KEPT = re.compile(r'(\w+)(?:\{\w+="([^"]*)"\})?')


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


class Metrics(Collector):
    """Counts what was done since the drop exists, over all its watchers. `registry` has it as of
    the last look.

    What was not written when the process died is lost, and counters that cannot be read begin
    anew; metrics are no book of account.
    """

    def __init__(self, state: Path, target: Path, log: EventLog) -> None:
        self._counters = state / "counters.json"
        self._lock = state / "counters.lock"
        self._target = target
        self._log = log
        self._new: Counter[str] = Counter()
        self._seen: tuple[Mapping[str, int], Gauges | None] = ({}, None)
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def scrubbed(self, runs: Sequence[Run]) -> None:
        """Nothing to count yet."""

    def finished(self, run: Run) -> None:
        """Count a file that is through."""
        record = run.record
        self._count("scrubber_files_total", record.ending)
        self.alarm(record)
        self._new["scrubber_bytes_total"] += record.size
        # Counted in thousandths, so that sums stay exact.
        self._new["scrubber_seconds_total"] += round(record.seconds * 1000)
        for disposition, claims in record.disposition.items():
            self._count("scrubber_claims_total", disposition, claims)
        for code, claims in record.codes.items():
            self._count("scrubber_rejected_claims_total", code, claims)

    def alarm(self, record: RunRecord) -> None:
        """Count the alarm of a file, if it has one."""
        if record.alarm:
            self._count("scrubber_alarms_total", record.alarm)

    def _count(self, name: str, value: str, number: int = 1) -> None:
        self._new[f'{name}{{{LABELS[name]}="{value}"}}'] += number

    def write(self, now: Gauges) -> None:
        """Write the file anew, with how the drop looks now. Raises OSError."""
        with locked(self._lock):
            counters = self._read() + self._new
            if self._new:
                write_json(self._counters, dict(counters))
            self._new = Counter()
            self._seen = counters, now
            write_text(self._target, generate_latest(self.registry).decode("utf-8"))

    def collect(self) -> Iterator[Metric]:
        """What was counted, and how the drop looked, at the last look."""
        counters, gauges = self._seen
        for name, text in COUNTERS.items():
            label = LABELS.get(name)
            counter = CounterMetricFamily(name, text, labels=[label] if label else None)
            for key, number in sorted(counters.items()):
                kept = KEPT.fullmatch(key)
                if kept is not None and kept[1] == name:
                    thousandth = name == "scrubber_seconds_total"
                    value = number / 1000 if thousandth else number
                    counter.add_metric([kept[2]] if label else [], value)
            yield counter
        if gauges is not None:
            for name, number in gauges._asdict().items():
                yield GaugeMetricFamily(f"scrubber_{name}", GAUGES[name], value=number)

    def _read(self) -> Counter[str]:
        """What was counted before. Raises OSError."""
        try:
            return _counters(self._counters.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Counter()
        except (ValueError, RecursionError):
            self._counters.replace(self._counters.with_name("counters.damaged.json"))
            self._log.alarm("damaged_counters", reason="counters start over")
            return Counter()


def _counters(text: str) -> Counter[str]:
    """The counters in a file. Raises ValueError where they are none."""
    found = json.loads(text)
    if not isinstance(found, dict) or any(type(count) is not int for count in found.values()):
        raise ValueError
    return Counter(found)
