"""What the user imports reaches the rules: the code sets, and whom a rule may concern."""

from datetime import date
from pathlib import Path

import pytest
from rule_cases import FOLDER, PROFILES, all_findings

from scrubber.engine import Context, scrub
from scrubber.rules import RULES
from scrubber.rules.imported_tables import rules_with
from scrubber.therapy import add_ons, table
from scrubber.therapy.add_ons import add_on
from scrubber.therapy.importers.add_ons import import_add_ons
from scrubber.therapy.importers.taxonomies import import_taxonomies

VISIT = (FOLDER / "bases" / "medicare_visit.837").read_text(encoding="latin-1")
DAY = date(2026, 3, 2)
TAXONOMIES = "Code,Grouping\n225100000X,Therapy\n261QP2000X,Clinic\n207Q00000X,Medicine\n"
ADD_ONS = (
    "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\t"
    "AOC_Edit_DelDT\tSpecial_Instruction_Notes\r\n"
    "1\t97530\t\t97140\t\t2020001\t\t\r\n"
    "3\t97112\t\t97140\t\t2020001\t\t\r\n"
    "2\t97110\t\tCCCCC\t\t2013001\t\t\r\n"
)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    (tmp_path / "nucc_taxonomy_261.csv").write_text(TAXONOMIES)
    import_taxonomies(tmp_path / "nucc_taxonomy_261.csv", folder, least_rows=2)
    (tmp_path / "AOC_V2026Q3-F-MCR.txt").write_text(ADD_ONS)
    import_add_ons(tmp_path / "AOC_V2026Q3-F-MCR.txt", folder, least_rows=3)
    return folder


def said(text: str, code: str, tables: Path | None) -> list[tuple[str, str, str]]:
    result = scrub(text.encode("latin-1"), Context(DAY, PROFILES, tables=tables))
    assert not [claim.not_checked for claim in result.claims if claim.not_checked]
    found = [one for one in all_findings(result) if one.code == code]
    return [(one.path, one.severity.value, one.message) for one in found]


def with_taxonomy(code: str) -> str:
    return VISIT.replace("PXC*225100000X", f"PXC*{code}")


@pytest.mark.parametrize(
    ("code", "shipped", "imported"),
    [
        ("207Q00000X", "info", ""),
        ("999Q00000X", "info", "warn"),
        ("225100000X", "", ""),
        ("225X00000X", "", ""),
    ],
    ids=["in the full set only", "in none", "in both", "in ours only"],
)
def test_taxonomy_codes_are_looked_up_in_the_set_of_nucc(
    tables: Path, code: str, shipped: str, imported: str
) -> None:
    def severities(folder: Path | None) -> list[str]:
        return [found[1] for found in said(with_taxonomy(code), "S539", folder)]

    assert severities(None) == [shipped] * bool(shipped)
    assert severities(tables) == [imported] * bool(imported)


def test_what_is_not_in_the_set_of_nucc_is_told_with_its_release(tables: Path) -> None:
    ((path, _, message),) = said(with_taxonomy("999Q00000X"), "S539", tables)
    assert path == "2310B/PRV03"
    assert message.startswith("999Q00000X is not among the taxonomy codes of NUCC, as imported (")


def test_add_ons_are_those_of_the_imported_file(tables: Path) -> None:
    assert said(VISIT, "S650", None) == []
    sure, open_ended = sorted(said(VISIT, "S650", tables), key=lambda one: one[1])
    assert sure[1:] == (
        "reject",
        "97530 is an add-on to 97140, which is not billed on this day",
    )
    assert open_ended[1] == "warn"
    assert "97112 is an add-on to 97140" in open_ended[2]
    assert open_ended[2].endswith("the contractor may accept it with other codes")


def test_an_add_on_is_in_force_to_its_last_day(tmp_path: Path) -> None:
    file = tmp_path / "AOC_V2026Q3-F-MCR.txt"
    file.write_text(ADD_ONS + "1\t97535\t\t97140\t\t2020001\t2024366\t\r\n")
    import_add_ons(file, tmp_path, least_rows=3)
    assert add_on("97535", date(2024, 12, 31), tmp_path) is not None
    assert add_on("97535", date(2025, 1, 1), tmp_path) is None


def test_an_add_on_is_in_force_from_its_first_day(tables: Path) -> None:
    assert add_on("97530", date(2019, 12, 31), tables) is None
    found = add_on("97530", date(2020, 1, 1), tables)
    assert found is not None and found.primaries == ("97140",)
    assert not found.contractor_decides


def test_one_edit_without_an_end_lets_the_contractor_decide(tmp_path: Path) -> None:
    file = tmp_path / "AOC_V2026Q3-F-MCR.txt"
    file.write_text(ADD_ONS + "3\t97530\t\t97110\t\t2020001\t\t\r\n")
    import_add_ons(file, tmp_path, least_rows=3)
    found = add_on("97530", DAY, tmp_path)
    assert found is not None and set(found.primaries) == {"97140", "97110"}
    assert found.contractor_decides


def test_the_release_of_add_ons_is_that_of_the_table_in_use(tables: Path) -> None:
    assert add_ons.release(None) == table.release()
    assert add_ons.release(tables) != table.release()
    assert add_ons.release(tables / "none") == table.release()


def test_add_ons_beside_their_primary(tables: Path) -> None:
    beside = VISIT.replace("SV1*HC:97112:GP*90*UN*2*", "SV1*HC:97140:GP*90*UN*2*")
    assert said(beside, "S650", tables) == []


def test_an_add_on_that_the_imported_file_does_not_name_is_none(tables: Path) -> None:
    alone = VISIT.replace("SV1*HC:97530:GP*60*UN*1*", "SV1*HC:97130:GP*60*UN*1*")
    assert [one[1] for one in said(alone, "S650", None)] == ["reject"]
    assert [one for one in said(alone, "S650", tables) if "97130" in one[2]] == []


def test_every_rule_stays_whatever_is_imported(tables: Path) -> None:
    for folder in (None, tables):
        assert [rule.code for rule in rules_with(RULES, folder)] == [rule.code for rule in RULES]
    others = [rule for rule in rules_with(RULES, tables) if rule not in RULES]
    assert sorted(rule.code for rule in others) == ["S518", "S519", "S539", "S650"]
