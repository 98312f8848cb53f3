"""The file that records the verdicts on a corpus: a head, then one line of JSON a claim.

It holds hashes, rule codes, paths, dollars and the ids of payer profiles; nothing of a patient,
a provider or a file name. Sorted by hash, so that two versions of it can be compared by line.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

from scrubber.claim.values import dollars
from scrubber.history.keys import Keys
from scrubber.outputs.output_files import OutputFile
from scrubber.outputs.syncing import sync_files, sync_paths
from scrubber.outputs.verdict import Found, Kind, Verdict

SCHEMA = "scrubber-baseline/1"
PROFILE = ("id", "version", "sha256")


class BaselineError(Exception):
    """A file that cannot serve as a baseline; the message says why."""


class Conditions(NamedTuple):
    """Under what verdicts came about: version, date and profiles as in the "run" of a report, and
    the options that change verdicts, in words."""

    run: dict[str, Any]
    options: tuple[str, ...]

    @property
    def as_of(self) -> date:
        """The date that counted as today."""
        return date.fromisoformat(self.run["as_of"])


@dataclass(slots=True)
class Baseline:
    """Verdicts by the hash of the claim; findings of no claim by the hash of the file."""

    conditions: Conditions
    claims: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def add_claim(self, key: str, verdict: Verdict) -> None:
        """Record the verdict on a claim."""
        self.claims[key] = _text(
            {
                "profile": verdict.profile,
                "disposition": verdict.disposition,
                "charge": dollars(verdict.charge),
                "repairs": verdict.repairs,
                "findings": _listed(verdict.found),
            }
        )

    def add_file(self, key: str, found: Found) -> None:
        """Record what was found in a file that belongs to none of its claims."""
        if found:
            self.files[key] = _text({"findings": _listed(found)})

    def verdict(self, key: str) -> Verdict | None:
        """The verdict recorded; None for a claim that was not there. The payer is the profile."""
        line = self.claims.get(key)
        return None if line is None else _verdict(json.loads(line))

    def found(self, key: str) -> Found:
        """What was recorded of a file; nothing for one without findings."""
        line = self.files.get(key)
        return Counter() if line is None else _found(json.loads(line)["findings"])


def write_baseline(baseline: Baseline, path: Path, keys: Keys) -> None:
    """Write the file whole, mode 0600, in the place of what stood there. Raises BaselineError."""
    head = {
        "schema": SCHEMA,
        "key": _check(keys),
        "run": baseline.conditions.run,
        "options": baseline.conditions.options,
        "claims": len(baseline.claims),
    }
    folder = path.absolute().parent
    try:
        with OutputFile(folder) as file:
            out = file.text()
            out.write(_text(head) + "\n")
            for name, lines in (("claim", baseline.claims), ("file", baseline.files)):
                for key, line in sorted(lines.items()):
                    out.write(f'{{"{name}":"{key}",{line[1:]}\n')
            sync_files([file])
            file.place(path)
            sync_paths([folder])
    except OSError as error:
        raise BaselineError(f"{path}: cannot be written: {error.strerror}") from None


def read_baseline(path: Path, keys: Keys) -> Baseline:
    """The baseline of a file.

    Raises BaselineError for what is none, and for one whose hashes were made under another key.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            head = json.loads(next(lines, ""))
            if not isinstance(head, dict) or head.get("schema") != SCHEMA:
                raise BaselineError(f"{path}: this is not a baseline ({SCHEMA})")
            if head["key"] != _check(keys):
                raise BaselineError(f"{path}: this baseline was made with another key")
            baseline = Baseline(_conditions(head))
            for line in lines:
                _take(baseline, line)
            whole = len(baseline.claims) == head["claims"]
    except OSError as error:
        raise BaselineError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
        raise BaselineError(f"{path}: this baseline is damaged; create it again") from None
    if not whole:
        raise BaselineError(f"{path}: this baseline is truncated; create it again")
    return baseline


def _conditions(head: Mapping[str, Any]) -> Conditions:
    run = head["run"]
    date.fromisoformat(run["as_of"])
    profiles = [{part: str(one[part]) for part in PROFILE} for one in run["profiles"]]
    return Conditions(
        {**run, "version": str(run["version"]), "profiles": profiles},
        tuple(map(str, head["options"])),
    )


def _take(baseline: Baseline, line: str) -> None:
    row = json.loads(line)
    if "claim" in row:
        baseline.add_claim(row["claim"], _verdict(row))
    else:
        baseline.add_file(row["file"], _found(row["findings"]))


def _check(keys: Keys) -> str:
    """What tells whether two baselines are under one key."""
    return keys.of("baseline")


def _listed(found: Found) -> list[list[Any]]:
    rows = [[*kind, line, path, times] for (kind, line, path), times in found.items()]
    return sorted(rows, key=lambda row: (row[0], row[3] or 0, row[4], row[1], row[2]))


def _verdict(row: Mapping[str, Any]) -> Verdict:
    charge, found = Decimal(row["charge"]), _found(row["findings"])
    profile, repairs = str(row["profile"]), str(row["repairs"])
    return Verdict(profile, profile, str(row["disposition"]), charge, found, repairs)


def _found(rows: list[list[Any]]) -> Found:
    return Counter(
        {
            (Kind(code, severity, fixed), line, path): int(times)
            for code, severity, fixed, line, path, times in rows
        }
    )


def _text(record: Mapping[str, Any]) -> str:
    return json.dumps(record, separators=(",", ":"))
