"""What becomes of a file's envelope and levels when its claims are split into two files."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hand_made_files import (
    GS,
    ISA,
    REMITTANCE,
    Segments,
    claim,
    claim_set,
    dependent,
    group,
    interchange,
    outline,
    provider,
    subscriber,
)
from pyx12_verdict import pyx12_accepts

from scrubber.outputs import split_file
from scrubber.outputs.renumbering import own_batch, own_number
from scrubber.run.scrub_file import Request, scrub_file
from scrubber.testing.plain_reading import envelope_problems, read_file
from scrubber.testing.runs import CONTEXT, SHARED, Run, run
from scrubber.testing.wire import Wire

WIRE = Wire(line_end="\n")


def split(segments: Segments) -> Run:
    return run(WIRE.write(segments))


def shape(file: bytes) -> str:
    return outline(read_file(file.decode("latin-1"))) if file else ""


def codes(told: Run) -> list[str]:
    return [finding.code for finding in told.findings]


def one_set(*levels: Segments, first: int = 1) -> Segments:
    return interchange(group(claim_set(*levels, first=first)))


def test_clean_claims_are_clean() -> None:
    segments = one_set(
        provider(), subscriber(claim("A")), subscriber(is_patient=False), dependent(claim("B"))
    )
    told = split(segments)
    assert [claim.disposition.value for claim in told.claims] == ["accepted", "accepted"]
    assert told.accepted == WIRE.write(segments)
    assert pyx12_accepts(told.accepted.decode())


SPLITS = {
    "a subscriber loses one of two claims": (
        (provider(), subscriber(claim("A"), claim("B", bad=True))),
        "20.1+ 22.2<1 A",
        "20.1+ 22.2<1 B",
    ),
    "a subscriber with many own claims keeps its dependents": (
        (
            provider(),
            subscriber(claim("A"), claim("B"), claim("C"), claim("D")),
            dependent(claim("E")),
            subscriber(claim("F"), claim("G"), claim("H")),
        ),
        "20.1+ 22.2<1+ A B C D 23.3<2 E 22.4<1 F G H",
        "",
    ),
    "of many own claims some go, and the dependent's with them": (
        (
            provider(),
            subscriber(claim("A"), claim("B", bad=True), claim("C"), claim("D")),
            dependent(claim("E", bad=True)),
        ),
        "20.1+ 22.2<1 A C D",
        "20.1+ 22.2<1+ B 23.3<2 E",
    ),
    "a subscriber without claims left vanishes and the next one moves up": (
        (provider(), subscriber(claim("A", bad=True)), subscriber(claim("B"))),
        "20.1+ 22.2<1 B",
        "20.1+ 22.2<1 A",
    ),
    "a provider without claims left vanishes": (
        (
            provider(),
            subscriber(claim("A", bad=True)),
            provider(),
            subscriber(claim("B")),
            subscriber(claim("C")),
        ),
        "20.1+ 22.2<1 B 22.3<1 C",
        "20.1+ 22.2<1 A",
    ),
    "a subscriber with own claims keeps its dependent": (
        (provider(), subscriber(claim("A")), dependent(claim("B"))),
        "20.1+ 22.2<1+ A 23.3<2 B",
        "",
    ),
    "a subscriber's own claim stays and its dependent's goes: no child is left": (
        (provider(), subscriber(claim("A")), dependent(claim("B", bad=True))),
        "20.1+ 22.2<1 A",
        "20.1+ 22.2<1+ 23.3<2 B",
    ),
    "a subscriber's own claim goes and its dependent's stays": (
        (provider(), subscriber(claim("A", bad=True)), dependent(claim("B"))),
        "20.1+ 22.2<1+ 23.2<2 B".replace("23.2", "23.3"),
        "20.1+ 22.2<1 A",
    ),
    "of two dependents the first goes": (
        (
            provider(),
            subscriber(is_patient=False),
            dependent(claim("A", bad=True)),
            dependent(claim("B"), claim("C"), name="TIM"),
            subscriber(claim("D")),
        ),
        "20.1+ 22.2<1+ 23.3<2 B C 22.4<1 D",
        "20.1+ 22.2<1+ 23.3<2 A",
    ),
    "of two dependents the second goes, and of the first one claim": (
        (
            provider(),
            subscriber(claim("X"), is_patient=True),
            dependent(claim("A"), claim("E", bad=True)),
            dependent(claim("B", bad=True), name="TIM"),
        ),
        "20.1+ 22.2<1+ X 23.3<2 A",
        "20.1+ 22.2<1+ 23.3<2 E 23.4<2 B",
    ),
    "subscribers that never had a claim vanish only where something is split": (
        (provider(), subscriber(), subscriber(claim("A")), subscriber(claim("B", bad=True))),
        "20.1+ 22.2<1 A",
        "20.1+ 22.2<1 B",
    ),
}


@pytest.mark.parametrize("held", [split_file.HELD_AT_MOST, 300], ids=["in memory", "in a file"])
@pytest.mark.parametrize("name", SPLITS)
def test_levels_follow_their_claims(name: str, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a subscriber's own claims are too much to be held in memory until it is known
    whether a dependent's follows. A claim here has some 240 bytes."""
    monkeypatch.setattr(split_file, "HELD_AT_MOST", held)
    levels, accepted, rejected = SPLITS[name]
    told = split(one_set(*levels))
    for file, body in ((told.accepted, accepted), (told.rejected, rejected)):
        assert shape(file) == (f"ISA GS ST {body} SE GE.1 IEA.1" if body else "")
        if file:
            assert list(envelope_problems(read_file(file.decode()))) == []
            assert pyx12_accepts(file.decode())


