"""Which official files the tables of a day come from, under which names, and what is loaded.

Names follow the series of their publishers as seen in 2025 and 2026; a publisher may add words,
such as "updated" and a date.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from scrubber.codes import icd10cm
from scrubber.codes.quarter import quarter_with
from scrubber.codes.table_file import Release
from scrubber.therapy.catalogue import all_tables
from scrubber.therapy.importers.quarter import VERSION_ZERO

CMS = "https://www.cms.gov/"
CODING, NCCI = f"{CMS}medicare/coding-billing/", "national-correct-coding-initiative-ncci-edits/"
PHYSICIAN = f"{CMS}medicare/payment/fee-schedules/physician/"
ENROLLMENT = "https://data.cms.gov/provider-characteristics/medicare-provider-supplier-enrollment/"
MONTHS = ("january", "april", "july", "october")
FRESH = timedelta(days=31)
"""How old the list of who may order and refer may be; it comes out twice a week."""


class WantedFile(NamedTuple):
    """A file that a table is imported from. `kind` is the word of --kind and `table` the name of
    the table; `first_day` is that of the release that services of the day need."""

    kind: str
    table: str
    first_day: date
    files: tuple[str, ...]
    page: str
    address: str


class State(Enum):
    """How a table stands; the values are words for people."""

    CURRENT = "current"
    STALE = "out of date"
    NOT_LOADED = "not imported"


class TableState(NamedTuple):
    """A file that is wanted, and the table in use, None where there is none."""

    wanted: WantedFile
    loaded: Release | None
    state: State

    def as_record(self) -> dict[str, Any]:
        """For programs."""
        wanted, loaded = self.wanted, self.loaded
        return {
            "table": wanted.table,
            "kind": wanted.kind,
            "state": self.state.value,
            "files": list(wanted.files),
            "page": wanted.page,
            "address": wanted.address,
            "first_day": wanted.first_day.isoformat(),
            "release": loaded.release if loaded is not None else None,
            "as_of": loaded.as_of.isoformat() if loaded is not None and loaded.as_of else None,
            "imported": loaded is not None and bool(loaded.sha256),
        }


def table_states(on: date, tables: Path | None) -> tuple[TableState, ...]:
    """What services of a day want, beside what is loaded. Raises TableError for a damaged table."""
    loaded = {release.name: release for release in all_tables(tables)}
    return tuple(
        TableState(wanted, loaded.get(wanted.table), _state(wanted, loaded, on, tables))
        for wanted in wanted_files(on)
    )


def wanted_files(on: date) -> tuple[WantedFile, ...]:
    """The files that services of a day want."""
    return (*_ncci(on), *_fee_schedule(on), *_code_sets(on), *_code_lists(on), *_providers(on))


def _state(wanted: WantedFile, loaded: dict[str, Release], on: date, tables: Path | None) -> State:
    release = loaded.get(wanted.table)
    if release is None:
        return State.NOT_LOADED
    if wanted.kind == "icd10cm":
        whole = (wanted.first_day, True) in icd10cm.diagnoses(tables).columns
        return State.CURRENT if whole else State.STALE
    begun = release.as_of is not None and release.as_of >= wanted.first_day
    lasting = release.through is not None and release.through >= on
    return State.CURRENT if begun or lasting else State.STALE


def _ncci(on: date) -> Iterator[WantedFile]:
    quarter = quarter_with(on)
    year, number, first_day = quarter.year, quarter.number, quarter.first_day
    version = f"v{year - VERSION_ZERO}{number - 1}"
    pairs = f"medicare-ncci-{year}q{number}-practitioner-ptp-edits-ccipra-{version}"
    yield WantedFile(
        "pairs", "NCCI pairs, Medicare", first_day,
        tuple(f"{pairs}r0-f{part}.zip" for part in range(1, 5)),
        "CMS, Medicare NCCI procedure to procedure (PTP) edits; the license of the AMA is asked",
        f"{CODING}{NCCI}medicare-ncci-procedure-procedure-ptp-edits",
    )  # fmt: skip
    yield WantedFile(
        "mue", "MUE, Medicare", first_day,
        (f"medicare-ncci-{year}-q{number}-practitioner-services-mue-table.zip",),
        "CMS, Medicare NCCI medically unlikely edits (MUEs)",
        f"{CODING}{NCCI}medicare-ncci-medically-unlikely-edits-mues",
    )  # fmt: skip
    yield WantedFile(
        "add-ons", "add-on codes", first_day,
        (f"medicare-ncci-{year}-q{number}-add-code-edits.zip",),
        "CMS, Medicare NCCI add-on code edits",
        f"{CODING}{NCCI}medicare-ncci-add-code-edits",
    )  # fmt: skip
    for kind, name, edits in (
        ("pairs", "NCCI pairs, Medicaid", "ptp"),
        ("mue", "MUE, Medicaid", "mue"),
    ):
        yield WantedFile(
            kind, name, first_day,
            (f"medicaid-ncci-q{number}-{year}-{edits}-edits-practitioner-services.zip",),
            "CMS, Medicaid NCCI edit files",
            f"{CODING}ncci-medicaid/medicaid-ncci-edit-files",
        )  # fmt: skip


def _fee_schedule(on: date) -> Iterator[WantedFile]:
    quarter = quarter_with(on)
    year, first_day = quarter.year, quarter.first_day
    letters = "abcd"[: quarter.number]
    zip5 = f"ZIP5_{MONTHS[quarter.number - 1][:3].upper()}{year}.txt"
    yield WantedFile(
        "rvu", "relative values", first_day, (f"rvu{year % 100}{letters[-1]}.zip",),
        "CMS, physician fee schedule, relative value files", f"{PHYSICIAN}pfs-relative-value-files",
    )  # fmt: skip
    yield WantedFile(
        "payments", "payment amounts", first_day,
        tuple(f"pfrev{year % 100}{letter}.zip" for letter in letters),
        "CMS, physician fee schedule, national payment amount file: the first holds every amount, "
        "the others what changed",
        f"{PHYSICIAN}national-payment-amount-file",
    )  # fmt: skip
    yield WantedFile(
        "localities", "ZIP code localities", first_day,
        (f"zip-code-carrier-locality-file.zip ({zip5})",),
        "CMS, fee schedules, general information: ZIP code to carrier locality file",
        f"{CMS}medicare/payment/fee-schedules",
    )  # fmt: skip
    yield WantedFile(
        "telehealth", "telehealth list, Medicare", date(year, 1, 1),
        (f"list-telehealth-services-calendar-year-{year}.zip",),
        "CMS, telehealth, list of services", f"{CMS}medicare/coverage/telehealth/list-services",
    )  # fmt: skip


def _code_sets(on: date) -> Iterator[WantedFile]:
    year = on.year + (on.month >= 10)
    is_april = 4 <= on.month < 10
    order = "code-descriptions-tabular-order.zip"
    yield WantedFile(
        "icd10cm", "ICD-10-CM", date(on.year, 4, 1) if is_april else date(year - 1, 10, 1),
        (f"april-1-{year}-{order}" if is_april else f"{year}-{order}",),
        "CMS, ICD-10 codes", f"{CODING}icd-10-codes",
    )  # fmt: skip
    quarter = quarter_with(on)
    yield WantedFile(
        "hcpcs", "HCPCS level II", quarter.first_day,
        (f"{MONTHS[quarter.number - 1]}-{on.year}-alpha-numeric-hcpcs-file.zip",),
        "CMS, HCPCS quarterly update",
        f"{CODING}healthcare-common-procedure-system/quarterly-update",
    )  # fmt: skip
    half = on.month >= 7
    yield WantedFile(
        "taxonomy", "taxonomy", date(on.year, 7 if half else 1, 1),
        (f"nucc_taxonomy_{on.year % 100}{int(half)}.csv",),
        "NUCC, health care provider taxonomy code set, CSV",
        "https://www.nucc.org/index.php/code-sets-mainmenu-41/provider-taxonomy-mainmenu-40",
    )  # fmt: skip


def _code_lists(on: date) -> Iterator[WantedFile]:
    published = [date(year, month, 1) for year in (on.year - 1, on.year) for month in (3, 7, 11)]
    first_day = max(day for day in published if day <= on)
    for kind, table, page in (
        ("carc", "adjustment reasons", "claim-adjustment-reason-codes"),
        ("rarc", "remark codes", "remittance-advice-remark-codes"),
        ("claim-status", "claim status codes", "claim-status-codes"),
    ):
        yield WantedFile(
            kind, table, first_day, (f"{kind}_{first_day}.csv, with code, start and stop",),
            f"X12, code lists, {page.replace('-', ' ')}; save the page's table as CSV",
            f"https://x12.org/codes/{page}",
        )  # fmt: skip


def _providers(on: date) -> Iterator[WantedFile]:
    yield WantedFile(
        "order-referring", "order and referring", on - FRESH,
        (f"OrderReferring_{on:%Y%m}DD.csv",),
        "CMS data, Medicare provider enrollment, order and referring",
        f"{ENROLLMENT}order-and-referring",
    )  # fmt: skip
