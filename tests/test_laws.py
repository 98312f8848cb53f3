"""Laws that hold for every file: of splitting, repairing, reading and remembering."""

import re
from collections import Counter
from decimal import Decimal
from difflib import SequenceMatcher
from random import Random

import pytest
from claim_file_strategies import (
    DAMAGE,
    FORM,
    STRUCTURAL,
    Segments,
    Wire,
    clean_segments,
    empty_segment,
    mixed_segments,
    spoiled_segments,
    wires,
)
from envelope_reading import ReadFile, envelope_problems, read_file
from hypothesis import given, settings
from hypothesis import strategies as st
from pyx12_verdict import pyx12_accepts
from split_run import CONTEXT, Run, run, verdict

from scrubber.engine import FileScrubber
from scrubber.engine.memory import CleanMemory
from scrubber.engine.results import Disposition, Part
from scrubber.findings import Severity
from scrubber.rules import RULES

ANY = FORM + DAMAGE
LINES = Wire(line_end="\n")
NOT_EMPTY = tuple(one for one in ANY if one is not empty_segment)


def claim_texts(file: bytes) -> Counter[tuple[str, str]]:
    return Counter(
        (claim.claim_id, "~".join(claim.segments))
        for claim in (read_file(file.decode("latin-1")).claims if file else ())
    )


def charges(file: bytes) -> Decimal:
    claims = read_file(file.decode("latin-1")).claims if file else []
    return sum((Decimal(claim.charge) for claim in claims), Decimal(0))


def problems(file: bytes, *, hierarchy: bool = True) -> list[str]:
    if not file:
        return []
    return list(envelope_problems(read_file(file.decode("latin-1")), hierarchy=hierarchy))


@settings(max_examples=60, deadline=None)
@given(clean_segments(), wires())
def test_with_nothing_to_do_the_accepted_file_is_the_input(segments: Segments, wire: Wire) -> None:
    file = wire.write(segments)
    told = run(file)
    assert not told.findings
    assert told.accepted == file
    assert told.rejected == b""


@settings(max_examples=80, deadline=None)
@given(spoiled_segments(ANY), wires())
def test_the_parts_laid_end_to_end_are_the_file(segments: Segments, wire: Wire) -> None:
    file = wire.write(segments)
    assert run(file).received == file


@settings(max_examples=80, deadline=None)
@given(mixed_segments(), wires())
def test_every_claim_is_in_exactly_one_output(segments: Segments, wire: Wire) -> None:
    file = wire.write(segments)
    told = run(file)
    received, accepted, rejected = (
        claim_texts(one) for one in (file, told.accepted, told.rejected)
    )
    corrected = {c.claim_id for c in told.claims if c.disposition is Disposition.CORRECTED}
    assert Counter(one for one, _ in received) == Counter(
        one for one, _ in (accepted + rejected).elements()
    )
    changed = received - (accepted + rejected)
    assert {one for one, _ in changed} <= corrected
    assert charges(file) == charges(told.accepted) + charges(told.rejected)
    totals = told.report["totals"]
    assert totals["claims"] == received.total()
    assert totals["accepted"] + totals["corrected"] == accepted.total()
    assert totals["rejected"] == rejected.total()
    assert Decimal(totals["charge"]) == charges(file)
    assert Decimal(totals["charge_rejected"]) == charges(told.rejected)


@settings(max_examples=80, deadline=None)
@given(spoiled_segments(ANY), wires())
def test_only_segments_named_by_a_fixed_finding_change(segments: Segments, wire: Wire) -> None:
    for part in run(wire.write(segments)).parts:
        if not part.segments:
            assert part.corrected in (part.received, "")
            continue
        before = [one.strip("\r\n") for one in part.received.split(wire.delimiters[3])]
        after = [one.strip("\r\n") for one in part.corrected.split(wire.delimiters[3])]
        named = {before[index] for index in named_segments(part)}
        for kind, begin, end, _, _ in SequenceMatcher(None, before, after, False).get_opcodes():
            if kind == "insert":
                assert named & set(before[max(begin - 1, 0) : begin + 1])
            elif kind != "equal":
                assert set(before[begin:end]) <= named


def named_segments(part: Part) -> set[int]:
    findings = part.claim.findings if part.claim is not None else part.findings
    if not part.received:  # what is told of an earlier block, which is written anew elsewhere
        return set()
    return {finding.segment - part.ordinal for finding in findings if finding.fixed}


@settings(max_examples=80, deadline=None)
@given(spoiled_segments(ANY), wires())
def test_scrubbing_the_accepted_file_again_changes_and_rejects_nothing(
    segments: Segments, wire: Wire
) -> None:
    accepted = run(wire.write(segments)).accepted
    again = run(accepted)
    if accepted:
        assert again.accepted == accepted
        assert again.rejected == b""
        assert not again.count(Disposition.REJECTED)
        assert not [f for f in again.findings if f.severity is Severity.REJECT]


@settings(max_examples=60, deadline=None)
@given(spoiled_segments(NOT_EMPTY), wires(), wires())
def test_delimiters_and_line_ends_change_no_verdict(
    segments: Segments, one: Wire, other: Wire
) -> None:
    """But for empty segments: two line breaks that are terminators are a blank line."""
    first, second = run(one.write(segments)), run(other.write(segments))
    assert first.verdicts == second.verdicts
    assert said_of_the_file(first) == said_of_the_file(second)


