"""Imports lists that are the user's own: the payers of a clearinghouse, providers of the registry.

Payers: any table whose header has a column "Payer ID". Providers: the columns NPI, Entity Type
Code, NPI Deactivation Date and NPI Reactivation Date of the registry's monthly file (NPPES),
best cut to the providers that matter: the whole file is refused as too large.
"""

from pathlib import Path

from scrubber.codes import npi, npi_registry, payer_list
from scrubber.therapy.importers.official_file import (
    day_of,
    digest,
    labeled_rows,
    official_file,
)
from scrubber.therapy.importers.refusal import refuse_fewer, refuse_more
from scrubber.therapy.importers.table_writer import write_table

MOST_ROWS = 500_000
LONGEST_ID = 80

_PAYER = ("payerid",)
_REGISTRY = ("npi", "entitytypecode", "npideactivationdate", "npireactivationdate")


def import_payer_list(path: Path, tables: Path) -> Path:
    """Write the payer ids of a list into the folder; returns the file.

    Raises ImportFileError for a table without such a column or without a row.
    """
    found: set[str] = set()
    with official_file(path) as official:
        for row, (payer,) in labeled_rows(official, _PAYER):
            if len(payer) > LONGEST_ID or not payer.isprintable():
                raise official.refuse(row.number, "a payer id")
            if payer:
                found.add(payer.upper())
                refuse_more(path.name, len(found), MOST_ROWS, "payers")
    refuse_fewer((path.name,), len(found), 1, "payers")
    facts = _facts("payer list", "Payers of the user's clearinghouse", path)
    rows = [(payer,) for payer in sorted(found)]
    return write_table(tables, payer_list.TABLE_NAME, facts, (payer_list.COLUMN,), rows)


def import_registry(path: Path, tables: Path) -> Path:
    """Write the providers of a file of the registry into the folder; returns the file.

    Raises ImportFileError for a row that cannot be read or too many rows.
    """
    found: dict[str, tuple[str, str, str, str]] = {}
    with official_file(path) as official:
        for row, (number, entity, gone, back) in labeled_rows(official, _REGISTRY):
            if not npi.is_valid(number):
                raise official.refuse(row.number, "an NPI")
            if entity not in ("", "1", "2"):
                raise official.refuse(row.number, "entity type 1 or 2")
            dates = day_of(gone, row, official), day_of(back, row, official)
            found[number] = (number, entity, *dates)
            refuse_more(path.name, len(found), MOST_ROWS, "providers")
    refuse_fewer((path.name,), len(found), 1, "providers")
    facts = _facts("npi registry", "Providers of the national registry (NPPES)", path)
    rows = [found[number] for number in sorted(found)]
    return write_table(tables, npi_registry.TABLE_NAME, facts, npi_registry.COLUMNS, rows)


def _facts(name: str, title: str, path: Path) -> dict[str, str]:
    return {
        "name": name,
        "title": title,
        "source": f"imported from {path.name}",
        "release": path.name,
        "sha256": digest(path),
    }
