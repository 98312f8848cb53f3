"""Imports the CMS Order and Referring file: the providers that may order and refer for Medicare
patients. Names are not kept.

Form, as data.cms.gov publishes it (OrderReferring_20260219.csv): a header and the columns NPI,
LAST_NAME, FIRST_NAME, PARTB, DME, HHA, PMD and HOSPICE, the last five Y or N.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scrubber.codes import npi
from scrubber.codes.order_referring import FLAGS, KEY_WIDTH, TABLE_NAME
from scrubber.codes.record_file import record_text
from scrubber.therapy.importers.official_file import day_in, digest, labeled_rows, official_file
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_whole

# The file has about two million rows; by a part of it every other provider would be unknown.
LEAST_ROWS, MOST_ROWS = 1_000_000, 4_000_000


def import_order_referring(
    path: Path, tables: Path, starts: date | None = None, least_rows: int = LEAST_ROWS
) -> Path:
    """Write the providers of the file into the folder; returns the file.

    `starts`, the day of the file, is needed only where its name does not tell it. Raises
    ImportFileError for a row that cannot be read.
    """
    found: list[str] = []
    with official_file(path) as official:
        day = starts or day_in(official.names)
        for row, (number, *flags) in labeled_rows(official, ("npi", *FLAGS)):
            marks = "".join(flags).upper()
            if not npi.is_valid(number):
                raise official.refuse(row.number, "an NPI")
            if len(marks) != len(FLAGS) or marks.strip("YN"):
                raise official.refuse(row.number, f"Y or N for each of {', '.join(FLAGS).upper()}")
            found.append(number + marks)
            refuse_more(path.name, len(found), MOST_ROWS, "providers")
    refuse_fewer((path.name,), len(found), least_rows, "providers")
    facts = {
        "name": "order and referring",
        "title": "Providers that may order and refer for Medicare patients",
        "source": f"CMS order and referring file, imported from {path.name}",
        "release": day.isoformat() if day is not None else path.name,
        "date": day.isoformat() if day is not None else "",
        "sha256": digest(path),
    }
    text = record_text(facts, KEY_WIDTH, _once(sorted(found)))
    return write_whole(tables / TABLE_NAME, text)


def _once(records: list[str]) -> Iterator[str]:
    """Each provider once, with every mark that one of its rows has; the records are in order."""
    last = records[0]
    for record in records[1:]:
        if record[:KEY_WIDTH] != last[:KEY_WIDTH]:
            yield last
            last = record
        else:
            last = "".join(map(max, last, record))
    yield last
