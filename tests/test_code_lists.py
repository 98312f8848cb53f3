"""Code lists of X12 and the quarterly HCPCS file: codes and days, from files of the user's."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from cli_process import scrubber
from rule_cases import FOLDER, PROFILES, all_findings
from test_therapy_importers import workbook
from test_user_lists import written

from scrubber.codes import code_list, hcpcs
from scrubber.codes.code_list import CodeList, doubt
from scrubber.codes.hcpcs import Dated
from scrubber.engine import Context, scrub
from scrubber.rules.pages import status_codes
from scrubber.therapy.catalogue import all_tables
from scrubber.therapy.importers import ImportFileError, Kind, import_table, kind_of

DAY = date(2026, 3, 2)
REASONS = "Code,Description,Start,Stop\n16,words,01/01/1995,\n63,words,01/01/1995,10/16/2003\n"


def test_codes_of_a_list_with_their_days(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    path = written(tmp_path, "carc_2026-03-01.csv", REASONS)
    assert kind_of(path) is Kind.REASONS
    release = import_table(Kind.REASONS, [path], tables)
    assert (release.codes, release.as_of) == (2, date(2026, 3, 1))
    words = {
        ("16", DAY): "",
        ("63", date(2003, 10, 16)): "",
        ("63", date(2003, 10, 17)): "adjustment reason 63 stopped on 2003-10-16",
        ("16", date(1994, 12, 31)): "adjustment reason 16 was not in effect before 1995-01-01",
        ("999", DAY): "adjustment reason 999 is not in the imported list",
    }
    assert {key: doubt(CodeList.REASONS, *key, tables) for key in words} == words
    assert doubt(CodeList.REASONS, "999", DAY, None) == ""
    assert doubt(CodeList.REMARKS, "N999", DAY, tables) == "", "another list"
    assert "words" not in (tables / "carc.csv").read_text()
    listed = [one for one in all_tables(tables) if one.name == "adjustment reasons"]
    assert [one.sha256 == release.sha256 for one in listed] == [True]


def test_statuses_of_our_277ca_that_the_imported_list_lacks_are_named(tmp_path: Path) -> None:
    codes = [code for code in status_codes() if code != "187"]
    rows = "".join(f"{code},,{'2003-10-16' if code == '178' else ''}\n" for code in codes)
    path = written(tmp_path, "claim_status_codes_2026-03-01.csv", f"code,start,stop\n{rows}")
    done = scrubber("table", "import", path, "--tables", tmp_path / "tables")
    assert done.returncode == 0
    missing, stopped = sorted(done.stderr.splitlines())
    assert missing.startswith("Warning: our 277CA names 178 for S2")
    assert missing.endswith("claim status code 178 stopped on 2003-10-16")
    assert stopped.endswith("claim status code 187 is not in the imported list")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rarc.csv", Kind.REMARKS),
        ("remittance-advice-remark-codes.xlsx", Kind.REMARKS),
        ("claim_status_codes.csv", Kind.STATUSES),
        ("claim-adjustment-reason-codes.csv", Kind.REASONS),
        ("HCPC2026_JUL_ANWEB_06172026.txt", Kind.HCPCS),
        ("july-2026-alpha-numeric-hcpcs-file.zip", Kind.HCPCS),
    ],
)
def test_the_kind_is_in_the_name(name: str, kind: Kind) -> None:
    assert kind_of(Path(name)) is kind


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Kind.REASONS, "code,stop\n16,\n", "a header with these columns expected: code, start, st"),
        (Kind.REASONS, "code,start,stop\nN16,,\n", "row 2: a code of the form of adjustment reas"),
        (Kind.REMARKS, "code,start,stop\n16,,\n", "row 2: a code of the form of remark codes"),
        (Kind.STATUSES, "code,start,stop\nA7,,\n", "row 2: a code of the form of claim status"),
        (Kind.REMARKS, "code,start,stop\nN1,tomorrow,\n", "row 2: a date MM/DD/YYYY expected"),
        (Kind.REMARKS, "code,start,stop\n,,\n", "at least 1 codes expected, 0 found"),
    ],
)
def test_lists_that_cannot_be_read_are_refused(
    tmp_path: Path, kind: Kind, text: str, expected: str
) -> None:
    path = written(tmp_path, "list.csv", text)
    with pytest.raises(ImportFileError, match=expected):
        import_table(kind, [path], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def hcpcs_line(code: str, kind: str = "3", added: str = "20030101", ended: str = "") -> str:
    """A line of CMS' file; nothing after the action code, as on the disk."""
    text = f"{code:<5}{'00100'}{kind}{'words':80}{'short':28}"
    return f"{text:268}{added:8}{'20260101'}{ended:8}N"


