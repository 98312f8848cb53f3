"""Synthetic claims without planted faults are valid, add up, and keep to the therapy tables."""

import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from claim_reading import ReadClaim, claims_of, find, segments_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pyx12_verdict import pyx12_accepts
from stdnum import luhn

from scrubber.codes import mbi
from scrubber.synthetic import Layout, generate, write_claims
from scrubber.therapy.table import Standing, known_code

AS_OF = date(2026, 3, 2)
SAMPLE = list(claims_of("".join(generate(1500, 20260302, as_of=AS_OF))))

DISCIPLINES = {"GP", "GO", "GN"}
DISCIPLINE_OF_TAXONOMY = {"2251": "GP", "225X": "GO", "235Z": "GN"}
UNIT_LIMITED_PAYERS = {"87726": 4, "60054": 4, "62308": 4, "00227": 4, "22099": 4}
"""Payers that publish a limit of four units a day, by payer id."""

layouts = st.builds(
    lambda terminator_and_end, **sizes: Layout(
        terminator=terminator_and_end[0], line_end=terminator_and_end[1], **sizes
    ),
    terminator_and_end=st.sampled_from(
        [("~", ""), ("~", "\n"), ("~", "\r\n"), ("\n", ""), ("\x1c", "\n")]
    ),
    element=st.sampled_from("*|\x1d"),
    component=st.sampled_from(":>\x1f"),
    repetition=st.sampled_from("^!\x1e"),
    claims_per_set=st.integers(1, 9),
    sets_per_group=st.integers(1, 3),
    groups_per_interchange=st.integers(1, 2),
)


def day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()


def plain(layout: Layout) -> dict[int, str]:
    return dict(zip(map(ord, layout.delimiters), "*:^~", strict=True))


def lines_of_a_day(claim: ReadClaim) -> Iterator[list[str]]:
    for service_day in {line.date for line in claim.lines}:
        yield [line.code for line in claim.lines if line.date == service_day]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**64), layout=layouts)
def test_pyx12_accepts_whatever_is_generated(seed: int, layout: Layout) -> None:
    text = "".join(generate(20, seed, as_of=AS_OF, layout=layout))
    told = text.translate(plain(layout)).replace("\r", "").replace("\n", "")
    assert pyx12_accepts(told)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**64), claims=st.integers(0, 40), layout=layouts)
def test_the_layout_changes_nothing_but_the_form(seed: int, claims: int, layout: Layout) -> None:
    end = layout.terminator + layout.line_end
    chosen = list(generate(claims, seed, as_of=AS_OF, layout=layout))
    assert all(segment.endswith(end) for segment in chosen)
    usual = replace(layout, element="*", component=":", repetition="^", terminator="~", line_end="")
    told = [segment.removesuffix(end).translate(plain(layout)) for segment in chosen]
    assert told == [
        row.removesuffix("~") for row in generate(claims, seed, as_of=AS_OF, layout=usual)
    ]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**64), claims=st.integers(1, 60), size=st.integers(1, 30))
