"""Official files are imported as CMS, NCHS and NUCC publish them, or refused with the reason."""

import hashlib
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from scrubber.codes import icd10cm, taxonomy
from scrubber.codes.icd10cm import Standing
from scrubber.codes.quarter import Quarter
from scrubber.codes.table_file import TableError, read_release
from scrubber.codes.verdict import Verdict
from scrubber.therapy import ncci_limits
from scrubber.therapy.add_ons import add_on
from scrubber.therapy.importers import (
    ImportFileError,
    Kind,
    import_table,
    kind_of,
    program_of,
    spreadsheet,
)
from scrubber.therapy.importers.add_ons import import_add_ons
from scrubber.therapy.importers.diagnoses import import_diagnoses
from scrubber.therapy.importers.limits import import_limits
from scrubber.therapy.importers.pairs import import_pairs
from scrubber.therapy.importers.quarter import quarter_named
from scrubber.therapy.importers.taxonomies import import_taxonomies
from scrubber.therapy.importers.telehealth import import_telehealth
from scrubber.therapy.ncci_limits import limit
from scrubber.therapy.ncci_pairs import Program, pair_table
from scrubber.therapy.telehealth import is_known_year, telehealth_service

FIXTURES = Path(__file__).parents[1] / "fixtures"
IN_QUARTER = date(2026, 8, 3)

PAIR_ROWS = (
    ("97140", "97124", "", "20201001", "*", "0", "Mutually exclusive procedures"),
    ("97150", "97110", "*", "19960101", "20191231", "1", "More extensive procedure"),
    ("97150", "97110", "", "20201001", "*", "1", "More extensive procedure"),
    ("97530", "97116", "", "20201001", "20201001", "9", "Some new rationale"),
    ("10021", "10004", "", "20190101", "*", "0", "Mutually exclusive procedures"),
)
PAIR_HEAD = (
    "CPT only copyright American Medical Association.  All rights reserved.",
    "Column1/Column2 Edits",
    "\t\t*=in existence\tEffective\tDeletion\tModifier\t",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "Column 1\tColumn 2\t\t\t*=no data\t1=allowed\tPTP Edit Rationale",
    "\t\t\t\t\t9=not applicable\t",
)


