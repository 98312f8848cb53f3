"""Code sets answer valid, invalid, or that our table cannot say; by date where dates matter."""

from datetime import date

import pytest

from scrubber.codes import (
    adjustment,
    claim_filing,
    claim_status,
    countries,
    hcpcs,
    modifiers,
    place_of_service,
    states,
    taxonomy,
    zip_code,
)
from scrubber.codes.hcpcs import Part
from scrubber.codes.table_file import read_table
from scrubber.codes.verdict import Verdict

TODAY = date(2026, 3, 2)
VALID, INVALID, UNKNOWN = Verdict.VALID, Verdict.INVALID, Verdict.UNKNOWN

PLACES = [
    ("11", date(2005, 1, 1), VALID),
    ("10", date(2021, 12, 31), INVALID),
    ("10", date(2022, 1, 1), VALID),
    ("27", date(2023, 9, 30), INVALID),
    ("27", date(2023, 10, 1), VALID),
    ("66", date(2024, 7, 31), INVALID),
    ("66", date(2024, 8, 1), VALID),
    ("30", TODAY, INVALID),
    ("1", TODAY, INVALID),
    ("", TODAY, INVALID),
]


@pytest.mark.parametrize(("code", "on", "expected"), PLACES)
def test_place_of_service_on_the_date_of_service(code: str, on: date, expected: Verdict) -> None:
    assert place_of_service.check(code, on) is expected


def test_places_that_matter_to_therapy_are_marked() -> None:
    places = {f"{number:02}": place_of_service.place(f"{number:02}") for number in range(100)}
    telehealth = {code for code, place in places.items() if place and place.telehealth}
    inpatient = {code for code, place in places.items() if place and place.inpatient}
    assert telehealth == {"02", "10"}
    assert inpatient == {"21", "51", "61"}


STATES = [
    ("CA", "US", VALID),
    ("PR", "US", VALID),
    ("AE", "US", VALID),
    ("ON", "US", INVALID),
    ("ON", "CA", VALID),
    ("XX", "US", INVALID),
    ("ca", "US", INVALID),
    ("JAL", "MX", UNKNOWN),
]


@pytest.mark.parametrize(("code", "country", "expected"), STATES)
def test_states_and_provinces(code: str, country: str, expected: Verdict) -> None:
    assert states.check(code, country) is expected


@pytest.mark.parametrize(
    ("code", "expected"), [("US", VALID), ("SS", VALID), ("YU", INVALID), ("USA", INVALID)]
)
def test_countries(code: str, expected: Verdict) -> None:
    assert countries.check(code) is expected


ZIPS = [
    ("90210", "CA", VALID),
    ("902101234", "CA", VALID),
    ("06390", "NY", VALID),
    ("06390", "CT", VALID),
    ("10001", "NJ", INVALID),
    ("90210-1234", "CA", INVALID),
    ("9021", "CA", INVALID),
    ("00012", "CA", UNKNOWN),
    ("00000", "CA", INVALID),
    ("96799", "AS", VALID),
]


@pytest.mark.parametrize(("code", "state", "expected"), ZIPS)
def test_zip_code_and_state(code: str, state: str, expected: Verdict) -> None:
    assert zip_code.check(code, state) is expected


PARTS = [
    ("97110", Part.CPT),
    ("G0283", Part.HCPCS),
    ("0791T", Part.CPT_EMERGING),
    ("1036F", Part.CPT_PERFORMANCE),
    ("0001U", Part.CPT_LABORATORY),
    ("0001A", Part.CPT_ADMINISTRATIVE),
    ("9711", None),
    ("971100", None),
    ("g0283", None),
    ("97 10", None),
    ("ABCDE", None),
]


@pytest.mark.parametrize(("code", "expected"), PARTS)
def test_form_of_procedure_codes(code: str, expected: Part | None) -> None:
    assert hcpcs.part(code) is expected
    assert hcpcs.check(code) is (UNKNOWN if expected else INVALID)


MODIFIERS = [
    ("GP", date(2010, 1, 1), VALID),
    ("XU", date(2014, 12, 31), INVALID),
    ("XU", date(2015, 1, 1), VALID),
    ("96", date(2017, 12, 31), INVALID),
    ("93", date(2021, 12, 31), INVALID),
    ("LT", TODAY, VALID),
    ("9Z", TODAY, UNKNOWN),
    ("G", TODAY, INVALID),
    ("gp", TODAY, INVALID),
    ("GP1", TODAY, INVALID),
]


