"""Where a finding is on the paper claim: the item of the CMS-1500 and a plain name for the place.

The table is data/form_items.csv. Which element belongs in which item follows the 1500 Claim Form
Reference Instruction Manual (version 02/12) of the NUCC and its crosswalk to the 837P, and
CMS Pub. 100-04, chapter 26, section 10; the names are our own. An empty cell fits any value, and
the row that names most decides. What the paper form does not have has a name and no item.
"""

import csv
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from scrubber.findings import Finding
from scrubber.outputs.address import address

_TABLE = Path(__file__).parent / "data" / "form_items.csv"


class Place(NamedTuple):
    """An item of the CMS-1500, "" where the form has none, and what it is in plain words."""

    item: str = ""
    name: str = ""

    def __str__(self) -> str:
        """As a biller says it: `Item 24D, modifier`."""
        return f"Item {self.item}, {self.name}" if self.item else self.name


def place_of(finding: Finding) -> Place:
    """Where a finding is on the CMS-1500; an empty place where the table does not know its path."""
    return place_at(finding.path, finding.qualifier)


@lru_cache(maxsize=4096)
def place_at(path: str, qualifier: str = "") -> Place:
    """The place that a path names, of a segment with that qualifier."""
    at = address(path)
    # Envelopes and levels are no loops of the form: ISA/ISA05 is known by its segment.
    loop = at.loop if at.loop[:1].isdigit() else ""
    place = (at.segment, qualifier or at.qualifier, _cell(at.element), _cell(at.component))
    fitting = [row for row in _rows().get(loop, ()) if _fits(row.asked, place)]
    return max(fitting, key=_particular, default=_Row(place, Place())).place


class _Row(NamedTuple):
    """Segment, qualifier, element and component, "" for any, and what they are."""

    asked: tuple[str, ...]
    place: Place


def _cell(number: int) -> str:
    return str(number) if number else ""


def _fits(asked: tuple[str, ...], told: tuple[str, ...]) -> bool:
    return all(cell in ("", value) for cell, value in zip(asked, told, strict=True))


def _particular(row: _Row) -> tuple[bool, ...]:
    return tuple(cell != "" for cell in row.asked)


@cache
def _rows() -> dict[str, list[_Row]]:
    rows: dict[str, list[_Row]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for loop, *asked, item, name in list(csv.reader(file))[1:]:
            rows.setdefault(loop, []).append(_Row(tuple(asked), Place(item, name)))
    return rows
