"""What Medicare pays in a locality, to the cent: payment amounts and ZIP code localities of CMS."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from cli_process import DAY as AS_OF
from cli_process import FIXTURES, scrubber
from rule_cases import FOLDER, PROFILES
from test_therapy_importers import workbook

from scrubber.codes import localities
from scrubber.codes.localities import locality
from scrubber.codes.quarter import Quarter
from scrubber.codes.table_file import TableError
from scrubber.engine import Context, scrub
from scrubber.engine.results import ClaimResult
from scrubber.therapy import payment_amounts
from scrubber.therapy.catalogue import all_tables
from scrubber.therapy.importers import (
    ImportFileError,
    Kind,
    import_table,
    kind_of,
    official_file,
)
from scrubber.therapy.unit_prices import UnitPrice

DAY = date(2026, 2, 10)
TEXAS, DALLAS = "0441299", "0441211"


def amount_row(
    code: str,
    full: str,
    reduced: str = "",
    where: str = TEXAS,
    modifier: str = "",
    status: str = "A",
    year: str = "2026",
) -> str:
    """A row of CMS' file: always therapy where it has a reduced amount."""
    mark = "5" if reduced else "0"
    cells = (
        year, where[:5], where[5:], code, f"{modifier:2}", full.zfill(10), full.zfill(10), " ",
        "0", status, mark, (reduced or "0.00").zfill(10), "0000000.00", "9", "0000000.00",
        "0000000.00",
    )  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


ROWS = (
    amount_row("97110", "28.10", "21.34"),
    amount_row("97112", "32.55", "24.01"),
    amount_row("97530", "35.27", "24.49"),
    amount_row("97110", "29.00", "22.00", DALLAS),
    amount_row("97110", "99.99", modifier="26"),
    amount_row("97010", "7.00", status="B"),
    amount_row("98980", "49.10"),
    amount_row("99203", "114.05"),
)
NOTICE = '"TRLCPT codes and descriptions only are copyright of the American Medical Association"'


def payments(folder: Path, rows: Sequence[str] = ROWS, name: str = "PFALL26AR.txt") -> Path:
    path = folder / name
    path.write_text("\r\n".join((*rows, NOTICE, "")))
    return path


def zip_line(zip_code: str, where: str, plus_four: str = "", split: bool = False) -> str:
    flag = "1" if split or plus_four else "0"
    line = f"TX{zip_code}{where}RZ9   {flag}{plus_four:4}"
    return f"{line:31}A".ljust(75) + "20261"


ZIP5 = (
    zip_line("75001", DALLAS),
    zip_line("76001", TEXAS, split=True),
    zip_line("01002", "1421299"),
)
ZIP9 = (zip_line("76001", DALLAS, "1234"), zip_line("76001", TEXAS, "5678"))


def zip_archive(folder: Path, name: str = "zip-code-carrier-locality-file.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ZIP5_JAN2026.txt", "\r\n".join(ZIP5) + "\r\n")
        archive.writestr("ZIP5lyout.txt", "Zip5 Record Layout")
        archive.writestr("ZIP9_JAN2026.txt", "\r\n".join(ZIP9) + "\r\n")
        archive.writestr("ZIP9lyout.txt", "Zip9 Record Layout")
    return path


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("payments")
    import_table(Kind.PAYMENTS, [payments(folder)], folder / "tables")
    import_table(Kind.LOCALITIES, [zip_archive(folder)], folder / "tables")
    return folder / "tables"


def price(code: str, where: str, on: date, tables: Path) -> UnitPrice | None:
    return payment_amounts.unit_price(code, where, on, tables)


def test_amounts_of_therapy_codes_by_locality(tables: Path) -> None:
    assert price("97110", TEXAS, DAY, tables) == (Decimal("28.10"), Decimal("13.52"))
    assert price("97110", DALLAS, DAY, tables) == (Decimal("29.00"), Decimal("14.00"))
    assert price("98980", TEXAS, DAY, tables) == (Decimal("49.10"), Decimal(0))
    assert price("97112", DALLAS, DAY, tables) is None
    assert price("97010", TEXAS, DAY, tables) is None, "a status that is not paid"
    assert price("99203", TEXAS, DAY, tables) is None, "no code of therapy"
    assert price("97110", TEXAS, date(2025, 12, 31), tables) is None
    assert price("97110", TEXAS, date(2027, 1, 1), tables) is None
    names = {release.name for release in all_tables(tables)}
    assert {"payment amounts", "ZIP code localities"} <= names


