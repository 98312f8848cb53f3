"""Writes into the audit log what became of each file of a drop, and of its claims."""

from collections.abc import Callable
from datetime import datetime

from scrubber.batch.audit_entries import FileFacts, audit_entries
from scrubber.dropbox.claiming import Run
from scrubber.dropbox.folders import DropFolders
from scrubber.dropbox.locks import locked
from scrubber.ledger.audit_log import AuditLog
from scrubber.ledger.keys import Keys

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

    def scrubbed(self, run: Run) -> None:
        """Write the entries of a run whose outputs are not delivered yet. Raises OSError."""
        with locked(self._folders.state / "audit.lock"):
            if run.resumed and self._log.holds(event="file", run=run.record.run):
                return
            report = run.out / (run.output_name + REPORT)
            self._log.append(audit_entries(_facts(run), report, self._keys, self._now()))

    def finished(self, run: Run) -> None:
        """Nothing more to tell."""


def _facts(run: Run) -> FileFacts:
    record = run.record
    outputs = sorted(one for one in run.out.iterdir() if not one.name.startswith("."))
    return FileFacts(
        record.run,
        "error" if record.reason else "duplicate" if record.duplicate_of else "archive",
        record.sha256,
        {one.name.removeprefix(run.output_name): one for one in outputs},
        record.disposition,
    )
