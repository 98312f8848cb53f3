"""Official files as users download them: text or spreadsheet, zipped or not, read row by row.

Whatever is read is bounded, so a crafted archive cannot fill memory or disk.
"""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scrubber.therapy.bounded_lines import BoundedLines
from scrubber.therapy.importers.archive import Bounded, open_archive, open_member
from scrubber.therapy.importers.refusal import ImportFileError

# CMS' largest quarterly text is about 70 MB and its largest sheet about 300 MB unpacked.
MOST_BYTES = 1 << 30
MOST_BYTES_OF_AN_ARCHIVE = 1 << 26
"""Of one inside another: it is held in memory."""
MOST_MEMBERS = 100

TEXT_FIRST = (".txt", ".csv", ".xlsx")
CSV_FIRST = (".csv", ".txt", ".xlsx")
_LINES_TO_LOOK_AT = 50


class Row(NamedTuple):
    """A row of an official file: its number there and its cells, stripped of blanks."""

    number: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """The cell at an index, empty when the row is shorter."""
        return self.cells[index] if index < len(self.cells) else ""


class OfficialFile(NamedTuple):
    """An open official file: its name, after it those of the archives' members that lead to the
    rows, with their folders; and the rows, once."""

    names: tuple[str, ...]
    rows: Iterator[Row]

    @property
    def name(self) -> str:
        """The name of the file as downloaded."""
        return self.names[0]

    @property
    def inner_name(self) -> str:
        """The name of the file with the rows, without its folder."""
        return leaf(self.names[-1])

    def refuse(self, number: int, expected: str) -> ImportFileError:
        """The complaint about a row."""
        inner = f" ({self.inner_name})" if self.inner_name != self.name else ""
        return ImportFileError(f"{self.name}{inner}, row {number}: {expected} expected")


Wanted = Callable[[str], bool]


def any_member(_name: str) -> bool:
    """Every member of an archive fits."""
    return True


def leaf(member: str) -> str:
    """The name of a member without its folders; some of CMS' archives separate them by a
    backslash."""
    return re.split(r"[/\\]", member)[-1].strip()


@contextmanager
def official_file(
    path: Path, wanted: Wanted = any_member, suffixes: Sequence[str] = TEXT_FIRST
) -> Iterator[OfficialFile]:
    """Open an official file; `wanted` chooses among the members of an archive by name, and
    `suffixes` says which of several forms is read. An archive inside the archive is looked into
    where no member itself fits.

    Raises ImportFileError when it cannot be opened, is damaged, holds no file of a known kind, or
    more than one that fits.
    """
    try:
        with path.open("rb") as file, ExitStack() as stack:
            names: tuple[str, ...] = (path.name,)
            stream: BinaryIO = file
            if path.suffix.lower() == ".zip":
                names, stream = _member(names, stream, wanted, suffixes, stack)
            if names[-1].lower().endswith(".zip"):
                packed = io.BytesIO(Bounded(path.name, stream, MOST_BYTES_OF_AN_ARCHIVE).read())
                names, stream = _member(names, packed, wanted, suffixes, stack)
            yield _opened(names, stream)
    except OSError as error:
        raise ImportFileError(f"{path.name}: cannot be opened: {error.strerror}") from None
    except csv.Error as error:
        raise ImportFileError(f"{path.name}: not a table: {error}") from None


def member_names(path: Path) -> list[str]:
    """The names of an archive's members, without their folders; none for another file, and for an
    archive that cannot be read."""
    if path.suffix.lower() != ".zip":
        return []
    try:
        with path.open("rb") as file, open_archive(path.name, file) as archive:
            return [leaf(name) for name in archive.namelist()]
    except (OSError, ImportFileError):
        return []