LINES = (
    hcpcs_line("G0281", ended="20260331"),
    hcpcs_line("G0281", kind="4"),
    hcpcs_line("G0283"),
    hcpcs_line("A9999", added="20260401"),
    hcpcs_line("   GP", kind="7"),
)
SHEET = (
    ("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "ADD DT", "ACT EFF DT", "TERM DT"),
    ("G0281", "00100", "3", "words", "20030101", "20260101", "20260331"),
    ("G0283", "00100", "3", "words", "20030101", "20260101", ""),
    ("A9999", "00100", "3", "words", "20260401", "", ""),
    ("GP", "00100", "7", "words", "20030101", "", ""),
)


@pytest.fixture(params=["archive", "text", "workbook"])
def tables(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    name = "HCPC2026_JAN_ANWEB_12292025"
    path = tmp_path / f"{name}.txt"
    if request.param == "workbook":
        path = workbook(tmp_path / f"{name}.xlsx", SHEET)
    elif request.param == "text":
        path.write_text("\r\n".join(LINES) + "\r\n")
    else:
        path = tmp_path / "january-2026-alpha-numeric-hcpcs-file.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}.txt", "\r\n".join(LINES))
            archive.writestr(f"{name}.xlsx", b"not read")
            archive.writestr("HCPC2026_JAN_ANWEB_Corrections.txt", "nothing")
            archive.writestr("HCPC2026_recordlayout.txt", "HCPCS Contractor Record")
    release = import_table(Kind.HCPCS, [path], tmp_path / "tables")
    assert (release.release, release.codes) == ("2026 quarter 1", 3)
    return tmp_path / "tables"


def test_codes_of_level_two_with_their_days(tables: Path) -> None:
    assert hcpcs.dated("G0281", tables) == Dated(date(2003, 1, 1), date(2026, 3, 31))
    assert hcpcs.dated("G0283", tables) == Dated(date(2003, 1, 1), None)
    assert hcpcs.dated("GP", tables) is None
    assert hcpcs.dated("G0283", None) is None
    held = (tables / "hcpcs.csv").read_text()
    assert "words" not in held and "short" not in held
    assert "HCPCS level II" in {one.name for one in all_tables(tables)}


def test_absence_tells_something_only_in_a_whole_release_of_the_day(
    tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not hcpcs.is_absent("G9999", DAY, tables), "three codes are no whole release"
    monkeypatch.setattr(hcpcs, "WHOLE", 3)
    absent = {
        ("G9999", DAY): True,
        ("G9999", date(2026, 4, 1)): False,
        ("G9999", date(2025, 12, 31)): False,
        ("G0283", DAY): False,
        ("D0120", DAY): False,
        ("99213", DAY): False,
    }
    assert {key: hcpcs.is_absent(*key, tables) for key in absent} == absent
    assert not hcpcs.is_absent("G9999", DAY, None)


VISIT = (FOLDER / "bases" / "medicare_visit.837").read_text(encoding="latin-1")


def said(code: str, day: str, tables: Path | None) -> list[tuple[str, str, str]]:
    text = VISIT.replace("97530:GP", f"{code}:GP").replace("20260210", day)
    result = scrub(text.encode(), Context(date(2026, 6, 2), PROFILES, tables=tables))
    assert not [claim.not_checked for claim in result.claims if claim.not_checked]
    found = [one for one in all_findings(result) if one.code in ("S604", "S546")]
    return [(one.code, one.severity.value, one.message) for one in found]


def test_days_of_the_file_take_the_place_of_our_own(tables: Path) -> None:
    assert said("G0281", "20260401", None) == []
    assert said("G0281", "20260331", tables) == []
    ((code, severity, message),) = said("G0281", "20260401", tables)
    assert (code, severity) == ("S604", "reject")
    assert message.startswith("G0281 was deleted, its last day was 2026-03-31")
    assert said("G0283", "20260401", tables) == []


def test_codes_that_are_not_of_therapy_have_their_days_too(tables: Path) -> None:
    assert [one[:2] for one in said("A9999", "20260210", None)] == [("S546", "info")]
    assert [one[:2] for one in said("A9999", "20260210", tables)] == [("S604", "reject")]
    assert said("A9999", "20260401", tables) == []


def test_a_code_that_a_whole_release_does_not_have_may_be_mistyped(
    tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [one[:2] for one in said("G9999", "20260210", tables)] == [("S546", "info")]
    monkeypatch.setattr(hcpcs, "WHOLE", 3)
    ((_, severity, message),) = said("G9999", "20260210", tables)
    assert (severity, message) == ("warn", "G9999 is not in HCPCS of 2026 quarter 1: mistyped?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HCPCS contractor record\n", "row 1: a kind of record 3, 4, 7 or 8 in column 11"),
        (hcpcs_line("97110"), "row 1: a code of a letter and four digits"),
        (hcpcs_line("G0283", added="20261301"), "row 1: days YYYYMMDD"),
        (hcpcs_line("   GP", kind="7"), "at least 1 codes expected, 0 found"),
    ],
)
def test_hcpcs_files_that_cannot_be_read_are_refused(
    tmp_path: Path, text: str, expected: str
) -> None:
    path = written(tmp_path, "HCPC2026_JAN_ANWEB.txt", text)
    with pytest.raises(ImportFileError, match=expected):
        import_table(Kind.HCPCS, [path], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_a_release_of_code_lists_is_that_of_the_table_in_use() -> None:
    assert code_list.release(CodeList.REASONS, None) is None
    assert hcpcs.release(None) is None
