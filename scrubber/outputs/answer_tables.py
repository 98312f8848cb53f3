"""Writes the rows of answers as flat tables, one file each: CSV, and JSON lines."""

import csv
import json
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scrubber.answers.rows import IDENTIFYING, TABLES
from scrubber.outputs.csv_report import defused
from scrubber.outputs.output_files import OutputFile
from scrubber.outputs.syncing import sync_files, sync_paths

FORMATS = ("csv", "jsonl")


class AnswerTables:
    """A file for each table in each format, also for one without rows, so that none of an earlier
    run is left. `tables` are names by record type. Nothing is there before `place`, and what
    identifies patients only if `show_phi`.
    Amounts are texts in JSON, as its numbers are not exact."""

    def __init__(
        self,
        folder: Path,
        formats: Collection[str],
        show_phi: bool = False,
        tables: Mapping[type[Any], str] = TABLES,
    ) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._files: dict[str, OutputFile] = {}
        self._writers: dict[type[Any], list[Callable[[list[Any]], object]]] = {}
        self._columns = {kind: _columns(kind, show_phi) for kind in tables}
        self._names = tables
        self.counts = dict.fromkeys(tables.values(), 0)
        for kind, name in tables.items():
            self._writers[kind] = [self._opened(kind, name, one) for one in formats]

    def add(self, row: Any) -> None:
        """Write a row into its table."""
        kind = type(row)
        self.counts[self._names[kind]] += 1
        values = [row[at] for at in self._columns[kind]]
        for write in self._writers[kind]:
            write(values)

    def place(self) -> list[Path]:
        """Give all files their names. Raises OSError."""
        sync_files(self._files.values())
        placed = [self._folder / name for name in self._files]
        for file, target in zip(self._files.values(), placed, strict=True):
            file.place(target)
        sync_paths([self._folder])
        return placed

    def _opened(self, kind: type[Any], name: str, form: str) -> Callable[[list[Any]], object]:
        file = self._stack.enter_context(OutputFile(self._folder))
        self._files[f"{name}.{form}"] = file
        names = [kind._fields[at] for at in self._columns[kind]]
        if form == "csv":
            rows = csv.writer(file.text("utf-8-sig", newline=""))
            rows.writerow(names)
            return lambda values: rows.writerow(_cells(values))
        out = file.text()
        return lambda values: out.write(_json_line(names, values))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


def _columns(kind: type[Any], show_phi: bool) -> list[int]:
    return [at for at, name in enumerate(kind._fields) if show_phi or name not in IDENTIFYING]


# Most texts of a table come again and again: files, codes, outcomes.
_defused = lru_cache(maxsize=1 << 14)(defused)


def _cells(values: list[Any]) -> list[object]:
    return [_defused(one) if type(one) is str else one for one in values]


def _json_line(names: list[str], values: list[Any]) -> str:
    exact = [str(one) if type(one) in _EXACT else one for one in values]
    return _ENCODER.encode(dict(zip(names, exact, strict=True))) + "\n"


_ENCODER = json.JSONEncoder(check_circular=False)
_EXACT = frozenset({Decimal, date})
"""What JSON has no form of its own for."""
