"""Official files as users download them: text or spreadsheet, zipped or not, read row by row.

Whatever is read is bounded, so a crafted archive cannot fill memory or disk.
"""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scrubber.therapy.bounded_lines import BoundedLines
from scrubber.therapy.importers.archive import Bounded, open_archive, open_member
from scrubber.therapy.importers.refusal import ImportFileError
from scrubber.therapy.importers.spreadsheet import sheet_rows

# CMS' largest quarterly text is about 70 MB and its largest sheet about 300 MB unpacked.
MOST_BYTES = 1 << 30
MOST_MEMBERS = 100

_SUFFIXES = (".txt", ".csv", ".xlsx")
_LINES_TO_LOOK_AT = 50


class Row(NamedTuple):
    """A row of an official file: its number there and its cells, stripped of blanks."""

    number: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """The cell at an index, empty when the row is shorter."""
        return self.cells[index] if index < len(self.cells) else ""


class OfficialFile(NamedTuple):
    """An open official file: its name, the name inside an archive, and its rows, once."""

    name: str
    inner_name: str
    rows: Iterator[Row]

    def refuse(self, number: int, expected: str) -> ImportFileError:
        """The complaint about a row."""
        inner = f" ({self.inner_name})" if self.inner_name != self.name else ""
        return ImportFileError(f"{self.name}{inner}, row {number}: {expected} expected")


Wanted = Callable[[str], bool]


def any_member(_name: str) -> bool:
    """Every member of an archive fits."""
    return True


@contextmanager
def official_file(path: Path, wanted: Wanted = any_member) -> Iterator[OfficialFile]:
    """Open an official file; `wanted` chooses among the members of an archive by name.

    Raises ImportFileError when it cannot be opened, is damaged, holds no file of a known kind, or
    more than one that fits.
    """
    try:
        with path.open("rb") as file:
            if path.suffix.lower() != ".zip":
                yield _opened(path, path.name, file)
                return
            with open_archive(path.name, file) as archive:
                member = _member(path, archive, wanted).filename
                with open_member(path.name, archive, member) as packed:
                    stream = io.BufferedReader(Bounded(path.name, packed, MOST_BYTES))
                    yield _opened(path, Path(member).name, stream)
    except OSError as error:
        raise ImportFileError(f"{path.name}: cannot be opened: {error.strerror}") from None
    except csv.Error as error:
        raise ImportFileError(f"{path.name}: not a table: {error}") from None


def digest(path: Path) -> str:
    """SHA-256 of the file as downloaded. Raises ImportFileError when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ImportFileError(f"{path.name}: cannot be opened: {error.strerror}") from None


def _member(path: Path, archive: zipfile.ZipFile, wanted: Wanted) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise ImportFileError(f"{path.name}: more than {MOST_MEMBERS} files in the archive")
    for suffix in _SUFFIXES:
        fitting = [
            member
            for member in members
            if member.filename.lower().endswith(suffix) and wanted(Path(member.filename).name)
        ]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = ", ".join(sorted(Path(member.filename).name for member in fitting))
            raise ImportFileError(f"{path.name}: several files fit, give one alone: {names}")
    raise ImportFileError(f"{path.name}: no text, CSV or XLSX file of this kind inside")


def _opened(path: Path, inner_name: str, stream: BinaryIO) -> OfficialFile:
    suffix = Path(inner_name).suffix.lower()
    if suffix == ".xlsx":
        rows = sheet_rows(path.name, stream)
    elif suffix in (".txt", ".csv"):
        rows = _text_rows(path.name, stream, commas=suffix == ".csv")
    else:
        raise ImportFileError(f"{path.name}: a ZIP, TXT, CSV or XLSX file expected")
    return OfficialFile(path.name, inner_name, (Row(number, cells) for number, cells in rows))


def _text_rows(name: str, stream: BinaryIO, commas: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Cells between tabs, else between commas; a text with neither is one cell a line."""
    latin = io.TextIOWrapper(stream, encoding="latin-1", newline="")
    source = BoundedLines(latin, lambda wrong: ImportFileError(f"{name}: {wrong}"))
    lines = iter(source)
    head = list(islice(lines, _LINES_TO_LOOK_AT))
    text = chain(head, lines)
    if any("\t" in line for line in head):
        reader = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
    elif commas:
        reader = csv.reader(text)
    else:
        for number, line in enumerate(text, start=1):
            source.row_made()
            yield number, (line.strip(),)
        return
    for cells in reader:
        source.row_made()
        yield reader.line_num, tuple(cell.strip() for cell in cells)


CODE = re.compile(r"[0-9A-Z]{5}")


def is_code(cell: str) -> bool:
    """Whether a cell has the form of a procedure code."""
    return CODE.fullmatch(cell) is not None
