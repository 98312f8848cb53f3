"""Where a finding is on the paper claim."""

import pytest
from rule_cases import FOLDER

from scrubber.engine import FileScrubber
from scrubber.outputs.form_items import Place, place_at
from scrubber.rules import RULES
from scrubber.testing.runs import CONTEXT, run

VISIT = (FOLDER / "bases" / "medicare_visit.837").read_text(encoding="latin-1")


@pytest.mark.parametrize(
    ("path", "qualifier", "place"),
    [
        ("2400/SV101-3", "", "Item 24D, modifier"),
        ("2400/SV107-1", "", "Item 24E, first diagnosis pointer"),
        ("2300/CLM02", "", "Item 28, total charge"),
        ("2300/CLM", "", "claim"),
        ("2300/REF02", "G1", "Item 23, prior authorization number"),
        ("2300/REF02", "F8", "Item 22, payer's number of the original claim"),
        ("2300/REF02", "ZZ", "claim's reference number"),
        ("2300/REF[9F]02", "", "Item 23, referral number"),
        ("2300/DTP03", "431", "Item 14, date the illness or injury began"),
        ("2300/HI02-2", "ABF", "Item 21, diagnosis B"),
        ("2300/HI01-2", "BG", "Item 10d, condition code"),
        ("2310B/NM109", "", "Item 24J, rendering provider's NPI"),
        ("2310B/NM104", "", "Item 24J, rendering provider"),
        ("ISA/ISA05", "", "file header"),
        ("SE/SE01", "", "transaction set trailer"),
        ("", "", ""),
        ("2999/XYZ01", "", ""),
    ],
)
def test_places(path: str, qualifier: str, place: str) -> None:
    assert str(place_at(path, qualifier)) == place


def test_a_place_without_an_item_of_the_form_has_a_name() -> None:
    assert place_at("2010BB/NM109") == Place("", "payer ID")


def test_a_finding_names_the_item_by_the_qualifier_of_its_segment() -> None:
    text = VISIT.replace("DTP*472*D8*20260210~", "DTP*472*D8*20260231~", 1)
    (claim,) = run(text.encode(), FileScrubber(CONTEXT, RULES)).report["claims"]
    (found,) = [one for one in claim["findings"] if one["path"] == "2400/DTP03"]
    assert (found["item"], found["place"]) == ("24A", "date of service")
