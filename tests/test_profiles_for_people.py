"""People can list, read, check and begin payer profiles."""

import re
from datetime import date
from pathlib import Path

import pytest

from scrubber.profiles.check import check_profiles
from scrubber.profiles.errors import ProfileError
from scrubber.profiles.loader import load_profiles
from scrubber.profiles.show import list_profiles, show_profile
from scrubber.profiles.template import new_profile

SAID = 'source="Manual" confidence="high"'


def write(directory: Path, profile_id: str, based_on: str, body: str) -> Path:
    path = directory / f"{profile_id}.xml"
    path.write_text(
        f'<payer-profile schema="1" id="{profile_id}" name="Acme Health" type="commercial"'
        f' version="3" based-on="{based_on}" note="For a trial.">\n{body}\n</payer-profile>'
    )
    return path


def test_the_list_has_a_line_for_every_profile() -> None:
    shipped = load_profiles()
    lines = list_profiles(shipped).splitlines()
    assert [line.split()[0] for line in lines] == [profile.id for profile in shipped]
    (wc,) = (line for line in lines if line.startswith("ny_wc "))
    assert wc.endswith("line of business wc in NY")
    (default,) = (line for line in lines if line.startswith("default "))
    assert default.endswith("whatever no other profile is chosen for")


def test_a_profile_is_shown_flattened_with_the_origin_of_every_statement(tmp_path: Path) -> None:
    body = f"""<matches priority="2"><payer-id is="A1" from="2026-01-01" {SAID}/></matches>
<daily-limit id="timed" most="4" codes="97110-97113 timed" per="discipline" from="2026-01-01"
    source="KNOWLEDGE 0.8" confidence="medium" note="As heard."/>
<timely-filing within="6 months" to="2026-06-30" condition="the plan is old" {SAID}/>
<rule code="S601"><severity is="off" reason="on trial" {SAID}/></rule>"""
    path = write(tmp_path, "acme", "default", body)
    profile = load_profiles(tmp_path)["acme"]
    default = profile.files[1]
    assert (
        show_profile(profile)
        == f"""\
acme: Acme Health
  commercial, version 3
  line of business: commercial
  For a trial.
  file: {path} (acme 3, sha256 {profile.sha256})
  based on: payer_profiles/default.xml (default 2026.1, sha256 {default.sha256})

Chosen by (priority 2)
  payer id A1 from 2026-01-01 [official-text, high confidence: Manual; {path}:2]

Statements
  unit-counting
      method: none
      knowledge, high confidence, warns at most: {profile.statements[0].stated.source}
      from default, payer_profiles/default.xml:7
  minutes-note
      places: NTE SV101-7; pattern: \\bMIN=([0-9]{{1,3}})\\b
      knowledge, high confidence, warns at most: {profile.statements[1].stated.source}
      from default, payer_profiles/default.xml:10
  daily-limit timed from 2026-01-01
      most: 4; counts: units; codes: timed 97110-97113; per discipline: yes
      As heard.
      knowledge, medium confidence, warns at most: KNOWLEDGE 0.8
      {path}:3
  timely-filing to 2026-06-30
      within: 6 months
      where the plan is old
      official-text, high confidence, warns at most: Manual
      {path}:5
  severity S601
      severity: off; reason: on trial
      official-text, high confidence: Manual
      {path}:6
"""
    )


def test_with_a_date_only_what_is_in_force_is_shown() -> None:
    york = load_profiles()["ny_wc"]
    assert "treatment: 8" in show_profile(york)
    assert "treatment: 8" not in show_profile(york, date(2026, 3, 2))
    assert "treatment: 12" in show_profile(york, date(2026, 3, 2))


@pytest.mark.parametrize("profile_id", [profile.id for profile in load_profiles()])
def test_every_statement_of_every_profile_can_be_shown(profile_id: str) -> None:
    profile = load_profiles()[profile_id]
    text = show_profile(profile)
    for statement in (*profile.matches, *profile.statements):
        place = statement.stated.origin
        assert f"{place.file}:{place.line}" in text
        assert statement.stated.source in text
    assert not re.search(r"frozenset|None|Decimal|CodeList|Period|re\.compile|stated", text)


def test_the_line_shown_is_where_the_statement_begins() -> None:
    root = Path(__file__).parents[1]
    for profile in load_profiles():
        for one in (*profile.matches, *profile.statements):
            place = one.stated.origin
            line = (root / place.file).read_text().splitlines()[place.line - 1]
            assert f"<{one.stated.kind}" in line


def test_a_profile_in_order_is_said_to_be(tmp_path: Path) -> None:
    body = f'<matches><payer-id is="A1" {SAID}/></matches><unit-counting method="spm" {SAID}/>'
    path = write(tmp_path, "acme", "default", body)
    assert check_profiles([path]) == (
        f"{path}: acme is valid: 1 statement of its own, 1 inherited; 1 of them can only warn\n"
    )


def test_a_profile_for_no_claim_is_said_to_be(tmp_path: Path) -> None:
    path = write(tmp_path, "acme", "aetna", "")
    assert check_profiles([path]).endswith("; it is chosen for no claim, as it has no matches\n")


def test_a_check_looks_at_the_other_profiles_too(tmp_path: Path) -> None:
    path = write(tmp_path, "acme", "default", f'<matches><payer-id is="87726" {SAID}/></matches>')
    with pytest.raises(ProfileError, match="profile uhc"):
        check_profiles([path])


def test_a_check_knows_the_rules_there_are(tmp_path: Path) -> None:
    body = (
        f'<rule code="S601">\n<severity is="off" reason="x" {SAID}/>\n'
        f'<fix-consent given="yes" reason="x" {SAID}/></rule>'
    )
    path = write(tmp_path, "acme", "default", body)
    assert "is valid" in check_profiles([path], known_rules={"S601"})
    with pytest.raises(ProfileError) as refusal:
        check_profiles([path], known_rules={"S602"})
    assert str(refusal.value) == "\n".join(
        f"{path}:{line}: there is no rule S601; expected: a code from the rule list"
        for line in (3, 4)
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"gone\.xml: cannot be read: No such file"):
        check_profiles([tmp_path / "gone.xml"])


def test_a_new_profile_loads_as_it_is_and_with_every_comment_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "acme.xml"
    path.write_text(new_profile("acme"))
    assert "0 statements of its own" in check_profiles([path])
    head, body = new_profile("acme").split("<payer-profile", 1)
    path.write_text(f"{head}<payer-profile" + re.sub(r"<!--\n(.*?)-->", r"\1", body, flags=re.S))
    assert "12 statements of its own" in check_profiles([path])
    assert len(load_profiles(tmp_path)["acme"].matches) == 2


@pytest.mark.parametrize("profile_id", ["Acme", "7up", "../acme", "a b", ""])
def test_a_new_profile_has_a_proper_id(profile_id: str) -> None:
    with pytest.raises(ProfileError, match="expected: lowercase letters, digits and _"):
        new_profile(profile_id)
