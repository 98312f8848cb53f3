"""What the clinic documented for each service line, from the CSV given with `--documentation`.

An 837P has no element for minutes, goals or plans of care, so they come beside it. The header is
`claim_id,line,minutes` and, where known, `assistant_minutes,start,end,goal,plan_of_care,
progress_note,prior_auth,accrued`: one row per claim (CLM01) and service line (LX01). A row whose
line the claim does not have tells of a timed service that was given and earned no unit of its own:
where the payer pools the minutes of a day, its minutes count with them.

A column that is not there says nothing; an empty cell says it was not documented. Cells of goal,
plan_of_care and progress_note hold a text, a date (YYYY-MM-DD), or yes or no.
"""

import csv
import re
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path

from scrubber.errors import ScrubberError
from scrubber.therapy.bounded_lines import BoundedLines

REQUIRED = ("claim_id", "line", "minutes")
OPTIONAL = (
    "assistant_minutes",
    "start",
    "end",
    "goal",
    "plan_of_care",
    "progress_note",
    "prior_auth",
    "accrued",
)

MOST_SHOWN, LONGEST_SHOWN = 10, 40
_MINUTES_OF_A_DAY = 24 * 60
_WHOLE = re.compile(r"[0-9]{1,6}")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2})")
_DOLLARS = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?", re.ASCII)
_NO = frozenset(("", "0", "n", "no", "none", "false", "missing"))


class DocumentationError(ScrubberError):
    """The documentation file cannot be used; the message names the row and what was expected."""


@dataclass(frozen=True, slots=True)
class DocumentedLine:
    """The documentation of one service line.

    `minutes` are all the minutes of the service, `assistant_minutes` those of an assistant among
    them; None when not documented. `accrued` are the dollars allowed for the patient in the year
    before this service, in the discipline's bucket of the annual threshold; None when not given.
    `start` and `end` are both there or both None. The other fields are None when the file has no
    such column, False (or empty) when the cell is empty.
    """

    claim_id: str
    line: int
    minutes: int | None
    assistant_minutes: int | None = None
    start: time | None = None
    end: time | None = None
    goal: bool | None = None
    plan_of_care: bool | None = None
    plan_of_care_date: date | None = None
    progress_note: bool | None = None
    progress_note_date: date | None = None
    prior_auth: str | None = None
    accrued: Decimal | None = None

    def overlaps(self, other: "DocumentedLine") -> bool | None:
        """Whether the documented times of two lines overlap; None when a time is missing."""
        if not (self.start and self.end and other.start and other.end):
            return None
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Documentation:
    """All documented lines. `columns` are those of the file, `name` is what it is called."""

    columns: tuple[str, ...]
    _lines: Mapping[tuple[str, int], DocumentedLine]
    _rows: Sequence[int] = ()
    name: str = ""
    _of_claim: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def line(self, claim_id: str, line: int) -> DocumentedLine | None:
        """What was documented for a service line; None when the file has no row for it."""
        return self._lines.get((claim_id, line))

    def minutes_beside(self, claim_id: str, lines: Collection[int]) -> tuple[int, ...]:
        """The minutes of the claim's rows that are of none of its `lines`."""
        beside = [number for number in self._of_claim.get(claim_id, ()) if number not in lines]
        return tuple(minutes for minutes in self.minutes(claim_id, beside).values() if minutes)

    def minutes(self, claim_id: str, lines: Iterable[int]) -> dict[int, int | None]:
        """The minutes of those service lines of a claim for which the file has a row."""
        told = ((line, self.line(claim_id, line)) for line in lines)
        return {line: one.minutes for line, one in told if one is not None}

    def rows_without(self, matched: Collection[tuple[str, int]]) -> list[int]:
        """The numbers of the rows whose claim and service line are not among these."""
        rows = zip(self._lines, self._rows, strict=True)
        return [number for key, number in rows if key not in matched]

    def tells(self, column: str) -> bool:
        """Whether the file has the column at all."""
        return column in self.columns

    def __len__(self) -> int:
        return len(self._lines)