@pytest.mark.parametrize(("code", "on", "expected"), MODIFIERS)
def test_modifiers_on_the_date_of_service(code: str, on: date, expected: Verdict) -> None:
    assert modifiers.check(code, on) is expected


def test_kinds_of_modifiers() -> None:
    def of_kind(kind: str) -> set[str]:
        rows = read_table(modifiers.TABLE).rows
        found = (modifiers.modifier(row["code"]) for row in rows)
        return {one.code for one in found if one is not None and one.kind == kind}

    assert of_kind("discipline") == {"GP", "GO", "GN"}
    assert of_kind("assistant") == {"CQ", "CO"}
    assert of_kind("ncci") == {"59", "XE", "XS", "XP", "XU"}


@pytest.mark.parametrize("code", ["59", "XU", "LT", "F5", "25"])
def test_modifiers_that_open_a_pair(code: str) -> None:
    assert modifiers.opens_pair(code)


@pytest.mark.parametrize("code", ["GP", "GO", "KX", "CQ", "50", "76", "9Z"])
def test_modifiers_that_open_no_pair(code: str) -> None:
    assert not modifiers.opens_pair(code)


TAXONOMIES = [
    ("225100000X", "PT", "therapist", "GP"),
    ("2251X0800X", "PT", "therapist", "GP"),
    ("225200000X", "PT", "assistant", "GP"),
    ("225X00000X", "OT", "therapist", "GO"),
    ("225XH1200X", "OT", "therapist", "GO"),
    ("224Z00000X", "OT", "assistant", "GO"),
    ("235Z00000X", "SLP", "therapist", "GN"),
    ("2355S0801X", "SLP", "assistant", "GN"),
    ("261QP2000X", "PT", "clinic", "GP"),
    ("261QR0400X", None, "clinic", None),
    ("193200000X", None, "group", None),
    ("111N00000X", "DC", "other", None),
]


@pytest.mark.parametrize(("code", "discipline", "role", "modifier"), TAXONOMIES)
def test_taxonomy_tells_who_gives_therapy(
    code: str, discipline: str | None, role: str, modifier: str | None
) -> None:
    provider = taxonomy.provider(code)
    assert provider is not None
    assert (provider.discipline, provider.role, provider.modifier) == (discipline, role, modifier)
    assert taxonomy.check(code) is VALID


@pytest.mark.parametrize(
    ("code", "expected"),
    [("207Q00000X", UNKNOWN), ("225100000", INVALID), ("225100000Y", INVALID), ("", INVALID)],
)
def test_taxonomy_beyond_our_table_is_not_checked(code: str, expected: Verdict) -> None:
    assert taxonomy.check(code) is expected
    assert taxonomy.provider(code) is None


REASONS = [
    ("1", VALID),
    ("45", VALID),
    ("P12", VALID),
    ("17", UNKNOWN),
    ("999", UNKNOWN),
    ("0", INVALID),
    ("1000", INVALID),
    ("Z1", INVALID),
    ("", INVALID),
]


@pytest.mark.parametrize(("code", "expected"), REASONS)
def test_adjustment_reasons(code: str, expected: Verdict) -> None:
    assert adjustment.check(code) is expected


@pytest.mark.parametrize(("code", "expected"), [("MB", VALID), ("09", INVALID), ("", INVALID)])
def test_claim_filing_indicators(code: str, expected: Verdict) -> None:
    assert claim_filing.check(code) is expected
    assert bool(claim_filing.meaning(code)) is (expected is VALID)


STATUSES = [
    ("562", True, False),
    ("453", False, False),
    ("732", False, True),
    ("402", False, True),
    ("510", False, True),
    ("516", True, False),
    ("21", False, True),
]


@pytest.mark.parametrize(("code", "entity", "second"), STATUSES)
def test_status_codes_know_what_they_need(code: str, entity: bool, second: bool) -> None:
    status = claim_status.status(code)
    assert status is not None
    assert (status.needs_entity, status.needs_second_code) == (entity, second)


@pytest.mark.parametrize(("code", "expected"), [("9999", UNKNOWN), ("4X", INVALID)])
def test_status_codes_outside_the_table(code: str, expected: Verdict) -> None:
    assert claim_status.status(code) is None
    assert claim_status.check(code) is expected


def test_status_categories_tell_what_goes_no_further() -> None:
    found = [claim_status.category(f"A{number}") for number in range(9)]
    assert all(found)
    assert {row.code for row in found if row and row.rejected} == {"A3", "A4", "A6", "A7", "A8"}
    assert claim_status.category("A9") is None
