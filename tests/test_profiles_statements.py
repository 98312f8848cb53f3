"""A statement holds on its dates, and says no more than its source and confidence bear."""

import pickle
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scrubber.findings import Severity
from scrubber.profiles import SCHEMA_FILE
from scrubber.profiles.attributes import Attributes
from scrubber.profiles.code_list import CodeList, code_words, read_code_list
from scrubber.profiles.loader import load_profiles
from scrubber.profiles.period import Period, read_period
from scrubber.profiles.profile import PayerProfile
from scrubber.profiles.schema import parse_profile
from scrubber.profiles.statement import Confidence, Origin, Stated
from scrubber.profiles.template import new_profile
from scrubber.therapy.table import known_code

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
ENDS = st.none() | DAYS


def stated(first: date | None, last: date | None) -> Stated:
    origin = Origin("acme", "acme.xml", 1)
    return Stated("zero-charge", "", "Manual", "high", origin, first, last)


@given(ENDS, ENDS, DAYS)
def test_both_ends_belong_to_the_period(first: date | None, last: date | None, on: date) -> None:
    inside = (first is None or on >= first) and (last is None or on <= last)
    assert stated(first, last).holds_on(on) == inside


@given(ENDS, ENDS, ENDS, ENDS, DAYS)
def test_periods_with_a_common_day_overlap(
    first: date | None, last: date | None, other: date | None, other_last: date | None, on: date
) -> None:
    one, two = stated(first, last), stated(other, other_last)
    assert one.overlaps(two) == two.overlaps(one)
    if one.holds_on(on) and two.holds_on(on):
        assert one.overlaps(two)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 1, 2), None), (date(2026, 1, 2), date(2026, 2, 1))],
)
def test_periods_that_follow_each_other_do_not_overlap(first: date, last: date | None) -> None:
    assert not stated(None, first - timedelta(days=1)).overlaps(stated(first, last))
    assert stated(None, first).overlaps(stated(first, last))


@pytest.mark.parametrize(
    ("source", "confidence", "condition", "may_reject"),
    [
        ("Manual, page 4", "high", "", True),
        ("Manual, page 4", "medium", "", True),
        ("Manual, page 4", "low", "", False),
        ("KNOWLEDGE", "high", "", False),
        ("Manual (codes); KNOWLEDGE 0.8: the number", "medium", "", False),
        ("Common knowledge, written down in the manual", "high", "", True),
        ("Manual, page 4", "high", "the treatment is acute", False),
    ],
)
def test_doubt_only_warns(
    source: str, confidence: Confidence, condition: str, may_reject: bool
) -> None:
    given = {"source": source, "confidence": confidence, "condition": condition}
    one = Attributes("zero-charge", given, Origin("acme", "acme.xml", 1)).stated()
    assert one.may_reject == may_reject
    assert one.ceiling == (None if may_reject else Severity.WARN)


def load(directory: Path, body: str) -> PayerProfile:
    (directory / "acme.xml").write_text(
        '<payer-profile schema="1" id="acme" name="A" type="commercial" version="1">'
        f"{body}</payer-profile>"
    )
    return load_profiles(directory)["acme"]


SAID = 'source="Manual" confidence="high"'


def test_what_holds_is_looked_up_on_the_date_of_service(tmp_path: Path) -> None:
    profile = load(
        tmp_path,
        f'<unit-counting method="spm" to="2025-12-31" {SAID}/>'
        f'<unit-counting method="cms8" from="2026-01-01" to="2026-06-30" {SAID}/>',
    )
    assert profile.on(date(1, 1, 1)).unit_method == "spm"
    assert profile.on(date(2025, 12, 31)).unit_method == "spm"
    assert profile.on(date(2026, 1, 1)).unit_method == "cms8"
    assert profile.on(date(2026, 6, 30)).unit_method == "cms8"
    assert profile.on(date(2026, 7, 1)).unit_method == "none"
    assert profile.on(date(2026, 7, 1)).unit_counting is None
    assert profile.on(date(9999, 12, 31)).unit_counting is None


def test_while_nothing_changes_the_view_is_one_object(tmp_path: Path) -> None:
    profile = load(tmp_path, f'<zero-charge allowed="no" from="2026-01-01" {SAID}/>')
    assert profile.on(date(2026, 1, 1)) is profile.on(date(2026, 12, 31))
    assert profile.on(date(2025, 12, 31)) is not profile.on(date(2026, 1, 1))
    assert len({profile.on(date(2026, 1, 1)), profile.on(date(2026, 2, 1))}) == 1


def test_a_profile_that_crossed_a_process_border_says_the_same(tmp_path: Path) -> None:
    profile = load(tmp_path, f'<zero-charge allowed="no" from="2026-01-01" {SAID}/>')
    profile.on(date(2026, 1, 1))
    copy: PayerProfile = pickle.loads(pickle.dumps(profile))
    assert copy.statements == profile.statements
    assert copy.files == profile.files
    assert copy.on(date(2026, 1, 1)).zero_charge == profile.on(date(2026, 1, 1)).zero_charge


def test_nothing_stated_is_nothing_known(tmp_path: Path) -> None:
    view = load(tmp_path, "").on(date(2026, 3, 2))
    known = {name: getattr(view, name) for name in view.__slots__ if not name.startswith("_")}
    stated_of_itself = {"id", "name", "payer_type", "coverage", "unit_method"}
    assert {name for name, value in known.items() if value} == stated_of_itself
    assert view.severity_of("S601") is None
    assert view.consents_to("S601") is None


CODES = st.sets(
    st.integers(97000, 97999).map(str)
    | st.integers(0, 9999).map(lambda number: f"G{number:04}")
    | st.integers(790, 799).map(lambda number: f"0{number}T")
)