def pair_text(rows: Sequence[Sequence[str]] = PAIR_ROWS) -> bytes:
    lines = (*PAIR_HEAD, *("\t".join(row) for row in rows), "")
    return "\r\n".join(lines).encode("latin-1")


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def workbook(path: Path, rows: Sequence[Sequence[str]], shared: bool = True) -> Path:
    """A minimal workbook; empty cells are left out, as spreadsheets do."""
    strings: list[str] = []
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, text in zip("ABCDEFGH", row, strict=False):
            if not text:
                continue
            place = f'r="{column}{number}"'
            if text.isdigit() and len(text) == 8:
                cells.append(f"<c {place}><v>{text}</v></c>")
            elif shared:
                strings.append(text)
                cells.append(f'<c {place} t="s"><v>{len(strings) - 1}</v></c>')
            else:
                cells.append(f'<c {place} t="inlineStr"><is><t>{escape(text)}</t></is></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", f"<workbook {space}/>")
        book.writestr("xl/sharedStrings.xml", f"<sst {space}>{items}</sst>")
        sheet = f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def some_pairs(paths: Sequence[Path], tables: Path, program: Program = Program.MEDICARE) -> Path:
    return import_pairs(paths, tables, program, least_rows=5, least_therapy_rows=4)


def check_pairs(tables: Path, program: Program = Program.MEDICARE) -> None:
    table = pair_table(program, tables)
    assert table is not None
    assert len(table) == 4
    pair = table.find("97124", "97140", IN_QUARTER)
    assert pair is not None
    assert (pair.column2, pair.indicator, pair.confirmed) == ("97124", 0, True)
    assert pair.reason == "mutually exclusive"
    assert table.find("97110", "97150", date(2019, 12, 31)) is not None
    assert table.find("97110", "97150", date(2020, 1, 1)) is None
    assert table.find("97116", "97530", date(2020, 10, 1)) is None
    assert table.find("10021", "10004", IN_QUARTER) is None
    assert table.release.release == "2026 quarter 3"
    assert (table.release.as_of, table.release.through) == (date(2026, 7, 1), date(2026, 9, 30))


def test_pairs_as_zipped_text_beside_a_workbook(tmp_path: Path) -> None:
    name = "medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f1.zip"
    path = zipped(tmp_path / name, f1__TXT=pair_text(), f1__xlsx=b"not read")
    some_pairs([path], tmp_path / "tables")
    check_pairs(tmp_path / "tables")
    table = pair_table(tables=tmp_path / "tables")
    assert table is not None
    assert table.release.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("shared", [True, False])
def test_pairs_as_workbook(tmp_path: Path, shared: bool) -> None:
    head = (("CPT only copyright",), ("Column1/Column2 Edits",), ("Column 1", "Column 2"))
    path = workbook(tmp_path / "ccipra-v322r0-f1.xlsx", (*head, *PAIR_ROWS), shared)
    some_pairs([path], tmp_path / "tables")
    check_pairs(tmp_path / "tables")


def test_pairs_in_parts(tmp_path: Path) -> None:
    paths = [tmp_path / f"ccipra-v322r0-f{part}.TXT" for part in (1, 2)]
    paths[0].write_bytes(pair_text(PAIR_ROWS[:2]))
    paths[1].write_bytes(pair_text(PAIR_ROWS[2:]))
    some_pairs(paths, tmp_path / "tables")
    check_pairs(tmp_path / "tables")


def test_pairs_of_medicaid_have_a_column_less(tmp_path: Path) -> None:
    rows = [(*row[:2], *row[3:]) for row in PAIR_ROWS]
    path = tmp_path / "medicaid-ncci-q3-2026-ptp-edits-practitioner-services.txt"
    path.write_bytes(pair_text(rows))
    some_pairs([path], tmp_path / "tables", Program.MEDICAID)
    check_pairs(tmp_path / "tables", Program.MEDICAID)
    assert pair_table(Program.MEDICAID) is None


BAD_PAIRS = [
    ((("97140", "97124", "", "20201301", "*", "0", ""),), "row 7: a date YYYYMMDD in column 4"),
    ((("97140", "97124", "", "20201001", "soon", "0", ""),), "row 7: a date YYYYMMDD in column 5"),
    ((("97140", "97124", "", "20201001", "*", "2", ""),), "row 7: a modifier indicator 0, 1 or 9"),
    ((PAIR_ROWS[0], ("97140", "9712", "", "", "", "", "")), "row 8: two procedure codes"),
    ((), "at least 5 rows expected, 0 found; give all parts"),
    (PAIR_ROWS[:1] * 3, "at least 5 rows expected, 3 found"),
    (PAIR_ROWS[4:] * 6, "at least 4 therapy pairs expected, 0 found"),
]


@pytest.mark.parametrize(("rows", "expected"), BAD_PAIRS)
def test_pairs_that_cannot_be_read_are_refused_and_nothing_is_written(
    tmp_path: Path, rows: Sequence[Sequence[str]], expected: str
) -> None:
    path = tmp_path / "ccipra-v322r0-f1.TXT"
    path.write_bytes(pair_text(rows))
    with pytest.raises(ImportFileError, match=expected):
        some_pairs([path], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    paths = [tmp_path / f"ccipra-v322r0-f{part}.TXT" for part in (1, 3)]
    with pytest.raises(ImportFileError, match="all parts from f1 on expected together, f1, f3"):
        some_pairs(paths, tmp_path)


def test_a_name_without_a_quarter_needs_one_given(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_bytes(pair_text())
    with pytest.raises(ImportFileError, match="no quarter in the name"):
        some_pairs([path], tmp_path / "tables")
    quarter = Quarter(2026, 3)
    import_pairs([path], tmp_path / "tables", Program.MEDICARE, quarter, 5, 4)
    check_pairs(tmp_path / "tables")


QUARTERS = [
    ("medicare-ncci-2026q3-practitioner.zip", Quarter(2026, 3)),
    ("medicare-ncci-2026-q3-practitioner-services-mue-table.zip", Quarter(2026, 3)),
    ("medicaid-ncci-q1-2026-ptp-edits.zip", Quarter(2026, 1)),
    ("ccipra-v322r0-f1.TXT", Quarter(2026, 3)),
    ("ccipra-v302r0-f4.TXT", Quarter(2024, 3)),
    ("ccipra-v313r0.TXT", Quarter(2025, 4)),
    ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", Quarter(2026, 3)),
    ("AOC_V2026Q2-F-MCR.txt", Quarter(2026, 2)),
    ("pairs.txt", None),
]


@pytest.mark.parametrize(("name", "expected"), QUARTERS)
def test_the_quarter_is_in_the_name(name: str, expected: Quarter | None) -> None:
    assert quarter_named([name]) == expected


def test_a_quarter_has_its_first_and_last_day() -> None:
    assert Quarter(2026, 4).first_day == date(2026, 10, 1)
    assert Quarter(2026, 4).last_day == date(2026, 12, 31)
    assert Quarter(2024, 1).last_day == date(2024, 3, 31)


MUE_NAME = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
MUE_HEAD = (
    '"CPT codes are copyright of the AMA,\r\nall ""rights"" reserved",,,\r\n'
    '"HCPCS/\nCPT Code",Practitioner Services MUE Values,'
    "MUE Adjudication Indicator,MUE Rationale\r\n"
)
MUE_ROWS = (
    "97110,7,3 Date of Service Edit: Clinical,Clinical: Data\r\n"
    "97161,1,2 Date of Service Edit: Policy,CMS Policy\r\n"
    "0001A,1,1 Line Edit,Nature of Service/Procedure\r\n"
)


def test_limits_of_medicare(tmp_path: Path) -> None:
    path = tmp_path / "mue.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MUE_NAME, (MUE_HEAD + MUE_ROWS).encode("latin-1"))
    import_limits(path, tmp_path / "tables", Program.MEDICARE, least_rows=3)
    found = limit("97110", IN_QUARTER, tables=tmp_path / "tables")
    assert found is not None
    assert (found.units, found.adjudication, found.release) == (7, 3, "2026 quarter 3")
    assert not found.is_older_than(date(2026, 9, 30))
    assert found.is_older_than(date(2026, 10, 1))
    assert limit("97112", IN_QUARTER, tables=tmp_path / "tables") is None


def test_each_quarter_has_its_own_limits(tmp_path: Path) -> None:
    quarters = {"07-01": "97110,7", "01-01": "97110,8", "10-01": "97112,9"}
    for day, limited in quarters.items():
        path = tmp_path / f"MCR_MUE_PractitionerServices_Eff_{day}-2026.csv"
        path.write_text(MUE_HEAD + MUE_ROWS.replace("97110,7", limited))
        import_limits(path, tmp_path / "tables", Program.MEDICARE, least_rows=3)
    days = [date(2025, 12, 31), date(2026, 6, 30), IN_QUARTER, date(2026, 10, 1)]
    found = [limit("97110", day, tables=tmp_path / "tables") for day in days]
    units = [(one.units, one.release) if one is not None else None for one in found]
    first = (8, "2026 quarter 1")
    assert units == [first, first, (7, "2026 quarter 3"), None]
    release = ncci_limits.release(tables=tmp_path / "tables")
    assert release.release == "2026 quarter 1, 2026 quarter 3, 2026 quarter 4"
    assert release.through == date(2026, 12, 31)


def test_limits_of_medicaid_have_no_adjudication(tmp_path: Path) -> None:
    path = tmp_path / "medicaid-ncci-q1-2026-mue-practitioner.txt"
    notices = "".join(f"notice {number}\r\n" for number in range(8))
    path.write_text(
        notices + "HCPCS/CPT Code\tMUE Values\tMUE Rationale\r\n97110\t6\tClinical: Data\r\n"
    )
    import_limits(path, tmp_path / "tables", Program.MEDICAID, least_rows=1)
    found = limit("97110", IN_QUARTER, Program.MEDICAID, tmp_path / "tables")
    assert found is not None
    assert (found.units, found.adjudication) == (6, None)


BAD_LIMITS = [
    ("97110,7,Clinical,\r\n", "adjudication indicator 1, 2 or 3"),
    ("97110,7,3 Date,\r\n97110,6,3 Date,\r\n", "each code once"),
    ("97110,7,3 Date,\r\n97112,many,3 Date,\r\n", "a whole number of units"),
    ("97110,7,3 Date,\r\n", "at least 3 rows expected, 1 found"),
]


@pytest.mark.parametrize(("rows", "expected"), BAD_LIMITS)
def test_limits_that_cannot_be_read_are_refused(tmp_path: Path, rows: str, expected: str) -> None:
    path = tmp_path / MUE_NAME
    path.write_text(MUE_HEAD + rows)
    with pytest.raises(ImportFileError, match=expected):
        import_limits(path, tmp_path / "tables", Program.MEDICARE, least_rows=3)
    assert not (tmp_path / "tables").exists()


AOC = (
    "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\t"
    "AOC_Edit_DelDT\tSpecial_Instruction_Notes\r\n"
    "1\t97130\t\t97129\t\t2020001\t\t\r\n"
    "1\t97546\t\t97545\t\t2013001\t2025366\t\r\n"
    "3\t97598\t\t97597\t\t2013001\t\t\r\n"
    "2\t97608\t\tCCCCC\t\t2013001\t\tContractor Defined Primary Codes\r\n"
    "1\t10004\t\t10021\t\t2019001\t\t\r\n"
)


def test_add_ons(tmp_path: Path) -> None:
    path = tmp_path / "AOC_V2026Q3-F-MCR.txt"
    path.write_text(AOC)
    tables = tmp_path / "tables"
    import_add_ons(path, tables, least_rows=5)
    cognitive = add_on("97130", IN_QUARTER, tables)
    assert cognitive is not None
    assert (cognitive.primaries, cognitive.contractor_decides) == (("97129",), False)
    assert add_on("97130", date(2019, 12, 31), tables) is None
    assert add_on("97546", IN_QUARTER, tables) is None
    debridement = add_on("97598", IN_QUARTER, tables)
    assert debridement is not None and debridement.contractor_decides
    contractor = add_on("97608", IN_QUARTER, tables)
    assert contractor is not None
    assert (contractor.primaries, contractor.contractor_decides) == ((), True)
    assert add_on("98981", IN_QUARTER, tables) is None


def test_add_ons_come_from_the_code_table_until_a_file_is_imported() -> None:
    shipped = add_on("98981", IN_QUARTER)
    assert shipped is not None and shipped.primaries == ("98980",)
    assert add_on("97110", IN_QUARTER) is None


def test_add_ons_with_another_kind_of_date_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "AOC_V2026Q3-F-MCR.txt"
    path.write_text(AOC.replace("2020001", "20200101"))
    with pytest.raises(ImportFileError, match="row 2: a date YYYYDDD in column 6"):
        import_add_ons(path, tmp_path / "tables", least_rows=5)


def order_line(number: int, code: str, mark: int, title: str = 'Title, with "quotes"') -> str:
    return f"{number:05} {code:<7} {mark} {title:<60} {title}\r\n"


ORDER = order_line(1, "M25", 0) + order_line(2, "M25511", 1) + order_line(3, "QZ9", 1)


def test_diagnoses_are_added_to_the_table_in_use(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "2028-code-descriptions.zip",
        icd10cm_order_2028__txt=ORDER.encode(),
        icd10cm_order_addenda_2028__txt=b"Add: ",
        icd10cm_codes_2028__txt=b"M25511 Title",
    )
    tables = tmp_path / "tables"
    import_diagnoses(path, tables, least_rows=2)
    standings = {
        ("M25511", date(2026, 3, 2)): Standing.BILLABLE,
        ("M25511", date(2027, 10, 1)): Standing.BILLABLE,
        ("M25512", date(2026, 3, 2)): Standing.BILLABLE,
        ("M25512", date(2027, 9, 30)): Standing.BILLABLE,
        ("M25512", date(2027, 10, 1)): Standing.OTHER_DATES,
        ("QA9", date(2027, 10, 1)): Standing.NO_SUCH_CODE,
        ("M25511", date(2028, 9, 30)): Standing.BILLABLE,
        ("M25511", date(2028, 10, 1)): Standing.NOT_CHECKED,
    }
    found = {key: icd10cm.standing(*key, tables) for key in standings}
    assert found == standings


def test_a_partial_release_is_made_whole_by_its_order_file(tmp_path: Path) -> None:
    path = tmp_path / "icd10cm_order_2027.txt"
    path.write_text(ORDER)
    assert icd10cm.standing("Z9999", date(2026, 10, 1)) is Standing.NOT_CHECKED
    import_diagnoses(path, tmp_path / "tables", least_rows=2)
    standing = icd10cm.standing("Z9999", date(2026, 10, 1), tmp_path / "tables")
    assert standing is Standing.NO_SUCH_CODE


def test_diagnoses_imported_one_after_the_other_are_all_kept(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    for year in (2028, 2029):
        path = tmp_path / f"icd10cm_order_{year}.txt"
        path.write_text(ORDER)
        release = import_table_of_few(path, tables)
    assert release.startswith("releases from 2021-01-01 to 2028-10-01")
    assert icd10cm.standing("M25511", date(2028, 3, 1), tables) is Standing.BILLABLE


def import_table_of_few(path: Path, tables: Path) -> str:
    return icd10cm.release_of(import_diagnoses(path, tables, least_rows=2)).release


BAD_ORDERS = [
    ("icd10cm_order_2028.txt", "00001 M25511 1 T\nnonsense\n", "row 2: an order number, a code"),
    ("icd10cm_order_2028.txt", ORDER, "at least 60,000 billable codes expected, 2 found"),
]


@pytest.mark.parametrize(("name", "text", "expected"), BAD_ORDERS)
def test_diagnoses_that_cannot_be_read_are_refused(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ImportFileError, match=expected):
        import_table(Kind.DIAGNOSES, [path], tmp_path / "tables")


def test_an_april_update_begins_in_april(tmp_path: Path) -> None:
    path = tmp_path / "icd10cm-order-April-2026.txt"
    path.write_text(ORDER)
    tables = tmp_path / "tables"
    import_diagnoses(path, tables, least_rows=2)
    assert icd10cm.standing("M25512", date(2026, 3, 31), tables) is Standing.BILLABLE
    assert icd10cm.standing("M25512", date(2026, 4, 1), tables) is Standing.OTHER_DATES
    assert icd10cm.standing("M25512", date(2026, 10, 1), tables) is Standing.BILLABLE


APRIL = ORDER + order_line(4, "QA91", 1)
OCTOBER_DAY, APRIL_DAY = date(2028, 3, 31), date(2028, 4, 1)


@pytest.mark.parametrize(
    ("archive", "member"),
    [
        ("april-1-2028-code-descriptions-tabular-order.zip", "icd10cm_order_2028.txt"),
        ("icd10cm-Codes-Descriptions-April-2028.zip", "icd10cm_order_2028.txt"),
        ("download.zip", "April 1 2028 Code Descriptions/icd10cm_order_2028.txt"),
    ],
)
def test_the_april_release_stands_beside_that_of_october(
    tmp_path: Path, archive: str, member: str
) -> None:
    tables = tmp_path / "tables"
    zips = {"2028-code-descriptions-tabular-order.zip": ("icd10cm_order_2028.txt", ORDER)}
    for name, (inside, text) in {**zips, archive: (member, APRIL)}.items():
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            file.writestr(inside, text)
        import_diagnoses(tmp_path / name, tables, least_rows=2)
    assert icd10cm.standing("QA91", OCTOBER_DAY, tables) is Standing.OTHER_DATES
    assert icd10cm.standing("QA91", APRIL_DAY, tables) is Standing.BILLABLE
    assert icd10cm.standing("M25511", OCTOBER_DAY, tables) is Standing.BILLABLE


def test_the_folder_of_an_order_file_tells_the_month(tmp_path: Path) -> None:
    folder = tmp_path / "April 1 2028 Code Descriptions"
    folder.mkdir()
    path = folder / "icd10cm_order_2028.txt"
    path.write_text(APRIL)
    tables = tmp_path / "tables"
    import_diagnoses(path, tables, least_rows=2)
    assert icd10cm.standing("QA91", APRIL_DAY, tables) is Standing.BILLABLE
    assert icd10cm.standing("QA91", OCTOBER_DAY, tables) is not Standing.BILLABLE


def test_an_order_file_alone_that_differs_from_the_release_in_use_needs_its_first_day(
    tmp_path: Path,
) -> None:
    path, tables = tmp_path / "icd10cm_order_2028.txt", tmp_path / "tables"
    path.write_text(ORDER)
    for _ in range(2):
        import_diagnoses(path, tables, least_rows=2)
    path.write_text(APRIL)
    with pytest.raises(ImportFileError, match="give --starts 2028-04-01, else --starts 2027-10-01"):
        import_diagnoses(path, tables, least_rows=2)
    import_diagnoses(path, tables, date(2028, 4, 1), least_rows=2)
    assert icd10cm.standing("QA91", OCTOBER_DAY, tables) is Standing.OTHER_DATES
    assert icd10cm.standing("QA91", APRIL_DAY, tables) is Standing.BILLABLE


NUCC = (
    "Code,Grouping,Classification,Specialization,Definition\r\n"
    '207Q00000X,Physicians,Family Medicine,,"A definition, with commas\r\nand lines."\r\n'
    "225100000X,Therapists,Physical Therapist,,\r\n"
)


def test_taxonomy(tmp_path: Path) -> None:
    path = tmp_path / "nucc_taxonomy_261.csv"
    path.write_text(NUCC, newline="")
    tables = tmp_path / "tables"
    import_taxonomies(path, tables, least_rows=2)
    assert taxonomy.check("207Q00000X") is Verdict.UNKNOWN
    assert taxonomy.check("207Q00000X", tables) is Verdict.VALID
    assert taxonomy.check("999Q00000X", tables) is Verdict.INVALID
    assert taxonomy.check("2251X0800X", tables) is Verdict.VALID
    release = taxonomy.release(tables)
    assert (release.release, release.as_of) == ("NUCC 26.1", date(2026, 7, 1))


def test_a_taxonomy_of_too_few_codes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nucc_taxonomy_261.csv"
    path.write_text(NUCC)
    with pytest.raises(ImportFileError, match="at least 700 codes expected, 2 found"):
        import_table(Kind.TAXONOMY, [path], tmp_path / "tables")


TELEHEALTH_2027 = (
    ("CY 2027 Final List of Medicare Telehealth Services", "", ""),
    ("HCPCS", "Short Descriptor", "Action"),
    ("97110", "Some words", ""),
    ("99214", "Some words", ""),
    ("92507", "Some words", ""),
    ("* remarks below the list", "", ""),
)
TELEHEALTH_2025 = (
    "LIST OF MEDICARE TELEHEALTH SERVICES\teffective January 1, 2025",
    "Code\tShort Descriptor\tStatus\tCan Audio-only Interaction Meet the Requirements?",
    "97110\tSome words\tProvisional\tNo",
    "92507\tSome words\tProvisional\tYes",
    "99214\tSome words\tPermanent\tYes",
    "",
)


def test_a_telehealth_list_of_a_new_year_stands_beside_the_others(tmp_path: Path) -> None:
    inner = workbook(tmp_path / "list.xlsx", TELEHEALTH_2027)
    path = zipped(
        tmp_path / "list-telehealth-services-calendar-year-2027.zip",
        list__xlsx=inner.read_bytes(),
    )
    assert kind_of(path) is Kind.TELEHEALTH
    tables = tmp_path / "tables"
    import_telehealth(path, tables, least_rows=3)
    assert telehealth_service("97110", date(2027, 3, 2), tables) is not None
    assert telehealth_service("97161", date(2027, 3, 2), tables) is None
    assert telehealth_service("97161", date(2026, 3, 2), tables) is not None
    assert not is_known_year(date(2027, 3, 2))
    release = read_release(tables / "telehealth_medicare.csv")
    assert release.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (release.as_of, release.through) == (date(2024, 1, 1), date(2027, 12, 31))
    assert "Some words" not in (tables / "telehealth_medicare.csv").read_text()


def test_a_telehealth_list_replaces_that_of_its_year(tmp_path: Path) -> None:
    path = tmp_path / "telehealth.txt"
    path.write_text("\r\n".join(TELEHEALTH_2025))
    tables = tmp_path / "tables"
    import_telehealth(path, tables, least_rows=3)
    speech = telehealth_service("92507", date(2025, 6, 1), tables)
    exercise = telehealth_service("97110", date(2025, 6, 1), tables)
    assert speech is not None and exercise is not None
    assert (speech.status, speech.audio_only) == ("provisional", True)
    assert (exercise.status, exercise.audio_only) == ("provisional", False)
    assert telehealth_service("97161", date(2025, 6, 1), tables) is None
    listed = telehealth_service("97110", date(2026, 6, 1), tables)
    assert listed is not None and listed.audio_only is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Medicare 2027\nNumber,Words\n97110,x\n", "a header that begins with HCPCS or Code"),
        ("Services\nHCPCS,Words\n97110,x\n", "neither title nor name tells the year"),
        ("Services of 2027\nHCPCS,Words\n97110,x\n", "at least 150 codes expected, 1 found"),
    ],
)
def test_telehealth_lists_that_cannot_be_read_are_refused(
    tmp_path: Path, text: str, expected: str
) -> None:
    path = tmp_path / "telehealth.csv"
    path.write_text(text)
    with pytest.raises(ImportFileError, match=expected):
        import_table(Kind.TELEHEALTH, [path], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_the_year_of_a_telehealth_list_may_be_given(tmp_path: Path) -> None:
    path = tmp_path / "telehealth.csv"
    path.write_text("Services\nHCPCS,Words\n97110,x\n")
    import_telehealth(path, tmp_path / "tables", date(2027, 1, 1), least_rows=1)
    assert is_known_year(date(2027, 6, 1), tmp_path / "tables")


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "ccipra-v322r0-f1.zip"
    damaged.write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(ImportFileError, match="damaged or encrypted"):
        some_pairs([damaged], tmp_path)
    empty = zipped(tmp_path / "ccipra-v323r0-f1.zip", readme__pdf=b"")
    with pytest.raises(ImportFileError, match="no text, CSV or XLSX file"):
        some_pairs([empty], tmp_path)
    several = zipped(tmp_path / "ccipra-v324r0-f1.zip", a__txt=b"", b__txt=b"")
    with pytest.raises(ImportFileError, match=r"several files fit, give one alone: a\.txt, b\.txt"):
        some_pairs([several], tmp_path)
    with pytest.raises(ImportFileError, match="cannot be opened"):
        some_pairs([tmp_path / "absent-2026q3.txt"], tmp_path)
    book = tmp_path / "ccipra-v322r0.xlsx"
    book.write_bytes(b"no workbook")
    with pytest.raises(ImportFileError, match="not an XLSX workbook"):
        some_pairs([book], tmp_path)
    unknown = tmp_path / "pairs-2026q3.docx"
    unknown.write_bytes(b"")
    with pytest.raises(ImportFileError, match="a ZIP, TXT, CSV or XLSX file expected"):
        some_pairs([unknown], tmp_path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_BYTES", 2000)
    path = workbook(tmp_path / "ccipra-v322r0.xlsx", PAIR_ROWS * 50)
    with pytest.raises(ImportFileError, match="unpacks to more than is allowed"):
        some_pairs([path], tmp_path)


def test_entities_in_a_workbook_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "ccipra-v322r0.xlsx"
    secret = tmp_path / "secret.txt"
    secret.write_text("97140")
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = (
        f'<!DOCTYPE worksheet [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>'
        f'<worksheet {space}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&secret;</t>'
        f'</is></c><c r="B1" t="inlineStr"><is><t>97124</t></is></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(ImportFileError):
        import_pairs([path], tmp_path, Program.MEDICARE, None, 1, 1)


KINDS = [
    ("medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f1.zip", Kind.PAIRS),
    ("medicare-ncci-2026-q3-practitioner-services-mue-table.zip", Kind.LIMITS),
    ("AOC_V2026Q2-F-MCR.txt", Kind.ADD_ONS),
    ("2027-code-descriptions-tabular-order.zip", Kind.DIAGNOSES),
    ("icd10cm_order_2027.txt", Kind.DIAGNOSES),
    ("nucc_taxonomy_261.csv", Kind.TAXONOMY),
    ("holiday.jpg", None),
]


@pytest.mark.parametrize(("name", "expected"), KINDS)
def test_the_kind_is_in_the_name(name: str, expected: Kind | None) -> None:
    assert kind_of(Path(name)) is expected


MEMBERS = [
    (("AOC_V2026Q3-MCR.txt", "AOC_V2026Q3-MCR.xlsx"), Kind.ADD_ONS),
    (("PPRRVU2026_Jan_QPP.csv", "PPRRVU2026_Jan_nonQPP.csv", "GPCI2026.csv"), Kind.RELATIVE_VALUES),
    (("readme.pdf",), None),
    (("AOC_V2026Q3-MCR.txt", "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"), None),
]


@pytest.mark.parametrize(("members", "expected"), MEMBERS)
def test_members_of_an_archive_tell_the_kind_where_its_name_does_not(
    tmp_path: Path, members: Sequence[str], expected: Kind | None
) -> None:
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in members:
            archive.writestr(f"A folder/{name}", b"")
    assert kind_of(path) is expected
    assert program_of(path) is Program.MEDICARE


def test_members_of_an_archive_tell_the_program(tmp_path: Path) -> None:
    path = zipped(tmp_path / "download.zip", AOC_V2026Q3_MCD__txt=b"")
    assert (kind_of(path), program_of(path)) == (Kind.ADD_ONS, Program.MEDICAID)


def test_an_archive_that_cannot_be_read_tells_no_kind(tmp_path: Path) -> None:
    (tmp_path / "download.zip").write_bytes(b"PK\x03\x04 not an archive")
    assert kind_of(tmp_path / "download.zip") is None
    assert kind_of(tmp_path / "absent.zip") is None


def test_add_ons_are_imported_as_cms_ships_them(tmp_path: Path) -> None:
    path = FIXTURES / "tables" / "medicare-ncci-2026-q3-add-code-edits.zip"
    assert kind_of(path) is Kind.ADD_ONS
    release = import_table(Kind.ADD_ONS, [path], tmp_path)
    assert release.release == "2026 quarter 3"


def test_the_program_is_in_the_name() -> None:
    assert program_of(Path("medicaid-ncci-q1-2026-mue.zip")) is Program.MEDICAID
    assert program_of(Path("medicare-ncci-2026-q3-mue.zip")) is Program.MEDICARE


def test_only_pairs_come_in_several_files(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="one file expected, 2 given"):
        import_table(Kind.LIMITS, [tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path)


def test_the_table_in_use_must_be_sound_to_be_added_to(tmp_path: Path) -> None:
    path = tmp_path / "icd10cm_order_2028.txt"
    path.write_text(ORDER)
    (tmp_path / "icd10cm.txt").write_text("spoiled\n")
    with pytest.raises(ImportFileError, match="the table in use cannot be added to"):
        import_diagnoses(path, tmp_path, least_rows=2)
    with pytest.raises(TableError):
        icd10cm.release_of(tmp_path / "icd10cm.txt")
