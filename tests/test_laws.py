"""Laws that hold for every file: of splitting, repairing, reading and remembering."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from pyx12_verdict import pyx12_accepts, pyx12_segments

from scrubber.engine import FileScrubber
from scrubber.engine.memory import CleanMemory
from scrubber.engine.results import Disposition
from scrubber.rules import RULES
from scrubber.testing import (
    Claim,
    ClaimFile,
    TransactionSet,
    claim_files,
    claims,
    laws,
    transaction_sets,
)
from scrubber.testing.damage import (
    DAMAGE,
    FORM,
    STRUCTURAL,
    Segments,
    damaged_segments,
    empty_segment,
    mixed_segments,
)
from scrubber.testing.plain_reading import ReadFile, envelope_problems, read_file
from scrubber.testing.runs import CONTEXT, Run, run, verdict
from scrubber.testing.wire import Wire, wires
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader

CORPORA = sorted((Path(__file__).parent.parent / "fixtures").rglob("*.837"))
ANY = FORM + DAMAGE
LINES = Wire(line_end="\n")
NOT_EMPTY = tuple(one for one in ANY if one is not empty_segment)


def problems(file: bytes) -> list[str]:
    return list(envelope_problems(read_file(file.decode("latin-1")))) if file else []


@settings(max_examples=60)
@given(claim_files())
def test_with_nothing_to_do_the_accepted_file_is_the_input(file: ClaimFile) -> None:
    told = run(file.file())
    assert told.accepted == file.file()
    assert told.rejected == b""
    laws.untouched_bytes(file.file())


@settings(max_examples=80)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_nothing_is_lost(segments: Segments, wire: Wire) -> None:
    laws.nothing_lost(wire.write(segments))


@settings(max_examples=80)
@given(mixed_segments(), wires(may_wrap=True))
def test_every_claim_is_in_exactly_one_output(segments: Segments, wire: Wire) -> None:
    laws.partition(wire.write(segments))


@settings(max_examples=80)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_only_segments_named_by_a_fixed_finding_change(segments: Segments, wire: Wire) -> None:
    laws.untouched_bytes(wire.write(segments))


@settings(max_examples=80)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_scrubbing_the_accepted_file_again_changes_and_rejects_nothing(
    segments: Segments, wire: Wire
) -> None:
    laws.idempotent(wire.write(segments))


@settings(max_examples=60)
@given(damaged_segments(NOT_EMPTY), wires(), wires())
def test_delimiters_and_line_ends_change_no_verdict(
    segments: Segments, one: Wire, other: Wire
) -> None:
    laws.delimiters(segments, one, other)


@settings(max_examples=60)
@given(damaged_segments(NOT_EMPTY), wires())
def test_a_wrapped_file_comes_to_the_same_as_one_that_is_not(
    segments: Segments, wire: Wire
) -> None:
    straight = replace(wire, line_end="", between="")
    if straight.delimiters[3] not in "\r\n":
        one, other = run(straight.write(segments)), run(replace(straight, wrap=80).write(segments))
        assert without_breaks(other.accepted) == one.accepted
        assert without_breaks(other.rejected) == one.rejected


def without_breaks(file: bytes) -> bytes:
    return file.replace(b"\n", b"")


@st.composite
def disturbed_files(draw: st.DrawFn) -> bytes:
    """Files into which blanks, line breaks and characters of all kinds got."""
    file = draw(wires(may_wrap=True)).write(draw(damaged_segments(ANY)))
    for _ in range(draw(st.integers(0, 6))):
        at, over = draw(st.integers(0, len(file))), draw(st.integers(0, 1))
        file = file[:at] + draw(st.sampled_from(STRAY)) + file[at + over :]
    return file


STRAY = (
    b"\n", b"\r\n", b"\r", b"\t", b" ", b"   \n", b"\r\r\n", b"\x00", b"\x0c", b"\x1a", b"~",
    b"*", b":", b"\xa0", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xef\xbb\xbf", b"\xad", b"\x92", b"\xc9",
    b"\xc3\x89", b"\x81", b"\x7f",
)  # fmt: skip


@settings(max_examples=300)
@given(disturbed_files())
def test_every_byte_of_an_accepted_file_was_judged(file: bytes) -> None:
    laws.nothing_lost(file)
    laws.only_judged_bytes(file)
    laws.idempotent(file)
    accepted = run(file).accepted
    assert read_by_pyx12(accepted) == segments_read(accepted)


@pytest.mark.parametrize("path", CORPORA, ids=lambda path: path.stem)
def test_every_byte_of_an_accepted_corpus_was_judged(path: Path) -> None:
    file = path.read_bytes()
    laws.only_judged_bytes(file)
    laws.idempotent(file)
    accepted = run(file).accepted
    assert read_by_pyx12(accepted) == segments_read(accepted)


def read_by_pyx12(file: bytes) -> list[str]:
    interchanges = re.split(r"(?<=[^A-Za-z0-9 ])(?=ISA[^A-Za-z0-9 ]00)", file.decode("latin-1"))
    return [one for text in interchanges if text for one in pyx12_segments(text)]


def segments_read(file: bytes) -> list[str]:
    blocks = (one for one in BlockReader([file]) if isinstance(one, Block))
    return [segment for block in blocks for segment in block.segments]


@settings(max_examples=40)
@given(transaction_sets(most=5))
def test_order_and_company_change_no_verdict(one: TransactionSet) -> None:
    laws.order_and_split(one.claims)


@settings(max_examples=25)
@given(claims())
def test_more_units_are_never_fewer_too_many(claim: Claim) -> None:
    laws.monotonic_limits(claim)


@settings(max_examples=3)
@given(st.lists(mixed_segments(), min_size=3, max_size=3))
def test_processes_agree(files: list[Segments]) -> None:
    laws.jobs_agree([Wire().write(segments) for segments in files])


@settings(max_examples=60)
@given(damaged_segments(ANY), wires(may_wrap=True), st.integers(1, 3000))
def test_the_size_of_what_is_read_at_once_changes_nothing(
    segments: Segments, wire: Wire, chunk: int
) -> None:
    file = wire.write(segments)
    whole, piecewise = run(file), run(file, chunk=chunk)
    assert piecewise.claims == whole.claims
    assert piecewise.findings == whole.findings
    assert (piecewise.accepted, piecewise.rejected) == (whole.accepted, whole.rejected)


@settings(max_examples=80)
@given(mixed_segments(), wires(may_wrap=True))
def test_both_files_have_right_counts_and_levels(segments: Segments, wire: Wire) -> None:
    told = run(wire.write(segments))
    assert problems(told.accepted) == []
    assert problems(told.rejected) == []


@settings(max_examples=80)
@given(damaged_segments(ANY), wires(may_wrap=True))
def test_the_accepted_file_of_a_damaged_one_is_well_formed(segments: Segments, wire: Wire) -> None:
    assert problems(run(wire.write(segments)).accepted) == []


@settings(max_examples=12)
@given(mixed_segments())
def test_the_accepted_file_passes_pyx12(segments: Segments) -> None:
    accepted = run(Wire(line_end="\n").write(segments)).accepted
    assert not accepted or pyx12_accepts(accepted.decode("ascii"))


@settings(max_examples=60)
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


@settings(max_examples=40)
@given(st.lists(mixed_segments(most=5), min_size=1, max_size=3))
def test_what_was_scrubbed_before_changes_no_verdict(files: list[Segments]) -> None:
    one_for_all = FileScrubber(CONTEXT, RULES)
    for segments in [*files, *files]:
        file = Wire().write(segments)
        fresh = run(file, FileScrubber(CONTEXT, RULES))
        assert run(file, one_for_all).claims == fresh.claims


@settings(max_examples=40)
@given(mixed_segments())
def test_without_memories_the_findings_are_the_same(segments: Segments) -> None:
    file = Wire().write(segments)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CleanMemory, "__contains__", lambda *_: False)
        patch.setattr(CleanMemory, "add", lambda *_: None)
        forgetful = run(file, FileScrubber(CONTEXT, RULES))
    assert run(file).claims == forgetful.claims


@settings(max_examples=100)
@given(st.data(), claim_files(most=3))
def test_no_damage_brings_a_claim_under_another_provider_subscriber_or_patient(
    data: st.DataObject, file: ClaimFile
) -> None:
    segments = list(file.segments())
    owners = {claim.claim_id: claim.owner for claim in read_segments(segments).claims}
    damaged = list(segments)
    data.draw(st.sampled_from(STRUCTURAL))(damaged, Random(data.draw(st.integers(0, 2**32))))
    told = run(LINES.write(damaged))
    for accepted in (told.accepted, run(told.rejected).accepted):
        for claim in read_file(accepted.decode("latin-1")).claims:
            assert set(claim.owner) <= set(owners[claim.claim_id])


def read_segments(segments: Segments) -> ReadFile:
    return read_file(Wire().write(segments).decode("latin-1"))


@settings(max_examples=40)
@given(damaged_segments(FORM), st.integers(0, 2**32))
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


@settings(max_examples=80)
@given(damaged_segments(ANY))
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


def without_a_claim(told: Run) -> Run:
    return replace(told, accepted=b"", rejected=b"")


def changed(told: Run) -> Run:
    return replace(told, accepted=told.accepted.replace(b"CLM*A", b"CLM*B", 1))


def grown(told: Run) -> Run:
    return replace(told, accepted=told.accepted + b"\n")


def indented(told: Run) -> Run:
    return replace(told, accepted=told.accepted.replace(b"~", b"~ ", 1))


def cut_in_two(told: Run) -> Run:
    return replace(told, accepted=told.accepted.replace(b"CLM*", b"CLM*\n"))


def rejected_twice(told: Run) -> Run:
    return replace(told, rejected=told.accepted)


def without_a_part(told: Run) -> Run:
    return replace(told, parts=told.parts[1:])


def silently_written_anew(told: Run) -> Run:
    parts = tuple(
        one._replace(corrected=one.corrected.replace("*UN*", "*MJ*")) for one in told.parts
    )
    return replace(told, parts=parts)


BROKEN: list[tuple[Callable[[bytes], None], Callable[[Run], Run]]] = [
    (laws.nothing_lost, without_a_part),
    (laws.partition, without_a_claim),
    (laws.partition, rejected_twice),
    (laws.partition, changed),
    (laws.untouched_bytes, changed),
    (laws.untouched_bytes, silently_written_anew),
    (laws.idempotent, rejected_twice),
    (laws.only_judged_bytes, indented),
    (laws.only_judged_bytes, cut_in_two),
    (laws.idempotent, grown),
]


PLAIN = find(claims("medicare_b"), lambda _: True, settings=settings(database=None))
PIPES = Wire("|>!~")
FORGETFUL: dict[str, Callable[[], None]] = {
    "delimiters": lambda: laws.delimiters(list(PLAIN.interchange().segments()), LINES, PIPES),
    "order_and_split": lambda: laws.order_and_split((PLAIN, replace(PLAIN, number="B2"))),
    "monotonic_limits": lambda: laws.monotonic_limits(PLAIN),
    "jobs_agree": lambda: laws.jobs_agree([PLAIN.file(), PLAIN.file()]),
}


@pytest.mark.parametrize("law", FORGETFUL)
def test_a_law_that_holds_every_other_time_is_broken(
    law: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count()

    def forgetful(*given: Any) -> Run:
        told = run(*given)
        return replace(told, parts=()) if next(calls) % 2 else told

    monkeypatch.setattr(laws, "run", forgetful)
    with pytest.raises(laws.LawBrokenError, match=law):
        FORGETFUL[law]()


@pytest.mark.parametrize(("law", "broken"), BROKEN)
def test_a_law_that_is_broken_says_so(
    law: Callable[[bytes], None], broken: Callable[[Run], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = PLAIN.file()
    law(file)
    monkeypatch.setattr(laws, "run", lambda *given: broken(run(*given)))
    with pytest.raises(laws.LawBrokenError, match=law.__name__):
        law(file)
