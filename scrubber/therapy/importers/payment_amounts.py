"""Imports the payment amount file of the physician fee schedule: what therapy codes pay in each
locality.

Form, as CMS publishes it (PFALL26AR as text inside an archive inside PFREV26A.zip): no header; a
row for each carrier, locality, code and modifier with year, carrier, locality, code, modifier, the
amounts outside and inside a facility, a cell not used, two marks, status, the multiple procedure
mark (5: always therapy) and the amount after the therapy reduction of half the practice expense;
four rows of notices (TRL) end it. PFALL holds every code and PFREV the changes of a later quarter.
Since 2026 there are two of each, as of the relative values.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from scrubber.codes.quarter import Quarter, quarter_with
from scrubber.therapy.importers.official_file import OfficialFile, Row, digest, official_file
from scrubber.therapy.importers.periods import FROM, with_other_periods
from scrubber.therapy.importers.qualifying import for_qualifying, note_on, refuse_the_other
from scrubber.therapy.importers.quarter import fee_schedule_quarter
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table
from scrubber.therapy.payment_amounts import COLUMNS, TABLE_NAME
from scrubber.therapy.table import known_code

# Some 150 therapy codes in 109 localities; what is absent has no amount.
MOST_ROWS = 200_000

_YEAR, _CARRIER, _LOCALITY, _CODE, _MODIFIER, _AMOUNT, _STATUS = 0, 1, 2, 3, 4, 5, 9
_MULTIPLE, _REDUCED = 10, 11
_THERAPY = "5"
_NOTICE = "TRL"
_PAID = frozenset("ART")
"""Status of what the fee schedule pays: active, restricted coverage, injections."""
_MONEY = re.compile(r"[0-9]{1,8}\.[0-9]{2}", re.ASCII)
_PLACE = re.compile(r"[0-9]{5}[0-9]{2}", re.ASCII)
_NOTHING = "0.00"


def import_payment_amounts(
    path: Path,
    tables: Path,
    quarter: Quarter | None = None,
    qualifying: bool = False,
) -> Path:
    """Read a release and add the amounts of therapy codes to those in the folder; returns the file.

    `quarter` is needed only where no name tells it. `qualifying` takes the file for qualifying
    alternative payment models. Raises ImportFileError for a row that cannot be read.
    """
    found: dict[tuple[str, str], tuple[str, str]] = {}

    def wanted(name: str) -> bool:
        named = "pfall" in name.lower() or "pfrev" in name.lower()
        return named and for_qualifying(name) in (None, qualifying)

    with official_file(path, wanted) as official:
        refuse_the_other(official.names, qualifying)
        first_day = fee_schedule_quarter(quarter, official.names).first_day
        whole = "pfrev" not in official.inner_name.lower()
        note = note_on(official.names)
        for row in official.rows:
            if not row.cell(0).startswith(_NOTICE):
                _add(found, row, official, first_day)
                refuse_more(path.name, len(found), MOST_ROWS, "amounts")
    refuse_fewer((path.name,), len(found), 1, "amounts of therapy codes")
    year_end = date(first_day.year, 12, 31)
    dates = (first_day.isoformat(), year_end.isoformat())
    new = [(*key, *amounts, "Y" if whole else "", *dates) for key, amounts in found.items()]
    rows = with_other_periods(tables / TABLE_NAME, COLUMNS, new)
    return write_table(tables, TABLE_NAME, _facts(rows, note, path), COLUMNS, rows)


def _add(
    found: dict[tuple[str, str], tuple[str, str]],
    row: Row,
    official: OfficialFile,
    first_day: date,
) -> None:
    if row.cell(_YEAR) != str(first_day.year):
        raise official.refuse(row.number, f"an amount of {first_day.year}")
    code = row.cell(_CODE)
    if row.cell(_MODIFIER) or known_code(code) is None:
        return
    place = row.cell(_CARRIER) + row.cell(_LOCALITY)
    amount, reduced = row.cell(_AMOUNT), row.cell(_REDUCED)
    if not (_PLACE.fullmatch(place) and _MONEY.fullmatch(amount) and _MONEY.fullmatch(reduced)):
        raise official.refuse(row.number, "a carrier, a locality, an amount and a reduced amount")
    always = row.cell(_MULTIPLE) == _THERAPY
    if always and Decimal(reduced) > Decimal(amount):
        raise official.refuse(row.number, "a reduced amount that is no more than the amount")
    paid = str(Decimal(amount)) if row.cell(_STATUS) in _PAID else _NOTHING
    found[code, place] = (paid, str(Decimal(reduced)) if always else "")


def _facts(rows: list[tuple[str, ...]], note: str, path: Path) -> dict[str, str]:
    days = sorted({date.fromisoformat(row[COLUMNS.index(FROM)]) for row in rows})
    last = quarter_with(days[-1])
    return {
        "name": "payment amounts",
        "title": "Medicare payment amounts of therapy codes by carrier and locality",
        "source": f"CMS physician fee schedule, imported from {path.name}",
        "release": ", ".join(str(quarter_with(day)) for day in days),
        "date": last.first_day.isoformat(),
        "through": last.last_day.isoformat(),
        "sha256": digest(path),
        "note": note,
    }
