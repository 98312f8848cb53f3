"""The 835 as tables: what it says of claims and lines, whether it balances, and damage."""

import tomllib
import tracemalloc
from decimal import Decimal
from itertools import chain, repeat
from typing import Any

import pytest
from answer_files import ANSWERS, HEADING, of_kind, read, remittance
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.answers.read import read_answers
from scrubber.answers.rows import (
    Adjustment,
    ClaimAnswer,
    Finding,
    LineAnswer,
    Payment,
    Problem,
    ProviderAdjustment,
)
from scrubber.x12.reader import MOST_SEGMENTS

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    (ANSWERS / "expected.toml").read_text(encoding="utf-8")
)
ONE_CLAIM = [
    "CLP*MG-1*1*116.00*50.00*10.00*12*C1*11*1",
    "NM1*QC*1*SECRETNAME*PATIENT****MI*1EG4TE5MK73",
    "DTM*232*20260302",
    "SVC*HC:97110:GP*116.00*50.00**2",
    "CAS*CO*45*56.00",
    "CAS*PR*2*10.00",
    "REF*6R*L1",
]


def shown(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def problems(content: bytes) -> list[str]:
    return [f"{one.name}: {one.message}" for one in of_kind(read(content), Problem)]


def rules(content: bytes) -> list[str]:
    return [one.rule for one in of_kind(read(content), Finding)]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_its_tables(name: str) -> None:
    rows, expected = read((ANSWERS / name).read_bytes()), EXPECTED[name]
    assert of_kind(rows, Problem) == []
    assert [
        [one.claim_id, one.outcome, shown(one.paid), str(one.denied), shown(one.patient_share)]
        for one in of_kind(rows, ClaimAnswer)
    ] == expected["claims"]
    lines = of_kind(rows, LineAnswer)
    assert [
        [
            one.control_number,
            f"{one.sent_code} {one.sent_modifiers}".strip(),
            one.outcome,
            shown(one.paid),
            str(one.denied),
            shown(one.allowed),
        ]
        for one in lines
    ] == expected["lines"]
    claims = of_kind(rows, ClaimAnswer)
    denials = [one for one in of_kind(rows, Adjustment) if one.money == "denial"]
    remarks = {(one.answer, one.line): one.remarks for one in lines}
    remarks |= {(one.answer, 0): one.remarks for one in claims}
    assert [
        [one.group, one.reason, shown(one.amount), remarks[one.answer, one.line]] for one in denials
    ] == expected.get("denials", [])
    assert [one.rule for one in of_kind(rows, Finding)] == expected.get("balance", [])


def test_every_sample_has_its_table() -> None:
    assert {path.name for path in ANSWERS.glob("*.835")} == set(EXPECTED)


def test_what_was_denied_in_all_samples() -> None:
    rows = [row for name in EXPECTED for row in read((ANSWERS / name).read_bytes())]
    assert sum(one.denied for one in of_kind(rows, ClaimAnswer)) == Decimal("488.00")


def test_payment_and_provider_adjustments() -> None:
    rows = read((ANSWERS / "10_plb.835").read_bytes())
    (payment,) = of_kind(rows, Payment)
    assert (payment.trace, payment.method, payment.claims) == ("T10", "NON", 1)
    assert payment.amount == 0
    assert payment.balanced == "yes"
    (taken,) = of_kind(rows, ProviderAdjustment)
    assert (taken.reason, taken.reference, taken.amount) == ("FB", "C10", Decimal("-58.00"))


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("SVC*HC:97110:GP*116.00*50.00", "SVC*HC:97110:GP*116.00*50.01", ["R301", "R303"]),
        ("CAS*CO*45*56.00", "CAS*CO*45*55.99", ["R301", "R302"]),
        ("CLP*MG-1*1*116.00*50.00", "CLP*MG-1*1*117.00*50.00", ["R302", "R303"]),
        ("50.00*10.00*12", "50.00*9.99*12", ["R305"]),
        ("50.00*10.00*12", "50.00**12", ["R305"]),
        ("NM1*QC", "CAS*CO*45*56.00~NM1*QC", ["R302", "R303", "R306"]),
        ("BPR*I*50.00", "BPR*I*50.01", ["R304"]),
        ("~SE*15", "~PLB*1234567893*20261231*WO:C1*0.01~SE*15", ["R304"]),
        ("CLP*MG-1*1*", "CLP*MG-1*2*", []),
    ],
)
def test_each_balance_rule(was: str, now: str, expected: list[str]) -> None:
    content = remittance(ONE_CLAIM, "50.00").decode()
    assert rules(content.encode()) == []
    assert was in content
    assert rules(content.replace(was, now).encode()) == expected


