"""A table that is past its date says so once: in the summary, the page and the reports, and on the
list of files that a quarter wants."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli_process import DAY, FIXTURES, scrubber
from report_samples import guidance, report
from rule_cases import FOLDER, PROFILES, recounted
from test_therapy_importers import MUE_HEAD, MUE_ROWS, PAIR_ROWS, pair_text

from scrubber.codes.quarter import Quarter
from scrubber.engine import Context, scrub
from scrubber.outputs.html_report import write_html
from scrubber.outputs.table_dates import MOST_SERVICES, TableDates
from scrubber.outputs.tally import TableUse
from scrubber.therapy.importers import Kind, import_table
from scrubber.therapy.importers.limits import import_limits
from scrubber.therapy.importers.pairs import import_pairs
from scrubber.therapy.ncci_pairs import Program
from scrubber.therapy.wanted_files import State, table_states, wanted_files

VISIT = (FOLDER / "bases" / "medicare_visit.837").read_text(encoding="latin-1")
OLD_PAIRS = "NCCI pairs, Medicare, v302 (2024 quarter 3)"
HINT = "scrubber table fetch-list names the files to import"


def uses(text: str, tables: Path | None = None, times: int = 1) -> dict[str, TableUse]:
    context = Context(date(2026, 3, 2), PROFILES, tables=tables)
    dates = TableDates(context)
    for _ in range(times):
        for claim in scrub(text.encode(), context).claims:
            dates.add(claim)
    return {use.name: use for use in dates.uses()}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs of the first quarter of 2026 and limits of the fourth of 2025."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "ccipra-v320r0-f1.TXT").write_bytes(pair_text(PAIR_ROWS))
    pairs = [folder / "ccipra-v320r0-f1.TXT"]
    import_pairs(pairs, folder, Program.MEDICARE, None, 5, 4)
    mue = folder / "MCR_MUE_PractitionerServices_Eff_10-01-2025.csv"
    mue.write_text(MUE_HEAD + MUE_ROWS)
    import_limits(mue, folder, Program.MEDICARE, Quarter(2025, 4), least_rows=3)
    return folder


def test_lines_later_than_a_table_are_counted() -> None:
    found = uses(VISIT)
    assert found["NCCI pairs, Medicare"] == TableUse(
        "NCCI pairs, Medicare", "v302 (2024 quarter 3)", "2024-09-30", 3, 3
    )
    assert (found["ICD-10-CM"].lines, found["ICD-10-CM"].later) == (3, 0)
    # The values of 97110, 97112 and 97530 were seen in a later release than the table's own.
    assert (found["MUE, Medicare"].lines, found["MUE, Medicare"].later) == (3, 0)
    assert found["telehealth list, Medicare"].later == 0


def test_a_line_of_the_last_day_is_not_later(tables: Path) -> None:
    found = uses(VISIT, tables)
    assert (found["NCCI pairs, Medicare"].release, found["NCCI pairs, Medicare"].later) == (
        "2026 quarter 1",
        0,
    )
    assert (found["MUE, Medicare"].lines, found["MUE, Medicare"].later) == (1, 1)
    for day, later in (("20260331", 0), ("20260401", 1)):
        before, last = VISIT.rsplit("20260210", 1)
        assert uses(f"{before}{day}{last}", tables)["NCCI pairs, Medicare"].later == later


def test_a_payer_is_judged_by_its_own_tables() -> None:
    medicaid = VISIT.replace("*MB~", "*MC~").replace("PI*09102", "PI*77027")
    found = uses(recounted(medicaid))
    assert "MUE, Medicaid" in found and "MUE, Medicare" not in found
    assert "telehealth list, Medicare" not in found
    # Without pairs of Medicaid, those of Medicare are asked.
    assert found["NCCI pairs, Medicare"].later == 3


def test_counts_do_not_depend_on_how_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    much = uses(VISIT, times=5)
    monkeypatch.setattr("scrubber.outputs.table_dates.MOST_SERVICES", 1)
    assert MOST_SERVICES > 1
    assert uses(VISIT, times=5) == much
    assert much["NCCI pairs, Medicare"].lines == 15


def test_a_claim_without_readable_days_is_judged_by_no_table() -> None:
    assert uses(VISIT.replace("DTP*472*D8*20260210", "DTP*472*D8*2026021")) == {}


def clinic(tmp_path: Path, *options: object) -> tuple[str, dict[str, Any]]:
    claims = FIXTURES / "clinic_day.837"
    done = scrubber("scrub", claims, "--out", tmp_path, *options, *DAY)
    return done.stdout, json.loads((tmp_path / "clinic_day.report.json").read_text())


def test_the_summary_and_the_report_say_it_once(tmp_path: Path) -> None:
    text, found = clinic(tmp_path)
    (pairs,) = (one for one in found["run"]["tables"] if one["name"] == "NCCI pairs, Medicare")
    assert pairs == {
        "name": "NCCI pairs, Medicare",
        "release": "v302 (2024 quarter 3)",
        "services_through": "2024-09-30",
        "lines": pairs["lines"],
        "later": pairs["lines"],
    }
    assert text.count(f"{OLD_PAIRS}: {pairs['later']} of {pairs['lines']} lines are later") == 1
    assert text.count(HINT) == 1


def test_the_summary_for_programs_has_the_tables(tmp_path: Path) -> None:
    done = scrubber(
        "scrub", FIXTURES / "clinic_day.837", "--out", tmp_path, "--output", "json", *DAY
    )
    names = [one["name"] for one in json.loads(done.stdout)["tables"]]
    assert names == sorted(names) and "NCCI pairs, Medicare" in names


def test_processes_count_what_one_process_counts(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for number in range(4):
        text = (FIXTURES / "clinic_day.837").read_text()
        (inbox / f"day{number}.837").write_text(text.replace("MG-10", f"M{number}-10"))
    said = []
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        done = scrubber("scrub", inbox, "--out", out, "--jobs", jobs, *DAY)
        said.append(done.stdout.replace(str(out), "OUT"))
        reports = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
        said.append(str(reports))
    assert said[:2] == said[2:]
    assert OLD_PAIRS in said[0]


@pytest.mark.parametrize("options", [(), ("--jobs", "2")])
def test_a_check_for_programs_says_it(options: tuple[str, ...]) -> None:
    done = scrubber("check", FIXTURES / "clinic_day.837", "--output", "json", *options, *DAY)
    found = json.loads(done.stdout)["run"]["tables"]
    assert [one["later"] == one["lines"] for one in found if "pairs" in one["name"]] == [True]


def test_nothing_is_said_of_tables_that_are_in_time(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_text(VISIT.replace("20260210", "20240910").replace("20260105", "20240901"))
    done = scrubber("scrub", claims, "--out", tmp_path / "out", *DAY)
    assert "later" not in done.stdout and HINT not in done.stdout


def test_the_page_says_it(tmp_path: Path) -> None:
    head = report()
    head["run"]["tables"] = [
        TableUse("A table", "2024 quarter 3", "2024-09-30", 26, 20)._asdict(),
        TableUse("Another", "2026 quarter 1", "2026-03-31", 26, 0)._asdict(),
    ]
    path = tmp_path / "page.html"
    with path.open("w", encoding="utf-8") as out:
        write_html(head["claims"], head, out, guidance())
    page = path.read_text(encoding="utf-8")
    assert "A table, 2024 quarter 3: 20 of 26 lines are later" in page
    assert "Another" not in page


PAIRS = "practitioner-ptp-edits-ccipra"
NAMES = [
    (date(2026, 3, 2), "pairs", f"medicare-ncci-2026q1-{PAIRS}-v320r0-f1.zip"),
    (
        date(2026, 9, 30),
        "pairs",
        f"medicare-ncci-2026q3-{PAIRS}-v322r0-f4.zip",
    ),
    (date(2026, 8, 1), "mue", "medicare-ncci-2026-q3-practitioner-services-mue-table.zip"),
    (date(2026, 8, 1), "add-ons", "medicare-ncci-2026-q3-add-code-edits.zip"),
    (date(2026, 8, 1), "rvu", "rvu26c.zip"),
    (date(2026, 3, 31), "icd10cm", "2026-code-descriptions-tabular-order.zip"),
    (date(2026, 4, 1), "icd10cm", "april-1-2026-code-descriptions-tabular-order.zip"),
    (date(2026, 10, 1), "icd10cm", "2027-code-descriptions-tabular-order.zip"),
    (date(2026, 7, 1), "hcpcs", "july-2026-alpha-numeric-hcpcs-file.zip"),
    (date(2026, 7, 1), "taxonomy", "nucc_taxonomy_261.csv"),
    (date(2026, 6, 30), "taxonomy", "nucc_taxonomy_260.csv"),
    (date(2026, 2, 28), "carc", "carc_2025-11-01.csv, with code, start and stop"),
]


@pytest.mark.parametrize(("on", "kind", "name"), NAMES)
def test_files_have_the_names_their_publishers_give_them(on: date, kind: str, name: str) -> None:
    assert name in next(one.files for one in wanted_files(on) if one.kind == kind)


def test_of_payment_amounts_the_first_file_and_every_change_since_are_wanted() -> None:
    wanted = next(one for one in wanted_files(date(2026, 8, 1)) if one.kind == "payments")
    assert wanted.files == ("pfrev26a.zip", "pfrev26b.zip", "pfrev26c.zip")


def states(on: date, tables: Path | None = None) -> dict[str, State]:
    return {one.wanted.table: one.state for one in table_states(on, tables)}


def test_what_is_loaded_is_held_against_the_day(tables: Path) -> None:
    shipped = states(date(2026, 3, 2))
    assert shipped["NCCI pairs, Medicare"] is State.STALE
    assert shipped["ICD-10-CM"] is State.CURRENT
    assert shipped["relative values"] is State.NOT_LOADED
    assert states(date(2026, 3, 31), tables)["NCCI pairs, Medicare"] is State.CURRENT
    assert states(date(2026, 4, 1), tables)["NCCI pairs, Medicare"] is State.STALE
    # Of October 2026 only what changed is shipped.
    assert states(date(2026, 10, 1))["ICD-10-CM"] is State.STALE
    assert states(date(2026, 4, 1))["ICD-10-CM"] is State.STALE


def test_a_list_of_providers_is_stale_after_a_month() -> None:
    folder = FOLDER / "tables" / "order_referring"
    assert states(date(2026, 3, 22), folder)["order and referring"] is State.CURRENT
    assert states(date(2026, 3, 23), folder)["order and referring"] is State.STALE


def test_the_list_of_files_names_page_and_age(tables: Path) -> None:
    done = scrubber("table", "fetch-list", "--as-of", "2026-03-02", "--tables", tables)
    assert done.returncode == 0
    assert "Files for services of 2026 quarter 1 (as of 2026-03-02)" in done.stdout
    assert "loaded  2026 quarter 1, imported, 60 days old" in done.stdout
    assert "medicare-ncci-procedure-procedure-ptp-edits" in done.stdout
    told = scrubber("table", "fetch-list", "--as-of", "2026-03-02", "--output", "json")
    (pairs,) = (one for one in json.loads(told.stdout) if one["table"] == "NCCI pairs, Medicare")
    assert (pairs["state"], pairs["as_of"], pairs["imported"]) == (
        "out of date",
        "2024-07-01",
        False,
    )


def test_the_status_is_1_where_a_table_is_past_its_date() -> None:
    done = scrubber("table", "status", "--as-of", "2026-03-02")
    assert done.returncode == 1
    assert "out of date    NCCI pairs, Medicare" in done.stdout
    assert "not imported   relative values" in done.stdout


def test_the_status_is_0_where_all_that_is_loaded_is_in_time(tmp_path: Path) -> None:
    (tmp_path / "ccipra-v320r0-f1.TXT").write_bytes(pair_text(PAIR_ROWS))
    (tmp_path / "list.csv").write_text("code,start,stop\n16,1995-01-01,\n")
    mue = tmp_path / "MCR_MUE_PractitionerServices_Eff_01-01-2026.csv"
    mue.write_text(MUE_HEAD + MUE_ROWS)
    tables, day = tmp_path / "tables", date(2026, 3, 1)
    import_pairs([tmp_path / "ccipra-v320r0-f1.TXT"], tables, Program.MEDICARE, None, 5, 4)
    import_limits(mue, tables, Program.MEDICARE, least_rows=3)
    for kind in (Kind.REASONS, Kind.STATUSES):
        import_table(kind, [tmp_path / "list.csv"], tables, starts=day)
    done = scrubber("table", "status", "--as-of", "2026-03-31", "--tables", tables)
    assert done.returncode == 0, done.stdout
    assert "out of date" not in done.stdout
