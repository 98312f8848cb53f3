"""Reads what people decided about single claims: a CSV of claim, rule, decision, who, when, why."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

from scrubber.consents import Consent
from scrubber.errors import ScrubberError
from scrubber.near_names import perhaps
from scrubber.run.shown_names import shown

COLUMNS = ("claim", "rule", "decision", "who", "when", "why")
DECLINED = {"accept": False, "decline": True}
MOST_BYTES = 256 << 20
_RULE = re.compile(r"[A-Z]\d{3}")


class DecisionError(ScrubberError):
    """A file of decisions that cannot be used; the message names file and line, and no value."""


def read_decisions(path: Path) -> list[Consent]:
    """The decisions in a file, in its order.

    `decision` is accept or decline, `when` a day such as 2026-03-02. Raises DecisionError.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DecisionError(f"{path}: larger than {MOST_BYTES >> 20} MB")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_decisions(path, file))
    except UnicodeDecodeError:
        raise DecisionError(f"{path}: not UTF-8 text; save it as CSV UTF-8") from None
    except csv.Error as error:
        raise DecisionError(f"{path}: not a CSV file: {error}") from None
    except OSError as error:
        raise DecisionError(f"{path}: cannot be read: {error.strerror}") from None


def _decisions(path: Path, file: TextIO) -> Iterator[Consent]:
    rows = csv.reader(file)
    head = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in COLUMNS if name not in head]
    if missing:
        near = "".join(perhaps(name, COLUMNS) for name in head if name not in COLUMNS)
        raise DecisionError(
            f"{path}: has no column {', '.join(missing)}; {near}it needs {','.join(COLUMNS)}"
        )
    at = [head.index(name) for name in COLUMNS]
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        if not any(map(str.strip, row)):
            continue
        if len(row) <= max(at):
            raise DecisionError(f"{where}: has {len(row)} of {len(head)} columns")
        values = [row[place].strip() for place in at]
        yield _decision(where, f"{shown(path.name)}:{rows.line_num}", values)


def _decision(where: str, origin: str, values: list[str]) -> Consent:
    claim, rule, decision, who, when, why = values
    empty = [column for column, value in zip(COLUMNS, values, strict=True) if not value]
    if empty:
        raise DecisionError(f"{where}: {', '.join(empty)} is empty")
    if decision.lower() not in DECLINED:
        raise DecisionError(f"{where}: decision must be accept or decline")
    if not _RULE.fullmatch(rule.upper()):
        raise DecisionError(f"{where}: rule must be a code such as S601")
    try:
        day = date.fromisoformat(when)
    except ValueError:
        raise DecisionError(f"{where}: when must be a day such as 2026-03-02") from None
    return Consent(
        rule.upper(), None, why, origin, "person", claim, who, day,
        DECLINED[decision.lower()],
    )  # fmt: skip