def test_levels_not_numbered_from_one_are_numbered_anew() -> None:
    told = split(one_set(provider(), subscriber(claim("A")), subscriber(claim("B")), first=41))
    assert shape(told.accepted) == "ISA GS ST 20.1+ 22.2<1 A 22.3<1 B SE GE.1 IEA.1"
    assert set(codes(told)) == {"S125"}


def test_sets_and_groups_without_claims_left_vanish_and_are_counted_anew() -> None:
    good = claim_set(provider(), subscriber(claim("A")), number="0001")
    mixed = claim_set(
        provider(), subscriber(claim("B")), subscriber(claim("C", bad=True)), number="0002"
    )
    bad = claim_set(provider(), subscriber(claim("D", bad=True)), number="0003")
    segments = [
        *interchange(group(good, mixed, bad), group(bad, number="8")),
        *interchange(group(bad), number="000000102"),
        *interchange(group(good), number="000000103"),
    ]
    told = split(segments)
    body = "20.1+ 22.2<1"
    assert shape(told.accepted) == (
        f"ISA GS ST {body} A SE ST {body} B SE GE.2 IEA.1 ISA GS ST {body} A SE GE.1 IEA.1"
    )
    assert shape(told.rejected) == (
        f"ISA GS ST {body} C SE ST {body} D SE GE.2 GS ST {body} D SE GE.1 IEA.2"
        f" ISA GS ST {body} D SE GE.1 IEA.1"
    )
    assert read_file(told.accepted.decode()).numbers("ISA") == ["000000101", "000000103"]
    assert read_file(told.rejected.decode()).numbers("ISA") == ["900000101", "900000102"]


def test_with_everything_rejected_there_is_no_accepted_file() -> None:
    told = split(one_set(provider(), subscriber(claim("A", bad=True))))
    assert told.accepted == b""
    assert shape(told.rejected) == "ISA GS ST 20.1+ 22.2<1 A SE GE.1 IEA.1"


@pytest.mark.parametrize("lost", [("SE",), ("GE",), ("IEA",), ("SE", "GE"), ("SE", "GE", "IEA")])
def test_missing_trailers_are_named_and_supplied(lost: tuple[str, ...]) -> None:
    segments = one_set(provider(), subscriber(claim("A"), claim("B", bad=True)))
    segments = [one for one in segments if one.split("*")[0] not in lost]
    told = split(segments)
    assert codes(told).count("S112") == len(lost)
    for file, claim_id in ((told.accepted, "A"), (told.rejected, "B")):
        assert shape(file) == f"ISA GS ST 20.1+ 22.2<1 {claim_id} SE GE.1 IEA.1"
        assert list(envelope_problems(read_file(file.decode()))) == []


def test_a_set_without_its_trailer_ends_where_the_next_begins() -> None:
    first = claim_set(provider(), subscriber(claim("A")))[:-1]
    second = claim_set(provider(), subscriber(claim("B")), number="0002")
    told = split(interchange(group(first, second)))
    assert shape(told.accepted) == ("ISA GS ST 20.1+ 22.2<1 A SE ST 20.1+ 22.2<1 B SE GE.2 IEA.1")


def test_a_claim_set_without_its_group_is_read_and_rejected() -> None:
    segments = interchange(claim_set(provider(), subscriber(claim("A"))))
    told = split(segments)
    assert [(c.claim_id, c.disposition.value) for c in told.claims] == [("A", "rejected")]
    assert "S112" in codes(told)


def test_other_sets_of_a_claim_group_go_to_the_rejected_file_as_they_are() -> None:
    claims = claim_set(provider(), subscriber(claim("A"), claim("B", bad=True)))
    told = split(interchange(group(REMITTANCE, claims)))
    assert shape(told.accepted) == "ISA GS ST 20.1+ 22.2<1 A SE GE.1 IEA.1"
    assert shape(told.rejected) == "ISA GS ST835 SE ST 20.1+ 22.2<1 B SE GE.2 IEA.1"
    assert b"BPR*I*0*C*NON" in told.rejected
    assert "S113" in codes(told)


