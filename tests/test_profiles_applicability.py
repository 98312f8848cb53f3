"""Which statements of a profile hold for a claim: its line, state, office and earlier payers."""

from datetime import date
from pathlib import Path

import pytest

from scrubber.profiles.declared import Declared
from scrubber.profiles.errors import ProfileError
from scrubber.profiles.line_of_business import Coverage, LineOfBusiness
from scrubber.profiles.loader import load_profiles, load_with
from scrubber.profiles.profile import DatedProfile

MARCH = date(2026, 3, 2)
SAID = 'source="Manual" confidence="high"'
COMMERCIAL = Coverage(LineOfBusiness.COMMERCIAL)
FEP = Coverage(LineOfBusiness.FEP)


def view(tmp_path: Path, body: str, coverage: Coverage = COMMERCIAL) -> DatedProfile:
    path = tmp_path / "acme.xml"
    path.write_text(
        '<payer-profile schema="1" id="acme" name="Acme" type="commercial" version="1">\n'
        f"{body}\n</payer-profile>"
    )
    return load_with([path])["acme"].on(MARCH, coverage)


def limit(days: int, more: str = "") -> str:
    return f'<timely-filing within="{days} days" {more} {SAID}/>'


def test_a_statement_holds_for_its_lines_of_business(tmp_path: Path) -> None:
    body = limit(90, 'lines="commercial"') + limit(365, 'lines="fep medicare-advantage"')
    for coverage, days in ((COMMERCIAL, 90), (FEP, 365)):
        filing = view(tmp_path, body, coverage).timely_filing
        assert filing is not None
        assert filing.within.days == days
        assert filing.stated.may_reject
    assert view(tmp_path, body, Coverage(LineOfBusiness.VA)).timely_filing is None


def test_a_statement_of_a_state_goes_before_one_for_all(tmp_path: Path) -> None:
    body = limit(180) + limit(95, 'states="TX"')
    for state, days in (("", 180), ("CA", 180), ("TX", 95)):
        filing = view(tmp_path, body, COMMERCIAL._replace(state=state)).timely_filing
        assert filing is not None
        assert filing.within.days == days


@pytest.mark.parametrize(
    ("participation", "within", "or_within", "may_reject"),
    [
        ("", 90, 180, True),
        (f'<participation is="yes" {SAID}/>', 90, None, True),
        (f'<participation is="no" {SAID}/>', 180, None, True),
    ],
)
def test_of_two_limits_the_offices_participation_decides(
    tmp_path: Path, participation: str, within: int, or_within: int | None, may_reject: bool
) -> None:
    body = participation + limit(90, 'participating="yes"') + limit(180, 'participating="no"')
    filing = view(tmp_path, body).timely_filing
    assert filing is not None
    assert filing.within.days == within
    assert (filing.or_within.days if filing.or_within else None) == or_within
    assert filing.stated.may_reject is may_reject


def test_what_binds_participating_offices_only_warns_where_that_is_not_known(
    tmp_path: Path,
) -> None:
    alone = limit(90, 'participating="yes"')
    filing = view(tmp_path, alone).timely_filing
    assert filing is not None
    assert not filing.stated.may_reject
    assert view(tmp_path, f'<participation is="no" {SAID}/>{alone}').timely_filing is None


def test_the_longer_limit_rejects_only_where_both_are_official(tmp_path: Path) -> None:
    body = limit(90, 'participating="yes"') + limit(180, 'participating="no" evidence="secondary"')
    filing = view(tmp_path, body).timely_filing
    assert filing is not None
    assert not filing.stated.may_reject


def test_limits_taken_over_from_another_line_only_warn(tmp_path: Path) -> None:
    path = tmp_path / "acme.xml"
    path.write_text(
        '<payer-profile schema="1" id="acme" name="Acme" type="medicare-advantage" version="1" '
        'based-on="cigna"/>'
    )
    filing = load_with([path])["acme"].on(MARCH).timely_filing
    assert filing is not None
    assert (filing.within.days, filing.or_within and filing.or_within.days) == (90, 180)
    assert not filing.stated.may_reject


def test_nothing_rejects_where_the_line_is_not_certain(tmp_path: Path) -> None:
    body = limit(90) + f'<rule code="S601"><severity is="reject" reason="x" {SAID}/></rule>'
    body += f'<rule code="S602"><fix-consent given="yes" reason="x" {SAID}/></rule>'
    body += f'<rule code="S610"><severity is="off" reason="x" {SAID}/></rule>'
    doubted = view(tmp_path, body, COMMERCIAL._replace(certain=False))
    assert doubted.timely_filing is not None
    assert not doubted.timely_filing.stated.may_reject
    assert doubted.severity_of("S601") is None
    assert doubted.consents_to("S602") is None
    assert doubted.switches_off("S610")


def test_what_an_earlier_payer_decided_is_not_judged_anew(tmp_path: Path) -> None:
    body = f'<daily-limit id="a" most="4" codes="timed" {SAID}/>' + limit(90)
    body += f'<not-payable id="a" codes="97010" because="invalid" {SAID}/>'
    body += f'<unlikely-edits table="medicare" {SAID}/>'
    after = view(tmp_path, body, COMMERCIAL._replace(decided=True))
    assert not after.daily_limits[0].stated.may_reject
    assert not after.not_payable[0].stated.may_reject
    assert after.unlikely_edits is not None
    assert not after.unlikely_edits.stated.may_reject
    assert after.timely_filing is not None
    assert after.timely_filing.stated.may_reject


def test_medicare_edits_what_another_payer_decided() -> None:
    secondary = Coverage(LineOfBusiness.MEDICARE, decided=True)
    medicare = load_profiles()["medicare_b"].on(MARCH, secondary)
    assert medicare.unlikely_edits is not None
    assert medicare.unlikely_edits.stated.may_reject
    assert not medicare.not_payable[0].stated.may_reject


def test_equal_claims_share_a_view(tmp_path: Path) -> None:
    path = tmp_path / "acme.xml"
    path.write_text(
        '<payer-profile schema="1" id="acme" name="Acme" type="commercial" version="1">'
        + limit(180)
        + limit(95, 'states="TX"')
        + "</payer-profile>"
    )
    profile = load_with([path])["acme"]
    california, ohio, texas = (COMMERCIAL._replace(state=one) for one in ("CA", "OH", "TX"))
    assert profile.on(MARCH, california) is profile.on(MARCH, ohio)
    assert profile.on(MARCH, california) is not profile.on(MARCH, texas)


def test_two_limits_for_one_line_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="timely-filing is stated for days on which"):
        view(tmp_path, limit(90, 'lines="fep commercial"') + limit(180, 'lines="commercial"'))


@pytest.mark.parametrize(("answer", "days"), [(True, 90), (False, 180)])
def test_participation_can_be_declared_for_a_run(answer: bool, days: int) -> None:
    filing = load_profiles(None, {"cigna": Declared(answer)})["cigna"].on(MARCH).timely_filing
    assert filing is not None
    assert (filing.within.days, filing.or_within) == (days, None)


def test_participation_with_no_payer_is_refused() -> None:
    with pytest.raises(ProfileError, match="toml:7: there is no profile signa; expected: perhaps"):
        load_profiles(None, {"signa": Declared(True, "scrubber.toml:7")})


def test_a_match_does_not_depend_on_participation(tmp_path: Path) -> None:
    body = f'<matches><payer-id is="A1" participating="yes" {SAID}/></matches>'
    with pytest.raises(ProfileError, match="a match does not depend on participation"):
        view(tmp_path, body)
