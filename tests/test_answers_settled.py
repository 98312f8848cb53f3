"""What became of each line that was sent, by all the answers to its claim."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from time import process_time

import pytest
from answer_files import claim, claims, interchange, of_kind, remittance
from test_answers_match import DAY, OURS, SAMPLES, matched, sample

from scrubber.answers.rows import ProviderMatch, Row, SettledRow
from scrubber.answers.settle import shares

LINE = f"97110:GP 58.00 1 {DAY} L1"


def settled(rows: Sequence[Row]) -> dict[tuple[str, str], SettledRow]:
    return {(one.claim_id, one.line): one for one in of_kind(rows, SettledRow)}


def told(row: SettledRow) -> tuple[str, str, str, str]:
    return row.outcome, str(row.paid), str(row.denied), row.denials


def of_samples(*names: str) -> dict[tuple[str, str], SettledRow]:
    return settled(matched([OURS], [sample(name) for name in names]))


@pytest.mark.parametrize(
    ("name", "claim_id", "expected"),
    [
        ("01_paid_mppr.835", "MG-1001", [("paid", "45.56", "0", ""), ("paid", "21.17", "0", "")]),
        ("02_no_gp.835", "MG-1002", [("denied", "0", "58.00", "CO-4 N822 MA01 MA130")]),
        ("03_kx.835", "MG-1003", [("denied", "0", "116.00", "PR-119 N435")]),
        (
            "04_bundled.835",
            "MG-1004",
            [("paid", "60.00", "0", ""), ("denied", "0", "60.00", "CO-97")],
        ),
        ("05_units_split.835", "MG-1005", [("short", "80.00", "80.00", "CO-222 N362")]),
        ("06_reversal.835", "MG-1001", [("paid", "65.56", "0", ""), ("paid", "21.17", "0", "")]),
        ("08_not_insured.835", "MG-1008", [("denied", "0", "116.00", "CO-31 N382")]),
        (
            "09_no_6r.835",
            "MG-1009",
            [("denied", "0", "58.00", "CO-197 M62"), ("paid", "50.00", "0", "")],
        ),
        ("10_plb.835", "MG-1010", [("reversed", "0", "0", "")]),
        ("11_out_of_balance.835", "MG-1011", [("paid", "50.00", "0", "")]),
        (
            "12_claim_split.835",
            "MG-1012",
            [("paid", "50.00", "0", ""), ("paid", "50.00", "0", "")],
        ),
    ],
)
def test_each_sample(name: str, claim_id: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = of_samples(name)
    assert [told(row) for (number, _), row in found.items() if number == claim_id] == expected
    rest = {row.outcome for (number, _), row in found.items() if number != claim_id}
    assert rest == {"no answer"}


def test_all_samples_together_whatever_comes_first() -> None:
    files = [SAMPLES[at : at + 5] for at in range(0, len(SAMPLES), 5)]
    found = [
        sorted(of_kind(matched([OURS], [one for part in order for one in part]), SettledRow))
        for order in permutations(files)
    ]
    assert all(one == found[0] for one in found)
    total = sum((row.first_denied for row in found[0]), Decimal(0))
    assert total == Decimal("488.00")
    assert {row.outcome for row in found[0] if row.claim_id == "MG-1013"} == {"rejected"}


def test_first_and_final_answer() -> None:
    row = of_samples("01_paid_mppr.835", "06_reversal.835")["MG-1001", "1"]
    assert (row.outcome, row.paid, row.allowed) == ("paid", Decimal("65.56"), Decimal("78.12"))
    assert (row.first_outcome, row.first_denied) == ("paid", Decimal(0))


def test_a_second_payer_is_kept_apart() -> None:
    row = of_samples("01_paid_mppr.835", "07_secondary.835")["MG-1001", "1"]
    assert (row.paid, row.paid_by_next) == (Decimal("45.56"), Decimal("11.63"))
    alone = of_samples("07_secondary.835")["MG-1001", "1"]
    assert (alone.outcome, alone.paid, alone.denied) == ("other payer", Decimal(0), Decimal(0))


def test_reading_twice_changes_nothing() -> None:
    once = sorted(of_kind(matched([OURS], SAMPLES), SettledRow))
    copies = [(f"copy-{name}", content) for name, content in SAMPLES]
    twice = sorted(of_kind(matched([OURS, OURS], [*SAMPLES, *copies]), SettledRow))
    assert once == twice


def paid(number: str, more: Sequence[str] = (), day: str = "20260320") -> tuple[str, bytes]:
    """An 835 that pays one claim in full, and holds more segments."""
    segments = [
        f"CLP*{number}*1*58.00*50.00**12*P1*11*1", "SVC*HC:97110:GP*58.00*50.00**1",
        f"DTM*472*{DAY}", "CAS*CO*45*8.00", "REF*6R*L1", *more,
    ]  # fmt: skip
    content = remittance(segments, "50.00").replace(b"*20260320~TRN", f"*{day}~TRN".encode())
    return f"{number}-{day}.835", content


def plb(*pairs: str, day: str) -> tuple[str, bytes]:
    """An 835 of provider adjustments alone."""
    segments = [f"PLB*1234567893*20261231*{pair}" for pair in pairs]
    content = remittance(segments).replace(b"*20260320~TRN", f"*{day}~TRN".encode())
    return f"plb-{day}.835", content


def test_a_take_back_of_a_paid_claim_by_provider_adjustment_alone() -> None:
    ours = [claims(claim("MG-1", LINE))]
    rows = matched(ours, [paid("MG-1"), plb("WO:P1*50.00", day="20260501")])
    (row,) = of_kind(rows, SettledRow)
    assert (row.outcome, row.paid, row.taken_back) == ("recouped", Decimal(0), Decimal("50.00"))
    (match,) = of_kind(rows, ProviderMatch)
    assert (match.kind, match.sent_claim_id) == ("take-back", "MG-1")
    (row,) = of_kind(matched(ours, [paid("MG-1"), plb("WO:P1*20.00", day="20260501")]), SettledRow)
    assert (row.outcome, row.paid, row.taken_back) == ("paid", Decimal(30), Decimal(20))


def reversal(day: str, more: Sequence[str] = ()) -> tuple[str, bytes]:
    segments = [
        "CLP*MG-1*22*-58.00*-50.00**12*P1*11*1", "SVC*HC:97110:GP*-58.00*-50.00**1",
        f"DTM*472*{DAY}", "CAS*CO*45*-8.00", "REF*6R*L1", *more,
    ]  # fmt: skip
    content = remittance(segments, "0").replace(b"*20260320~TRN", f"*{day}~TRN".encode())
    return f"reversal-{day}.835", content


def test_money_put_off_and_then_recovered_counts_once() -> None:
    ours = [claims(claim("MG-1", LINE))]
    put_off = reversal("20260410", ["PLB*1234567893*20261231*FB:P1*-50.00"])
    rows = matched(ours, [paid("MG-1"), put_off, plb("FB:P1*50.00", day="20260610")])
    (row,) = of_kind(rows, SettledRow)
    assert (row.outcome, row.paid, row.taken_back) == ("recouped", Decimal(0), Decimal("50.00"))
    assert [one.settled for one in of_kind(rows, ProviderMatch)] == ["yes", "yes"]


def test_a_reversal_waits_thirty_days_for_its_correction() -> None:
    ours = [claims(claim("MG-1", LINE), claim("MG-2", LINE))]
    for day, outcome in (("20260510", "reversed"), ("20260511", "recouped")):
        rows = matched(ours, [paid("MG-1"), reversal("20260410"), paid("MG-2", day=day)])
        assert settled(rows)["MG-1", "1"].outcome == outcome


def test_a_reference_that_names_several_claims_is_tied_to_none() -> None:
    ours = [claims(claim("MG-1", LINE), claim("MG-2", LINE))]
    rows = matched(ours, [paid("MG-1"), paid("MG-2"), plb("WO:P1*50.00", day="20260501")])
    assert {row.outcome for row in of_kind(rows, SettledRow)} == {"paid"}
    assert [one.sent_claim_id for one in of_kind(rows, ProviderMatch)] == [""]


def test_what_was_split_off_a_line_and_carries_no_charge() -> None:
    ours = [claims(claim("MG-1", LINE.removesuffix(" L1")))]
    name, content = paid("MG-1", [
        "SVC*HC:97112:GP*0*10.00**1*HC:97110:GP", f"DTM*472*{DAY}", "CAS*CO*45*-10.00",
    ])  # fmt: skip
    rows = matched(ours, [(name, content.replace(b"REF*6R*L1~", b""))])
    (row,) = of_kind(rows, SettledRow)
    assert (row.outcome, row.paid) == ("paid", Decimal(60))


def test_a_line_split_over_two_claims_of_one_payment() -> None:
    ours = [claims(claim("MG-1", f"97110:GP 116.00 2 {DAY}"))]
    segments = [
        segment
        for number in ("P1", "P2")
        for segment in (
            f"CLP*MG-1*1*58.00*50.00**12*{number}*11*1", "SVC*HC:97110:GP*58.00*50.00**1",
            f"DTM*472*{DAY}", "CAS*CO*45*8.00",
        )
    ]  # fmt: skip
    (row,) = of_kind(matched(ours, [("a.835", remittance(segments, "100.00"))]), SettledRow)
    assert (row.outcome, row.paid, row.level) == ("paid", Decimal(100), "code, day, sum of charges")


def test_what_is_adjusted_to_the_whole_claim_reaches_its_lines() -> None:
    ours = [claims(claim("MG-1", f"97110:GP 90.00 2 {DAY} L1", f"97140:GP 10.00 1 {DAY} L2"))]
    segments = [
        "CLP*MG-1*1*100.00*0**12*P1*11*1", "CAS*CO*29*100.00",
        "SVC*HC:97110:GP*90.00*90.00**2", f"DTM*472*{DAY}", "REF*6R*L1",
        "SVC*HC:97140:GP*10.00*10.00**1", f"DTM*472*{DAY}", "REF*6R*L2",
    ]  # fmt: skip
    rows = settled(matched(ours, [("a.835", remittance(segments))]))
    assert [told(row) for row in rows.values()] == [
        ("denied", "0.00", "90.00", "CO-29"),
        ("denied", "0.00", "10.00", "CO-29"),
    ]


def test_a_denial_that_a_second_answer_pays() -> None:
    ours = [claims(claim("MG-1", LINE))]
    denied = [
        "CLP*MG-1*1*58.00*0**12*P0*11*1", "SVC*HC:97110:GP*58.00*0**0**1",
        f"DTM*472*{DAY}", "CAS*CO*16*58.00", "REF*6R*L1", "LQ*HE*M51",
    ]  # fmt: skip
    first = remittance(denied).replace(b"20260320~TRN", b"20260310~TRN")
    for order in permutations([("b.835", first), paid("MG-1")]):
        (row,) = of_kind(matched(ours, order), SettledRow)
        assert (row.first_outcome, row.first_denied) == ("denied", Decimal("58.00"))
        assert (row.outcome, row.paid, row.denied) == ("paid", Decimal("50.00"), Decimal(0))


def test_shares_add_up() -> None:
    assert shares(Decimal("10.00"), [Decimal(1)] * 3) == [
        Decimal("3.33"), Decimal("3.34"), Decimal("3.33"),
    ]  # fmt: skip
    assert shares(Decimal("-1.00"), [Decimal(0), Decimal(0)]) == [Decimal("-0.50")] * 2
    assert shares(Decimal(5), []) == []


def test_no_patient_is_kept_in_the_clear() -> None:
    rows = matched([OURS], [sample("01_paid_mppr.835"), sample("20_rejected.277ca")])
    assert not any("1EG4TE5MK73" in repr(row) or "PATIENT" in repr(row) for row in rows)


def test_an_empty_remittance_changes_nothing() -> None:
    content = interchange([["BPR*H*0*C*NON************20260320"]], "835", "HP", "005010X221A1")
    rows = matched([OURS], [("a.835", content), sample("01_paid_mppr.835")])
    assert settled(rows)["MG-1001", "1"].outcome == "paid"


def test_many_lines_that_are_alike_take_no_square_of_time() -> None:
    lines = [f"97110:GP 58.00 1 {DAY}"] * 3000
    answered = [one for _ in lines for one in ("SVC*HC:97110:GP*58.00*58.00**1", f"DTM*472*{DAY}")]
    content = remittance([f"CLP*MG-1*1*{58 * 3000}.00*{58 * 3000}.00**12*P1*11*1", *answered])
    began = process_time()
    rows = of_kind(matched([claims(claim("MG-1", *lines))], [("a.835", content)]), SettledRow)
    assert {one.outcome for one in rows} == {"not decided"}
    assert process_time() - began < 5


def test_a_number_that_every_claim_bears_decides_nothing() -> None:
    ours = claims(*(claim("1", f"97110:GP {at}.00 1 {DAY} L1") for at in range(1, 400)))
    answers = [
        segment
        for at in range(1, 400)
        for segment in (f"CLP*1*1*{at}.00*{at}.00**12*P{at}*11*1", f"DTM*232*{DAY}")
    ]
    began = process_time()
    rows = of_kind(matched([ours], [("a.835", remittance(answers))]), SettledRow)
    assert {one.outcome for one in rows} == {"no answer"}
    assert process_time() - began < 5
