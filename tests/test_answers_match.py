"""Which claim and line of ours an answer is about: level by level, and never by position."""

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

import pytest
from answer_files import ANSWERS, claim, claims, of_kind, remittance
from cli_process import scrubber

from scrubber.answers.match_rows import match_rows
from scrubber.answers.read import read_answers
from scrubber.answers.rows import ClaimMatch, LineMatch, Row
from scrubber.answers.sent import SentClaim, read_sent
from scrubber.answers.store import AnswerStore

DAY = "20260302"
OURS = claims(
    claim("MG-1001", f"97110:GP 116.00 2 {DAY} L1", f"97140:GP 116.00 1 {DAY} L2"),
    claim("MG-1002", f"97110 58.00 1 {DAY} L1"),
    claim("MG-1003", f"97110:GP 116.00 2 {DAY} L1"),
    claim("MG-1004", f"97530:GP 120.00 2 {DAY} L1", f"97140:GP 60.00 1 {DAY} L2"),
    claim("MG-1005", f"97110:GP 240.00 6 {DAY} L1"),
    claim("MG-1008", f"97110:GP 116.00 2 {DAY} L1"),
    claim("MG-1009", f"97112:GP 58.00 1 {DAY} L1", f"97110:GP:59 116.00 2 {DAY} L2"),
    claim("MG-1010", f"97110:GP 116.00 2 {DAY} L1"),
    claim("MG-1011", f"97110:GP 116.00 2 {DAY} L1"),
    claim("MG-1012", f"97110:GP 116.00 2 {DAY} L1", "97110:GP 116.00 2 20260303 L2"),
    claim("MG-1013", f"97110:GP 116.00 2 {DAY} L1"),
)


def matched(ours: Iterable[bytes], answers: Iterable[tuple[str, bytes]]) -> list[Row]:
    store = AnswerStore()
    for number, content in enumerate(ours, 1):
        for one in read_sent([content], f"{number}.837"):
            if isinstance(one, SentClaim):
                store.add_sent(one)
    for name, content in answers:
        for row in read_answers([content], name):
            store.add(row)
    store.match()
    return list(match_rows(store))


def sample(name: str) -> tuple[str, bytes]:
    return name, (ANSWERS / name).read_bytes()


SAMPLES = [sample(path.name) for path in sorted(ANSWERS.glob("*.*")) if path.suffix != ".toml"]


def answer(
    number: str = "MG-1", more: str = "", charge: str = "58.00", lines: Iterable[str] = ()
) -> tuple[str, bytes]:
    """An 835 that pays one claim in full."""
    first = f"CLP*{number}*1*{charge}*{charge}**12*P1*11*1"
    return "a.835", remittance([first, *filter(None, more.split("~")), *lines], charge)


def levels(rows: Iterable[Row]) -> list[str]:
    return [one.level or f"none: {one.reason}" for one in of_kind(rows, ClaimMatch)]


def lines(rows: Iterable[Row]) -> list[tuple[int, str, str]]:
    return [(one.line, one.sent_line, one.level or one.reason) for one in of_kind(rows, LineMatch)]


def test_every_sample_finds_its_claim_by_number() -> None:
    rows = matched([OURS], SAMPLES)
    assert set(levels(rows)) == {"claim number"}
    assert all(one.claim_id == one.sent_claim_id for one in of_kind(rows, ClaimMatch))
    assert len(levels(rows)) == 14 + 2
    assert all(one.level for one in of_kind(rows, LineMatch))


def test_lines_of_the_samples() -> None:
    by_number = "line number (REF*6R)"
    of = {name: lines(matched([OURS], [sample(name)])) for name, _ in SAMPLES}
    assert of["04_bundled.835"] == [(1, "1", by_number), (2, "2", by_number)]
    assert of["05_units_split.835"] == [(1, "1", by_number), (2, "1", by_number)]
    assert of["08_not_insured.835"] == [(0, "1", "claim")]
    everything = "code, day, charge, units, modifiers"
    assert of["09_no_6r.835"] == [(1, "2", everything), (2, "1", everything)]
    assert of["12_claim_split.835"] == [(1, "1", by_number), (1, "2", by_number)]


def test_a_reversal_and_its_correction_whatever_comes_first() -> None:
    files = [sample(f"{one}.835") for one in ("01_paid_mppr", "06_reversal", "07_secondary")]
    for order in permutations(files):
        rows = matched([OURS], order)
        states = {(one.file, one.answer): one.state for one in of_kind(rows, ClaimMatch)}
        assert states == {
            ("01_paid_mppr.835", 1): "replaced",
            ("06_reversal.835", 1): "reversal",
            ("06_reversal.835", 2): "current",
            ("07_secondary.835", 1): "current",
        }
    paid = [one.paid for one in of_kind(rows, ClaimMatch) if one.state == "current"]
    assert sorted(map(str, paid)) == ["11.63", "86.73"]


