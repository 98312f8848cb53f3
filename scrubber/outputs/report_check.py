"""Reads reports again that were written, before they replace anything."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrubber.claim.values import amount
from scrubber.outputs.finding_rows import COLUMNS
from scrubber.outputs.json_report import LISTED, SCHEMA

if TYPE_CHECKING:
    from zipfile import ZipFile

_TEXT = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*+"'
_TEXT_OR_NONE = f"(?:null|{_TEXT})"
_TEXTS = rf"\[(?:{_TEXT}(?:,{_TEXT})*+)?\]"
_THERAPY = rf'(?:null|\{{"family":{_TEXT},"timed":(?:true|false),"discipline":{_TEXT}\}})'
_LINE = (
    rf'\{{"line":[0-9]+,"date":{_TEXT_OR_NONE},(?:"place_of_service":{_TEXT},)?'
    rf'"code":{_TEXT},"modifiers":{_TEXTS},'
    rf'"units":{_TEXT},"charge":{_TEXT_OR_NONE},"therapy":{_THERAPY}\}}'
)
_PATIENT = rf"\{{(?:{_TEXT}: {_TEXT}(?:, {_TEXT}: {_TEXT})*+)\}}"
_CLEAN_CLAIM = (
    rf'\{{"claim_id":{_TEXT},"interchange":{_TEXT},"transaction":{_TEXT},"payer_id":{_TEXT},'
    rf'"payer_name":{_TEXT},'
    rf'"profile":{_TEXT},"line_of_business":"[a-z-]+","disposition":"([a-z]+)","charge":(?:null|"([^"\\\x00-\x1f]*)"),'
    rf'"service_from":{_TEXT_OR_NONE},"service_to":{_TEXT_OR_NONE},(?:"rendering":{_TEXT},)?(?:"therapist":{_TEXT},)?(?:"patient":{_PATIENT},)?'
    rf'"place_of_service":{_TEXT},"diagnoses":{_TEXTS},'
    rf'"lines":\[(?:{_LINE}(?:,{_LINE})*+)?\],"findings":\[\],"corrections":\[\]\}}'
)
# From so many claims on it is worth while to have a pattern for them.
_FEW = 500
_CLAIMS = ' "claims": [\n'
_DATA = '<script type="application/json" id="claims">'
_PAGE_CLAIMS, _PAGE_TEXTS = '{"claims":[', '],"texts":'
_CHUNK = 1 << 20


def json_fault(path: Path, head: Mapping[str, Any]) -> str:
    """What is wrong with a report.json whose head is to be this one; empty if it is as meant.
    Raises OSError."""
    totals = head["totals"]
    counted = dict.fromkeys(("accepted", "corrected", "rejected"), 0)
    charge = dict.fromkeys(counted, Decimal(0))
    try:
        with path.open(encoding="utf-8") as file:
            if not _has_head(file, head):
                return "its head is not what was meant"
            for disposition, dollars in _claims(file):
                counted[disposition] += 1
                charge[disposition] += amount(dollars or "") or 0
    except (ValueError, KeyError, TypeError):
        return f"it is not a {SCHEMA}"
    if counted != {name: totals[name] for name in counted}:
        return f"it holds {sum(counted.values()):,} claims, {totals['claims']:,} were meant"
    if sum(charge.values()) != Decimal(totals["charge"]):
        return "its charges do not add up to its totals"
    return ""


def csv_fault(path: Path, rows: int) -> str:
    """What is wrong with a report.csv of so many findings. Raises OSError."""
    found = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file, strict=True):
                if len(row) != len(COLUMNS):
                    return f"row {found + 1} has {len(row)} cells, {len(COLUMNS)} were meant"
                found += 1
    except (csv.Error, UnicodeDecodeError):
        return "it cannot be read as CSV"
    return "" if found == rows + 1 else f"it has {found - 1:,} findings, {rows:,} were meant"


def xlsx_fault(path: Path, rows: int) -> str:
    """What is wrong with a workbook of so many rows. Raises OSError."""
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415

    found = 0
    try:
        with ZipFile(path) as book:
            damaged = book.testzip()
            if damaged is not None:
                return f"its part {damaged} is damaged"
            for name in book.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    found += _rows(book, name)
    except BadZipFile:
        return "it is not a workbook"
    return "" if found == rows else f"it has {found:,} rows, {rows:,} were meant"


def html_fault(path: Path, claims: int) -> str:
    """What is wrong with a page that lists so many claims. Raises OSError."""
    text = path.read_text(encoding="utf-8")
    start = text.find(_DATA)
    if start < 0 or not text.rstrip().endswith("</html>"):
        return "it is not a complete page"
    try:
        found = _listed(text, start + len(_DATA))
    except (ValueError, IndexError):
        return "its data cannot be read"
    return "" if found == claims else f"it lists {found:,} claims, {claims:,} were meant"


def _listed(text: str, at: int) -> int:
    """How many claims the data of a page lists, one held at a time; they begin at `at`."""
    decoder, found = json.JSONDecoder(), 0
    if text[at : at + len(_PAGE_CLAIMS)] != _PAGE_CLAIMS:
        raise ValueError("no list of claims")
    at += len(_PAGE_CLAIMS)
    while text[at] != "]":
        at += text[at] == "," and found > 0
        _, at = decoder.raw_decode(text, at)
        found += 1
    if not text.startswith(_PAGE_TEXTS, at):
        raise ValueError("no texts")
    _, at = decoder.raw_decode(text, at + len(_PAGE_TEXTS))
    if not text.startswith("}</script>", at):
        raise ValueError("no end")
    return found


def _has_head(file: Iterator[str], head: Mapping[str, Any]) -> bool:
    """Whether all of a report.json that stands before its claims is as it was meant."""
    rest = {name: value for name, value in head.items() if name not in LISTED}
    lines: list[str] = []
    line = ""
    for line in file:
        if line.startswith(f' "{LISTED[0]}": ['):
            break
        lines.append(line)
    if json.loads("".join(lines).rstrip().rstrip(",") + "}") != rest:
        return False
    for name in LISTED:
        if not _has_list(file, line, name, head[name]):
            return False
        line = next(file, "")
    return line == _CLAIMS


def _has_list(file: Iterator[str], line: str, name: str, records: Iterable[Any]) -> bool:
    """Whether `line` begins the list of that name, and the file goes on with these records."""
    meant = iter(records)
    if line.rstrip(",\n") == f' "{name}": []':
        return next(meant, None) is None
    if line != f' "{name}": [\n':
        return False
    for record in meant:
        if json.loads(next(file, "").rstrip("\n").removesuffix(",")) != record:
            return False
    return next(file, "").rstrip(",\n") == " ]"


def _claims(file: Iterator[str]) -> Iterator[tuple[str, str | None]]:
    """Disposition and charge of each claim; the file stands at the first one, a line each."""
    for number, line in enumerate(file):
        if line == "]}\n":
            if next(file, None) is not None:
                raise ValueError("something follows the report")
            return
        text = line.rstrip("\n").removesuffix(",")
        clean = clean_claim().fullmatch(text) if number > _FEW else None
        if clean is not None:
            yield clean[1], clean[2]
        else:
            claim = json.loads(text)
            yield claim["disposition"], claim["charge"]
    raise ValueError("the report has no end")


@cache
def clean_claim() -> re.Pattern[str]:
    """Accepts only what surely is JSON: most claims have nothing to report, and are not parsed."""
    return re.compile(_CLEAN_CLAIM)


def _rows(book: ZipFile, name: str) -> int:
    found, end = 0, b""
    with book.open(name) as sheet:
        while chunk := sheet.read(_CHUNK):
            found += (end + chunk).count(b"<row ")
            end = chunk[-4:]
    return found
