"""The first sheet of an XLSX workbook, row by row, with bounds on what it may unpack to."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from scrubber.therapy.importers.archive import Bounded, open_archive, open_member
from scrubber.therapy.importers.refusal import ImportFileError

MOST_BYTES = 1 << 30
MOST_BYTES_PACKED = 1 << 28
MOST_STRINGS = 2_000_000
MOST_BYTES_OF_STRINGS = 1 << 27
MOST_BYTES_OF_A_ROW = 1 << 22
"""Also of what stands before the first row; elements take thirty times their bytes in memory."""
MOST_COLUMNS = 1_000

_NO_WORKBOOK = "not an XLSX workbook, or a damaged one"
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_STRINGS = "xl/sharedStrings.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+")
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_rows(name: str, stream: BinaryIO) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Row numbers and cells of the first sheet; missing cells are empty.

    Raises ImportFileError for a file that is no workbook or unpacks to more than is allowed.
    """
    packed = io.BytesIO(Bounded(name, stream, MOST_BYTES_PACKED).read())
    try:
        with open_archive(name, packed, _NO_WORKBOOK) as book:
            strings = list(_shared_strings(name, book))
            with open_member(name, book, _first_sheet(name, book)) as sheet:
                yield from _rows(
                    name, Bounded(name, sheet, MOST_BYTES, MOST_BYTES_OF_A_ROW), strings
                )
    except (etree.XMLSyntaxError, IndexError, ValueError):
        raise ImportFileError(f"{name}: a sheet that cannot be read") from None


def _first_sheet(name: str, book: zipfile.ZipFile) -> str:
    numbers = (_SHEET.fullmatch(member) for member in book.namelist())
    sheets = sorted((int(found[1]), found[0]) for found in numbers if found)
    if not sheets:
        raise ImportFileError(f"{name}: a workbook without a sheet")
    return sheets[0][1]


def _shared_strings(name: str, book: zipfile.ZipFile) -> Iterator[str]:
    if _STRINGS not in book.namelist():
        return
    with open_member(name, book, _STRINGS) as stream:
        unpacked = Bounded(name, stream, MOST_BYTES_OF_STRINGS, MOST_BYTES_OF_A_ROW)
        for count, element in enumerate(_elements(unpacked, "si")):
            if count >= MOST_STRINGS:
                raise ImportFileError(f"{name}: more strings in the workbook than is allowed")
            yield "".join(text.text or "" for text in element.iter(f"{_NAMESPACE}t"))


def _rows(name: str, stream: Bounded, strings: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for ordinal, element in enumerate(_elements(stream, "row"), start=1):
        number = int(element.get("r") or ordinal)
        cells: dict[int, str] = {}
        for at, cell in enumerate(element.iter(f"{_NAMESPACE}c")):
            cells[_column(cell.get("r"), at)] = _value(cell, strings)
        width = max(cells, default=-1) + 1
        if width > MOST_COLUMNS:
            raise ImportFileError(f"{name}, row {number}: at most {MOST_COLUMNS} columns expected")
        yield number, tuple(cells.get(column, "") for column in range(width))


def _elements(stream: Bounded, tag: str) -> Iterator[etree._Element]:
    events = etree.iterparse(
        stream, tag=f"{_NAMESPACE}{tag}", resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in events:
        yield element
        stream.progress()
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