def test_a_reversal_alone_waits_or_takes_back() -> None:
    rows = matched([OURS], [sample("10_plb.835")])
    assert [one.state for one in of_kind(rows, ClaimMatch)] == ["waiting"]
    first = (ANSWERS / "10_plb.835").read_bytes().replace(b"*22*", b"*1*").replace(b"*-", b"*")
    rows = matched([OURS], [sample("10_plb.835"), ("0.835", first)])
    assert [one.state for one in of_kind(rows, ClaimMatch)] == ["reversal", "taken back"]


LINE = f"97110:GP 58.00 1 {DAY}"


@pytest.mark.parametrize(
    ("ours", "more", "level", "file"),
    [
        ([claims(claim("MG-1", LINE))], "", "claim number", "1.837"),
        ([claims(claim("mg-1", LINE))], "", "none: no claim of ours has this number", ""),
        (
            [claims(claim("MG-1", LINE), provider="1999999984").replace(b"REF*EI", b"REF*XX")],
            "",
            "none: the claim of this number is of another provider",
            "",
        ),
        (
            [claims(claim("MG-1", LINE), payer="OTHER"), claims(claim("MG-1", LINE))],
            "",
            "claim number, payer",
            "2.837",
        ),
        (
            [claims(claim("MG-1", LINE), order="S"), claims(claim("MG-1", LINE))],
            "",
            "claim number, payer order",
            "2.837",
        ),
        (
            [claims(claim("MG-1", LINE, frequency="7")), claims(claim("MG-1", LINE))],
            "",
            "claim number, frequency",
            "2.837",
        ),
        (
            [claims(claim("MG-1", LINE.replace("58", "59"))), claims(claim("MG-1", LINE))],
            "",
            "claim number, charge",
            "2.837",
        ),
        (
            [claims(claim("MG-1", LINE)), claims(claim("MG-1", LINE), made_on="20260310")],
            "",
            "claim number, latest sent",
            "2.837",
        ),
        (
            [claims(claim("MG-1", LINE)), claims(claim("MG-1", LINE), made_on="20260310")],
            "DTM*050*20260305",
            "claim number, latest sent",
            "1.837",
        ),
        (
            [claims(claim("MG-1", LINE)), claims(claim("MG-1", LINE), batch="BATCH2")],
            "",
            "none: several claims of ours fit",
            "",
        ),
        (
            [
                claims(claim("MG-1", LINE.replace("0302", "0304"))),
                claims(claim("MG-1", LINE)),
                claims(claim("MG-1", LINE.replace("0302", "0301")), made_on="20260310"),
            ],
            f"DTM*232*{DAY}~DTM*233*{DAY}",
            "claim number",
            "2.837",
        ),
        (
            [claims(claim("MG-1", LINE.replace("0302", "0301")))],
            f"SVC*HC:97110:GP*58.00*58.00**1~DTM*472*{DAY}",
            "none: the claim of this number is of other days of service",
            "",
        ),
        (
            [
                claims(claim("MG-1", LINE, LINE.replace("0302", "0303"))),
                claims(claim("MG-1", LINE, LINE.replace("0302", "0304")), batch="B2"),
            ],
            f"DTM*232*{DAY}~DTM*233*20260304",
            "claim number, days",
            "2.837",
        ),
        ([claims(claim("MG-1", LINE))] * 2, "", "claim number", "1.837"),
        (
            [claims(claim("MG-1", LINE), claim("MG-1", LINE))],
            "",
            "none: several claims of ours fit",
            "",
        ),
    ],
)
def test_several_claims_of_a_number(ours: list[bytes], more: str, level: str, file: str) -> None:
    rows = matched(ours, [answer(more=more)])
    assert levels(rows) == [level]
    assert [one.sent_file for one in of_kind(rows, ClaimMatch)] == [file]


def test_a_number_cut_off_after_20_characters() -> None:
    number = "CLINIC-2026-0000123456"
    assert levels(matched([claims(claim(number, LINE))], [answer(number[:20])])) == [
        "claim number cut off"
    ]
    assert levels(matched([claims(claim(number, LINE))], [answer(number[:19])])) == [
        "none: no claim of ours has this number"
    ]


def test_the_payers_number_that_a_277ca_gave() -> None:
    status = sample("20_rejected.277ca")
    paid = answer("LOST", charge="232.00")[1].replace(b"*P1*", b"*2226080000010*")
    rows = matched([OURS], [status, ("a.835", paid)])
    assert levels(rows) == ["payer's claim number", "claim number", "claim number"]
    assert of_kind(rows, ClaimMatch)[0].sent_claim_id == "MG-1001"


def test_the_payers_number_that_a_later_claim_names() -> None:
    ours = claims(
        claim("MG-1", LINE), claim("MG-1", LINE, frequency="7", replaces="P1"), claim("MG-2", LINE)
    )
    (found,) = of_kind(matched([ours], [answer("LOST")]), ClaimMatch)
    assert (found.sent_claim_id, found.sent_frequency) == ("MG-1", "1")
    (found,) = of_kind(matched([ours], [answer("LOST", "REF*F8*P1")]), ClaimMatch)
    assert (found.level, found.sent_frequency) == ("payer's claim number, frequency", "1")


