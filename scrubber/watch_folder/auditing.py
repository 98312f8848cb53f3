"""Writes into the audit log what became of each file of a drop, and of its claims."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from scrubber.files.locks import locked
from scrubber.history.audit_log import AuditLog, Entry
from scrubber.history.keys import Keys
from scrubber.run.audit_entries import FileFacts, audit_entries
from scrubber.watch_folder.claiming import Run
from scrubber.watch_folder.folders import DropFolders

REPORT = ".report.json"


class Auditor:
    """Tells the log of every file before its outputs leave; told twice of one, it writes once."""

    def __init__(
        self, folders: DropFolders, log: AuditLog, keys: Keys, now: Callable[[], datetime]
    ) -> None:
        self._folders = folders
        self._log = log
        self._keys = keys
        self._now = now

    def scrubbed(self, runs: Sequence[Run]) -> None:
        """Write the entries of runs whose outputs are not delivered yet. Raises OSError."""
        with locked(self._folders.state / "audit.lock"):
            told = self._told_before({run.record.run for run in runs if run.may_be_told})
            new = [run for run in runs if run.record.run not in told]
            for run in new:
                run.may_be_told = True
            if new:
                self._log.append(chain.from_iterable(map(self._entries, new)))

    def _told_before(self, runs: set[str]) -> set[str]:
        """Those of the runs that the log has, which is read once for all of them."""
        if not runs:
            return set()
        entries = self._log.entries()
        return {one["run"] for one in entries if one["event"] == "file" and one["run"] in runs}

    def _entries(self, run: Run) -> Iterator[Entry]:
        report = run.out / (run.output_name + REPORT)
        told = report if report.exists() else None
        return audit_entries(_facts(run), told, self._keys, self._now())

    def finished(self, run: Run) -> None:
        """Nothing more to tell."""


def _facts(run: Run) -> FileFacts:
    record = run.record
    outputs = sorted(one for one in run.out.iterdir() if not one.name.startswith("."))
    return FileFacts(
        record.run,
        record.ending,
        record.sha256,
        {one.name.removeprefix(run.output_name): one for one in outputs},
        record.disposition,
    )