def said_of_the_file(told: Run) -> list[tuple[str, str, int]]:
    return [(f.code, re.sub(r"\d+ bytes", "", f.message), f.segment) for f in told.findings]


@settings(max_examples=60, deadline=None)
@given(spoiled_segments(ANY), wires(), st.integers(1, 3000))
def test_the_size_of_what_is_read_at_once_changes_nothing(
    segments: Segments, wire: Wire, chunk: int
) -> None:
    file = wire.write(segments)
    whole, piecewise = run(file), run(file, chunk=chunk)
    assert piecewise.claims == whole.claims
    assert piecewise.findings == whole.findings
    assert (piecewise.accepted, piecewise.rejected) == (whole.accepted, whole.rejected)


@settings(max_examples=80, deadline=None)
@given(mixed_segments(), wires())
def test_both_files_have_right_counts_and_levels(segments: Segments, wire: Wire) -> None:
    told = run(wire.write(segments))
    assert problems(told.accepted) == []
    assert problems(told.rejected) == []


@settings(max_examples=80, deadline=None)
@given(spoiled_segments(ANY), wires())
def test_the_accepted_file_of_a_damaged_one_is_well_formed(segments: Segments, wire: Wire) -> None:
    assert problems(run(wire.write(segments)).accepted) == []


@settings(max_examples=12, deadline=None)
@given(mixed_segments())
def test_the_accepted_file_passes_pyx12(segments: Segments) -> None:
    accepted = run(Wire(line_end="\n").write(segments)).accepted
    assert not accepted or pyx12_accepts(accepted.decode("ascii"))


@settings(max_examples=60, deadline=None)
@given(mixed_segments(), wires())
def test_the_rejected_file_has_its_own_numbers_and_the_same_verdicts(
    segments: Segments, wire: Wire
) -> None:
    file = wire.write(segments)
    told = run(file)
    again = run(told.rejected)
    assert again.verdicts == [
        verdict(claim) for claim in told.claims if claim.disposition is Disposition.REJECTED
    ]
    if told.rejected:
        received, rejected = (read_file(one.decode("latin-1")) for one in (file, told.rejected))
        for header in ("ISA", "GS"):
            assert not set(received.numbers(header)) & set(rejected.numbers(header))


@settings(max_examples=40, deadline=None)
@given(st.lists(mixed_segments(most=5), min_size=1, max_size=3))
def test_what_was_scrubbed_before_changes_no_verdict(files: list[Segments]) -> None:
    one_for_all = FileScrubber(CONTEXT, RULES)
    for segments in [*files, *files]:
        file = Wire().write(segments)
        fresh = run(file, FileScrubber(CONTEXT, RULES))
        assert run(file, one_for_all).claims == fresh.claims


@settings(max_examples=40, deadline=None)
@given(mixed_segments())
def test_without_memories_the_findings_are_the_same(segments: Segments) -> None:
    file = Wire().write(segments)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CleanMemory, "__contains__", lambda *_: False)
        patch.setattr(CleanMemory, "add", lambda *_: None)
        forgetful = run(file, FileScrubber(CONTEXT, RULES))
    assert run(file).claims == forgetful.claims


@settings(max_examples=100, deadline=None)
@given(st.data(), clean_segments(most=6))
def test_no_damage_brings_a_claim_under_another_provider_subscriber_or_patient(
    data: st.DataObject, segments: Segments
) -> None:
    owners = {claim.claim_id: claim.owner for claim in read_segments(segments).claims}
    damaged = list(segments)
    data.draw(st.sampled_from(STRUCTURAL))(damaged, Random(data.draw(st.integers(0, 2**32))))
    told = run(LINES.write(damaged))
    for accepted in (told.accepted, run(told.rejected).accepted):
        for claim in read_file(accepted.decode("latin-1")).claims:
            assert set(claim.owner) <= set(owners[claim.claim_id])


def read_segments(segments: Segments) -> ReadFile:
    return read_file(Wire().write(segments).decode("latin-1"))


@settings(max_examples=40, deadline=None)
@given(spoiled_segments(FORM), st.integers(0, 2**32))
def test_a_repair_in_front_of_them_hides_and_doubles_no_finding(
    segments: Segments, seed: int
) -> None:
    more = list(segments)
    empty_segment(more, Random(seed))
    said, said_of_more = run(Wire().write(segments)), run(Wire().write(more))
    assert without_empty(said) == without_empty(said_of_more)


def without_empty(told: Run) -> list[tuple[str, str, bool]]:
    findings = [f for claim in told.claims for f in claim.findings] + told.findings
    return sorted((f.code, f.message, f.fixed) for f in findings if f.code != "S115")


@settings(max_examples=80, deadline=None)
@given(spoiled_segments(ANY))
def test_no_damage_makes_a_claim_vanish_or_appear_twice(segments: Segments) -> None:
    """Text outside any interchange is named and not carried; all else is in one of the files."""
    told = run(LINES.write(segments))
    received = claim_lines(LINES.write(segments))
    written = claim_lines(told.accepted) + claim_lines(told.rejected)
    assert not written - received
    if received - written:
        assert "S101" in {finding.code for finding in told.findings}


def claim_lines(file: bytes) -> Counter[bytes]:
    """The numbers of the claims in a file of one segment a line."""
    lines = file.splitlines()
    return Counter(line.split(b"*")[1] for line in lines if line.startswith(b"CLM*"))
