"""--audit: the log of what was done to which claim by which rule, for runs without a file drop."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrubber.cli.failure import UserError
from scrubber.cli.settings import setting_option

if TYPE_CHECKING:
    from scrubber.history.audit_log import AuditLog
    from scrubber.history.keys import Keys
    from scrubber.run.scrub_file import Outcome

REPORT = "report.json"
RUN_LENGTH = 16


class RunAudit:
    """Writes the entries of each file of a run once its outputs are placed; `keys` hash what they
    hold."""

    def __init__(self, log: AuditLog, keys: Keys) -> None:
        self._log = log
        self.keys = keys
        self._last: Outcome | None = None

    def told(self, outcome: Outcome) -> None:
        """A file is through; may be told twice of the last one. Raises UserError where the log
        cannot be written."""
        if outcome is self._last:
            return
        from scrubber.run.audit_entries import FileFacts, audit_entries  # noqa: PLC0415

        now = datetime.now().astimezone()
        outputs = {_ending(path): path for path in outcome.files if isinstance(path, Path)}
        report = outputs.get(REPORT)
        try:
            sha256 = _received(outcome, report)
            facts = FileFacts(
                sha256[:RUN_LENGTH],
                _end_of(outcome),
                sha256,
                outputs,
                {name: share.claims for name, share in outcome.summary.dispositions.items()},
            )
            self._log.append(audit_entries(facts, report, self.keys, now))
            self._last = outcome
        except OSError as error:
            raise UserError(f"the audit log cannot be written: {error.strerror}") from None


def _received(outcome: Outcome, report: Path | None) -> str:
    """The hash of the file that came in; empty where it could not be read."""
    from scrubber.run.audit_entries import hash_of_output, read_head  # noqa: PLC0415

    if report is not None:
        return str(read_head(report)["input"]["sha256"])
    source = outcome.source
    return hash_of_output(source) if isinstance(source, Path) and source.is_file() else ""


def _end_of(outcome: Outcome) -> str:
    if outcome.problem and not outcome.summary.claims:
        return "error"
    return "scrubbed" if outcome.files else "duplicate"


def _ending(path: Path) -> str:
    """What an output's name ends with: accepted.837, report.json, 999."""
    two = path.name.rsplit(".", 2)[-2:]
    return ".".join(two) if two[0] in ("accepted", "rejected", "report") else two[-1]


KEY_VARIABLE = "SCRUBBER_AUDIT_SECRET"

AUDIT_KEY_OPTION = setting_option("audit-key")


def audit_keys(log: Path, named: Path | None) -> Keys:
    """The keys of an audit log: from the file that is named, from the environment, or beside the
    log; made with the log only. Raises UserError."""
    from scrubber.history.keys import KeyFileError, keys_of, read_keys  # noqa: PLC0415

    secret = os.environ.get(KEY_VARIABLE)
    try:
        if named is None and secret is not None:
            return keys_of(secret, KEY_VARIABLE)
        file = named or log.with_name(f"{log.name}.key")
        return read_keys(file, may_make=not log.exists())
    except KeyFileError as error:
        raise UserError(str(error)) from None


def open_audit(log: Path | None, key: Path | None) -> RunAudit | None:
    """The audit of a run that appends to a log; None where none is named. Raises UserError."""
    if log is None:
        return None
    from scrubber.history.audit_log import AuditLog  # noqa: PLC0415

    keys = audit_keys(log, key)
    return RunAudit(AuditLog(log, keys), keys)


def audit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command --audit and --audit-key."""
    return setting_option("audit")(AUDIT_KEY_OPTION(command))
