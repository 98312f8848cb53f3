"""The user's own lists: payers of a clearinghouse, providers of the national registry."""

from datetime import date
from pathlib import Path

import pytest
from cli_process import DAY, scrubber
from rule_cases import FOLDER

from scrubber.codes.npi_registry import Registered, registered
from scrubber.codes.order_referring import may_refer
from scrubber.codes.payer_list import is_listed
from scrubber.codes.record_file import record_file
from scrubber.therapy.catalogue import all_tables
from scrubber.therapy.importers import ImportFileError, Kind, import_table, kind_of
from scrubber.therapy.importers.order_referring import import_order_referring

PAYERS = "Clearinghouse list of 2026-02\nPayer Name,Payer ID,State\nA plan,60054,TX\nB,abc12,\n"
REGISTRY = (
    '"NPI","Entity Type Code","Replacement NPI","NPI Deactivation Date","NPI Reactivation Date"\n'
    '"1234567893","2","","",""\n'
    '"1003000126","","","06/30/2025",""\n'
    '"1679576722","1","","01/01/2024","05/01/2024"\n'
)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_list_of_payers_is_found_by_its_column(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    release = import_table(Kind.PAYERS, [written(tmp_path, "list.csv", PAYERS)], tables)
    assert (release.codes, bool(release.sha256)) == (2, True)
    assert is_listed("60054", tables) is True
    assert is_listed("ABC12 ", tables) is True
    assert is_listed("99999", tables) is False
    assert is_listed("99999", None) is None
    assert is_listed("99999", tmp_path) is None


def test_providers_of_the_registry(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    path = written(tmp_path, "npidata_pfile_20260101-20260107.csv", REGISTRY)
    assert kind_of(path) is Kind.REGISTRY
    import_table(Kind.REGISTRY, [path], tables)
    assert registered("1234567893", tables) == Registered("1234567893", "2", None, None)
    assert registered("1999999984", tables) is None
    names = {release.name for release in all_tables(tables)}
    assert "npi registry" in names
    assert "npi registry" not in {release.name for release in all_tables(None)}


@pytest.mark.parametrize(
    ("on", "active"),
    [
        (date(2023, 12, 31), True),
        (date(2024, 1, 1), False),
        (date(2024, 4, 30), False),
        (date(2024, 5, 1), True),
    ],
)
def test_a_number_is_active_before_it_was_deactivated_and_once_it_is_so_again(
    on: date, active: bool
) -> None:
    away = Registered("1679576722", "1", date(2024, 1, 1), date(2024, 5, 1))
    assert away.is_active(on) is active
    gone = Registered("1679576722", "1", date(2024, 1, 1), None)
    assert gone.is_active(on) is (on < date(2024, 1, 1))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Kind.PAYERS, "Name,State\nA,TX\n", "a header with these columns expected: payerid"),
        (Kind.PAYERS, "Payer ID\n", "at least 1 payers expected, 0 found"),
        (Kind.PAYERS, f"Payer ID\n{'9' * 81}\n", "row 2: a payer id expected"),
        (Kind.REGISTRY, "NPI,Entity Type Code\n", "a header with these columns"),
        (Kind.REGISTRY, REGISTRY.replace("1234567893", "1234567890"), "row 2: an NPI expected"),
        (Kind.REGISTRY, REGISTRY.replace('"2"', '"3"'), "row 2: entity type 1 or 2 expected"),
        (Kind.REGISTRY, REGISTRY.replace("06/30/2025", "30/06/2025"), "row 3: a date MM/DD/YYYY"),
    ],
)
def test_lists_that_cannot_be_read_are_refused(
    tmp_path: Path, kind: Kind, text: str, expected: str
) -> None:
    with pytest.raises(ImportFileError, match=expected):
        import_table(kind, [written(tmp_path, "list.csv", text)], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_a_list_goes_from_the_command_line_into_the_findings(tmp_path: Path) -> None:
    path = written(tmp_path, "list.csv", PAYERS)
    tables = tmp_path / "tables"
    done = scrubber("table", "import", path, "--kind", "payers", "--tables", tables)
    assert done.returncode == 0, done.stderr
    assert "Imported payer list" in done.stdout
    visit = FOLDER / "bases" / "unknown_payer_visit.837"
    told = scrubber("check", visit, "--output", "short", "--tables", tables, *DAY)
    assert "warn[S518] payer 99999 is not on the list of payers" in told.stdout


ORDERS = (
    "NPI,LAST_NAME,FIRST_NAME,PARTB,DME,HHA,PMD,HOSPICE\n"
    '1912301953,"DOE, JR",JANE,Y,Y,N,N,Y\n'
    "1003000126,ROE,RICHARD,N,Y,N,N,N\n"
    "1679576722,POE,EDGAR,N,N,N,N,N\n"
    "1679576722,POE,EDGAR,Y,N,N,N,N\n"
)


def test_who_may_order_and_refer_is_kept_without_names(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    path = written(tmp_path, "OrderReferring_20260219.csv", ORDERS)
    assert kind_of(path) is Kind.ORDER_REFERRING
    release = record_file(import_order_referring(path, tables, least_rows=4)).release
    assert (release.codes, release.release, release.as_of) == (3, "2026-02-19", date(2026, 2, 19))
    numbers = ("1912301953", "1003000126", "1679576722", "1234567893")
    assert [may_refer(one, tables) for one in numbers] == [True, False, True, None]
    assert may_refer("1912301953", None) is None
    held = (tables / "order_referring.txt").read_text()
    assert not any(name in held for name in ("DOE", "JANE", "ROE", "EDGAR"))
    assert "order and referring" in {one.name for one in all_tables(tables)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Order and Referring_2026-07-17.csv", Kind.ORDER_REFERRING),
        ("order_referring.csv", Kind.ORDER_REFERRING),
        ("icd10cm_order_2026.txt", Kind.DIAGNOSES),
    ],
)
def test_orders_are_told_from_order_files(name: str, kind: Kind) -> None:
    assert kind_of(Path(name)) is kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NPI,PARTB\n1912301953,Y\n", "a header with these columns expected: npi, partb, dme"),
        (ORDERS.replace("1003000126", "1003000127"), "row 3: an NPI expected"),
        (ORDERS.replace(",Y,Y,N,N,Y", ",Y,Y,N,N,X"), "row 2: Y or N for each of PARTB, DME"),
        (ORDERS.replace(",Y,Y,N,N,Y", ",Y,Y,N,N"), "row 2: Y or N for each"),
        (ORDERS.splitlines()[0] + "\n", "at least 1,000,000 providers expected, 0 found"),
        (ORDERS, "at least 1,000,000 providers expected, 4 found"),
    ],
)
def test_orders_that_cannot_be_read_are_refused(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, "OrderReferring_20260219.csv", text)
    with pytest.raises(ImportFileError, match=expected):
        import_table(Kind.ORDER_REFERRING, [path], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_a_day_that_no_name_tells_is_given(tmp_path: Path) -> None:
    path = written(tmp_path, "providers_20269999.csv", ORDERS)
    release = record_file(import_order_referring(path, tmp_path, least_rows=4)).release
    assert (release.as_of, release.release) == (None, "providers_20269999.csv")
    given = date(2026, 3, 1)
    other = tmp_path / "other"
    release = record_file(import_order_referring(path, other, given, least_rows=4)).release
    assert release.as_of == given