def test_an_other_set_without_its_trailer_is_closed_before_the_next_set() -> None:
    claims = claim_set(provider(), subscriber(claim("A", bad=True)))
    told = split(interchange(group(REMITTANCE[:-1], claims)))
    assert shape(told.rejected) == "ISA GS ST835 SE ST 20.1+ 22.2<1 A SE GE.2 IEA.1"
    assert list(envelope_problems(read_file(told.rejected.decode()))) == []


def test_other_groups_go_to_the_rejected_file_whole() -> None:
    remittances = ["GS*HP*A*B*20260302*1200*9*X*005010X221A1", *REMITTANCE, "GE*1*9"]
    claims = group(claim_set(provider(), subscriber(claim("A"))))
    told = split(interchange(claims, remittances))
    assert shape(told.accepted) == "ISA GS ST 20.1+ 22.2<1 A SE GE.1 IEA.1"
    assert shape(told.rejected) == "ISA GS ST835 SE GE.1 IEA.1"
    assert list(envelope_problems(read_file(told.rejected.decode()))) == []


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        pytest.param((provider(), claim("A")), "S210", id="claims directly under a provider"),
        pytest.param((claim("A"),), "S210", id="claims under nothing"),
        pytest.param((provider(), dependent(claim("A"))), "S210", id="a dependent of nobody"),
    ],
)
def test_claims_without_their_levels_are_rejected_where_they_stand(
    damaged: tuple[Segments, ...], said: str
) -> None:
    told = split(interchange(group(claim_set(*damaged), claim_set(
        provider(), subscriber(claim("Z")), number="0002"
    ))))  # fmt: skip
    assert [(c.claim_id, c.disposition.value) for c in told.claims] == [
        ("A", "rejected"),
        ("Z", "accepted"),
    ]
    assert said in {finding.code for finding in told.claims[0].findings}
    rejected = read_file(told.rejected.decode())
    levels = [word for word in outline(rejected).split() if word[0] == "2"]
    assert levels == sorted(levels)
    assert [one.claim_id for one in rejected.claims] == ["A"]
    assert list(envelope_problems(rejected, hierarchy=False)) == []


@pytest.mark.parametrize(("level", "at"), [("22", 1), ("23", 2)])
def test_claims_behind_a_lost_level_never_pass_as_another_ones(level: str, at: int) -> None:
    """Without its HL the second subscriber or patient would lend its claims to the first."""
    first = [
        provider(),
        subscriber(claim("A")),
        subscriber(is_patient=False),
        dependent(claim("B")),
    ]
    second = {"22": subscriber(claim("Y")), "23": dependent(claim("Y"), name="TIM")}[level]
    rest = [subscriber(claim("Z"))]
    segments = one_set(*first[: at * 2], second, *rest)
    lost = [i for i, one in enumerate(segments) if one.startswith("HL") and f"*{level}*" in one][1]
    told = split([*segments[:lost], *segments[lost + 1 :]])
    dispositions = {c.claim_id: c.disposition.value for c in told.claims}
    assert dispositions["Y"] == "rejected"
    assert dispositions["Z"] == "corrected"  # its level is numbered anew
    found = next(c for c in told.claims if c.claim_id == "Y").findings
    assert "S210" in {finding.code for finding in found}


def test_a_patient_of_a_lost_subscriber_stays_an_orphan_in_the_rejected_file() -> None:
    family = [subscriber(is_patient=False), dependent(claim("Y"), name="TIM")]
    first = [subscriber(is_patient=False), dependent(claim("X", bad=True))]
    segments = one_set(provider(), *first, *family)
    lost = [i for i, one in enumerate(segments) if "*22*" in one and one.startswith("HL")][1]
    rejected = split([*segments[:lost], *segments[lost + 1 :]]).rejected
    again = run(rejected)
    assert {c.claim_id: c.disposition.value for c in again.claims} == {
        "X": "rejected",
        "Y": "rejected",
    }


def test_empty_segments_are_taken_out_and_not_counted() -> None:
    segments = one_set(provider(), subscriber(claim("A"), claim("B")))
    broken = [*segments[:9], "", *segments[9:20], "", "", *segments[20:-2], "", *segments[-2:]]
    told = split(broken)
    assert told.accepted == WIRE.write(segments)
    said = [*told.findings, *(f for c in told.claims for f in c.findings)]
    assert len({one.segment for one in said if one.code == "S115"}) == 3


