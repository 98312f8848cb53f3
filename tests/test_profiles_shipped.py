"""The shipped profiles say what is known of each payer, with its source, and no more."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from scrubber.profiles.code_list import CodeList, code_words
from scrubber.profiles.loader import load_profiles, shipped_folder, shipped_sources
from scrubber.profiles.period import Period
from scrubber.profiles.profile import PayerProfile
from scrubber.therapy.table import known_code

SHIPPED = load_profiles()
MARCH = date(2026, 3, 2)
FACTS = list(
    csv.DictReader((Path(__file__).parents[1] / "fixtures/profiles/facts.csv").open(newline=""))
)


def statement_of(profile: PayerProfile, on: date, name: str) -> Any:
    """A statement of the profile's view by attribute and, for those with ids, by id."""
    attribute, _, key = name.partition(" ")
    found = getattr(profile.on(on), attribute)
    return next((one for one in found if one.stated.key == key), None) if key else found


def written(value: object) -> str:
    match value:
        case CodeList():
            return " ".join(code_words(value))
        case Period():
            return value.words()
        case frozenset():
            return " ".join(sorted(map(str, value)))
        case tuple():
            return " ".join(map(str, value))
        case _:
            return str(value)


@pytest.mark.parametrize(
    "fact", FACTS, ids=lambda fact: f"{fact['profile']} {fact['statement']} {fact['field']}"
)
def test_a_profile_says(fact: dict[str, str]) -> None:
    on = date.fromisoformat(fact["on"])
    statement = statement_of(SHIPPED[fact["profile"]], on, fact["statement"])
    said = getattr(statement, fact["field"]) if fact["field"] else statement
    assert written(said) == fact["value"]
    if statement is not None:
        assert ("yes" if statement.stated.may_reject else "no") == fact["may_reject"]


def test_every_statement_in_force_has_a_fact() -> None:
    """Codes that are replaced or not paid, and single rules, have tests of their own."""
    with_facts = {(fact["profile"], fact["statement"]) for fact in FACTS}
    in_force = {
        (profile.id, f"{name} {one.stated.key}".rstrip())
        for profile in SHIPPED
        for name, one in stated_in(profile)
        if one.stated.origin.profile == profile.id
    }
    assert in_force - with_facts == set()


def stated_in(profile: PayerProfile) -> Iterator[tuple[str, Any]]:
    """What the profile states in March, by attribute of its view."""
    view = profile.on(MARCH)
    for name in view.__slots__:
        value = None if name.startswith("_") or name == "not_payable" else getattr(view, name)
        for one in value if isinstance(value, tuple) else (value,):
            if hasattr(one, "stated"):
                yield name, one


def test_the_payers_we_know_of_have_profiles() -> None:
    assert {profile.id for profile in SHIPPED} == {
        *("medicare_b", "medicare_advantage", "medicare_dme", "fep", "champva"),
        *("tricare", "tricare_east", "tricare_west", "tricare_for_life"),
        *("va_community_care", "va_ccn_triwest", "va_ccn_optum"),
        *("uhc", "aetna", "cigna", "humana", "anthem", "bcbsnd", "horizon_nj"),
        *(
            "medicaid_generic",
            "medicaid_managed",
            "tx_medicaid",
            "fl_medicaid",
            "ca_medi_cal",
            "ny_medicaid",
        ),
        *("oh_medicaid", "wc_generic", "ny_wc", "ca_wc", "auto_generic", "ny_nofault"),
        "default",
    }


def test_the_default_holds_nothing_of_a_payers_own() -> None:
    view = SHIPPED.default.on(MARCH)
    stated = {name for name in view.__slots__ if getattr(view, name)}
    assert stated == {
        *("id", "name", "payer_type", "coverage"),
        *("unit_counting", "unit_method", "minutes_note"),
    }
    assert view.unit_method == "none"


def test_every_profile_stands_on_the_default() -> None:
    assert {profile.files[-1].id for profile in SHIPPED} == {"default"}


def test_each_source_names_a_document_or_says_that_there_is_none() -> None:
    for profile in SHIPPED:
        for one in (*profile.matches, *profile.statements):
            assert len(one.stated.source) > 2
            assert not re.search(r"read_file|fixture|seed|github", one.stated.source, re.I)


def test_the_record_of_a_file_is_its_hash_and_version() -> None:
    for profile in SHIPPED:
        assert re.fullmatch(r"[0-9a-f]{64}", profile.sha256)
        assert profile.version == "2026.1"


@pytest.mark.parametrize(
    ("code", "because"),
    [
        *((code, "bundled") for code in ("97010", "97602", "92605", "92606", "92618")),
        *((code, "not-covered") for code in ("97169", "97172", "97037", "G0282", "96110")),
        *((code, "invalid") for code in ("S8948", "S8990", "T1015")),
    ],
)
def test_medicare_does_not_pay(code: str, because: str) -> None:
    (refusal,) = (
        one for one in SHIPPED["medicare_b"].on(MARCH).refusals_of(code) if not one.billed_by
    )
    assert refusal.because == because
    assert refusal.stated.may_reject


