"""What a fault takes with it: its claim, or with `--isolate transaction` its whole set."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hand_made_files import (
    claim,
    claim_set,
    dependent,
    flat,
    group,
    interchange,
    outline,
    provider,
    subscriber,
)
from hypothesis import given, settings

from scrubber.cli import main
from scrubber.engine import FileScrubber, held_parts, scrub
from scrubber.engine.results import Disposition
from scrubber.findings import Finding
from scrubber.profiles.loader import load_with
from scrubber.rules import RULES
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.plain_reading import read_file
from scrubber.testing.runs import CONTEXT, Run, run
from scrubber.testing.wire import Wire, wires

STRICT = FileScrubber(replace(CONTEXT, isolate="transaction"), RULES)
WIRE = Wire(line_end="\n")
NO_DIAGNOSIS = 1


def broken(claim_id: str) -> Segments:
    """A claim that breaks the guide: its diagnoses are missing."""
    segments = claim(claim_id)
    return [*segments[:NO_DIAGNOSIS], *segments[NO_DIAGNOSIS + 1 :]]


def correctable(claim_id: str) -> Segments:
    """A claim with a fault of form, which is corrected."""
    return [*claim(claim_id)[:-1], f"REF*6R*{claim_id}1**"]


def dispositions(told: Run) -> dict[str, str]:
    return {claim.claim_id: claim.disposition.value for claim in told.claims}


def three_sets() -> Segments:
    return interchange(
        group(
            claim_set(provider(), subscriber(claim("A"), correctable("B")), number="0001"),
            claim_set(
                provider(),
                subscriber(claim("C"), correctable("D")),
                subscriber(is_patient=False),
                dependent(broken("E")),
                number="0002",
            ),
            claim_set(provider(), subscriber(claim("F", bad=True), claim("G")), number="0003"),
        )
    )


def test_claim_by_claim_only_the_broken_claim_is_rejected() -> None:
    told = dispositions(run(WIRE.write(three_sets())))
    assert told == {
        "A": "accepted", "B": "corrected", "C": "accepted", "D": "corrected",
        "E": "rejected", "F": "rejected", "G": "accepted",
    }  # fmt: skip


def test_strictly_a_broken_claim_takes_its_set_and_no_other_with_it() -> None:
    file = WIRE.write(three_sets())
    told = run(file, STRICT)
    assert dispositions(told) == {
        "A": "accepted", "B": "corrected", "C": "rejected", "D": "rejected",
        "E": "rejected", "F": "rejected", "G": "accepted",
    }  # fmt: skip
    assert told.received == file
    body = "20.1+ 22.2<1"
    assert outline(read_file(told.accepted.decode())) == (
        f"ISA GS ST {body} A B SE ST {body} G SE GE.2 IEA.1"
    )
    assert outline(read_file(told.rejected.decode())) == (
        f"ISA GS ST {body} C D 22.3<1+ 23.4<3 E SE ST {body} F SE GE.2 IEA.1"
    )


def test_claims_rejected_for_their_set_say_so_and_are_as_received() -> None:
    told = run(WIRE.write(three_sets()), STRICT)
    said = {claim.claim_id: [f.code for f in claim.findings] for claim in told.claims}
    assert said["C"][-1] == "S214"
    assert said["D"][-1] == "S214"
    assert "S214" not in said["E"] + said["F"] + said["G"]
    (part,) = [p for p in told.parts if p.claim is not None and p.claim.claim_id == "D"]
    assert part.corrected == part.received
    assert part.claim is not None
    assert part.claim.corrections == ()
    assert not any(finding.fixed for finding in part.claim.findings)
    last = part.claim.findings[-1]
    assert WIRE.write(three_sets())[last.span.start :].startswith(b"CLM*D*")
    assert last.claim == "D"
    assert [p.blocks for p in told.parts if p.kind == "ST"] == [False, True, False]


def test_a_set_without_its_trailer_is_rejected_and_the_next_one_is_not() -> None:
    first = claim_set(provider(), subscriber(claim("A")))[:-1]
    second = claim_set(provider(), subscriber(claim("B")), number="0002")
    told = run(WIRE.write(interchange(group(first, second))), STRICT)
    assert dispositions(told) == {"A": "rejected", "B": "accepted"}


def test_an_other_set_in_between_ends_a_set_without_its_trailer() -> None:
    first = claim_set(provider(), subscriber(claim("A")))[:-1]
    other = ["ST*835*0009", "BPR*I*0*C*NON", "SE*3*0009"]
    second = claim_set(provider(), subscriber(claim("B")), number="0002")
    told = run(WIRE.write(interchange(group(first, other, second))), STRICT)
    assert dispositions(told) == {"A": "rejected", "B": "accepted"}


@pytest.mark.parametrize("fault", ["header", "level"])
def test_a_fault_above_the_claims_rejects_the_set(fault: str) -> None:
    segments = claim_set(provider(), subscriber(claim("A")), subscriber(claim("B")))
    spoilt = "NM1*40" if fault == "header" else "REF*EI"
    lost = flat([segments])
    lost.remove(next(one for one in lost if one.startswith(spoilt)))
    told = run(WIRE.write(interchange(group(lost))), STRICT)
    assert set(dispositions(told).values()) == {"rejected"}


@settings(max_examples=60, deadline=None)
@given(damaged_segments(FORM + DAMAGE), wires(may_wrap=True))
def test_strictly_each_set_goes_one_way_where_the_guide_is_broken(
    segments: Segments, wire: Wire
) -> None:
    file = wire.write(segments)
    lenient, strict = run(file), run(file, STRICT)
    assert strict.received == file
    assert [c.claim_id for c in strict.claims] == [c.claim_id for c in lenient.claims]
    for before, after in zip(lenient.claims, strict.claims, strict=True):
        if before.disposition is Disposition.REJECTED:
            assert after == before
        elif after.disposition is Disposition.REJECTED:
            assert after.findings[-1].code == "S214"
        else:
            assert after == before
            assert not any(f.severity.value == "reject" and not f.fixed for f in after.findings)
    in_set: set[bool] = set()
    for part in strict.parts:
        if part.kind == "ST":
            in_set = set()
        elif part.claim is not None:
            found = part.claim.findings
            in_set.add(any(_breaks_the_guide(finding) for finding in found))
            rejected = part.claim.disposition is Disposition.REJECTED
            assert rejected or not any(in_set)


def _breaks_the_guide(finding: Finding) -> bool:
    """A fault of the guide that no repair has taken away."""
    return finding.code in GUIDE_RULES and finding.severity.value == "reject" and not finding.fixed


def two_interchanges(wrong: str) -> Segments:
    """Sets of A, B and C in two groups and D in another interchange; the first trailer of the kind
    `wrong` counts one too many."""
    sets = [claim_set(provider(), subscriber(claim(one)), number=f"000{one}") for one in "ABCD"]
    segments = [
        *interchange(group(*sets[:2]), group(sets[2], number="8")),
        *interchange(group(sets[3]), number="000000102"),
    ]
    at = next(at for at, one in enumerate(segments) if one.startswith(f"{wrong}*"))
    name, count, number = segments[at].split("*")
    return [*segments[:at], f"{name}*{int(count) + 1}*{number}", *segments[at + 1 :]]


MISCOUNTED = [
    ("SE", "A", "SE01 says 29 segments, the set has 28: one may be missing"),
    ("GE", "AB", "GE01 says 3 transaction sets, the group has 2: one may be missing"),
    ("IEA", "ABC", "IEA01 says 3 groups, the interchange has 2: one may be missing"),
]


@pytest.mark.parametrize(("trailer", "inside", "says"), MISCOUNTED)
def test_a_wrong_count_corrects_what_is_inside_and_says_what_may_be_lost(
    trailer: str, inside: str, says: str
) -> None:
    result = scrub(WIRE.write(two_interchanges(trailer)), CONTEXT)
    told = {one.claim_id: one.disposition.value for one in result.claims}
    assert told == {one: "corrected" if one in inside else "accepted" for one in "ABCD"}
    assert [finding.message for finding in result.findings] == [says]


@pytest.mark.parametrize(("trailer", "inside", "says"), MISCOUNTED)
def test_strictly_a_wrong_count_rejects_what_is_inside(
    trailer: str, inside: str, says: str
) -> None:
    file = WIRE.write(two_interchanges(trailer))
    told = run(file, STRICT)
    assert told.received == file
    assert dispositions(told) == {
        one: "rejected" if one in inside else "accepted" for one in "ABCD"
    }
    (found,) = {finding for part in told.parts for finding in part.findings}
    assert (found.message, found.severity.value, found.fixed) == (says, "reject", False)
    assert not [part.corrections for part in told.parts if part.corrections]
    reasons = [claim.findings[-1] for claim in told.claims if claim.claim_id in inside]
    assert {one.code for one in reasons} == {"S214"}
    assert all(one.message.startswith(says) for one in reasons)
    again = run(told.accepted, STRICT)
    assert set(dispositions(again).values()) == {"accepted"}


def test_what_waits_for_the_end_of_its_interchange_may_lie_on_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = WIRE.write(two_interchanges("IEA"))
    in_memory = run(file, STRICT)
    monkeypatch.setattr(held_parts, "IN_MEMORY", 10)
    assert run(file, STRICT) == in_memory


def test_a_payer_may_want_claims_rejected_that_a_wrong_count_concerns(tmp_path: Path) -> None:
    said = 'source="Companion guide" confidence="high" evidence="official-page"'
    profile = tmp_path / "strict.xml"
    profile.write_text(
        '<payer-profile schema="1" id="strict" name="Strict" type="commercial" version="1">'
        f'<matches><payer-id is="STRICT" {said}/></matches>'
        f'<rule code="S110"><severity is="reject" reason="Counts have to be right" {said}/></rule>'
        "</payer-profile>"
    )
    levels = claim_set(
        provider(), subscriber(claim("A")), subscriber(claim("B")), subscriber(claim("C", bad=True))
    )
    at = levels.index("NM1*PR*2*SOME PLAN*****PI*SP1")
    levels[at] = "NM1*PR*2*STRICT PLAN*****PI*STRICT"
    levels[-1] = "SE*50*0001"
    file = WIRE.write(interchange(group(levels)))
    told = run(file, replace(CONTEXT, profiles=load_with([profile])))
    assert dispositions(told) == {"A": "rejected", "B": "accepted", "C": "rejected"}
    found = {one.claim_id: [f.code for f in one.findings] for one in told.claims}
    assert found == {"A": ["S110"], "B": [], "C": ["S301"]}
    (lines,) = [part.findings for part in told.parts if part.kind == "SE"]
    assert [one.fixed for one in lines] == [True]


def test_the_command_takes_the_policy(tmp_path: Path) -> None:
    source, out = tmp_path / "day.837", tmp_path / "out"
    source.write_bytes(WIRE.write(three_sets()))
    options = [str(source), "--out", str(out), "--as-of", "2026-03-02", "--quiet"]
    done = CliRunner().invoke(main, ["scrub", *options, "--isolate", "transaction"])
    assert done.exit_code == 1
    accepted = (out / "day.accepted.837").read_bytes()
    assert accepted == run(WIRE.write(three_sets()), STRICT).accepted
