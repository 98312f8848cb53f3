"""Imports official code tables, as users download them, into a folder of the user's.

`import_table` is the one way in. What is imported replaces the shipped table of the same kind
wherever a look-up is given the folder. Nothing is downloaded.
"""

import re
from collections.abc import Sequence
from datetime import date
from enum import Enum
from pathlib import Path

from scrubber.codes import icd10cm
from scrubber.codes.code_list import CodeList
from scrubber.codes.quarter import Quarter
from scrubber.codes.record_file import record_file
from scrubber.codes.table_file import Release, read_release
from scrubber.therapy.importers.add_ons import import_add_ons
from scrubber.therapy.importers.code_lists import import_code_list
from scrubber.therapy.importers.diagnoses import import_diagnoses
from scrubber.therapy.importers.hcpcs import import_hcpcs
from scrubber.therapy.importers.limits import import_limits
from scrubber.therapy.importers.localities import import_localities
from scrubber.therapy.importers.official_file import member_names
from scrubber.therapy.importers.order_referring import import_order_referring
from scrubber.therapy.importers.pairs import import_pairs
from scrubber.therapy.importers.payment_amounts import import_payment_amounts
from scrubber.therapy.importers.refusal import ImportFileError as ImportFileError
from scrubber.therapy.importers.relative_values import import_relative_values
from scrubber.therapy.importers.taxonomies import import_taxonomies
from scrubber.therapy.importers.telehealth import import_telehealth
from scrubber.therapy.importers.user_lists import import_payer_list, import_registry
from scrubber.therapy.ncci_pairs import Program


class Kind(Enum):
    """What an official file holds; the values are the words of the command line."""

    PAIRS = "pairs"
    LIMITS = "mue"
    ADD_ONS = "add-ons"
    DIAGNOSES = "icd10cm"
    TAXONOMY = "taxonomy"
    PAYERS = "payers"
    REGISTRY = "npi"
    RELATIVE_VALUES = "rvu"
    PAYMENTS = "payments"
    LOCALITIES = "localities"
    TELEHEALTH = "telehealth"
    ORDER_REFERRING = "order-referring"
    HCPCS = "hcpcs"
    REASONS = "carc"
    REMARKS = "rarc"
    STATUSES = "claim-status"


_NAMES = (
    (
        Kind.ORDER_REFERRING,
        re.compile(r"order[-_ ]?(?:and|&)?[-_ ]?referring", re.IGNORECASE),
    ),
    (Kind.HCPCS, re.compile(r"hcpc20[0-9]{2}|alpha-numeric-hcpcs|anweb", re.IGNORECASE)),
    (Kind.REASONS, re.compile(r"carc(?![a-z])|adjustment.?reason", re.IGNORECASE)),
    (Kind.REMARKS, re.compile(r"rarc(?![a-z])|remark.?code", re.IGNORECASE)),
    (Kind.STATUSES, re.compile(r"claim.?status", re.IGNORECASE)),
    (Kind.TELEHEALTH, re.compile(r"telehealth", re.IGNORECASE)),
    (Kind.DIAGNOSES, re.compile(r"icd-?10|code-descriptions|order", re.IGNORECASE)),
    (Kind.TAXONOMY, re.compile(r"taxonomy|nucc", re.IGNORECASE)),
    (Kind.RELATIVE_VALUES, re.compile(r"pprrvu|rvu[0-9]{2}", re.IGNORECASE)),
    (Kind.PAYMENTS, re.compile(r"pfall|pfrev", re.IGNORECASE)),
    (Kind.LOCALITIES, re.compile(r"zip[-_ ]?(?:code[-_ ]?)?carrier|zip[59]", re.IGNORECASE)),
    (Kind.REGISTRY, re.compile(r"npidata|nppes", re.IGNORECASE)),
    (Kind.ADD_ONS, re.compile(r"aoc|add-?on", re.IGNORECASE)),
    (Kind.LIMITS, re.compile(r"mue|unlikely", re.IGNORECASE)),
    (Kind.PAIRS, re.compile(r"ptp|ccipra", re.IGNORECASE)),
)


def kind_of(path: Path) -> Kind | None:
    """What a file holds, by its official name, else by the names of an archive's members; None
    where they do not tell, or tell of several kinds."""
    named = _kind_named(path.name)
    if named is not None:
        return named
    found = {kind for name in member_names(path) if (kind := _kind_named(name))}
    return found.pop() if len(found) == 1 else None


def _kind_named(name: str) -> Kind | None:
    return next((kind for kind, pattern in _NAMES if pattern.search(name)), None)


def program_of(path: Path) -> Program:
    """Whose file it is, by its official name or those of its members: Medicaid if one says so,
    else Medicare."""
    names = (path.name, *member_names(path))
    medicaid = any(re.search(r"medicaid|mcd", name, re.IGNORECASE) for name in names)
    return Program.MEDICAID if medicaid else Program.MEDICARE


def import_table(
    kind: Kind,
    paths: Sequence[Path],
    tables: Path,
    program: Program = Program.MEDICARE,
    quarter: Quarter | None = None,
    starts: date | None = None,
    qualifying: bool = False,
) -> Release:
    """Import the official file (of pairs: all parts) into the folder; returns its provenance.

    `quarter` and `starts` (diagnoses, telehealth, lists of a day) are needed only when the
    file names do not tell them; `qualifying` takes the fee schedule of qualifying alternative
    payment models. Raises ImportFileError with file, row and what was expected; then nothing was
    written. Raises OSError when the folder cannot be written.
    """
    if kind is Kind.PAIRS:
        return read_release(import_pairs(paths, tables, program, quarter))
    path = _only(kind, paths)
    match kind:
        case Kind.LIMITS:
            written = import_limits(path, tables, program, quarter)
        case Kind.ADD_ONS:
            written = import_add_ons(path, tables, quarter)
        case Kind.RELATIVE_VALUES:
            written = import_relative_values(path, tables, quarter, qualifying)
        case Kind.PAYMENTS:
            written = import_payment_amounts(path, tables, quarter, qualifying)
        case Kind.LOCALITIES:
            return record_file(import_localities(path, tables, quarter)).release
        case Kind.TELEHEALTH:
            written = import_telehealth(path, tables, starts)
        case Kind.ORDER_REFERRING:
            return record_file(import_order_referring(path, tables, starts)).release
        case Kind.HCPCS:
            written = import_hcpcs(path, tables, quarter)
        case Kind.REASONS | Kind.REMARKS | Kind.STATUSES:
            written = import_code_list(CodeList[kind.name], path, tables, starts)
        case Kind.PAYERS:
            written = import_payer_list(path, tables)
        case Kind.REGISTRY:
            written = import_registry(path, tables)
        case Kind.TAXONOMY:
            written = import_taxonomies(path, tables)
        case Kind.DIAGNOSES:
            return icd10cm.release_of(import_diagnoses(path, tables, starts))
    return read_release(written)


def _only(kind: Kind, paths: Sequence[Path]) -> Path:
    if len(paths) != 1:
        raise ImportFileError(f"{kind.value}: one file expected, {len(paths)} given")
    return paths[0]
