"""Laws of acknowledgments: read back, they say of every file what the scrubber found in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from acknowledgment_reading import (
    ReadClaim,
    ReadSet,
    answer,
    pyx12_complaints,
    read_back,
    read_claims,
)
from hypothesis import given, settings
from test_acknowledgments import CONTEXT, PYX12_FAULTS

from scrubber.claim.values import amount
from scrubber.codes import claim_status
from scrubber.engine import FileScrubber
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.findings import Severity
from scrubber.outputs.address import address
from scrubber.outputs.x12_writer import plain
from scrubber.rules import RULES
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.wire import Wire, wires
from scrubber.x12.reader import BlockReader

ANY = FORM + DAMAGE
SCRUBBER = FileScrubber(CONTEXT, RULES)


@dataclass
class ReceivedSet:
    """A set as the scrubber saw it: whether it is an 837 whose header lets claims pass."""

    is_837: bool
    passes: bool
    claims: list[Part] = field(default_factory=list)
    levels: list[Part] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        return self.is_837 and self.passes and bool(self.claims)


@dataclass
class ReceivedGroup:
    number: str
    has_claims: bool
    is_missing: bool = False
    passes: bool = True
    sets: list[ReceivedSet] = field(default_factory=list)


@dataclass
class ReceivedInterchange:
    passes: bool
    groups: list[ReceivedGroup] = field(default_factory=list)


def received(parts: list[Part]) -> list[ReceivedInterchange]:
    """What the parts of a file tell of its envelopes, read in another way than the program's."""
    found: list[ReceivedInterchange] = []
    open_group = open_set = False
    for part in parts:
        if not part.segments:
            continue
        name = part.received.replace("\r", "").replace("\n", "")[:3].rstrip(part.element)
        groups = found[-1].groups if found else []
        in_set = bool(groups) and bool(groups[-1].sets) and open_set
        if name == "ISA":
            found.append(ReceivedInterchange(not part.blocks))
            open_group = open_set = False
        elif name == "GS":
            number = part.received.split(part.element)[6]
            groups.append(ReceivedGroup(number, part.kind == "GS", passes=not part.blocks))
            open_group, open_set = True, False
        elif name == "ST":
            if not open_group:
                groups.append(ReceivedGroup("", True, is_missing=True, passes=False))
                open_group = True
            passes = groups[-1].passes and not part.blocks
            groups[-1].sets.append(ReceivedSet(part.kind == "ST", passes))
            open_set = True
        elif name in ("SE", "GE"):
            open_set = False
            open_group = open_group and name == "SE"
        elif part.claim is not None:
            groups[-1].sets[-1].claims.append(part)
        elif part.kind and in_set:
            groups[-1].sets[-1].levels.append(part)
    return found


def scrubbed(segments: Segments, wire: Wire) -> tuple[list[Part], dict[str, str]]:
    parts = list(SCRUBBER.parts(BlockReader([wire.write(segments)])))
    return parts, answer(parts, CONTEXT.as_of)