def test_a_reversal_need_not_repeat_the_patient_share() -> None:
    content = (ANSWERS / "06_reversal.835").read_bytes()
    assert b"CLP*MG-1001*22*-232.00*-66.73**" in content
    assert rules(content) == []


@pytest.mark.parametrize(
    ("svc", "paid", "sent"),
    [
        ("SVC*HC:97110:GP*116.00*50.00", 1, 1),
        ("SVC*HC:97110:GP*116.00*50.00**0**2", 0, 2),
        ("SVC*HC:97110:GP*116.00*50.00**2", 2, 2),
        ("SVC*HC:97530:GP*116.00*50.00**2*HC:97110:GP:59*3", 2, 3),
    ],
)
def test_units_and_codes_as_decided_and_as_sent(svc: str, paid: int, sent: int) -> None:
    segments = [svc if one.startswith("SVC") else one for one in ONE_CLAIM]
    (line,) = of_kind(read(remittance(segments, "50.00")), LineAnswer)
    assert line.units_paid == paid
    assert line.units_sent == sent
    is_changed = "97530" in svc
    assert line.code == ("97530" if is_changed else "97110")
    assert (line.sent_code, line.sent_modifiers) == ("97110", "GP 59" if is_changed else "GP")


MONEY = st.integers(-50_000, 50_000).map(lambda cents: Decimal(cents) / 100)
REASONS = st.sampled_from(["45", "97", "16", "253", "94"])
LINE = st.tuples(MONEY, st.lists(st.tuples(st.sampled_from(["CO", "OA", "PI"]), REASONS, MONEY)))
CLAIMS = st.lists(st.lists(LINE, min_size=1, max_size=4), min_size=1, max_size=4)


def adjudicated(claims: list[list[tuple[Decimal, list[tuple[str, str, Decimal]]]]]) -> bytes:
    """An 835 that pays of each line's charge what its adjustments leave."""
    segments: list[str] = []
    total = Decimal(0)
    for number, lines in enumerate(claims):
        paid = [charge - sum(one[2] for one in adjusted) for charge, adjusted in lines]
        total += sum(paid)
        charged = sum(charge for charge, _ in lines)
        segments.append(f"CLP*MG-{number}*1*{charged}*{sum(paid)}**12*C{number}")
        for (charge, adjusted), payment in zip(lines, paid, strict=True):
            segments.append(f"SVC*HC:97110:GP*{charge}*{payment}")
            segments += [f"CAS*{group}*{reason}*{money}" for group, reason, money in adjusted]
    return remittance(segments, total)


@settings(max_examples=40, deadline=None)
@given(CLAIMS, st.integers(1, 500))
def test_any_decision_balances_and_is_read_back(
    claims: list[list[tuple[Decimal, list[tuple[str, str, Decimal]]]]], size: int
) -> None:
    content = adjudicated(claims)
    rows = read(content)
    assert [row for row in rows if isinstance(row, Finding | Problem)] == []
    assert [one.balanced for one in of_kind(rows, Payment)] == ["yes"]
    expected = [line for lines in claims for line in lines]
    assert [one.charge for one in of_kind(rows, LineAnswer)] == [one[0] for one in expected]
    found = [(one.group, one.reason, one.amount) for one in of_kind(rows, Adjustment)]
    assert found == [one for _, adjusted in expected for one in adjusted]
    assert read(content, size) == rows


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_cut_off_anywhere_is_named_and_the_rest_read(name: str) -> None:
    content = (ANSWERS / name).read_bytes()
    whole = of_kind(read(content), ClaimAnswer)
    # The line break behind IEA may go, and its terminator.
    for end in range(len(content.rstrip()) - 1):
        rows = read(content[:end])
        assert of_kind(rows, Problem), end
        assert set(of_kind(rows, Finding)) <= set(of_kind(read(content), Finding)), end
        found = of_kind(rows, ClaimAnswer)
        assert found[:-1] == whole[: max(len(found) - 1, 0)], end
        assert {one.balanced for one in of_kind(rows, Payment)} <= {"not checked"} or (
            b"\nSE" in content[:end]
        )


