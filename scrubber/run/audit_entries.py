"""What the audit log is told of a scrubbed file and its claims: read from the file's report."""

import getpass
import hashlib
import json
import os
import socket
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any, NamedTuple

from scrubber import __version__
from scrubber.files.system import user_number
from scrubber.history.audit_log import Entry
from scrubber.history.keys import Keys
from scrubber.rules.pages import catalogue


class FileFacts(NamedTuple):
    """A file that is through: its run, how it ended in one word, its SHA-256, its outputs by what
    their names end with, and its claims by disposition."""

    run: str
    end: str
    sha256: str
    outputs: Mapping[str, Path]
    claims: Mapping[str, int]


def who_did(now: datetime, run: str) -> Entry:
    """What every entry begins with: when, by which user and process, in which run."""
    return {
        "time": now.isoformat(timespec="seconds"),
        "by": f"{user_name()}@{socket.gethostname()}:{os.getpid()}",
        "run": run,
    }


def user_name() -> str:
    """The name of who runs this program, or the number where there is no name."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return user_number()


def audit_entries(
    facts: FileFacts, report: Path | None, keys: Keys, now: datetime
) -> Iterator[Entry]:
    """An entry for each repair above claims and for each corrected or rejected claim, with the
    rules that did it, then that of the file, with the hashes of all outputs. Without a report
    nothing was done to any claim.

    Raises OSError where a report or an output cannot be read.
    """
    who = who_did(now, facts.run)
    if report is not None:
        for repair in repairs_told(report):
            yield {**who, "event": "correction", **_correction(repair)}
        for claim in claims_told(report):
            yield {**who, "event": "claim", **_claim(claim, keys)}
    yield {
        **who,
        "event": "file",
        "end": facts.end,
        "in": facts.sha256,
        "out": {ending: hash_of_output(path) for ending, path in facts.outputs.items()},
        "claims": dict(facts.claims),
        "version": __version__,
        "rules": rules_hash(),
        "profiles": read_head(report)["run"]["profiles"] if report is not None else [],
    }


def _claim(claim: dict[str, Any], keys: Keys) -> Entry:
    rejecting = {
        one["code"] for one in claim["findings"] if one["severity"] == "reject" and not one["fixed"]
    }
    return {
        "claim": keys.of("claim id", claim["claim_id"]),
        "disposition": claim["disposition"],
        "profile": claim["profile"],
        "rejected_by": sorted(rejecting),
        "corrections": list(map(_correction, claim["corrections"])),
    }


def _correction(one: dict[str, Any]) -> Entry:
    """A repair with the hashes of the values themselves, which the report masks."""
    place = {"rule": one["code"], "path": one["path"], "line": one["line"]}
    consent = {"consent": one["consent"]} if "consent" in one else {}
    return {**place, **consent, **one.get("hashes", {})}


def repairs_told(report: Path) -> Iterator[dict[str, Any]]:
    """What a report says was repaired above claims, read line by line."""
    with report.open(encoding="utf-8") as file:
        lines = dropwhile(lambda line: not line.startswith(' "corrections": ['), file)
        next(lines, "")
        for line in takewhile(lambda line: line.startswith("  {"), lines):
            yield json.loads(line.rstrip(",\n"))


def claims_told(report: Path) -> Iterator[dict[str, Any]]:
    """The claims of a report that were corrected or rejected, read line by line."""
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('{"claim_id":') and '"disposition":"accepted"' not in line:
                yield json.loads(line.rstrip(",\n"))


def read_head(report: Path) -> dict[str, Any]:
    """What a report says of its file and run, without findings, corrections and claims."""
    head = []
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(' "findings": ['):
                break
            head.append(line)
    found: dict[str, Any] = json.loads("".join(head).rstrip().rstrip(",") + "}")
    return found


def hash_of_output(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def rules_hash() -> str:
    """One hash for the rules in force: another one when a rule comes, goes or changes its text."""
    told = "\n".join(f"{one.code} {one.severity.value} {one.doc}" for one in catalogue().values())
    return hashlib.sha256(told.encode()).hexdigest()
