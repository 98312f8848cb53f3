"""Every code on a synthetic claim is in the code tables on its date, and no two codes clash."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import combinations

import pytest
from claim_reading import ReadClaim, ReadLine, claims_of, find

from scrubber.codes import ein, icd10cm, modifiers, npi, place_of_service, taxonomy, zip_code
from scrubber.codes.verdict import Verdict
from scrubber.synthetic import generate
from scrubber.therapy.ncci_pairs import PairTable, pair_table

AS_OF = date(2026, 3, 2)
SAMPLE = list(claims_of("".join(generate(2500, 77, as_of=AS_OF))))


def day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()


def rows(claim: ReadClaim) -> Iterator[list[str]]:
    yield from claim.provider
    yield from claim.subscriber
    yield from claim.patient
    yield from claim.head
    for line in claim.lines:
        yield from line.segments


def distinct(values: Iterator[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(set(values))


@pytest.fixture(scope="module")
def pairs() -> PairTable:
    table = pair_table()
    assert table is not None
    return table


def test_diagnoses_are_billable_on_the_first_day_of_service() -> None:
    told = distinct(
        (code, min(line.date for line in claim.lines))
        for claim in SAMPLE
        for code in claim.diagnoses
    )
    assert len({code for code, _ in told}) > 80
    standings = {(code, on): icd10cm.standing(code, day(on)) for code, on in told}
    assert set(standings.values()) == {icd10cm.Standing.BILLABLE}


def test_taxonomies_and_identifiers_are_valid() -> None:
    for claim in SAMPLE:
        for row in rows(claim):
            if row[0] == "PRV":
                assert taxonomy.check(row[3]) is not Verdict.INVALID
            elif row[0] == "NM1" and row[8:9] == ["XX"]:
                assert npi.is_valid(row[9])
            elif row[:2] == ["REF", "EI"]:
                assert ein.check(row[2]) is not Verdict.INVALID


def test_zip_codes_belong_to_their_state_and_billing_providers_have_nine_digits() -> None:
    for claim in SAMPLE:
        postal = find(claim.provider, "N4")[0][3]
        assert zip_code.is_well_formed(postal) and len(postal) == 9 and postal[5:] != "0000"
        for row in rows(claim):
            if row[0] == "N4":
                assert zip_code.check(row[3], row[2]) is Verdict.VALID


def test_modifiers_and_places_are_valid_on_the_day_of_service() -> None:
    told = distinct(
        (modifier, claim.head[0][5][:2], line.date)
        for claim in SAMPLE
        for line in claim.lines
        for modifier in line.modifiers
    )
    assert len({modifier for modifier, _, _ in told}) > 8
    for modifier, place, on in told:
        assert modifiers.check(modifier, day(on)) is Verdict.VALID
        assert place_of_service.check(place, day(on)) is Verdict.VALID


def lines_that_meet(claim: ReadClaim) -> Iterator[tuple[ReadLine, ReadLine]]:
    return (
        (first, second)
        for first, second in combinations(claim.lines, 2)
        if first.date == second.date
    )


def test_pairs_carry_their_modifier_where_one_opens_them(pairs: PairTable) -> None:
    opened = 0
    for claim in SAMPLE:
        for first, second in lines_that_meet(claim):
            pair = pairs.find(first.code, second.code, day(first.date))
            if pair is not None:
                assert pair.modifier_may_open
                unpaid = first if first.code == pair.column2 else second
                assert any(modifiers.opens_pair(modifier) for modifier in unpaid.modifiers)
                opened += 1
    assert opened > 50


def test_lines_say_distinct_only_where_a_pair_asks_for_it(pairs: PairTable) -> None:
    for claim in SAMPLE:
        for line in claim.lines:
            if {"59", "XU"} & set(line.modifiers):
                assert any(
                    pairs.find(line.code, other.code, day(line.date))
                    for other in claim.lines
                    if other.date == line.date
                )