@pytest.mark.parametrize(
    ("was", "now", "level"),
    [
        ("", "", "member, days and charge"),
        ("NM1*QC", "NM1*74", "member, days and charge"),
        ("1EG4TE5MK73", "1EG4TE5MK74", "none: no claim of ours has this number"),
        ("DTM*232*20260302", "DTM*232*20260301", "none: no claim of ours has this number"),
        ("58.00", "59.00", "none: no claim of ours has this number"),
        ("1234567893", "1999999984", "none: no claim of ours has this number"),
    ],
)
def test_without_the_number_by_member_days_and_charge(was: str, now: str, level: str) -> None:
    more = f"NM1*QC*1*TEST*PATIENT****MI*1EG4TE5MK73~DTM*232*{DAY}~DTM*233*{DAY}"
    name, content = answer("LOST", more)
    content = content.replace(was.encode(), now.encode()) if was else content
    assert levels(matched([claims(claim("MG-1", LINE))], [(name, content)])) == [level]
    twice = claims(claim("MG-1", LINE), claim("MG-2", LINE))
    assert levels(matched([twice], [(name, content)]))[0].startswith("none")


SVC = ("SVC*HC:{}*{}*{}**{}", "DTM*472*20260302")


def svc(code: str, charge: str, units: str = "1") -> list[str]:
    return [SVC[0].format(code, charge, charge, units), SVC[1]]


@pytest.mark.parametrize(
    ("sent", "answered", "expected"),
    [
        (
            [f"97110:GP 58.00 1 {DAY}", f"97140:GP 58.00 1 {DAY}"],
            [svc("97140:GP", "58.00"), svc("97110:GP", "58.00")],
            [
                (1, "2", "code, day, charge, units, modifiers"),
                (2, "1", "code, day, charge, units, modifiers"),
            ],
        ),
        (
            [f"97110:GP:59 58.00 1 {DAY}", f"97140:GP 58.00 1 {DAY}"],
            [svc("97110", "58.00"), svc("97140:GP", "58.00")],
            [(1, "1", "code, day, charge"), (2, "2", "code, day, charge, units, modifiers")],
        ),
        (
            [f"97110:GP 58.00 2 {DAY}"],
            [svc("97110:GP", "29.00"), svc("97110:GP", "29.00")],
            [(1, "1", "code, day, sum of charges"), (2, "1", "code, day, sum of charges")],
        ),
        (
            [f"97110:GP 58.00 1 {DAY}", f"97110:GP 58.00 1 {DAY}"],
            [svc("97110:GP", "58.00"), svc("97110:GP", "58.00")],
            [(1, "", "several lines of the claim fit"), (2, "", "several lines of the claim fit")],
        ),
        (
            [f"97110:GP 58.00 1 {DAY}"],
            [svc("97112:GP", "58.00")],
            [(1, "", "no line of the claim has this code, day and charge")],
        ),
    ],
)
def test_lines_without_a_number(
    sent: list[str], answered: list[list[str]], expected: list[tuple[int, str, str]]
) -> None:
    segments = [segment for one in answered for segment in one]
    rows = matched([claims(claim("MG-1", *sent))], [answer(lines=segments)])
    assert lines(rows) == expected


def test_a_line_number_that_two_lines_carry_decides_nothing() -> None:
    sent = [f"97110:GP 58.00 1 {DAY} L1", f"97140:GP 58.00 1 {DAY} L1"]
    answered = [*svc("97140:GP", "58.00"), "REF*6R*L1"]
    rows = matched([claims(claim("MG-1", *sent))], [answer(lines=answered)])
    assert lines(rows) == [(1, "2", "code, day, charge, units, modifiers")]


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "ours.837").write_bytes(OURS)
    out = tmp_path / "out"
    call = ["answers", "match", tmp_path / "ours.837", "--out", out, "--format", "csv"]
    done = scrubber(*call, "--answers", ANSWERS / "*.835", "--answers", ANSWERS / "*.277ca")
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in out.iterdir()} == {
        "matches.csv", "line_matches.csv", "problems.csv", "provider_matches.csv",
        "settled_lines.csv",
    }  # fmt: skip
    assert (out / "matches.csv").read_text(encoding="utf-8-sig").count("claim number") == 16
    (tmp_path / "other.835").write_bytes(answer("MG-9")[1])
    done = scrubber(*call, "--answers", tmp_path / "other.835")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "without a claim or line          1"
    done = scrubber(*call, "--answers", tmp_path / "ours.837")
    assert done.returncode == 2


def test_a_file_without_claims_is_named(tmp_path: Path) -> None:
    name, content = answer()
    (tmp_path / name).write_bytes(content)
    done = scrubber(
        "answers", "match", tmp_path / name, "--answers", tmp_path / name, "--out", tmp_path / "out"
    )
    assert done.returncode == 2
    assert "holds no claim" in (tmp_path / "out" / "problems.csv").read_text(encoding="utf-8-sig")
