"""Imports CMS' ZIP code to carrier locality file: which locality pays for services at a place.

Form, as CMS publishes it: ZIP5 as lines of fixed width (state 1-2, ZIP code 3-7, carrier 8-12,
locality 13-14, in column 21 a 1 where the last four digits decide) or as a sheet with a header;
beside the lines, in the same archive, ZIP9 of the same form with the last four digits in columns
22-25. Of ZIP9 only what differs from ZIP5 is kept.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scrubber.codes.localities import KEY_WIDTH, NAME, SPLIT, UNKNOWN, WHOLE
from scrubber.codes.quarter import Quarter
from scrubber.codes.record_file import record_text
from scrubber.therapy.importers.official_file import (
    OfficialFile,
    Row,
    digest,
    labeled_rows,
    member_names,
    official_file,
)
from scrubber.therapy.importers.quarter import quarter_of
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_whole

# A release has about 43,000 ZIP codes, and a million of nine digits.
MOST_ROWS = 2_000_000

_LABELS = ("zipcode", "carrier", "locality", "plusflag|plusfourflag")
_PLACE = re.compile(r"[0-9]{5}(?:[0-9]{4})?-[0-9]{5}-[0-9]{2}")


class _Place(NamedTuple):
    zip_code: str
    plus_four: str
    where: str
    is_split: bool


def import_localities(path: Path, tables: Path, quarter: Quarter | None = None) -> Path:
    """Read a release and write its localities into the folder; returns the file.

    `quarter` is needed only when no name tells it. Raises ImportFileError for a row that cannot be
    read.
    """
    places: dict[str, _Place] = {}
    with official_file(path, lambda name: _is_data(name, "zip5")) as official:
        for place in _places(official):
            places[place.zip_code] = place
            refuse_more(path.name, len(places), MOST_ROWS, "ZIP codes")
        found = quarter_of(quarter, official.names)
    refuse_fewer((path.name,), len(places), 1, "ZIP codes")
    others = _exceptions(path, places)
    mark = SPLIT if others is not None else UNKNOWN
    records = [
        f"{one.zip_code:<{KEY_WIDTH}}{one.where}{mark if one.is_split else WHOLE}"
        for one in places.values()
    ]
    records += others or ()
    facts = {
        "name": "ZIP code localities",
        "title": "Medicare payment localities by ZIP code",
        "source": f"CMS ZIP code to carrier locality file, imported from {path.name}",
        "release": str(found),
        "date": found.first_day.isoformat(),
        "through": found.last_day.isoformat(),
        "sha256": digest(path),
        "note": ""
        if others is not None
        else "without ZIP9: of a ZIP code in several localities "
        "none is known; import the archive, which holds both",
    }
    text = record_text(facts, KEY_WIDTH, records)
    return write_whole(tables / NAME.format(day=found.first_day), text)


def _exceptions(path: Path, places: dict[str, _Place]) -> list[str] | None:
    """The records of nine digits that differ from those of five; None where there is no ZIP9."""
    if not any(_is_data(name, "zip9") for name in member_names(path)):
        return None
    found = []
    with official_file(path, lambda name: _is_data(name, "zip9")) as official:
        for place in _places(official, nine=True):
            whole = places.get(place.zip_code)
            if whole is None or place.where != whole.where:
                found.append(f"{place.zip_code}{place.plus_four}{place.where}{WHOLE}")
                refuse_more(path.name, len(found), MOST_ROWS, "ZIP codes")
    return found


def _is_data(name: str, which: str) -> bool:
    return which in name.lower() and "lyout" not in name.lower()


def _places(official: OfficialFile, nine: bool = False) -> Iterator[_Place]:
    if official.inner_name.lower().endswith(".txt"):
        for row in official.rows:
            if line := row.cell(0):
                plus_four = line[21:25] if nine else ""
                split = line[20:21] == "1"
                yield _place(row, official, line[2:7], plus_four, line[7:12], line[12:14], split)
        return
    for row, cells in labeled_rows(official, _LABELS):
        if any(cells):
            zip_code, carrier, where, flag = cells
            zip_code, carrier, where = zip_code.zfill(5), carrier.zfill(5), where.zfill(2)
            yield _place(row, official, zip_code, "", carrier, where, flag == "1")


def _place(
    row: Row,
    official: OfficialFile,
    zip_code: str,
    plus_four: str,
    carrier: str,
    where: str,
    is_split: bool,
) -> _Place:
    if not _PLACE.fullmatch(f"{zip_code}{plus_four}-{carrier}-{where}"):
        raise official.refuse(row.number, "a ZIP code, a carrier and a locality")
    return _Place(zip_code, plus_four, carrier + where, is_split)
