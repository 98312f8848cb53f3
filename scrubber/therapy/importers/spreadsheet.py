"""The first sheet of an XLSX workbook, row by row, with bounds on what it may unpack to."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO

from lxml import etree

from scrubber.therapy.importers.refusal import ImportFileError

MOST_BYTES = 1 << 30
MOST_BYTES_PACKED = 1 << 28
MOST_STRINGS = 2_000_000

_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_STRINGS = "xl/sharedStrings.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+")
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than a number of bytes."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream = stream
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer))
        self._left -= len(chunk)
        if self._left < 0:
            raise ImportFileError("a file in the archive unpacks to more than is allowed")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def bounded(stream: IO[bytes], most: int) -> BinaryIO:
    """The stream, raising ImportFileError once more than `most` bytes were read from it."""
    return io.BufferedReader(_Bounded(stream, most))


def sheet_rows(name: str, stream: BinaryIO) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Row numbers and cells of the first sheet; missing cells are empty.

    Raises ImportFileError for a file that is no workbook or unpacks to more than is allowed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(bounded(stream, MOST_BYTES_PACKED).read())) as book:
            strings = list(_shared_strings(book))
            with book.open(_first_sheet(name, book)) as sheet:
                yield from _rows(bounded(sheet, MOST_BYTES), strings)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        raise ImportFileError(f"{name}: not an XLSX workbook, or a damaged one") from None
    except (etree.XMLSyntaxError, KeyError, IndexError, ValueError):
        raise ImportFileError(f"{name}: a sheet that cannot be read") from None


def _first_sheet(name: str, book: zipfile.ZipFile) -> str:
    numbers = (_SHEET.fullmatch(member) for member in book.namelist())
    sheets = sorted((int(found[1]), found[0]) for found in numbers if found)
    if not sheets:
        raise ImportFileError(f"{name}: a workbook without a sheet")
    return sheets[0][1]


def _shared_strings(book: zipfile.ZipFile) -> Iterator[str]:
    if _STRINGS not in book.namelist():
        return
    with book.open(_STRINGS) as stream:
        elements = _elements(bounded(stream, MOST_BYTES), "si")
        for count, element in enumerate(elements):
            if count >= MOST_STRINGS:
                raise ImportFileError("a workbook with more strings than is allowed")
            yield "".join(text.text or "" for text in element.iter(f"{_NAMESPACE}t"))


def _rows(stream: BinaryIO, strings: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for ordinal, element in enumerate(_elements(stream, "row"), start=1):
        cells: dict[int, str] = {}
        for at, cell in enumerate(element.iter(f"{_NAMESPACE}c")):
            cells[_column(cell.get("r"), at)] = _value(cell, strings)
        width = max(cells, default=-1) + 1
        number = int(element.get("r") or ordinal)
        yield number, tuple(cells.get(column, "") for column in range(width))


def _elements(stream: BinaryIO, tag: str) -> Iterator[etree._Element]:
    events = etree.iterparse(
        stream, tag=f"{_NAMESPACE}{tag}", resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in events:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _column(reference: str | None, at: int) -> int:
    match = _REFERENCE.fullmatch(reference or "")
    if not match:
        return at
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _value(cell: etree._Element, strings: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_NAMESPACE}t")).strip()
    text = cell.findtext(f"{_NAMESPACE}v") or ""
    if kind == "s":
        return strings[int(text)].strip()
    return text.removesuffix(".0").strip()