def test_the_sample_of_the_layout_is_read(tmp_path: Path) -> None:
    path = FIXTURES / "tables" / "PFALL26AR.txt"
    assert kind_of(path) is Kind.PAYMENTS
    release = import_table(Kind.PAYMENTS, [path], tmp_path)
    assert (release.release, release.through) == ("2026 quarter 1", date(2026, 3, 31))
    assert price("97110", "1011200", DAY, tmp_path) == (Decimal("28.10"), Decimal("16.20"))


def test_changes_of_a_quarter_leave_the_rest_as_it_was(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    changed = [amount_row("97110", "30.00", "23.00"), amount_row("97530", "0.00", status="C")]
    import_table(Kind.PAYMENTS, [payments(tmp_path, changed, "PFREV26C.txt")], tables)
    assert not payment_amounts.has_locality(TEXAS, date(2026, 7, 1), tables), "changes alone"
    other = tmp_path / "other"
    for rows, name in ((changed, "PFREV26C.txt"), (ROWS, "PFALL26AR.txt")):
        import_table(Kind.PAYMENTS, [payments(tmp_path, rows, name)], other)
    before, after = date(2026, 6, 30), date(2026, 7, 1)
    full = {
        (code, on): found.full if (found := price(code, TEXAS, on, other)) else None
        for code in ("97110", "97112", "97530")
        for on in (before, after)
    }
    assert full == {
        ("97110", before): Decimal("28.10"),
        ("97110", after): Decimal("30.00"),
        ("97112", before): Decimal("32.55"),
        ("97112", after): Decimal("32.55"),
        ("97530", before): Decimal("35.27"),
        ("97530", after): None,
    }
    release = payment_amounts.release(other)
    assert release is not None and release.release == "2026 quarter 1, 2026 quarter 3"


def test_the_archive_inside_the_archive_is_read_as_cms_ships_it(tmp_path: Path) -> None:
    path = tmp_path / "pfrev26a-updated-12-29-2025.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for who, rows in (("nonQP", ROWS), ("QP", [amount_row("97110", "28.24", "21.45")])):
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as nested:
                nested.writestr("PFALL26AR.txt", "\r\n".join((*rows, NOTICE, "")))
                nested.writestr("PF26PAR.pdf", b"")
            archive.writestr(f"PFREV26A \\PFREV26AR_{who}.zip", inner.getvalue())
    assert kind_of(path) is Kind.PAYMENTS
    for qualifying, full, words in ((False, "28.10", "outside"), (True, "28.24", "clinicians in")):
        tables = tmp_path / str(qualifying)
        release = import_table(Kind.PAYMENTS, [path], tables, qualifying=qualifying)
        found = price("97110", TEXAS, DAY, tables)
        assert found is not None and found.full == Decimal(full)
        assert words in release.note


def nested(depth: int) -> bytes:
    content, name = "\r\n".join((*ROWS, NOTICE, "")).encode(), "PFALL26AR.txt"
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, content)
        content, name = out.getvalue(), "PFREV26A.zip"
    return content