def digest(path: Path) -> str:
    """SHA-256 of the file as downloaded. Raises ImportFileError when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ImportFileError(f"{path.name}: cannot be opened: {error.strerror}") from None


def _member(
    names: tuple[str, ...],
    stream: BinaryIO,
    wanted: Wanted,
    suffixes: Sequence[str],
    stack: ExitStack,
) -> tuple[tuple[str, ...], BinaryIO]:
    """The names and the stream of the member that is wanted; `stack` closes it."""
    archive = stack.enter_context(open_archive(names[0], stream))
    member = _chosen(names, archive, wanted, suffixes)
    packed = stack.enter_context(open_member(names[0], archive, member))
    return (*names, member), io.BufferedReader(Bounded(names[0], packed, MOST_BYTES))


def _chosen(
    names: tuple[str, ...], archive: zipfile.ZipFile, wanted: Wanted, suffixes: Sequence[str]
) -> str:
    members = archive.namelist()
    if len(members) > MOST_MEMBERS:
        raise ImportFileError(f"{names[0]}: more than {MOST_MEMBERS} files in the archive")
    is_inside = len(names) > 1
    for suffix in (*suffixes, *(() if is_inside else (".zip",))):
        fitting = [name for name in members if name.lower().endswith(suffix) and wanted(leaf(name))]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            listed = ", ".join(sorted(map(leaf, fitting)))
            raise ImportFileError(f"{names[0]}: several files fit, give one alone: {listed}")
    raise ImportFileError(f"{names[0]}: no text, CSV or XLSX file of this kind inside")


def _opened(names: tuple[str, ...], stream: BinaryIO) -> OfficialFile:
    suffix = Path(names[-1]).suffix.lower()
    if suffix == ".xlsx":
        from scrubber.therapy.importers.spreadsheet import sheet_rows  # noqa: PLC0415

        rows = sheet_rows(names[0], stream)
    elif suffix in (".txt", ".csv"):
        rows = _text_rows(names[0], stream, commas=suffix == ".csv")
    else:
        raise ImportFileError(f"{names[0]}: a ZIP, TXT, CSV or XLSX file expected")
    return OfficialFile(names, (Row(number, cells) for number, cells in rows))


def _text_rows(name: str, stream: BinaryIO, commas: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Cells between tabs; between commas in a CSV file, and where every line opens with a quote;
    else each line is one cell, and keeps the blanks it begins with."""
    latin = io.TextIOWrapper(stream, encoding="latin-1", newline="")
    source = BoundedLines(latin, lambda wrong: ImportFileError(f"{name}: {wrong}"))
    lines = iter(source)
    head = list(islice(lines, _LINES_TO_LOOK_AT))
    text = chain(head, lines)
    if any("\t" in line for line in head):
        reader = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
    elif commas or all(line.startswith('"') for line in head):
        reader = csv.reader(text)
    else:
        for number, line in enumerate(text, start=1):
            source.row_made()
            yield number, (line.rstrip(),)
        return
    for cells in reader:
        source.row_made()
        yield reader.line_num, tuple(cell.strip() for cell in cells)


def labeled_rows(
    official: OfficialFile, wanted: Sequence[str]
) -> Iterator[tuple[Row, tuple[str, ...]]]:
    """The cells of the columns wanted, of each row below the header that has all of them. A column
    is named by its letters in lower case; several names are separated by a bar.

    Raises ImportFileError where no row is such a header.
    """
    places: list[int] = []
    for row in official.rows:
        if places:
            yield row, tuple(row.cell(place) for place in places)
            continue
        names = [re.sub(r"[^a-z]", "", cell.lower()) for cell in row.cells]
        found = [
            next((at for at, name in enumerate(names) if name in one.split("|")), -1)
            for one in wanted
        ]
        if -1 not in found:
            places = found
    if not places:
        columns = ", ".join(one.split("|")[0] for one in wanted)
        raise ImportFileError(f"{official.name}: a header with these columns expected: {columns}")


def day_of(text: str, row: Row, official: OfficialFile) -> str:
    """A date MM/DD/YYYY or YYYY-MM-DD as YYYY-MM-DD; empty for an empty cell. Raises
    ImportFileError for another."""
    for form in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date().isoformat() if text else ""
        except ValueError:
            continue
    raise official.refuse(row.number, "a date MM/DD/YYYY")


def day_in(names: Sequence[str]) -> date | None:
    """The day that the names of a file tell, such as 20260219 or 2026-02-19; the inner first."""
    for name in reversed(names):
        if found := _DAY_IN_NAME.search(name):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                continue
    return None


_DAY_IN_NAME = re.compile(r"(?<![0-9])(20[0-9]{2})[-_.]?([01][0-9])[-_.]?([0-3][0-9])(?![0-9])")
CODE = re.compile(r"[0-9A-Z]{5}")


def is_code(cell: str) -> bool:
    """Whether a cell has the form of a procedure code."""
    return CODE.fullmatch(cell) is not None
