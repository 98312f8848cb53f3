"""The profile of a claim follows from payer id, name, claim filing indicator, state and date."""

import pickle
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.profiles.errors import ProfileError
from scrubber.profiles.loader import load_profiles
from scrubber.profiles.match import name_matches, patterns_meet
from scrubber.profiles.selection import Choice, PayerNamed, ProfileSet

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "fixtures/profiles/selection.toml").read_text()
)["case"]
SHIPPED = load_profiles()
MARCH = date(2026, 3, 2)


def chosen(profiles: ProfileSet, case: dict[str, Any]) -> str:
    return choice(profiles, case).profile.id


def choice(profiles: ProfileSet, case: dict[str, Any]) -> Choice:
    named = (case.get(key, "") for key in ("payer_id", "indicator", "name", "plan"))
    return profiles.select(PayerNamed(*named), case.get("on", MARCH), case.get("state", ""))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["profile"])
def test_each_payer_is_recognized(case: dict[str, Any]) -> None:
    found = choice(SHIPPED, case)
    assert found.profile.id == case["profile"]
    if "line" in case:
        assert found.coverage.line == case["line"]
    if "certain" in case:
        assert found.coverage.certain is case["certain"]


def test_there_is_a_case_for_every_profile() -> None:
    assert {case["profile"] for case in CASES} == {profile.id for profile in SHIPPED}


def test_a_copy_sent_to_another_process_chooses_the_same() -> None:
    copy: ProfileSet = pickle.loads(pickle.dumps(SHIPPED))
    assert [chosen(copy, case) for case in CASES] == [case["profile"] for case in CASES]


def test_choosing_again_gives_the_same_object() -> None:
    named = PayerNamed("87726", "CI", "UHC")
    assert SHIPPED.select(named, MARCH + timedelta(days=1)) is SHIPPED.select(named, MARCH)


def profile_text(profile_id: str, matches: str) -> str:
    return (
        f'<payer-profile schema="1" id="{profile_id}" name="A" type="commercial" version="1"\n'
        f' based-on="default">\n{matches}\n</payer-profile>'
    )


def load_own(directory: Path, **matches: str) -> ProfileSet:
    for profile_id, text in matches.items():
        (directory / f"{profile_id}.xml").write_text(profile_text(profile_id, text))
    return load_profiles(directory)


SAID = 'source="Letter" confidence="high"'


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        pytest.param(
            f'<matches><payer-id is="A1" {SAID}/></matches>',
            f'<matches><payer-id is="A1" {SAID}/></matches>',
            "payer id A1",
            id="one payer id",
        ),
        pytest.param(
            f'<matches><payer-id is="A1" {SAID}/></matches>',
            f'<matches priority="5"><payer-id is="A1" states="NY" {SAID}/></matches>',
            "payer id A1",
            id="priority and states do not make one payer id two",
        ),
        pytest.param(
            f'<matches><payer-id is="A1" {SAID} to="2025-12-31"/></matches>',
            f'<matches><payer-id is="A1" {SAID} from="2025-12-31"/></matches>',
            "payer id A1",
            id="a day on which both hold",
        ),
        pytest.param(
            f'<matches><payer-name like="Acme*" {SAID}/></matches>',
            f'<matches><payer-name like="Acm*Health" {SAID}/></matches>',
            "payer name ACM*HEALTH",
            id="names that Acme Health fits both",
        ),
        pytest.param(
            f'<matches><claim-filing-indicator is="HM" states="NY NJ" {SAID}/></matches>',
            f'<matches><claim-filing-indicator is="HM" states="NJ PA" {SAID}/></matches>',
            "claim filing indicator HM",
            id="a state in both",
        ),
    ],
)
def test_a_tie_is_refused_naming_both_files(
    tmp_path: Path, one: str, other: str, named: str
) -> None:
    with pytest.raises(ProfileError) as refusal:
        load_own(tmp_path, acme=one, bravo=other)
    (fault,) = refusal.value.faults
    assert (fault.file, fault.line) == (str(tmp_path / "bravo.xml"), 3)
    assert fault.wrong.startswith(f"{named} of profile bravo")
    assert f"profile acme ({tmp_path / 'acme.xml'}:3)" in fault.wrong


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            f'<matches><payer-id is="A1" {SAID} to="2025-12-31"/></matches>',
            f'<matches><payer-id is="A1" {SAID} from="2026-01-01"/></matches>',
            id="one payer id, one profile a year",
        ),
        pytest.param(
            f'<matches><claim-filing-indicator is="HM" states="NJ" {SAID}/></matches>',
            f'<matches><claim-filing-indicator is="HM" states="NY PA" {SAID}/></matches>',
            id="different states",
        ),
        pytest.param(
            f'<matches><payer-name like="Acme*" {SAID}/></matches>',
            f'<matches priority="1"><payer-name like="Acme Health*" {SAID}/></matches>',
            id="priority tells",
        ),
        pytest.param(
            f'<matches><payer-name like="Acme Health*" {SAID}/></matches>',
            f'<matches><payer-name like="Acme Dental*" {SAID}/></matches>',
            id="different names",
        ),
    ],
)
def test_what_can_be_told_apart_is_no_tie(tmp_path: Path, one: str, other: str) -> None:
    assert {"acme", "bravo"} <= {one.id for one in load_own(tmp_path, acme=one, bravo=other)}


def test_a_shipped_payer_id_in_a_profile_of_another_name_is_a_tie(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"payer id 60054 .*profile aetna \("):
        load_own(tmp_path, my_aetna=f'<matches><payer-id is="60054" {SAID}/></matches>')


def test_priority_and_states_decide(tmp_path: Path) -> None:
    profiles = load_own(
        tmp_path,
        wide=f'<matches><payer-name like="Acme*" {SAID}/></matches>',
        narrow=f'<matches priority="1"><payer-name like="Acme Health*" {SAID}/></matches>',
        state=f'<matches><payer-name like="*Health*" states="NY" {SAID}/></matches>',
    )
    assert chosen(profiles, {"name": "Acme Dental"}) == "wide"
    assert chosen(profiles, {"name": "Acme Health"}) == "narrow"
    assert chosen(profiles, {"name": "Acme Health", "state": "NY"}) == "state"


NAMES = st.text("AB ", max_size=8)
PATTERNS = st.text("AB*", max_size=8)


def fits(pattern: str, name: str) -> bool:
    """The meaning of a pattern, letter by letter."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(fits(pattern[1:], name[start:]) for start in range(len(name) + 1))
    return bool(name) and name[0] == pattern[0] and fits(pattern[1:], name[1:])


@given(PATTERNS, NAMES)
def test_a_name_fits_a_pattern_as_its_letters_do(pattern: str, name: str) -> None:
    assert name_matches(pattern, name) == fits(pattern, name)


@given(PATTERNS, PATTERNS, NAMES)
def test_patterns_that_share_a_name_meet(one: str, other: str, name: str) -> None:
    if fits(one, name) and fits(other, name):
        assert patterns_meet(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("A*", "B*"), ("*A", "*B"), ("A*A", "AB"), ("AB", "A"), ("A*B*A", "A*BB")]
)
def test_patterns_without_a_common_name_do_not_meet(one: str, other: str) -> None:
    assert not patterns_meet(one, other)
    assert not patterns_meet(other, one)
