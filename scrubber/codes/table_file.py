"""Reader of the tables kept as CSV with their provenance in `# key: value` lines on top."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from scrubber.errors import ScrubberError

CODES_DATA = Path(__file__).parent / "data"


class TableError(ScrubberError):
    """A table file cannot be read; the message names file, row and what was expected."""


@dataclass(frozen=True, slots=True)
class Release:
    """Where a table comes from.

    `as_of` is the day its content was true (None if unknown), `through` the last day it is meant
    for (None if open), `codes` the number of rows, `sha256` the official file it was imported
    from (empty for a table that is shipped).
    """

    name: str
    title: str
    source: str
    release: str
    as_of: date | None
    codes: int
    through: date | None = None
    sha256: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table in memory: its provenance, and its rows as mappings of column to text."""

    release: Release
    rows: tuple[dict[str, str], ...]


def read_table(path: Path, columns: Sequence[str] = ()) -> TableFile:
    """Read one table file.

    Raises TableError when the file is missing, has no header or not these columns, or a row of
    another width.
    """
    facts, lines = _split_provenance(_text(path))
    rows = tuple(_rows(path, lines, skipped=len(facts)))
    missing = [name for name in columns if rows and name not in rows[0]]
    if missing:
        raise TableError(f"{path.name}: no column {', '.join(missing)}")
    return TableFile(provenance(path, facts, len(rows)), rows)


def read_release(path: Path) -> Release:
    """Read only the provenance of a table file and count its rows."""
    facts, lines = _split_provenance(_text(path))
    return provenance(path, facts, len(lines) - 1)


@cache
def chosen(shipped: Path, tables: Path | None) -> Path:
    """The file of a table: the imported one of the same name in the user's folder, if any.

    The answer holds for the life of the process, so an import takes effect with the next run.
    """
    imported = tables / shipped.name if tables else None
    return imported if imported and imported.is_file() else shipped


def imported(name: str, tables: Path | None) -> Path | None:
    """The file of a table that is not shipped, where it is in the user's folder."""
    path = tables / name if tables else None
    return path if path is not None and path.is_file() else None


def day(text: str) -> date | None:
    """The date of a cell, YYYY-MM-DD; None for an empty cell. Raises TableError for another."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise TableError(f"a date YYYY-MM-DD expected in place of {text!r}") from None


def required_day(text: str) -> date:
    """The date of a cell that may not be empty. Raises TableError where it is, or is no date."""
    found = day(text)
    if found is None:
        raise TableError("a date expected in place of an empty cell")
    return found


def number(text: str) -> int | None:
    """The whole number of a cell; None for an empty cell. Raises TableError for another."""
    try:
        return int(text) if text else None
    except ValueError:
        raise TableError(f"a whole number expected in place of {text!r}") from None


def decimal(text: str) -> Decimal:
    """The number of a cell. Raises TableError for what is none."""
    if not text.isascii() or not text.replace(".", "", 1).isdecimal():
        raise TableError(f"a number expected in place of {text!r}")
    return Decimal(text)


def words(text: str) -> tuple[str, ...]:
    """The values of a cell that holds several, separated by semicolons."""
    return tuple(text.split(";")) if text else ()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise TableError(f"{path.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise TableError(f"{path.name}: not a UTF-8 text") from None


def _split_provenance(text: str) -> tuple[dict[str, str], list[str]]:
    lines = text.splitlines()
    facts: dict[str, str] = {}
    for line in lines:
        if not line.startswith("# "):
            break
        key, _, value = line[2:].partition(":")
        facts[key.strip()] = value.strip()
    return facts, lines[len(facts) :]


def _rows(path: Path, lines: list[str], skipped: int) -> Iterator[dict[str, str]]:
    reader = _cells(path, lines)
    header = next(reader, None)
    if not header:
        raise TableError(f"{path.name}: no header row")
    for ordinal, cells in enumerate(reader, start=skipped + 2):
        if len(cells) != len(header):
            raise TableError(
                f"{path.name}, row {ordinal}: {len(header)} columns expected, {len(cells)} found"
            )
        yield dict(zip(header, cells, strict=True))


def _cells(path: Path, lines: list[str]) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines)
    except csv.Error as error:
        raise TableError(f"{path.name}: not a table: {error}") from None


def provenance(path: Path, facts: dict[str, str], codes: int) -> Release:
    """The provenance that the lines on top of a table file give."""
    return Release(
        name=facts.get("name", path.stem),
        title=facts.get("title", path.stem),
        source=facts.get("source", ""),
        release=facts.get("release", ""),
        as_of=day(facts.get("date", "")),
        codes=codes,
        through=day(facts.get("through", "")),
        sha256=facts.get("sha256", ""),
        note=facts.get("note", ""),
    )