def test_segments_astray_between_sets_are_named_and_not_sent_on() -> None:
    segments = one_set(provider(), subscriber(claim("A")))
    told = split([segments[0], "ZZZ*1", *segments[1:-2], "YYY*2", *segments[-2:]])
    assert told.accepted == WIRE.write(segments)
    assert codes(told) == ["S207", "S207"]
    assert b"ZZZ*1" in told.rejected
    assert b"YYY*2" in told.rejected


def test_an_interchange_acknowledgment_stays_with_the_accepted_claims() -> None:
    segments = one_set(provider(), subscriber(claim("A"), claim("B", bad=True)))
    told = split([segments[0], "TA1*000000001*260301*1200*A*000", *segments[1:]])
    assert told.accepted.splitlines()[1].startswith(b"TA1*")
    assert b"TA1" not in told.rejected
    assert codes(told) == []


@pytest.mark.parametrize("damage", ["ISA*00*", "ISA*00*" + "X" * 300], ids=["short", "long"])
def test_an_interchange_that_cannot_be_read_is_named_and_the_others_are_scrubbed(
    damage: str,
) -> None:
    good = WIRE.write(one_set(provider(), subscriber(claim("A"))))
    other = good.replace(b"000000101", b"000000102").replace(b"CLM*A*", b"CLM*B*")
    broken = damage.encode() + other[120:]
    told = run(good + broken + other)
    assert codes(told) == ["S101"]
    assert [c.claim_id for c in told.claims] == ["A", "B"]
    assert told.accepted == good + other


def test_claims_outside_any_interchange_are_never_passed_over_with_a_warning() -> None:
    good = WIRE.write(one_set(provider(), subscriber(claim("A"))))
    told = run(good + good[107:])
    assert codes(told) == ["S101"]


def test_the_file_may_be_cut_anywhere_and_nothing_cut_off_is_accepted() -> None:
    segments = one_set(provider(), subscriber(claim("A")), subscriber(claim("B")))
    file = WIRE.write(segments)
    second = file.index(b"CLM*B")
    last_line = file.index(b"REF*6R*B1") + len("REF*6R*B1~")
    for cut in range(second, last_line, 7):
        for end in (b"", b"\n", b"\x1a"):
            told = run(file[:cut] + end)
            named = {c.claim_id: c.disposition.value for c in told.claims}
            assert named.pop("A") == "accepted"
            assert set(named.values()) <= {"rejected"}
            assert "S112" in codes(told)


def test_a_segment_cut_off_is_ended_before_its_set_is_closed() -> None:
    file = WIRE.write(one_set(provider(), subscriber(claim("A"), claim("B"))))
    told = run(file[: file.index(b"REF*6R*B1") + 7])
    assert told.rejected.endswith(b"REF*6R*~\nSE*28*0001~\nGE*1*900000007~\nIEA*1*900000101~\n")
    assert list(envelope_problems(read_file(told.rejected.decode()))) == []


def test_control_numbers_for_the_rejected_file() -> None:
    assert own_number("000000905") == "900000905"
    assert own_number("900000905") == "800000905"
    assert own_number("7") == "900000007"
    assert own_batch("BATCH1") == "BATCH1-R1"
    assert own_batch("BATCH1-R1") == "BATCH1-R2"
    assert own_batch("X" * 30) == "X" * 27 + "-R1"
    assert own_batch("") == "-R1"


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)


def scrub_to(folder: Path, segments: Segments) -> set[str]:
    source = folder / "day.837"
    source.write_bytes(WIRE.write(segments))
    out = folder / "out"
    out.mkdir(exist_ok=True)
    scrub_file(source, "day", CONTEXT, SHARED, Request(out))
    return {path.name for path in out.iterdir()}


def test_files_of_an_earlier_run_that_are_no_longer_true_are_removed(written: Path) -> None:
    reports = {"day.report.json", "day.report.csv"}
    good, bad = subscriber(claim("A")), subscriber(claim("B", bad=True))
    both = scrub_to(written, one_set(provider(), good, bad))
    assert both == {"day.accepted.837", "day.rejected.837"} | reports
    assert scrub_to(written, one_set(provider(), good)) == {"day.accepted.837"} | reports
    assert scrub_to(written, one_set(provider(), bad)) == {"day.rejected.837"} | reports
    assert scrub_to(written, []) == reports


def test_what_is_written_is_for_the_owner_only(written: Path) -> None:
    scrub_to(written, one_set(provider(), subscriber(claim("A"), claim("B", bad=True))))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (written / "out").iterdir()}
    assert len(modes) == 4
    assert set(modes.values()) == {0o600}


def test_the_hand_made_headers_are_what_the_tests_say() -> None:
    assert len(ISA.format("000000101")) == 105
    assert GS.format("7").split("*")[8] == "005010X222A1"
