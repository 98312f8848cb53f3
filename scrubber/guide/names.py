"""Loops, segments and elements in our own words, read from data/names.csv when first needed."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data" / "names.csv"


class _Row(NamedTuple):
    name: str
    status: str


@cache
def _rows() -> dict[tuple[str, str, str], _Row]:
    """Names by loop, segment ("REF*G1" or "REF") and element ("04", "05-3"); each may be empty."""
    with DATA.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return {
            (row["loop"], row["segment"], row["element"]): _Row(row["name"], row["status"])
            for row in csv.DictReader(lines)
        }


def _find(loop: str, segment: str, qualifier: str, element: str) -> _Row:
    """The most particular row: that of the loop before any, of the qualifier before none."""
    rows = _rows()
    named = f"{segment}*{qualifier}"
    for address in ((loop, named), (loop, segment), ("", named), ("", segment)):
        row = rows.get((*address, element))
        if row is not None:
            return row
    return _Row("", "")


def loop_name(loop: str) -> str:
    """Such as "billing provider"; empty if we have no name."""
    return _find(loop, "", "", "").name


def segment_name(loop: str, segment: str, qualifier: str = "") -> str:
    """Such as "street" or, with qualifier G1, "prior authorization"; empty if we have none."""
    return _find(loop, segment, qualifier, "").name


def element_name(loop: str, segment: str, qualifier: str, element: int, component: int) -> str:
    """Such as "units"; empty if we have no name. `qualifier` is the first element as sent."""
    return _element(loop, segment, qualifier, element, component).name


def element_status(loop: str, segment: str, qualifier: str, element: int, component: int) -> str:
    """The claim status code for a fault there, such as "476" or "500:*"; empty if none."""
    return _element(loop, segment, qualifier, element, component).status


def _element(loop: str, segment: str, qualifier: str, element: int, component: int) -> _Row:
    number = f"{element:02d}-{component}" if component else f"{element:02d}"
    return _find(loop, segment, qualifier, number)


def label(segment: str, element: int, component: int, name: str) -> str:
    """An address with its name, such as "SV101-3 (modifier 1)"."""
    address = f"{segment}{element:02d}"
    if component:
        address = f"{address}-{component}"
    return f"{address} ({name})" if name else address