def test_counts_are_those_of_the_file(seed: int, claims: int, size: int) -> None:
    layout = Layout(claims_per_set=size, sets_per_group=2, groups_per_interchange=2)
    text = "".join(generate(claims, seed, as_of=AS_OF, layout=layout))
    segments = segments_of(text)
    tags = Counter(segment[0] for segment in segments)
    assert tags["CLM"] == claims == len({claim.claim_id for claim in claims_of(text)})
    assert tags["ST"] == -(-claims // size)
    assert tags["GS"] == -(-tags["ST"] // 2)
    assert tags["ISA"] == -(-tags["GS"] // 2)
    assert all(len(f"{'*'.join(segment)}~") == 106 for segment in find(segments, "ISA"))


def test_the_same_arguments_give_the_same_file_and_another_seed_another() -> None:
    first, again, other = ("".join(generate(200, seed, as_of=AS_OF)) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_no_claims_give_an_empty_file(tmp_path: Path) -> None:
    assert write_claims(tmp_path / "none.837", 0, 1, as_of=AS_OF) == 0


def test_write_claims_writes_what_generate_gives(tmp_path: Path) -> None:
    layout = Layout(line_end="\r\n")
    size = write_claims(tmp_path / "some.837", 30, 9, as_of=AS_OF, layout=layout)
    written = (tmp_path / "some.837").read_bytes()
    assert size == len(written)
    assert written.decode() == "".join(generate(30, 9, as_of=AS_OF, layout=layout))


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda: Layout(element="A"), "letter"),
        (lambda: Layout(component="-"), "part of a value"),
        (lambda: Layout(terminator=" "), "part of a value"),
        (lambda: Layout(element=":"), "different"),
        (lambda: Layout(element=""), "single"),
        (lambda: Layout(terminator="\n", line_end="\n"), "line end"),
        (lambda: Layout(line_end="X"), "line end"),
        (lambda: Layout(claims_per_set=0), "at least one"),
    ],
)
def test_layouts_that_would_hurt_the_file_are_refused(
    build: Callable[[], Layout], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        build()


@pytest.mark.parametrize(("claims", "faults"), [(-1, Decimal(0)), (1, Decimal(2))])
def test_impossible_amounts_are_refused(claims: int, faults: Decimal) -> None:
    with pytest.raises(ValueError, match="share"):
        list(generate(claims, 1, as_of=AS_OF, faults=faults))


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(claims: int) -> int:
        tracemalloc.start()
        for _ in generate(claims, 3, as_of=AS_OF):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    # The pool of clinics grows up to 15,000 claims: about 40 kB a clinic at most.
    clinics = 2_000 // 50
    assert peak(2_000) - peak(200) < clinics * 60_000


def test_every_npi_has_its_check_digit() -> None:
    npis = {
        segment[9]
        for claim in SAMPLE
        for segment in (
            *find(claim.provider, "NM1", "85"),
            *(row for row in claim.head if row[0] == "NM1" and row[8:9] == ["XX"]),
            *(row for line in claim.lines for row in line.segments if row[0] == "NM1"),
        )
        if segment[8] == "XX"
    }
    assert len(npis) > 200
    assert all(luhn.is_valid(f"80840{npi}") for npi in npis)


def test_claim_totals_are_the_sums_of_their_lines() -> None:
    for claim in SAMPLE:
        assert claim.charge == sum(line.charge for line in claim.lines) > 0


def test_pointers_name_diagnoses_and_none_is_given_twice() -> None:
    for claim in SAMPLE:
        assert len(set(claim.diagnoses)) == len(claim.diagnoses) <= 12
        for line in claim.lines:
            assert len(set(line.pointers)) == len(line.pointers) <= 4
            assert set(line.pointers) <= set(range(1, len(claim.diagnoses) + 1))


def test_prior_payments_and_adjustments_add_up_to_the_charge() -> None:
    secondary = [claim for claim in SAMPLE if find(claim.head, "OI")]
    assert len(secondary) > 80
    for claim in secondary:
        paid = Decimal(0)
        for line in claim.lines:
            (adjudication,) = line.all("SVD")
            adjustments = [
                Decimal(amount) for cas in line.all("CAS") for amount in cas[3::3] if amount
            ]
            assert min(adjustments) > 0
            assert line.charge == Decimal(adjudication[2]) + sum(adjustments)
            assert adjudication[1] == find(claim.head, "NM1", "PR")[0][9]
            assert day(line.date) < day(line.first("DTP", "573")[3]) < AS_OF
            paid += Decimal(adjudication[2])
        assert Decimal(find(claim.head, "AMT", "D")[0][2]) == paid


def test_codes_are_in_force_and_within_their_limits() -> None:
    for claim in SAMPLE:
        units: Counter[tuple[str, str]] = Counter()
        for line in claim.lines:
            row = known_code(line.code)
            assert row is not None
            assert row.standing(day(line.date)) is Standing.IN_FORCE
            assert line.units == int(line.units) >= 1
            assert row.timed or line.units == 1 or row.units_per_day != 1
            units[line.code, line.date] += int(line.units)
        for (code, _), count in units.items():
            row = known_code(code)
            assert row is not None
            assert row.mue_medicare is None or count <= row.mue_medicare


def test_payers_with_a_daily_limit_get_no_more() -> None:
    limited = [claim for claim in SAMPLE if claim.payer_id in UNIT_LIMITED_PAYERS]
    assert len(limited) > 300
    for claim in limited:
        units: Counter[str] = Counter()
        for line in claim.lines:
            units[line.date] += int(line.units)
        assert max(units.values()) <= UNIT_LIMITED_PAYERS[claim.payer_id]


def test_add_on_codes_have_their_primary_on_the_same_day() -> None:
    seen = 0
    for claim in SAMPLE:
        for codes in lines_of_a_day(claim):
            for code in codes:
                row = known_code(code)
                assert row is not None
                seen += bool(row.addon_primaries)
                assert not row.addon_primaries or set(row.addon_primaries) & set(codes)
    assert seen > 20


def test_each_line_has_one_discipline_and_it_is_the_therapists() -> None:
    for claim in SAMPLE:
        by_claim = find(claim.head, "PRV", "PE") or find(claim.provider, "PRV", "BI")
        for line in claim.lines:
            ((_, _, _, taxonomy),) = line.all("PRV", "PE") or by_claim
            (discipline,) = DISCIPLINES & set(line.modifiers)
            assert discipline == DISCIPLINE_OF_TAXONOMY[taxonomy[:4]]
            row = known_code(line.code)
            assert row is not None
            assert discipline in row.disciplines
            assert row.required_modifier in (None, discipline)


def test_modifiers_go_together() -> None:
    for claim in SAMPLE:
        for line in claim.lines:
            modifiers = line.modifiers
            assert len(set(modifiers)) == len(modifiers) <= 4
            assert "CQ" not in modifiers or "GP" in modifiers
            assert "CO" not in modifiers or "GO" in modifiers
            assert not {"59", "XU"} <= set(modifiers)


def test_one_evaluation_a_day() -> None:
    for claim in SAMPLE:
        for codes in lines_of_a_day(claim):
            families = [row.family for code in codes if (row := known_code(code))]
            assert families.count("evaluation") + families.count("reevaluation") <= 1


def test_dates_are_in_their_order() -> None:
    for claim in SAMPLE:
        first = min(day(line.date) for line in claim.lines)
        last = max(day(line.date) for line in claim.lines)
        assert AS_OF - timedelta(days=200) < first <= last < AS_OF
        born = find(claim.patient or claim.subscriber, "DMG")[0][2]
        dates = {row[1]: day(row[3]) for row in find(claim.head, "DTP")}
        for qualifier in ("431", "454", "439", "435"):
            assert day(born) < dates.get(qualifier, first) <= first
        if "431" in dates and "454" in dates:
            assert dates["431"] <= dates["454"]


def test_claims_of_one_member_are_for_different_days() -> None:
    days: dict[str, list[str]] = {}
    for claim in SAMPLE:
        member = find(claim.subscriber, "NM1", "IL")[0][9]
        days.setdefault(member, []).extend({line.date for line in claim.lines})
    assert max(len(told) for told in days.values()) > 3
    assert all(len(set(told)) == len(told) for told in days.values())


def test_medicare_claims_have_what_medicare_wants() -> None:
    medicare = [claim for claim in SAMPLE if claim.filing == "MB"]
    assert len(medicare) > 300
    for claim in medicare:
        assert not claim.patient
        assert find(claim.head, "NM1", "DN")
        member = find(claim.subscriber, "NM1", "IL")[0][9]
        assert mbi.is_valid(member)


def test_accident_claims_say_which_accident() -> None:
    accidents = [claim for claim in SAMPLE if claim.filing in ("WC", "AM")]
    assert len(accidents) > 40
    for claim in accidents:
        assert find(claim.head, "DTP", "439")
        assert claim.head[0][11].split(":")[0] in ("EM", "AA")
        assert find(claim.patient or claim.subscriber, "REF", "Y4")


def test_replacements_and_voids_name_what_they_replace() -> None:
    frequencies = Counter(claim.head[0][5].split(":")[2] for claim in SAMPLE)
    assert set(frequencies) == {"1", "7", "8"}
    for claim in SAMPLE:
        original = claim.head[0][5].endswith(":1")
        assert original == (not find(claim.head, "REF", "F8"))


def test_claims_differ_as_those_of_many_clinics_do() -> None:
    rows = Counter(row for claim in SAMPLE for row in claim.text if not row.startswith("LX*"))
    once = sum(count == 1 for count in rows.values())
    assert once > len(SAMPLE) * 5
    assert len({"*".join(find(claim.provider, "NM1", "85")[0]) for claim in SAMPLE}) > 20
    charges = {line.charge / line.units for claim in SAMPLE for line in claim.lines}
    assert len(charges) > 300
    assert len({line.code for claim in SAMPLE for line in claim.lines}) > 50
