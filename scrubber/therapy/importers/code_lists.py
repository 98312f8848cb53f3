"""Imports code lists of X12: claim adjustment reason codes, remittance advice remark codes and
claim status codes. Only codes and days are kept.

Form: any table whose header has the columns code, start and stop, one row a code, the last day in
the column stop empty for a code that is in force. X12 shows the lists on its pages; a page copied
into a spreadsheet, or an export of a vendor, has these columns.
"""

import re
from datetime import date
from pathlib import Path

from scrubber.codes import adjustment
from scrubber.codes.code_list import COLUMNS, CodeList
from scrubber.therapy.importers.official_file import (
    day_in,
    day_of,
    digest,
    labeled_rows,
    official_file,
)
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table

MOST_ROWS = 100_000

_LABELS = ("code", "start|startdate|effectivedate", "stop|stopdate|enddate|terminationdate")
_FORMS = {
    CodeList.REASONS: adjustment.FORM,
    CodeList.REMARKS: re.compile(r"M[0-9]{1,3}|MA[0-9]{2,3}|N[0-9]{1,4}"),
    CodeList.STATUSES: re.compile(r"[0-9]{1,4}"),
}
_TITLES = {
    CodeList.REASONS: "Claim adjustment reason codes (code source 139), codes and days only",
    CodeList.REMARKS: "Remittance advice remark codes (code source 411), codes and days only",
    CodeList.STATUSES: "Claim status codes (code source 508), codes and days only",
}


def import_code_list(which: CodeList, path: Path, tables: Path, starts: date | None = None) -> Path:
    """Write the codes of a list into the folder; returns the file.

    `starts`, the day of the list, is needed only where its name does not tell it. Raises
    ImportFileError for a row that cannot be read.
    """
    found: dict[str, tuple[str, str, str]] = {}
    with official_file(path) as official:
        day = starts or day_in(official.names)
        for row, (code, begins, ends) in labeled_rows(official, _LABELS):
            if not any((code, begins, ends)):
                continue
            if not _FORMS[which].fullmatch(code):
                raise official.refuse(row.number, f"a code of the form of {which.words}s")
            days = (day_of(begins, row, official), day_of(ends, row, official))
            found[code] = (code, *days)
            refuse_more(path.name, len(found), MOST_ROWS, "codes")
    refuse_fewer((path.name,), len(found), 1, "codes")
    facts = {
        "name": f"{which.words}s",
        "title": _TITLES[which],
        "source": f"X12, imported from {path.name}",
        "release": day.isoformat() if day is not None else path.name,
        "date": day.isoformat() if day is not None else "",
        "sha256": digest(path),
    }
    return write_table(tables, which.file, facts, COLUMNS, [found[one] for one in sorted(found)])
