"""A profile has the statements of the one it is based on, except those it replaces or removes."""

from datetime import date
from pathlib import Path

import pytest

from scrubber.profiles.errors import ProfileError
from scrubber.profiles.loader import load_profiles
from scrubber.profiles.profile import PayerProfile
from scrubber.profiles.selection import PayerNamed

MARCH = date(2026, 3, 2)
SAID = 'source="Manual" confidence="high"'


def write(directory: Path, profile_id: str, based_on: str, body: str = "") -> None:
    based = f' based-on="{based_on}"' if based_on else ""
    (directory / f"{profile_id}.xml").write_text(
        f'<payer-profile schema="1" id="{profile_id}" name="A" type="commercial" version="7"'
        f"{based}>{body}</payer-profile>"
    )


def load(directory: Path, profile_id: str) -> PayerProfile:
    return load_profiles(directory)[profile_id]


def test_what_is_not_replaced_is_inherited_with_its_origin(tmp_path: Path) -> None:
    write(tmp_path, "acme", "cigna", f'<unit-counting method="spm" {SAID}/>')
    view = load(tmp_path, "acme").on(MARCH)
    assert view.unit_method == "spm"
    assert [limit.id for limit in view.daily_limits] == ["per-visit"]
    assert view.daily_limits[0].stated.origin.profile == "cigna"
    assert view.unit_counting is not None
    assert view.unit_counting.stated.origin == ("acme", str(tmp_path / "acme.xml"), 1)


def test_inheritance_reaches_through_several_profiles(tmp_path: Path) -> None:
    write(tmp_path, "one", "default", f'<zero-charge allowed="no" {SAID}/>')
    write(tmp_path, "two", "one", f'<line-order by="descending-charge" {SAID}/>')
    write(tmp_path, "three", "two")
    profile = load(tmp_path, "three")
    assert [file.id for file in profile.files] == ["three", "two", "one", "default"]
    assert profile.on(MARCH).zero_charge is not None
    assert profile.on(MARCH).line_order is not None
    assert profile.on(MARCH).minutes_note is not None


def test_a_statement_replaces_the_same_one_whatever_its_dates(tmp_path: Path) -> None:
    write(tmp_path, "one", "", f'<timely-filing within="90 days" {SAID}/>')
    write(tmp_path, "two", "one", f'<timely-filing within="1 year" {SAID} from="2026-04-01"/>')
    profile = load(tmp_path, "two")
    assert profile.on(MARCH).timely_filing is None
    assert profile.on(date(2026, 4, 1)).timely_filing is not None


def test_statements_with_ids_are_replaced_one_by_one(tmp_path: Path) -> None:
    limit = '<daily-limit id="{}" most="{}" codes="timed" ' + SAID + "/>"
    write(tmp_path, "one", "", limit.format("a", 1) + limit.format("b", 2))
    write(tmp_path, "two", "one", limit.format("b", 5) + limit.format("c", 6))
    limits = load(tmp_path, "two").on(MARCH).daily_limits
    assert [(one.id, one.most) for one in limits] == [("a", 1), ("b", 5), ("c", 6)]


def test_a_rule_is_replaced_by_code_and_kind(tmp_path: Path) -> None:
    one = (
        f'<rule code="S601"><severity is="off" reason="x" {SAID}/>'
        f'<fix-consent given="yes" reason="x" {SAID}/></rule>'
    )
    two = f'<rule code="S601"><fix-consent given="no" reason="x" {SAID}/></rule>'
    write(tmp_path, "one", "", one)
    write(tmp_path, "two", "one", two)
    before, after = load(tmp_path, "one").on(MARCH), load(tmp_path, "two").on(MARCH)
    assert before.consents_to("S601") is not None
    assert after.consents_to("S601") is None
    severity = after.severity_of("S601")
    assert severity is not None
    assert severity.severity is None


def test_without_takes_out_one_statement_or_all_of_a_kind(tmp_path: Path) -> None:
    limit = '<daily-limit id="{}" most="1" codes="timed" ' + SAID + "/>"
    write(tmp_path, "one", "", limit.format("a") + limit.format("b"))
    write(tmp_path, "two", "one", '<without statement="daily-limit" id="a" reason="x"/>')
    write(tmp_path, "three", "one", '<without statement="daily-limit" reason="x"/>')
    assert [one.id for one in load(tmp_path, "two").on(MARCH).daily_limits] == ["b"]
    assert load(tmp_path, "three").on(MARCH).daily_limits == ()


def test_matches_are_not_inherited(tmp_path: Path) -> None:
    write(tmp_path, "acme", "aetna")
    profiles = load_profiles(tmp_path)
    assert profiles["acme"].matches == ()
    assert profiles.select(PayerNamed("60054"), MARCH).profile.id == "aetna"


def test_a_profile_of_the_users_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    match = f'<matches><payer-id is="60054" {SAID}/></matches>'
    write(tmp_path, "aetna", "default", match)
    profile = load_profiles(tmp_path).select(PayerNamed("60054"), MARCH).profile
    assert (profile.id, profile.version) == ("aetna", "7")
    assert profile.on(MARCH).daily_limits == ()


def test_it_may_be_based_on_the_one_whose_place_it_takes(tmp_path: Path) -> None:
    write(tmp_path, "aetna", "aetna", '<without statement="daily-limit" reason="our contract"/>')
    profile = load_profiles(tmp_path).select(PayerNamed("60054"), MARCH).profile
    assert [file.version for file in profile.files] == ["7", "2026.1", "2026.1"]
    assert profile.on(MARCH).daily_limits == ()
    assert profile.on(MARCH).timely_filing is not None


def test_shipped_profiles_follow_a_changed_default(tmp_path: Path) -> None:
    (tmp_path / "default.xml").write_text(
        '<payer-profile schema="1" id="default" name="D" type="default" version="8" '
        f'based-on="default"><zero-charge allowed="no" {SAID}/></payer-profile>'
    )
    profile = load_profiles(tmp_path)["uhc"]
    assert profile.on(MARCH).zero_charge is not None
    assert [file.version for file in profile.files] == ["2026.1", "8", "2026.1"]


@pytest.mark.parametrize(
    ("profiles", "said"),
    [
        (
            {"acme": "acne"},
            ["acme.xml:1: based-on names no profile: acne; expected: one of acme, aetna, "],
        ),
        (
            {"acme": "acme"},
            ["acme.xml:1: based-on runs in a circle: acme -> acme; expected: another profile"],
        ),
        (
            {"acme": "bravo", "bravo": "acme"},
            [
                "bravo.xml:1: based-on runs in a circle: acme -> bravo -> acme; expected: another",
                "acme.xml:1: based-on runs in a circle: bravo -> acme -> bravo; expected: another",
            ],
        ),
    ],
    ids=["unknown", "itself", "circle"],
)
def test_what_leads_nowhere_is_refused(
    profiles: dict[str, str], said: list[str], tmp_path: Path
) -> None:
    for profile_id, based_on in profiles.items():
        write(tmp_path, profile_id, based_on)
    with pytest.raises(ProfileError) as refusal:
        load_profiles(tmp_path)
    lines = str(refusal.value).splitlines()
    assert len(lines) == len(said)
    for line, beginning in zip(lines, said, strict=True):
        assert line.startswith(f"{tmp_path}/{beginning}")
