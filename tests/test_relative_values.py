"""Relative values from the user's copy of the fee schedule, and the reduction they let us count."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from cli_process import FIXTURES, scrubber
from hypothesis import given
from hypothesis import strategies as st
from rule_cases import FOLDER, PROFILES

from scrubber.codes.quarter import Quarter
from scrubber.codes.table_file import TableError
from scrubber.engine import Context, scrub
from scrubber.therapy import relative_values
from scrubber.therapy.catalogue import all_tables
from scrubber.therapy.importers import ImportFileError, Kind, import_table, kind_of
from scrubber.therapy.importers.quarter import fee_schedule_quarter
from scrubber.therapy.importers.relative_values import import_relative_values
from scrubber.therapy.relative_values import relative_value
from scrubber.therapy.unit_prices import FULL, Billed, line_amounts

DAY = date(2026, 2, 10)
HALF = Decimal(50)
ROW = "{code},{modifier},words,A,,{work},{expense},,{expense},,{practice},{total},{total},9,XXX,0,0,0,{mark},0,0,0,0,,{factor}"  # noqa: E501
HEAD = (
    "2026 National Physician Fee Schedule,,,\n,,,STATUS,,WORK\n"
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR\n"
)


def row(code: str, work: str, expense: str, practice: str, total: str, **more: str) -> str:
    given_values = {"modifier": "", "mark": "5", "factor": "30.0000", **more}
    return ROW.format(
        code=code, work=work, expense=expense, practice=practice, total=total, **given_values
    )


ROWS = [
    row("97110", "0.45", "0.40", "0.02", "0.87"),
    row("97140", "0.43", "0.30", "0.02", "0.75"),
    row("97161", "1.54", "1.20", "0.06", "2.80"),
    row("97110", "9.00", "9.00", "9.00", "27.00", modifier="TC"),
    row("G0283", "0.18", "0.15", "0.01", "0.34"),
    row("96127", "0.00", "0.12", "0.01", "0.13", mark="0"),
    row("99213", "1.30", "1.33", "0.10", "2.73", mark="0"),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("values")
    import_relative_values(written(folder, ROWS), folder / "tables", least_rows=4)
    return folder / "tables"


def written(folder: Path, rows: list[str], name: str = "PPRRVU2026_Jan.csv") -> Path:
    path = folder / name
    path.write_text(HEAD + "\n".join(rows) + "\n")
    return path


def test_values_of_therapy_codes_for_their_year(tables: Path) -> None:
    found = relative_value("97110", DAY, tables)
    assert found is not None
    assert (found.total, found.practice_expense) == (Decimal("0.87"), Decimal("0.40"))
    assert (found.always_therapy, found.factor) == (True, Decimal("30.0000"))
    assert relative_value("99213", DAY, tables) is None, "no code of therapy"
    assert relative_value("97110", date(2025, 12, 31), tables) is None
    assert relative_value("97110", DAY, None) is None
    assert "relative values" in {release.name for release in all_tables(tables)}


def billed(code: str, units: int = 1, by_assistant: bool = False) -> Billed:
    return Billed(code, Decimal(units), by_assistant)


def expected_amounts(
    lines: Sequence[Billed], on: date, tables: Path, percent: Decimal = FULL
) -> list[Decimal | None]:
    prices = [relative_values.unit_price(line.code, on, tables) for line in lines]
    return line_amounts(lines, prices, on, percent)


def dollars(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_one_unit_of_the_day_is_paid_in_full_the_one_with_the_dearest_practice(
    tables: Path,
) -> None:
    one = expected_amounts([billed("97110")], DAY, tables, HALF)
    assert one == dollars("26.10")
    # Two units: 1.74 less half of 0.40.
    assert expected_amounts([billed("97110", 2)], DAY, tables, HALF) == dollars("46.20")
    day = [billed("97140", 2), billed("97161"), billed("97110")]
    # 1.50 less half of 0.60; 2.80 in full; 0.87 less half of 0.40.
    assert expected_amounts(day, DAY, tables, HALF) == dollars("36.00", "84.00", "20.10")


def test_without_a_reduction_units_are_worth_the_same(tables: Path) -> None:
    assert expected_amounts([billed("97110", 2)], DAY, tables) == dollars("52.20")


def test_an_assistant_is_paid_85_percent_of_what_is_left(tables: Path) -> None:
    found = expected_amounts([billed("97110", 2, by_assistant=True)], DAY, tables, HALF)
    assert found == dollars("39.27")


def test_what_has_no_values_stays_unknown(tables: Path) -> None:
    found = expected_amounts([billed("97112"), billed("97110")], DAY, tables, HALF)
    assert found == [None, Decimal("26.10")]


lines = st.lists(
    st.builds(billed, st.sampled_from(["97110", "97140", "97161", "97112"]), st.integers(0, 4)),
    max_size=5,
)


@given(lines, st.integers(0, 100))
def test_a_reduction_takes_something_off_and_never_all(
    tables: Path, day: list[Billed], percent: int
) -> None:
    full = expected_amounts(day, DAY, tables)
    reduced = expected_amounts(day, DAY, tables, Decimal(percent))
    for one, less in zip(full, reduced, strict=True):
        assert (one is None) is (less is None)
        assert one is None or less is None or 0 <= less <= one
    known = [one for one in full if one]
    if known:
        assert sum(less for less in reduced if less) > 0
    units = sum(line.units for line, one in zip(day, full, strict=True) if one is not None)
    assert units > 1 or full == reduced


def test_the_values_reach_the_report(tables: Path) -> None:
    text = (FOLDER / "bases" / "medicare_visit.837").read_text(encoding="latin-1")
    wrong = text.replace("CLM*PCN001*250*", "CLM*PCN001*251*").replace("97112", "97140")
    for folder, expected in (
        (None, (Decimal("58.12"), None, None)),
        (tables, (Decimal("46.20"), Decimal("36.00"), None)),
    ):
        (claim,) = scrub(wrong.encode(), Context(date(2026, 3, 2), PROFILES, tables=folder)).claims
        assert claim.expected == expected


@pytest.mark.parametrize(
    ("rows", "name", "expected"),
    [
        (
            [row("97110", "0.45", "0.40", "0.02", "0.99")],
            "PPRRVU2026_JAN.csv",
            "add up to the total",
        ),
        (
            [row("97110", "0.45", "NA", "0.02", "0.87")],
            "PPRRVU2026_JAN.csv",
            "relative values and a",
        ),
        (ROWS, "PPRRVU.csv", "no quarter in the name"),
        (ROWS, "PPRRVU2026.csv", "no quarter in the name"),
        (ROWS, "PPRRVU26_JAN.csv", "at least 40 therapy codes expected, 4 found"),
    ],
)
def test_files_of_another_form_are_refused(
    tmp_path: Path, rows: list[str], name: str, expected: str
) -> None:
    path = written(tmp_path, rows, name)
    assert kind_of(path) is Kind.RELATIVE_VALUES
    with pytest.raises(ImportFileError, match=expected):
        import_table(Kind.RELATIVE_VALUES, [path], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


RVU_ZIP = FIXTURES / "tables" / "rvu26a.zip"
QPP, NON_QPP = (FIXTURES / "tables" / f"PPRRVU2026_Jan_{who}.csv" for who in ("QPP", "nonQPP"))


@pytest.mark.parametrize(
    ("path", "qualifying", "factor", "said"),
    [
        (RVU_ZIP, False, "33.4009", "outside qualifying"),
        (RVU_ZIP, True, "33.5675", "for clinicians in qualifying"),
        (NON_QPP, False, "33.4009", "outside qualifying"),
        (QPP, False, "33.5675", "for clinicians in qualifying"),
        (QPP, True, "33.5675", "for clinicians in qualifying"),
    ],
)
def test_of_the_two_fee_schedules_the_one_that_was_asked_for_is_taken_and_named(
    tmp_path: Path, path: Path, qualifying: bool, factor: str, said: str
) -> None:
    release = import_table(Kind.RELATIVE_VALUES, [path], tmp_path, qualifying=qualifying)
    assert release.release == f"2026 quarter 1 (conversion factor {factor})"
    assert said in release.note
    found = relative_value("97110", DAY, tmp_path)
    assert found is not None and found.factor == Decimal(factor)


def test_the_other_fee_schedule_is_refused_where_qualifying_models_are_asked_for(
    tmp_path: Path,
) -> None:
    with pytest.raises(ImportFileError, match="import it without --qualifying-apm"):
        import_table(Kind.RELATIVE_VALUES, [NON_QPP], tmp_path, qualifying=True)
    assert not any(tmp_path.iterdir())


def test_the_command_says_which_fee_schedule_it_took(tmp_path: Path) -> None:
    done = scrubber("table", "import", RVU_ZIP, "--tables", tmp_path)
    assert "conversion factor 33.4009" in done.stdout
    assert "--qualifying-apm takes the other file" in done.stdout
    done = scrubber("table", "import", RVU_ZIP, "--tables", tmp_path, "--qualifying-apm")
    assert "conversion factor 33.5675" in done.stdout


def test_each_quarter_has_its_own_values(tmp_path: Path) -> None:
    for name, total in (("Jul", "0.89"), ("Jan", "0.87")):
        rows = [row("97110", "0.45", str(Decimal(total) - Decimal("0.47")), "0.02", total)]
        path = written(tmp_path, rows, f"PPRRVU2026_{name}_nonQPP.csv")
        import_relative_values(path, tmp_path / "tables", least_rows=1)
    gone = written(tmp_path, [row("97112", "0.45", "0.40", "0.02", "0.87")], "PPRRVU2026_Oct.csv")
    import_relative_values(gone, tmp_path / "tables", least_rows=1)
    totals = {
        date(2025, 12, 31): None,
        date(2026, 1, 1): Decimal("0.87"),
        date(2026, 6, 30): Decimal("0.87"),
        date(2026, 7, 1): Decimal("0.89"),
        date(2026, 9, 30): Decimal("0.89"),
        date(2026, 10, 1): None,
    }
    for day, expected in totals.items():
        found = relative_value("97110", day, tmp_path / "tables")
        assert (found.total if found is not None else None) == expected
    release = relative_values.release(tmp_path / "tables")
    assert release is not None and release.through == date(2026, 12, 31)
    assert release.release.startswith("2026 quarter 1 (conversion factor 30.0000), 2026 quarter 3")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("rvu26a.zip", "PPRRVU2026_Jan_nonQPP.csv"), Quarter(2026, 1)),
        (("rvu26c-updated-06-30-2026.zip", "PPRRVU2026_Jul_nonQPP.csv"), Quarter(2026, 3)),
        (("rvu26ar_1.zip", "PPRRVU26.csv"), Quarter(2026, 1)),
        (("RVU24B.zip", "PPRRVU24_APR.csv"), Quarter(2024, 2)),
        (("pfrev26d.zip", "PFREV4.txt"), Quarter(2026, 4)),
        (("PFALL26A.ZIP", "PFALL26AR.txt"), Quarter(2026, 1)),
    ],
)
def test_the_quarter_of_a_fee_schedule_is_in_its_names(
    names: tuple[str, ...], expected: Quarter
) -> None:
    assert fee_schedule_quarter(None, names) == expected
    assert fee_schedule_quarter(Quarter(2020, 1), names) == Quarter(2020, 1)


def test_the_conversion_factor_is_found_by_its_label(tmp_path: Path) -> None:
    labels = ["HCPCS", "MOD", *[""] * 23, "FACTOR"]
    cells = ROWS[0].split(",")
    rows = [",".join(labels), ",".join([*cells[:19], "", *cells[19:]])]
    path = written(tmp_path, rows, "PPRRVU2026_Jul_nonQPP.csv")
    import_relative_values(path, tmp_path / "tables", least_rows=1)
    found = relative_value("97110", date(2026, 7, 1), tmp_path / "tables")
    assert found is not None and found.factor == Decimal("30.0000")


def test_a_table_in_use_that_is_damaged_is_not_added_to(tmp_path: Path) -> None:
    (tmp_path / "relative_values.csv").write_text("# name: x\ncode\n97110\n")
    with pytest.raises(ImportFileError, match="the table in use cannot be added to"):
        import_table(Kind.RELATIVE_VALUES, [RVU_ZIP], tmp_path)


def test_a_damaged_table_is_told_before_a_claim_is_read(tables: Path, tmp_path: Path) -> None:
    (tmp_path / "relative_values.csv").write_text(
        (tables / "relative_values.csv").read_text().replace("97110,0.87", "97110,O.87")
    )
    with pytest.raises(TableError, match="a number expected"):
        all_tables(tmp_path)
