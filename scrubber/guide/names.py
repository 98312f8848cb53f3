"""Loops, segments and elements in our own words, read from data/names.csv when first needed."""

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "names.csv"


@cache
def _names() -> dict[tuple[str, str, str], str]:
    """Names by loop, segment ("REF*G1" or "REF") and element ("04", "05-3"); each may be empty."""
    with DATA.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        rows = csv.DictReader(lines)
        return {(row["loop"], row["segment"], row["element"]): row["name"] for row in rows}


def _find(loop: str, segment: str, qualifier: str, element: str) -> str:
    """The most particular name: that of the loop before any, of the qualifier before none."""
    names = _names()
    qualified = f"{segment}*{qualifier}"
    for address in ((loop, qualified), (loop, segment), ("", qualified), ("", segment)):
        name = names.get((*address, element))
        if name is not None:
            return name
    return ""


def loop_name(loop: str) -> str:
    """Such as "billing provider"; empty if we have no name."""
    return _names().get((loop, "", ""), "")


def segment_name(loop: str, segment: str, qualifier: str = "") -> str:
    """Such as "street" or, with qualifier G1, "prior authorization"; empty if we have none."""
    return _find(loop, segment, qualifier, "")


def element_name(loop: str, segment: str, qualifier: str, element: int, component: int = 0) -> str:
    """Such as "units"; empty if we have no name. `qualifier` is the first element as sent."""
    number = f"{element:02d}-{component}" if component else f"{element:02d}"
    return _find(loop, segment, qualifier, number)


def label(segment: str, element: int, component: int, name: str) -> str:
    """An address with its name, such as "SV101-3 (modifier 1)"."""
    address = f"{segment}{element:02d}"
    if component:
        address = f"{address}-{component}"
    return f"{address} ({name})" if name else address
