"""Every code set table with its source, release, date and size.

The tables of therapy are listed by `scrubber.therapy.catalogue`, which includes these.
"""

from pathlib import Path

from scrubber.codes import (
    adjustment,
    claim_filing,
    claim_status,
    code_list,
    countries,
    hcpcs,
    icd10cm,
    localities,
    modifiers,
    npi_registry,
    order_referring,
    payer_list,
    place_of_service,
    states,
    taxonomy,
    zip_code,
)
from scrubber.codes.code_list import CodeList
from scrubber.codes.table_file import Release


def code_tables(tables: Path | None = None) -> tuple[Release, ...]:
    """Provenance of the code set tables in use; `tables` is the folder of imported ones.

    A table imported by the user has its `sha256`. Raises TableError for a damaged table.
    """
    own = (
        hcpcs.release(tables),
        code_list.release(CodeList.REMARKS, tables),
        order_referring.release(tables),
        payer_list.release(tables),
        npi_registry.release(tables),
    )
    return (
        icd10cm.release(tables),
        modifiers.release(),
        place_of_service.release(),
        taxonomy.release(tables),
        states.release(),
        zip_code.release(),
        *localities.releases(tables),
        countries.release(),
        claim_filing.release(),
        code_list.release(CodeList.REASONS, tables) or adjustment.release(),
        code_list.release(CodeList.STATUSES, tables) or claim_status.release(),
        *(release for release in own if release is not None),
    )