def test_a_damaged_amount_is_named_without_its_value() -> None:
    content = remittance(ONE_CLAIM, "50.00").replace(b"CO*45*56.00", b"CO*45*SECRET")
    assert problems(content) == ["CAS03: is not a number"]
    assert rules(content) == []
    rows = read(content)
    assert [one.balanced for one in of_kind(rows, ClaimAnswer)] == ["not checked"]
    assert [one.balanced for one in of_kind(rows, Payment)] == ["not checked"]
    (problem,) = of_kind(rows, Problem)
    assert content[problem.byte :].startswith(b"CAS*CO*45*SECRET")
    assert content[: problem.byte].count(b"~") == problem.segment - 1


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("REF*6R*L1", "XYZ*1", ["XYZ: does not belong in a claim of an 835; it is not read"]),
        ("REF*6R*L1~", "~", ["?: is an empty segment", "SE01: SE01 says 15"]),
        ("20260302", "20260230", ["DTM02: is not a real date"]),
        ("HC:97110:GP", "HC>97110>GP", ["SVC01: has no code after a qualifier"]),
        ("50.00*10.00*12", "*10.00*12", ["CLP04: is missing"]),
        ("CAS*CO*45*56.00", "CAS*CO**56.00", ["CAS02: is missing, but has an amount"]),
        ("SE*15", "SE*99", ["SE01: SE01 says 99"]),
        ("BPR*I", "BPX*I", ["ST: is not followed by a BPR", "BPX: does not belong"]),
        ("GE*1*1~", "", ["IEA: GE is missing before this point"]),
        ("IEA*1*000000001~", "", [": the file ends too early: IEA is missing"]),
        ("~SE*15", "~HL*1**20*1~NM1*PR~SE*17", ["HL: does not belong in an 835"]),
        ("ST*835", "ST*837", ["ST01: begins claims (837), which is skipped"]),
        ("005010X221A1", "004010X091A1", ["ST01: begins remittance advice (835) of version 004"]),
        ("ISA*00", "junk ISA*00", [": text before the ISA segment (5 bytes not read)"]),
    ],
)
def test_damage_is_named(was: str, now: str, expected: list[str]) -> None:
    content = remittance(ONE_CLAIM, "50.00").decode()
    assert was in content
    found = problems(content.replace(was, now, 1).encode())
    assert len(found) == len(expected)
    for one in expected:
        assert any(problem.startswith(one) for problem in found), found


@pytest.mark.parametrize("content", [b"", b"  \n", b"a letter, no answer"])
def test_what_is_no_answer_is_named(content: bytes) -> None:
    assert len(problems(content)) == 1


def test_no_patient_value_in_problems_and_findings() -> None:
    content = remittance(ONE_CLAIM, "50.00")
    for at in range(0, len(content), 7):
        damaged = content[:at] + b"*~:"[at % 3 : at % 3 + 1] + content[at + 1 :]
        for row in read(damaged):
            if isinstance(row, Problem | Finding):
                assert "SECRETNAME" not in repr(row)
                assert "1EG4TE5MK73" not in repr(row)


def test_a_set_larger_than_any_block_is_read_claim_by_claim() -> None:
    claims = 15_000
    count = len(HEADING) + claims * len(ONE_CLAIM) + 2
    content = remittance(ONE_CLAIM, "50.00").decode()
    body = "~".join(ONE_CLAIM) + "~"
    content = content.replace(body, body * claims).replace("SE*15*", f"SE*{count}*")
    content = content.replace("BPR*I*50.00", f"BPR*I*{claims * 50}.00")
    assert content.count("~") > MOST_SEGMENTS
    rows = read(content.encode(), 1 << 20)
    assert [row for row in rows if isinstance(row, Finding | Problem)] == []
    assert len(of_kind(rows, ClaimAnswer)) == claims


def test_memory_does_not_grow_with_the_set() -> None:
    whole = remittance(ONE_CLAIM, "50.00")
    begin = whole.index(b"CLP*")
    end = whole.index(b"SE*", begin)

    def peak(pieces: int) -> int:
        thousand = whole[begin:end] * 1000
        stream = chain([whole[:begin]], repeat(thousand, pieces), [whole[end:]])
        tracemalloc.start()
        assert sum(isinstance(one, ClaimAnswer) for one in read_answers(stream, "a.835")) > 0
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(6) < peak(2) + 300_000