@pytest.mark.parametrize(
    ("code", "billed_by", "because"),
    [
        ("20561", {"GP", "GO", "GN"}, "provider-type"),
        ("20610", {"GP", "GO", "GN"}, "provider-type"),
        ("99213", {"GP", "GO", "GN"}, "provider-type"),
        ("98943", {"DC"}, "not-covered"),
        ("97110", {"DC"}, "not-covered"),
        ("L3908", set(), "other-contractor"),
        ("H0001", set(), "not-covered"),
    ],
)
def test_medicare_warns_of_codes_by_who_bills_them(
    code: str, billed_by: set[str], because: str
) -> None:
    refusals = SHIPPED["medicare_b"].on(MARCH).refusals_of(code)
    assert (billed_by, because) in [(set(one.billed_by), one.because) for one in refusals]


def test_the_dme_contractors_take_orthotics() -> None:
    assert SHIPPED["medicare_b"].on(MARCH).refusals_of("L3908")
    assert not SHIPPED["medicare_dme"].on(MARCH).refusals_of("L3908")


def test_medicare_takes_g0283_in_place_of_97014() -> None:
    replacement = SHIPPED["medicare_b"].on(MARCH).replacements["97014"]
    assert replacement.use == "G0283"
    assert replacement.stated.may_reject


def test_medicare_consents_to_adding_the_discipline_modifier_and_nothing_else() -> None:
    view = SHIPPED["medicare_b"].on(MARCH)
    consent = view.consents_to("S601")
    assert consent is not None
    assert "taxonomy" in consent.reason
    assert view.consents_to("S602") is None


def test_no_other_shipped_profile_consents_to_a_change_of_what_is_claimed() -> None:
    consents = {
        one.stated.origin.profile
        for profile in SHIPPED
        for one in profile.statements
        if one.stated.kind == "fix-consent"
    }
    assert consents == {"medicare_b"}


def test_every_shipped_statement_says_what_its_evidence_is() -> None:
    for source in shipped_sources().values():
        root = etree.fromstring((shipped_folder() / f"{source.id}.xml").read_bytes())
        for element in root.iter():
            assert "source" not in element.attrib or "evidence" in element.attrib, element.attrib


def test_what_the_trade_knows_is_no_official_evidence() -> None:
    for profile in SHIPPED:
        for one in (*profile.matches, *profile.statements):
            if re.search("KNOWLEDGE|DESIGN", one.stated.source):
                assert one.stated.evidence == "knowledge"


def test_uhc_does_not_pay_visits_to_therapists_but_to_speech_pathologists_it_may() -> None:
    uhc = SHIPPED["uhc"].on(MARCH)
    for code in ("99202", "99499", "98970", "99091"):
        assert uhc.refusals_of(code)[0].billed_by == {"GP", "GO"}
    assert not uhc.refusals_of("99201")


@pytest.mark.parametrize("code", ["97016", "97026", "97545", "97546", "20560", "20561", "S8948"])
def test_cigna_does_not_cover(code: str) -> None:
    assert SHIPPED["cigna"].on(MARCH).refusals_of(code)[0].because == "not-covered"


def test_tricare_does_not_cover_dry_needling_since_june_2020() -> None:
    tricare = SHIPPED["tricare_east"]
    assert tricare.on(date(2020, 6, 1)).refusals_of("20560")[0].because == "not-covered"
    assert not tricare.on(date(2020, 5, 31)).refusals_of("20560")


@pytest.mark.parametrize(
    ("number", "well_formed"),
    [("VA0012345678", True), ("VA12345", True), ("VA12345 REF", False), ("12345", False)],
)
def test_a_va_referral_number_has_nothing_around_it(number: str, well_formed: bool) -> None:
    (referral,) = SHIPPED["va_ccn_triwest"].on(MARCH).authorizations
    assert referral.pattern is not None
    assert referral.pattern.fits(number) == well_formed


@pytest.mark.parametrize(
    ("note", "minutes"), [("MIN=24", "24"), ("GAIT MIN=8 X", "8"), ("ADMIN=24", None)]
)
def test_minutes_are_read_from_a_note(note: str, minutes: str | None) -> None:
    form = SHIPPED.default.on(MARCH).minutes_note
    assert form is not None
    assert form.pattern.find(note) == minutes


@pytest.mark.parametrize(("code", "counted"), [("97110", True), ("97535", True), ("97530", False)])
def test_anthem_does_not_count_therapeutic_activities(code: str, counted: bool) -> None:
    (limit,) = SHIPPED["anthem"].on(MARCH).daily_limits
    assert limit.codes.covers(code, known_code(code)) == counted
