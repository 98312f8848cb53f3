"""Planted faults are where the record says, are all of their kind, and touch nothing else."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from claim_reading import ReadClaim, claims_of, find
from pyx12_verdict import pyx12_accepts
from stdnum import luhn

from scrubber.synthetic import FAULT_KINDS, FaultKind, PlantedFault, generate
from scrubber.therapy.table import Standing, known_code

AS_OF = date(2026, 3, 2)
KINDS = {kind.name: kind for kind in FAULT_KINDS}
SEEN_BY_PYX12 = {"service-date-unreal", "service-date-missing", "benefits-code-unknown"}
"""Faults of the guide that pyx12 finds; the rest are valid to it, whatever their SNIP type."""


def spoiled(
    claims: int, seed: int, share: str, *kinds: FaultKind
) -> tuple[str, dict[str, PlantedFault]]:
    record: list[PlantedFault] = []
    text = "".join(
        generate(
            claims,
            seed,
            as_of=AS_OF,
            faults=Decimal(share),
            kinds=kinds or FAULT_KINDS,
            record=record.append,
        )
    )
    told = {fault.claim_id: fault for fault in record}
    assert len(told) == len(record)
    return text, told


def by_id(text: str) -> dict[str, ReadClaim]:
    return {claim.claim_id: claim for claim in claims_of(text)}


CLEAN = by_id("".join(generate(1500, 4, as_of=AS_OF)))
TEXT, PLANTED = spoiled(1500, 4, "0.5")
SPOILED = by_id(TEXT)


def planted(kind: str) -> list[tuple[ReadClaim, ReadClaim, PlantedFault]]:
    """The clean claim, the spoiled claim and the truth, for every fault of a kind."""
    return [
        (CLEAN[fault.claim_id], SPOILED[fault.claim_id], fault)
        for fault in PLANTED.values()
        if fault.kind == kind
    ]


def test_the_share_is_kept_and_every_kind_occurs() -> None:
    assert 0.45 < len(PLANTED) / len(SPOILED) < 0.55
    counts = Counter(fault.kind for fault in PLANTED.values())
    assert set(counts) == set(KINDS)


def test_claims_without_a_fault_are_those_of_the_clean_file() -> None:
    assert SPOILED.keys() == CLEAN.keys()
    for claim_id in CLEAN.keys() - PLANTED.keys():
        assert SPOILED[claim_id].text == CLEAN[claim_id].text
        assert SPOILED[claim_id].subscriber == CLEAN[claim_id].subscriber


def test_claims_with_a_fault_differ_from_those_of_the_clean_file() -> None:
    for claim_id in PLANTED:
        told, clean = SPOILED[claim_id], CLEAN[claim_id]
        assert (told.text, told.subscriber) != (clean.text, clean.subscriber)


def test_the_record_names_the_spoiled_line() -> None:
    for clean, told, fault in ((CLEAN[k], SPOILED[k], fault) for k, fault in PLANTED.items()):
        assert (fault.line is not None) == fault.path.startswith(("2400", "2430"))
        if fault.line is None:
            assert [line.segments for line in told.lines] == [line.segments for line in clean.lines]
        elif len(told.lines) == len(clean.lines):
            changed = [
                position
                for position, (before, after) in enumerate(
                    zip(clean.lines, told.lines, strict=True), 1
                )
                if before.segments != after.segments
            ]
            assert changed == [fault.line]


def test_only_what_should_not_balance_does_not() -> None:
    for claim_id, told in SPOILED.items():
        kind = PLANTED[claim_id].kind if claim_id in PLANTED else ""
        assert (told.charge == sum(line.charge for line in told.lines)) == (kind != "total-off")


@pytest.mark.parametrize("kind", sorted(SEEN_BY_PYX12))
def test_pyx12_sees_faults_of_the_guide(kind: str) -> None:
    text, told = spoiled(40, 11, "1", KINDS[kind])
    assert told
    assert not pyx12_accepts(text)


def test_pyx12_sees_no_other_fault() -> None:
    others = [kind for kind in FAULT_KINDS if kind.name not in SEEN_BY_PYX12]
    text, told = spoiled(700, 11, "1", *others)
    assert {fault.kind for fault in told.values()} == {kind.name for kind in others}
    assert pyx12_accepts(text)


@pytest.mark.parametrize(("kind", "segment"), [("rendering-npi", "82"), ("referring-npi", "DN")])
def test_spoiled_npis_fail_their_check_digit(kind: str, segment: str) -> None:
    for _, told, _ in planted(kind):
        assert not luhn.is_valid(f"80840{find(told.head, 'NM1', segment)[0][9]}")


def test_missing_disciplines_are_of_medicare_lines_that_need_one() -> None:
    for clean, told, fault in planted("discipline-modifier-missing"):
        assert fault.line is not None
        line = told.lines[fault.line - 1]
        assert told.filing == "MB"
        assert not {"GP", "GO", "GN"} & set(line.modifiers)
        row = known_code(line.code)
        assert row is not None
        assert row.status == "always"
        assert clean.lines[fault.line - 1].code == line.code


def test_units_over_the_limit_are_over_the_limit() -> None:
    for kind in ("units-over-limit", "units-over-limit-across-lines", "units-of-untimed-code"):
        for _, told, fault in planted(kind):
            assert fault.line is not None
            spoiled_line = told.lines[fault.line - 1]
            row = known_code(spoiled_line.code)
            assert row is not None
            units = sum(
                line.units
                for line in told.lines
                if (line.code, line.date) == (row.code, spoiled_line.date)
            )
            assert row.mue_medicare is None or units > row.mue_medicare


def test_deleted_codes_are_deleted_on_the_day_of_service() -> None:
    for _, told, fault in planted("procedure-deleted"):
        assert fault.line is not None
        line = told.lines[fault.line - 1]
        row = known_code(line.code)
        assert row is not None
        assert row.standing(date.fromisoformat(line.date)) is Standing.DELETED


def test_pointers_beyond_point_past_the_last_diagnosis() -> None:
    for _, told, fault in planted("pointer-beyond"):
        assert fault.line is not None
        assert max(told.lines[fault.line - 1].pointers) == len(told.diagnoses) + 1


def test_replacements_without_number_have_none() -> None:
    for _, told, _ in planted("claim-number-missing"):
        assert told.head[0][5].endswith(":7")
        assert not find(told.head, "REF", "F8")


def test_codes_that_medicare_does_not_take_go_to_medicare() -> None:
    for _, told, fault in planted("procedure-not-taken"):
        assert fault.line is not None
        assert told.filing == "MB"
        assert told.lines[fault.line - 1].code == "97014"


def test_add_ons_alone_have_lost_their_primary() -> None:
    for _, told, fault in planted("add-on-alone"):
        assert fault.line is not None
        line = told.lines[fault.line - 1]
        row = known_code(line.code)
        assert row is not None
        same_day = {other.code for other in told.lines if other.date == line.date}
        assert row.addon_primaries
        assert not set(row.addon_primaries) & same_day
