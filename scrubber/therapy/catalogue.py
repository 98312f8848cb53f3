"""Every table of the program with its source, release, date and size, for `scrubber table list`."""

from pathlib import Path

from scrubber.codes.catalogue import code_tables
from scrubber.codes.table_file import Release
from scrubber.therapy import (
    add_ons,
    fees,
    ncci_limits,
    payment_amounts,
    relative_values,
    table,
    telehealth,
    thresholds,
)
from scrubber.therapy.ncci_pairs import Program, pair_table


def all_tables(tables: Path | None = None) -> tuple[Release, ...]:
    """Provenance of all tables in use; `tables` is the folder of imported ones.

    A table imported by the user has its `sha256`; one that does not exist (Medicaid pairs, until
    imported) is left out. Raises TableError for a damaged table.
    """
    pairs = (pair_table(program, tables) for program in Program)
    imported_add_ons = add_ons.release(tables)
    return (
        table.release(),
        *(found.release for found in pairs if found),
        *(ncci_limits.release(program, tables) for program in Program),
        *((imported_add_ons,) if imported_add_ons.sha256 else ()),
        telehealth.release(tables),
        thresholds.release(),
        fees.release(),
        *((values,) if (values := relative_values.release(tables)) is not None else ()),
        *((amounts,) if (amounts := payment_amounts.release(tables)) is not None else ()),
        *code_tables(tables),
    )
