"""Claims, parties and service lines as rules see them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

from scrubber.claim.claim import Claim
from scrubber.claim.values import amount, day, period
from scrubber.engine import FileScrubber
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Setting, claim_rule
from scrubber.testing.damage import Segments, mixed_segments
from scrubber.testing.runs import CONTEXT
from scrubber.testing.wire import Wire, wires
from scrubber.x12.reader import BlockReader

CLEAN = Path(__file__).parent.parent / "fixtures" / "clean"


def views_of(file: bytes) -> list[Claim]:
    """The claims of a file, caught by a rule that says nothing."""
    seen: list[Claim] = []

    def catch(claim: Claim, _: Setting) -> Iterable[Problem]:
        seen.append(claim)
        return ()

    rule = claim_rule("S999", severity=Severity.INFO, status="", source="")(catch)
    list(FileScrubber(CONTEXT, [rule]).parts(BlockReader([file])))
    return seen


def shipped(name: str) -> list[Claim]:
    return views_of((CLEAN / f"{name}.837").read_bytes())


def test_a_claim_knows_its_header_and_its_envelope() -> None:
    (claim,) = shipped("one_claim")
    assert (claim.claim_id, claim.charge) == ("ONE-1", Decimal("172.00"))
    assert (claim.place_of_service, claim.frequency) == ("11", "1")
    assert claim.clm.path == "2300/CLM"
    assert claim.date("431") == date(2026, 1, 20)
    assert claim.date("439") is None
    assert claim.service_dates == (date(2026, 2, 27), date(2026, 2, 27))
    assert claim.transaction.interchange_control_number == "000000001"
    assert claim.transaction.control_number == "0001"
    assert not claim.transaction.is_encounter
    assert claim.transaction.submitter is not None
    assert claim.transaction.submitter.name[0] == "MAPLE GROVE BILLING"
    assert claim.transaction.receiver is not None
    assert claim.transaction.receiver.entity == "40"


def test_a_claim_knows_its_parties() -> None:
    (claim,) = shipped("one_claim")
    provider, subscriber = claim.billing_provider, claim.subscriber
    assert provider is not None and provider.party is not None
    assert subscriber is not None and subscriber.party is not None
    assert provider.taxonomy == "261QP2000X"
    assert (provider.party.npi, provider.party.is_person) == ("1300000019", False)
    assert provider.party.street == "1200 MAPLE AVE"
    assert (provider.party.state, provider.party.zip_code) == ("TX", "787011234")
    assert provider.party.country == ""
    assert (subscriber.responsibility, subscriber.relationship) == ("P", "18")
    assert subscriber.claim_filing_indicator == "MB"
    assert subscriber.party.identifier_qualifier == "MI"
    assert subscriber.party.npi == ""
    assert subscriber.party.birth_date == date(1948, 3, 16)
    assert claim.payer is not None and claim.payer.identifier == "04412"
    assert claim.patient is not None and claim.patient.id == "2010BA"
    assert claim.referring_provider is not None and claim.referring_provider.npi == "1300002015"
    assert claim.rendering_provider is not None
    assert claim.rendering_provider.name == ("HALE", "MORGAN", "")
    assert claim.rendering_provider.taxonomy == "225100000X"
    assert (claim.service_facility, claim.supervising_provider) == (None, None)
    assert claim.other_payers == []


def test_a_dependent_is_the_patient() -> None:
    (claim,) = shipped("dependent_patient")
    assert claim.dependent is not None and claim.patient is not None
    assert claim.patient.id == "2010CA"
    assert claim.patient.name == ("CASTELLANOS", "NICO", "")
    assert claim.subscriber is not None and claim.subscriber.relationship == ""


def test_the_dependent_of_one_subscriber_is_not_the_patient_of_the_next() -> None:
    first, second = shipped("accident_claims")
    assert first.dependent is not None
    assert second.dependent is None
    assert second.patient is not None and second.patient.name[0] == "OYELARAN"


def test_each_claim_stands_under_its_own_provider() -> None:
    claims = shipped("several_providers")
    names = [c.billing_provider.party.name[0] for c in claims if c.billing_provider and
             c.billing_provider.party]  # fmt: skip
    assert names[:3] == ["MAPLE GROVE PHYSICAL THERAPY LLC"] * 2 + ["RIVER BEND HAND THERAPY INC"]
    assert len(claims) == len(names)


def test_diagnoses_are_numbered_as_lines_point_to_them() -> None:
    (claim,) = shipped("one_claim")
    told = [(one.number, one.qualifier, one.code, one.element.path) for one in claim.diagnoses]
    assert told == [(1, "ABK", "M1711", "2300/HI01-2"), (2, "ABF", "R262", "2300/HI02-2")]


def test_a_service_line_is_read_whole() -> None:
    (claim,) = shipped("one_claim")
    first, second = claim.lines
    assert (first.number, second.number) == (1, 2)
    assert (first.code, first.modifiers) == ("97110", ("GP",))
    assert (first.charge, first.units) == (Decimal("116.00"), Decimal(2))
    assert (first.service.unit_basis, first.service.pointers) == ("UN", (1, 2))
    assert first.dates == (date(2026, 2, 27), date(2026, 2, 27))
    assert first.control_number == "ONE-1L1"
    assert first.rendering_provider is None
    assert first.procedure_element.path == "2400/SV101-2"
    assert [one.value for one in first.modifier_elements()] == ["GP"]
    free = first.next_modifier_element
    assert free is not None and (free.path, free.padding) == ("2400/SV101-4", ":")


def test_a_line_may_have_its_own_therapist_and_a_range_of_dates() -> None:
    (claim,) = shipped("line_rendering_provider")
    assert claim.lines[0].rendering_provider is None
    own = claim.lines[1].rendering_provider
    assert own is not None and own.taxonomy == "225X00000X"
    (ranged,) = shipped("service_date_range")
    assert ranged.lines[0].service_from == ranged.lines[0].service_to == date(2026, 2, 27)


def test_what_other_payers_paid_stands_in_the_claim_and_in_its_lines() -> None:
    (claim,) = shipped("secondary_payer")
    (other,) = claim.other_payers
    assert other.value("SBR", 9) == "MB"
    assert other.value("AMT", 2, "D") == "56.32"
    assert other.value("AMT", 2, "EAF") == "14.37"
    payer = other.child("2330B")
    assert payer is not None and payer.value("NM1", 9) == "04412"
    (adjudication,) = claim.lines[0].adjudications
    assert [one.value(1) for one in adjudication.segments("CAS")] == ["CO", "PR"]
    assert adjudication.date("573") == date(2026, 1, 29)
    # The claim's own SBR, AMT and NM1 are not those of its other payer.
    assert not claim.has("SBR")
    assert claim.value("AMT", 2) == ""


def test_references_are_found_by_their_qualifier() -> None:
    (claim,) = shipped("replacement_claim")
    assert claim.frequency == "7"
    original = claim.reference("F8")
    assert original is not None
    assert (original.value, original.path) == ("1126058004471", "2300/REF02")
    assert claim.reference("G1") is None
    assert claim.segment("REF", "G1", "F8") is not None


def with_lines(*replacements: tuple[str, str]) -> Claim:
    text = (CLEAN / "one_claim.837").read_text(encoding="latin-1")
    for old, new in replacements:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return views_of(text.encode("latin-1"))[0]


def test_what_cannot_be_read_is_none_or_empty_and_raises_nothing() -> None:
    claim = with_lines(
        ("CLM*ONE-1*172.00***11:B:1", "CLM*ONE-1*ABC***"),
        ("SV1*HC:97110:GP*116.00*UN*2***1:2", "SV1*HC*1,5*UN*two***A:2"),
        ("HI*ABK:M1711*ABF:R262~\n", ""),
        ("LX*2", "LX*"),
    )
    assert (claim.charge, claim.place_of_service, claim.frequency) == (None, "", "")
    assert claim.diagnoses == []
    first, second = claim.lines
    assert (first.code, first.modifiers, first.charge, first.units) == ("", (), None, None)
    assert first.service.pointers == (2,)
    assert second.number == 0


def test_a_line_without_its_service_and_date_is_empty() -> None:
    claim = with_lines(("SV1*HC:97140:GP*56.00*UN*1***1~\nDTP*472*D8*20260227~\n", ""))
    line = claim.lines[1]
    assert (line.code, line.charge, line.dates) == ("", None, (None, None))
    assert line.sv1.path == "2400/LX"
    assert claim.service_dates == (date(2026, 2, 27), date(2026, 2, 27))


def test_all_four_modifier_places_may_be_taken() -> None:
    claim = with_lines(("HC:97110:GP*", "HC:97110:GP:59:KX:CQ*"))
    line = claim.lines[0]
    assert line.modifiers == ("GP", "59", "KX", "CQ")
    assert line.next_modifier_element is None


def test_content_leaves_out_the_numbers_of_the_line() -> None:
    first, second = with_lines(
        ("SV1*HC:97140:GP*56.00*UN*1***1", "SV1*HC:97110:GP*116.00*UN*2***1:2"),
    ).lines
    assert first.content == second.content
    assert first.raw != second.raw


@pytest.mark.parametrize(
    ("text", "number"),
    [("100", "100"), ("-5.20", "-5.20"), (".5", "0.5"), ("7.", "7"), ("0", "0")],
)
def test_amounts(text: str, number: str) -> None:
    assert amount(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1,000", "1.2.3", "5-", "1e3", "NaN", "\u00b2", " 1"]
)
def test_texts_that_are_no_amounts(text: str) -> None:
    assert amount(text) is None


def test_dates() -> None:
    assert day("20240229") == date(2024, 2, 29)
    assert day("202402291530") == date(2024, 2, 29)
    assert [day(one) for one in ("20230229", "2024022", "00000000", "2024O229", "")] == [None] * 5
    assert period("RD8", "20240101-20240131") == (date(2024, 1, 1), date(2024, 1, 31))
    assert period("RD8", "20240101") == (date(2024, 1, 1), None)
    assert period("D8", "20240101") == (date(2024, 1, 1), date(2024, 1, 1))


@settings(max_examples=40, deadline=None)
@given(mixed_segments(most=5), wires())
def test_the_form_of_the_file_changes_nothing_that_a_rule_sees(
    segments: Segments, wire: Wire
) -> None:
    plain, other = views_of(Wire().write(segments)), views_of(wire.write(segments))
    assert [seen(one) for one in plain] == [seen(one) for one in other]


def seen(claim: Claim) -> tuple[object, ...]:
    parties = (
        claim.patient, claim.payer, claim.referring_provider, claim.rendering_provider,
        claim.service_facility, claim.supervising_provider,
    )  # fmt: skip
    return (
        claim.claim_id, claim.charge, claim.place_of_service, claim.frequency,
        claim.service_dates,
        [(one.number, one.qualifier, one.code) for one in claim.diagnoses],
        [(one.number, one.service, one.dates, one.control_number) for one in claim.lines],
        [
            (one.entity, one.name, one.identifier, one.taxonomy) if one is not None else None
            for one in parties
        ],
        [[payer.value("AMT", 2), payer.value("SBR", 1)] for payer in claim.other_payers],
    )  # fmt: skip