@settings(max_examples=80, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_every_interchange_has_its_ta1(segments: Segments, wire: Wire) -> None:
    parts, told = scrubbed(segments, wire)
    said = [one for back in read_back(told["ta1"]) for one in back.ta1]
    seen = received(parts)
    assert len(said) == len(seen)
    for one, ta1 in zip(seen, said, strict=True):
        assert (ta1[5] == "000") == (ta1[4] == "A")
        assert (ta1[4] == "R") == (not one.passes or (not one.groups and ta1[5] != "000"))


@settings(max_examples=100, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_the_999_tells_the_fate_of_every_set(segments: Segments, wire: Wire) -> None:
    parts, told = scrubbed(segments, wire)
    groups = [
        group
        for interchange in received(parts)
        if interchange.passes
        for group in interchange.groups
        if not group.is_missing
    ]
    said = [one for back in read_back(told["999"]) for one in back.sets]
    assert len(said) == len(groups)
    for group, one in zip(groups, said, strict=True):
        accepted = sum(received_set.is_accepted for received_set in group.sets)
        ak9 = one.first("AK9")
        if group.has_claims:
            fates = [ik5[1] != "R" for ik5 in one.all("IK5")]
            assert fates == [received_set.is_accepted for received_set in group.sets]
            assert ak9[3:5] == [str(len(group.sets)), str(accepted)]
        codes = {ik5[1] for ik5 in one.all("IK5")}
        assert ak9[1] == expected_verdict(group, accepted, codes, noted=len(ak9) > 5)


def expected_verdict(group: ReceivedGroup, accepted: int, codes: set[str], noted: bool) -> str:
    """AK901 by the meaning of its codes."""
    if not group.has_claims or not accepted:
        return "R"
    if accepted < len(group.sets):
        return "P"
    return "A" if codes == {"A"} and not noted else "E"


@settings(max_examples=80, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_the_999_leads_from_every_fault_of_a_claim_to_the_claim(
    segments: Segments, wire: Wire
) -> None:
    parts, told = scrubbed(segments, wire)
    faulty = {
        plain(claim.claim_id, 38)
        for part, claim in claims_of(parts, answered_in_999=True)
        for finding in claim.findings
        if finding.syntax and finding.segment >= part.ordinal and address(finding.path).segment
    }
    said = [one for back in read_back(told["999"]) for one in back.sets]
    named = {ctx[1].removeprefix("CLM01:") for one in said for ctx in one.all("CTX")}
    assert named == faulty - {""}


def claims_of(
    parts: list[Part], answered_in_999: bool = False
) -> Iterator[tuple[Part, ClaimResult]]:
    """The claims of interchanges that pass, in file order."""
    for interchange in received(parts):
        for group in interchange.groups if interchange.passes else ():
            if group.is_missing and answered_in_999:
                continue
            for one in group.sets:
                for part in one.claims:
                    assert part.claim is not None
                    yield part, part.claim


@settings(max_examples=100, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_the_277ca_tells_the_fate_of_every_claim(segments: Segments, wire: Wire) -> None:
    parts, told = scrubbed(segments, wire)
    seen = [
        one
        for interchange in received(parts)
        if interchange.passes
        for group in interchange.groups
        for one in group.sets
        if one.is_837
    ]
    said = [one for back in read_back(told["277ca"]) for one in back.sets]
    assert len(said) == len(seen)
    for received_set, one in zip(seen, said, strict=True):
        claims = [part.claim for part in received_set.claims if part.claim is not None]
        check_totals(one, claims)
        listed = read_claims(one)
        assert one.first("STC")[3] == ("WQ" if received_set.is_accepted else "U")
        if not received_set.is_accepted:
            assert not listed
            continue
        assert [claim.claim_id for claim in listed] == [
            plain(claim.claim_id, 50) or "0" * 20 for claim in claims
        ]
        assert [claim.charge for claim in listed] == [charge(claim) for claim in claims]
        for claim, back in zip(claims, listed, strict=True):
            check_claim(claim, back)


def charge(claim: ClaimResult) -> Decimal:
    fits = len(claim.charge) <= 18
    return (amount(claim.charge.strip()) if fits else None) or Decimal(0)


def check_totals(one: ReadSet, claims: list[ClaimResult]) -> None:
    """Claims and dollars add up, for the set and for its providers."""
    for quantities in (("90", "AA"), ("QA", "QC")):
        providers = quantities == ("QA", "QC")
        if providers and not one.all("HL", "3"):
            continue
        for accepted, quantity, money in (
            (True, quantities[0], "YU"), (False, quantities[1], "YY"),
        ):  # fmt: skip
            fits = [
                claim
                for claim in claims
                if (claim.disposition is not Disposition.REJECTED) is accepted
            ]
            assert sum(int(qty[2]) for qty in one.all("QTY", quantity)) == len(fits)
            amounts = [Decimal(amt[2]) for amt in one.all("AMT", money)]
            told = sum(amounts[1:] if providers else amounts[:1], Decimal(0))
            assert told == sum(map(charge, fits), Decimal(0))
    assert Decimal(one.first("STC")[4]) == sum(map(charge, claims), Decimal(0))


def check_claim(claim: ClaimResult, back: ReadClaim) -> None:
    """The disposition, and for a rejected claim the status of every open rejection."""
    assert back.accepted is (claim.disposition is not Disposition.REJECTED)
    if back.accepted:
        assert back.statuses == {("A0", "16")}
        return
    told = back.statuses | {status[1:] for status in back.line_statuses}
    wanted = {
        (finding.status.category, finding.status.code)
        for finding in claim.findings
        if finding.severity is Severity.REJECT and not finding.fixed and finding.status
    }
    assert wanted <= told
    assert (("A3", "247") in back.statuses) == bool(back.line_statuses)


@settings(max_examples=60, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_every_status_is_complete_as_its_code_demands(segments: Segments, wire: Wire) -> None:
    _, told = scrubbed(segments, wire)
    for back in read_back(told["277ca"]):
        for one in back.sets:
            for stc in one.all("STC"):
                check_status([stc[n] for n in (1, 10, 11) if n < len(stc) and stc[n]])


def check_status(composites: list[str]) -> None:
    for composite in composites:
        category, code, *entity = composite.split(":")
        assert claim_status.category(category) is not None
        known = claim_status.status(code)
        assert known is not None
        assert entity or not known.needs_entity, composite
        assert len(composites) > 1 or not known.needs_second_code, composite


@settings(max_examples=40, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_pyx12_accepts_every_acknowledgment(segments: Segments, wire: Wire) -> None:
    _, told = scrubbed(segments, wire)
    for text in told.values():
        if text:
            complaints = pyx12_complaints(text)
            unknown = [c for c in complaints if not any(fault in c for fault in PYX12_FAULTS)]
            assert unknown == []


@settings(max_examples=40, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_the_same_file_always_gets_the_same_answer(segments: Segments, wire: Wire) -> None:
    first, second = scrubbed(segments, wire)[1], scrubbed(segments, wire)[1]
    assert first == second


@settings(max_examples=60, deadline=None)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_free_text_identifies_no_patient(segments: Segments, wire: Wire) -> None:
    _, told = scrubbed(segments, wire)
    for back in read_back(told["277ca"]):
        for one in back.sets:
            said = {word for stc in one.all("STC") for word in " ".join(stc[12:]).split()}
            for name in one.all("NM1", "QC"):
                assert said.isdisjoint({name[3], name[9]} - {"UNKNOWN"})