def test_an_archive_is_looked_into_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "PFREV26A.zip"
    path.write_bytes(nested(3))
    with pytest.raises(ImportFileError, match="no text, CSV or XLSX file of this kind inside"):
        import_table(Kind.PAYMENTS, [path], tmp_path / "tables")
    path.write_bytes(nested(2))
    monkeypatch.setattr(official_file, "MOST_BYTES_OF_AN_ARCHIVE", 100)
    with pytest.raises(ImportFileError, match="unpacks to more than is allowed"):
        import_table(Kind.PAYMENTS, [path], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


BAD_AMOUNTS = [
    ([amount_row("97110", "28.10", "29.00")], "row 1: a reduced amount that is no more"),
    ([amount_row("97110", "28,10")], "row 1: a carrier, a locality, an amount"),
    ([amount_row("97110", "28.10", where="TX00000")], "row 1: a carrier, a locality, an amount"),
    ([amount_row("97110", "28.10", year="2025")], "row 1: an amount of 2026"),
    (["HCPCS,AMOUNT"], "row 1: an amount of 2026"),
    ([amount_row("99203", "114.05")], "at least 1 amounts of therapy codes expected, 0 found"),
]


@pytest.mark.parametrize(("rows", "expected"), BAD_AMOUNTS)
def test_amounts_that_cannot_be_read_are_refused(
    tmp_path: Path, rows: Sequence[str], expected: str
) -> None:
    with pytest.raises(ImportFileError, match=expected):
        import_table(Kind.PAYMENTS, [payments(tmp_path, rows)], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    ("zip_code", "expected"),
    [
        ("75001", DALLAS),
        ("750019999", DALLAS),
        ("01002", "1421299"),
        ("760011234", DALLAS),
        ("760015678", TEXAS),
        ("760019999", TEXAS),
        ("76001", ""),
        ("99999", ""),
        ("7500", ""),
        ("", ""),
    ],
)
def test_the_locality_of_a_place(tables: Path, zip_code: str, expected: str) -> None:
    assert locality(zip_code, DAY, tables) == expected
    assert locality(zip_code, DAY, None) == ""


HEAD = ("STATE", "ZIP CODE", "CARRIER", "LOCALITY", "RURAL IND", "LAB CB", "PLUS 4 FLAG")
SHEET = (
    ("ZIP code to carrier locality",),
    HEAD,
    ("TX", "75001", DALLAS[:5], DALLAS[5:], "", "Z9", "0"),
    ("MA", "1002", "14212", "99", "", "Z9", "0"),
    ("TX", "76001", "4412", "99", "", "Z9", "1"),
)


def test_the_sheet_of_five_digits_does_not_tell_what_four_more_decide(tmp_path: Path) -> None:
    path = workbook(tmp_path / "zipcarrier_2026_final_locality_ZIP5_JAN2026.xlsx", SHEET)
    assert kind_of(path) is Kind.LOCALITIES
    release = import_table(Kind.LOCALITIES, [path], tmp_path / "tables")
    assert (release.release, release.codes) == ("2026 quarter 1", 3)
    assert "import the archive" in release.note
    found = [locality(one, DAY, tmp_path / "tables") for one in ("75001", "01002", "760015678")]
    assert found == [DALLAS, "1421299", ""]


def test_each_quarter_has_its_own_localities(tmp_path: Path) -> None:
    for quarter, where in ((1, DALLAS), (3, TEXAS)):
        path = tmp_path / "ZIP5.txt"
        path.write_text(zip_line("75001", where))
        import_table(Kind.LOCALITIES, [path], tmp_path / "t", quarter=Quarter(2026, quarter))
    days = (date(2025, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [locality("75001", on, tmp_path / "t") for on in days] == [DALLAS, DALLAS, TEXAS]
    listed = [one.release for one in localities.releases(tmp_path / "t")]
    assert listed == ["2026 quarter 1", "2026 quarter 3"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("ZIP5_JAN2026.txt", "no line of the layout\n", "row 1: a ZIP code, a carrier and a"),
        ("ZIP5_JAN2026.txt", "\n", "at least 1 ZIP codes expected, 0 found"),
        ("ZIP5_JAN2026.csv", "ZIP,LOCALITY\n75001,11\n", "a header with these columns expected"),
        ("ZIP5.txt", ZIP5[0], "no quarter in the name"),
    ],
)
def test_localities_that_cannot_be_read_are_refused(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ImportFileError, match=expected):
        import_table(Kind.LOCALITIES, [tmp_path / name], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# name: x\n", "no line for widths"),
        ("# widths: 9 eight\n", "no line for widths"),
        ("# widths: 9 8\n75001    0441211 \n7500", "records of 18 bytes expected"),
        ("# widths: 9 8\n75001    0441211 x76001    0441299 \n", "records of 18 bytes expected"),
        ("", "cannot be read"),
    ],
)
def test_a_damaged_table_is_told(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "zip_localities_2026-01-01.txt").write_text(text)
    with pytest.raises(TableError, match=expected):
        all_tables(tmp_path)


VISIT = (FOLDER / "bases" / "medicare_visit.837").read_text(encoding="latin-1")
WRONG = VISIT.replace("CLM*PCN001*250*", "CLM*PCN001*251*")
BILLING, PATIENT = "N4*MIAMI*FL*331010001", "N4*MIAMI*FL*33101~"
IN_TEXAS, IN_DALLAS = "N4*AUSTIN*TX*760015678", "N4*DALLAS*TX*750010001"
FACILITY = f"NM1*77*2*A FACILITY*****XX*1234567893~\nN3*1 STREET~\n{IN_DALLAS}~\nLX*1~"
OF_TEXAS = ("42.68", "48.02", "35.27")
NATIONAL = ("58.12", None, None)


def claim_of(text: str, tables: Path | None) -> ClaimResult:
    (claim,) = scrub(text.encode(), Context(date(2026, 3, 2), PROFILES, tables=tables)).claims
    return claim


def dollars(texts: Sequence[str | None]) -> tuple[Decimal | None, ...]:
    return tuple(Decimal(text) if text is not None else None for text in texts)


def test_expected_amounts_are_those_of_the_billing_place_after_the_reduction(tables: Path) -> None:
    claim = claim_of(WRONG.replace(BILLING, IN_TEXAS), tables)
    # 97530 has the highest practice expense: it is paid in full, the other units with half of it.
    assert claim.expected == dollars(OF_TEXAS)
    assert claim.locality == TEXAS


def test_a_service_facility_is_the_place(tables: Path) -> None:
    text = WRONG.replace(BILLING, IN_TEXAS).replace("LX*1~", FACILITY)
    claim = claim_of(text, tables)
    assert claim.locality == DALLAS
    # No other code than 97110 has an amount there: one unit in full, one reduced.
    assert claim.expected == dollars(("51.00", None, None))


def test_at_home_the_patient_is_the_place(tables: Path) -> None:
    text = WRONG.replace(BILLING, IN_TEXAS).replace(PATIENT, f"{IN_DALLAS}~")
    assert claim_of(text, tables).locality == TEXAS
    assert claim_of(text.replace("*11:B:1*", "*12:B:1*"), tables).locality == DALLAS


@pytest.mark.parametrize("zip_code", ["331010001", "76001", "99999"])
def test_without_a_locality_amounts_are_national(tables: Path, zip_code: str) -> None:
    claim = claim_of(WRONG.replace(BILLING, f"N4*MIAMI*FL*{zip_code}"), tables)
    assert (claim.expected, claim.locality) == (dollars(NATIONAL), "")


def test_without_tables_amounts_are_national() -> None:
    claim = claim_of(WRONG.replace(BILLING, IN_TEXAS), None)
    assert (claim.expected, claim.locality) == (dollars(NATIONAL), "")


def test_each_day_has_a_unit_in_full(tables: Path) -> None:
    text = WRONG.replace(BILLING, IN_TEXAS)
    before, last = text.rsplit("DTP*472*D8*20260210", 1)
    claim = claim_of(f"{before}DTP*472*D8*20260211{last}", tables)
    assert claim.expected == dollars(("42.68", "56.56", "35.27"))


def test_an_assistant_is_paid_85_percent_of_the_reduced_amount(tables: Path) -> None:
    text = WRONG.replace(BILLING, IN_TEXAS).replace("97112:GP*", "97112:GP:CQ*")
    assert claim_of(text, tables).expected == dollars(("42.68", "40.82", "35.27"))


def test_the_report_says_whose_amounts_they_are(tables: Path, tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_text(WRONG.replace(BILLING, IN_TEXAS))
    done = scrubber("scrub", claims, "--out", tmp_path / "out", "--tables", tables, *AS_OF)
    assert "(amounts of the payment locality)" in done.stdout
    report = (tmp_path / "out" / "claims.report.json").read_text()
    assert f'"locality": "{TEXAS}"' in report
    done = scrubber("scrub", claims, "--out", tmp_path / "out", *AS_OF)
    assert "(national amounts)" in done.stdout