@given(CODES, st.booleans(), st.booleans())
def test_a_code_list_can_be_written_and_read_again(
    codes: set[str], timed: bool, therapy: bool
) -> None:
    one = CodeList(frozenset(codes), every_timed_code=timed, every_therapy_code=therapy)
    assert read_code_list(tuple(code_words(one))) == one


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("97110-97113", {"97110", "97111", "97112", "97113"}),
        ("G0541-G0543 97140", {"G0541", "G0542", "G0543", "97140"}),
        ("0791T", {"0791T"}),
        ("97110-97110", {"97110"}),
    ],
)
def test_ranges_take_in_every_number(words: str, codes: set[str]) -> None:
    assert read_code_list(tuple(words.split())).codes == codes


@pytest.mark.parametrize("word", ["97113-97110", "G0541-97110", "97110-G0541", "0791T-0793T"])
def test_ranges_without_a_meaning_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_code_list((word,))


def test_a_list_covers_its_codes_and_kinds() -> None:
    listed, timed, therapy = (read_code_list((word,)) for word in ("97110", "timed", "therapy"))
    assert listed.covers("97110", None)
    assert not listed.covers("97112", known_code("97112"))
    assert timed.covers("97112", known_code("97112"))
    assert not timed.covers("97161", known_code("97161"))
    assert therapy.covers("97161", known_code("97161"))
    assert not therapy.covers("99213", known_code("99213"))


@pytest.mark.parametrize(
    ("words", "start", "last"),
    [
        ("90 days", date(2026, 1, 31), date(2026, 5, 1)),
        ("1 day", date(2026, 12, 31), date(2027, 1, 1)),
        ("1 year", date(2024, 2, 29), date(2025, 2, 28)),
        ("1 year", date(2023, 12, 31), date(2024, 12, 31)),
        ("6 months", date(2025, 8, 31), date(2026, 2, 28)),
        ("1 month", date(2026, 12, 15), date(2027, 1, 15)),
        ("9999 years", date(2026, 1, 1), date.max),
        ("9999 days", date(9999, 1, 1), date.max),
    ],
)
def test_a_period_ends_on_the_calendar(words: str, start: date, last: date) -> None:
    assert read_period(words).after(start) == last


@given(st.integers(1, 9999), st.sampled_from(["day", "month", "year"]))
def test_a_period_can_be_written_and_read_again(number: int, unit: str) -> None:
    one = read_period(f"{number} {unit}s")
    assert read_period(one.words()) == one
    assert one in (Period(days=number), Period(months=number), Period(months=12 * number))


@pytest.mark.parametrize(
    ("service", "surely", "possibly"),
    [(date(2026, 3, 2), date(2026, 5, 31), date(2027, 3, 2))],
)
def test_a_claim_may_have_the_shorter_or_the_longer_time(
    service: date, surely: date, possibly: date
) -> None:
    limit = load_profiles()["uhc"].on(service).timely_filing
    assert limit is not None
    assert limit.last_day_for(service) == surely
    assert limit.latest_day_for(service) == possibly


REST = {
    "required-modifier": 'id="a" any-of="U5"',
    "daily-limit": 'id="a" most="4"',
    "visit-limit": 'id="a" most="30" counts="visits" within="1 year"',
    "not-payable": 'id="a" because="not-covered"',
    "age-limit": 'id="a" under-years="21"',
    "telehealth": 'id="a" allowed="yes"',
    "authorization": 'id="a" qualifiers="G1"',
}


def statements_with_codes() -> set[str]:
    """The elements of the schema that name codes."""
    schema = etree.parse(SCHEMA_FILE)
    found = schema.iter("{http://www.w3.org/2001/XMLSchema}attribute")
    types = [one.getparent() for one in found if one.get("name") == "codes"]
    elements = [one.getparent() for one in types if one is not None]
    return {one.get("name", "") for one in elements if one is not None}


def test_every_statement_with_codes_is_tried() -> None:
    assert statements_with_codes() == set(REST)


@pytest.mark.parametrize("name", REST)
def test_every_statement_with_codes_may_leave_some_out(tmp_path: Path, name: str) -> None:
    body = f'<{name} {REST[name]} codes="97110-97140 S*" except-codes="97112-97116 S9*" {SAID}/>'
    (statement,) = load(tmp_path, body).statements
    codes: CodeList = statement.codes  # type: ignore[attr-defined]
    asked = ("97110", "97113", "97140", "S8990", "S9152")
    assert [code for code in asked if codes.covers(code, None)] == ["97110", "97140", "S8990"]
    assert " ".join(code_words(codes)) == "S* 97110-97140 except S9* 97112-97116"


@pytest.mark.parametrize("left_out", ["timed", "97112 97*", "therapy"])
def test_words_and_beginnings_may_be_left_out(tmp_path: Path, left_out: str) -> None:
    body = f'<daily-limit {REST["daily-limit"]} codes="therapy" except-codes="{left_out}" {SAID}/>'
    always = 'always-codes="required" sometimes-codes="optional"'
    body += f'<discipline-modifier {always} except-codes="{left_out}" {SAID}/>'
    view = load(tmp_path, body).on(date(2026, 3, 2))
    row = known_code("97112")
    assert not view.daily_limits[0].codes.covers("97112", row)
    assert view.discipline_modifier is not None
    assert view.discipline_modifier.excepted_codes.covers("97112", row)


def test_a_new_profile_names_its_schema_for_editors() -> None:
    text = new_profile("mine")
    assert text.splitlines()[1].startswith('<?xml-model href="profile.xsd" ')
    parse_profile(text.encode(), "mine.xml")