def read_documentation(path: Path) -> Documentation:
    """Read the CSV.

    Raises DocumentationError when it cannot be opened, is not UTF-8 text, lacks a required
    column, has an unknown one, a cell that cannot be read, or two rows for one line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as rows:
            lines = BoundedLines(rows, DocumentationError)
            return replace(documentation_of(lines, lines.row_made), name=path.name)
    except OSError as error:
        raise DocumentationError(f"{path.name}: cannot be opened: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DocumentationError(f"{path.name}: not a UTF-8 text") from None
    except DocumentationError as error:
        raise DocumentationError(f"{path.name}: {error}") from None


def documentation_of(
    text: Iterable[str], row_made: Callable[[], object] = lambda: None
) -> Documentation:
    """The documentation in the lines of a CSV; raises DocumentationError as above. `row_made` is
    told of each row."""
    reader = csv.reader(text)
    try:
        return _documentation(_told_of(reader, row_made))
    except csv.Error as error:
        raise DocumentationError(f"line {reader.line_num}: not a table: {error}") from None


def _documentation(reader: Iterator[list[str]]) -> Documentation:
    columns = _columns(reader)
    lines: dict[tuple[str, int], DocumentedLine] = {}
    row_of: dict[tuple[str, int], int] = {}
    of_claim: dict[str, array[int]] = {}
    for number, row in _numbered(reader, columns):
        documented = _Row(number, row).line()
        key = (documented.claim_id, documented.line)
        if key in lines:
            raise DocumentationError(
                f"rows {row_of[key]} and {number} are for the same claim and line"
            )
        lines[key], row_of[key] = documented, number
        of_claim.setdefault(documented.claim_id, array("L")).append(documented.line)
    return Documentation(columns, lines, array("L", row_of.values()), _of_claim=of_claim)


def _told_of(reader: Iterator[list[str]], row_made: Callable[[], object]) -> Iterator[list[str]]:
    for row in reader:
        row_made()
        yield row


def _columns(reader: Iterator[list[str]]) -> tuple[str, ...]:
    columns = tuple(name.strip().lower() for name in next(reader, []))
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in (*REQUIRED, *OPTIONAL)]
    twice = sorted(name for name, times in Counter(columns).items() if times > 1)
    if missing:
        lacks = f"the header lacks {', '.join(missing)}"
        raise DocumentationError(lacks + _other_separator(columns))
    if unknown:
        allowed = ", ".join((*REQUIRED, *OPTIONAL))
        raise DocumentationError(
            f"unknown column {', '.join(map(_shown, unknown[:MOST_SHOWN]))}; known are {allowed}"
        )
    if twice:
        raise DocumentationError(f"column {', '.join(twice)} comes twice")
    return columns


def _other_separator(columns: tuple[str, ...]) -> str:
    """What a spreadsheet of another country or a copied table puts between columns."""
    for sign, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if any(sign in name for name in columns):
            return f"; its columns are separated by {called}, not by commas"
    return ""


def _numbered(
    reader: Iterator[list[str]], columns: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise DocumentationError(
                f"row {number}: {len(columns)} columns expected, {len(cells)} found"
            )
        stripped = (cell.strip() for cell in cells)
        yield number, dict(zip(columns, stripped, strict=True))


def _shown(name: str) -> str:
    return repr(name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}...")


class _Row:
    """One row on its way into a record; every complaint names the row and the column."""

    def __init__(self, number: int, cells: dict[str, str]) -> None:
        self._number = number
        self._cells = cells

    def line(self) -> DocumentedLine:
        minutes, assistant_minutes = self._minutes("minutes"), self._minutes("assistant_minutes")
        if minutes is not None and (assistant_minutes or 0) > minutes:
            raise self._wrong("assistant_minutes", "no more than minutes")
        start, end = self._period()
        return DocumentedLine(
            claim_id=self._cells["claim_id"] or self._refuse("claim_id", "a claim number"),
            line=self._line_number(),
            minutes=minutes,
            assistant_minutes=assistant_minutes,
            start=start,
            end=end,
            goal=self._told("goal"),
            plan_of_care=self._told("plan_of_care"),
            plan_of_care_date=self._date("plan_of_care"),
            progress_note=self._told("progress_note"),
            progress_note_date=self._date("progress_note"),
            prior_auth=self._cells.get("prior_auth"),
            accrued=self._dollars("accrued"),
        )

    def _line_number(self) -> int:
        cell = self._cells["line"]
        if not _WHOLE.fullmatch(cell) or int(cell) == 0:
            raise self._wrong("line", "the number of a service line (LX01)")
        return int(cell)

    def _minutes(self, column: str) -> int | None:
        cell = self._cells.get(column, "")
        if not cell:
            return None
        if not _WHOLE.fullmatch(cell) or int(cell) > _MINUTES_OF_A_DAY:
            raise self._wrong(column, f"whole minutes, 0 to {_MINUTES_OF_A_DAY}")
        return int(cell)

    def _dollars(self, column: str) -> Decimal | None:
        cell = self._cells.get(column, "")
        if not cell:
            return None
        if not _DOLLARS.fullmatch(cell):
            raise self._wrong(column, "dollars such as 1234.50")
        return Decimal(cell)

    def _period(self) -> tuple[time | None, time | None]:
        start, end = self._time("start"), self._time("end")
        if (start is None) is not (end is None):
            raise self._wrong("start and end", "both or neither")
        if start and end and end <= start:
            raise self._wrong("end", "a time after start")
        return start, end

    def _time(self, column: str) -> time | None:
        cell = self._cells.get(column, "")
        if not cell:
            return None
        found = _TIME.fullmatch(cell)
        try:
            if found is None:
                raise ValueError
            return time(int(found[1]), int(found[2]))
        except ValueError:
            raise self._wrong(column, "a time as HH:MM, 24 hours") from None

    def _told(self, column: str) -> bool | None:
        cell = self._cells.get(column)
        return None if cell is None else cell.lower() not in _NO

    def _date(self, column: str) -> date | None:
        try:
            return date.fromisoformat(self._cells.get(column, ""))
        except ValueError:
            return None

    def _refuse(self, column: str, expected: str) -> str:
        raise self._wrong(column, expected)

    def _wrong(self, column: str, expected: str) -> DocumentationError:
        return DocumentationError(f"row {self._number}, {column}: {expected} expected")
