"""Writes into the audit log what became of each file of a drop, and of its claims."""

import getpass
import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from scrubber import __version__
from scrubber.dropbox.claiming import Run, hash_of
from scrubber.dropbox.folders import DropFolders
from scrubber.dropbox.locks import locked
from scrubber.ledger.audit_log import AuditLog, Entry
from scrubber.ledger.keys import Keys
from scrubber.rules.pages import catalogue

REPORT = ".report.json"


class Auditor:
    """Tells the log of every file before its outputs leave; told twice of one, it writes once.

    An entry for each corrected or rejected claim, with the rules that did it, comes before the
    entry of the file, which has the hashes of all outputs.
    """

    def __init__(
        self, folders: DropFolders, log: AuditLog, keys: Keys, now: Callable[[], datetime]
    ) -> None:
        self._folders = folders
        self._log = log
        self._keys = keys
        self._now = now
        self._rules = _rules_hash()

    def scrubbed(self, run: Run) -> None:
        """Write the entries of a run whose outputs are not delivered yet. Raises OSError."""
        with locked(self._folders.state / "audit.lock"):
            if run.resumed and self._log.holds(event="file", run=run.record.run):
                return
            self._log.append(self._entries(run))

    def finished(self, run: Run) -> None:
        """Nothing more to tell."""

    def _entries(self, run: Run) -> Iterator[Entry]:
        record = run.record
        who = {
            "time": self._now().isoformat(timespec="seconds"),
            "by": f"{getpass.getuser()}@{socket.gethostname()}:{os.getpid()}",
            "run": record.run,
        }
        outputs = sorted(one for one in run.out.iterdir() if not one.name.startswith("."))
        report = run.out / (run.output_name + REPORT)
        for claim in claims_told(report):
            yield {**who, "event": "claim", **self._claim(claim)}
        yield {
            **who,
            "event": "file",
            "end": "error" if record.reason else "duplicate" if record.duplicate_of else "archive",
            "in": record.sha256,
            "out": {one.name.removeprefix(run.output_name): hash_of(one) for one in outputs},
            "claims": record.disposition,
            "version": __version__,
            "rules": self._rules,
            "profiles": read_head(report)["run"]["profiles"],
        }

    def _claim(self, claim: dict[str, Any]) -> Entry:
        rejecting = {f["code"] for f in claim["findings"]
                     if f["severity"] == "reject" and not f["fixed"]}  # fmt: skip
        return {
            "claim": self._keys.of("claim id", claim["claim_id"]),
            "disposition": claim["disposition"],
            "profile": claim["profile"],
            "rejected_by": sorted(rejecting),
            "corrections": [
                {
                    "rule": one["code"],
                    "path": one["path"],
                    "line": one["line"],
                    "before": self._keys.of("value", one["before"]),
                    "after": self._keys.of("value", one["after"]),
                }
                for one in claim["corrections"]
            ],
        }


def claims_told(report: Path) -> Iterator[dict[str, Any]]:
    """The claims of a report that were corrected or rejected, read line by line."""
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('{"claim_id":') and '"disposition":"accepted"' not in line:
                yield json.loads(line.rstrip(",\n"))


def read_head(report: Path) -> dict[str, Any]:
    """A report without its claims."""
    head = []
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(' "claims": ['):
                break
            head.append(line)
    found: dict[str, Any] = json.loads("".join(head).rstrip().rstrip(",") + "}")
    return found


def _rules_hash() -> str:
    """One hash for the rules in force: another one when a rule comes, goes or changes its text."""
    told = "\n".join(f"{one.code} {one.severity.value} {one.doc}" for one in catalogue().values())
    return hashlib.sha256(told.encode()).hexdigest()
