"""Limits on accepted files: claims of a transaction set, one billing provider, one payer."""

import io
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import pytest
from hand_made_files import (
    claim,
    claim_set,
    dependent,
    group,
    interchange,
    outline,
    provider,
    subscriber,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.engine import scrub
from scrubber.engine.results import Disposition, Part
from scrubber.outputs.accepted_files import AcceptedFiles, Limits
from scrubber.outputs.output_fault import OutputFaultError
from scrubber.outputs.own_numbers import OwnNumbers
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments, mixed_segments
from scrubber.testing.plain_reading import ReadFile, envelope_problems, read_file
from scrubber.testing.runs import CONTEXT, SHARED, run
from scrubber.testing.wire import Wire, wires
from scrubber.x12.reader import BlockReader

WIRE = Wire(line_end="\n")


def parts_of(file: bytes) -> list[Part]:
    return list(SHARED.parts(BlockReader([file])))


def limited(parts: Iterable[Part], limits: Limits, first: int | None = None) -> list[bytes]:
    """The accepted files, in the order in which they were begun."""
    outs: list[io.BytesIO] = []

    def open_file() -> io.BytesIO:
        outs.append(io.BytesIO())
        return outs[-1]

    files = AcceptedFiles(open_file, limits, OwnNumbers(first))
    for part in parts:
        files.write(part)
    files.close()
    return [out.getvalue() for out in outs]


def read(file: bytes) -> ReadFile:
    return read_file(file.decode("latin-1"))


def shapes(segments: Segments, limits: Limits) -> list[str]:
    return [outline(read(one)) for one in limited(parts_of(WIRE.write(segments)), limits)]


def payer(name: str, *claims: Segments) -> Segments:
    return [one.replace("*PI*SP1", f"*PI*{name}") for one in subscriber(*claims)]


def clinic(npi: str) -> Segments:
    return [one.replace("1234567893", npi) for one in provider()]


TWO_PAYERS = claim_set(
    provider(), payer("P1", claim("A")), payer("P2", claim("B")), payer("P1", claim("C"))
)


def test_a_set_ends_after_so_many_claims_and_its_levels_stand_again() -> None:
    levels = (provider(), subscriber(claim("A"), claim("B"), claim("C")), subscriber(claim("D")))
    (written,) = shapes(interchange(group(claim_set(*levels))), Limits(most_claims=2))
    assert written == ("ISA GS ST 20.1+ 22.2<1 A B SE ST 20.1+ 22.2<1 C 22.3<1 D SE GE.2 IEA.1")


@pytest.mark.parametrize("most", [2, 3])
def test_a_new_set_counts_its_claims_anew(most: int) -> None:
    first = claim_set(provider(), subscriber(claim("A"), claim("B")))
    second = claim_set(provider(), subscriber(claim("C"), claim("D")), number="0002")
    third = claim_set(provider(), subscriber(claim("E")), number="0003")
    (written,) = shapes(interchange(group(first, second, third)), Limits(most_claims=most))
    body = "20.1+ 22.2<1"
    sets = f"ST {body} A B SE ST {body} C D SE ST {body} E SE"
    assert written == f"ISA GS {sets} GE.3 IEA.1"


def test_a_subscriber_is_repeated_for_those_of_its_claims_that_follow() -> None:
    levels = (provider(), subscriber(claim("A")), dependent(claim("B"), claim("C")))
    (written,) = shapes(interchange(group(claim_set(*levels))), Limits(most_claims=1))
    assert written == (
        "ISA GS ST 20.1+ 22.2<1 A SE ST 20.1+ 22.2<1+ 23.3<2 B SE ST 20.1+ 22.2<1+ 23.3<2 C SE"
        " GE.3 IEA.1"
    )


def test_pieces_of_a_set_have_numbers_and_batches_of_their_own() -> None:
    first = claim_set(provider(), subscriber(claim("A"), claim("B"), claim("C")))
    second = claim_set(provider(), subscriber(claim("D")), number="0002")
    file = interchange(group(first, second))
    (written,) = limited(parts_of(WIRE.write(file)), Limits(most_claims=1))
    told = read(written)
    assert told.numbers("ST") == ["0001", "900020001", "900030001", "0002"]
    batches = [one[3] for one in told.segments if one[0] == "BHT"]
    assert batches == ["BATCH0001", "BATCH0001-2", "BATCH0001-3", "BATCH0002"]
    assert list(envelope_problems(told)) == []


def test_each_payer_has_a_file_and_the_first_keeps_its_control_numbers() -> None:
    file = interchange(group(TWO_PAYERS))
    first, second = limited(parts_of(WIRE.write(file)), Limits(one_payer=True))
    assert outline(read(first)) == "ISA GS ST 20.1+ 22.2<1 A 22.3<1 C SE GE.1 IEA.1"
    assert outline(read(second)) == "ISA GS ST 20.1+ 22.2<1 B SE GE.1 IEA.1"
    assert read(first).numbers("ISA") == ["000000101"]
    assert read(first).numbers("GS") == ["7"]
    assert read(second).numbers("ISA") == ["700101001"]
    assert read(second).numbers("GS") == ["101001001"]
    assert [one[3] for one in read(second).segments if one[0] == "BHT"] == ["BATCH0001-2"]


def test_numbers_that_are_given_are_taken_one_after_the_other() -> None:
    day = group(TWO_PAYERS)
    file = WIRE.write([*interchange(day), *interchange(day, number="000000102")])
    _, second = limited(parts_of(file), Limits(one_payer=True), first=41)
    assert read(second).numbers("ISA") == ["000000041", "000000042"]


def test_a_run_that_has_no_number_left_says_so() -> None:
    numbers = OwnNumbers(1, most=1)
    assert numbers.given() == "000000001"
    with pytest.raises(OutputFaultError, match="control numbers"):
        numbers.given()


def test_each_billing_provider_has_a_file() -> None:
    levels = (
        clinic("1234567893"), subscriber(claim("A")),
        clinic("1245319599"), subscriber(claim("B")), subscriber(claim("X", bad=True)),
        clinic("1234567893"), subscriber(claim("C")),
    )  # fmt: skip
    written = shapes(interchange(group(claim_set(*levels))), Limits(one_provider=True))
    assert written == [
        "ISA GS ST 20.1+ 22.2<1 A 20.3+ 22.4<3 C SE GE.1 IEA.1",
        "ISA GS ST 20.1+ 22.2<1 B SE GE.1 IEA.1",
    ]


@pytest.mark.parametrize("behind", ["ISA", "GE"])
def test_an_acknowledgment_travels_in_the_first_file_only(behind: str) -> None:
    segments = interchange(group(TWO_PAYERS), group(TWO_PAYERS, number="8"))
    at = next(i for i, one in enumerate(segments) if one.startswith(behind)) + 1
    segments.insert(at, "TA1*000000042*260301*1200*A*000")
    parts = parts_of(WIRE.write(segments))
    first, second = limited(parts, Limits(one_payer=True))
    assert (first.count(b"TA1*"), second.count(b"TA1*")) == (1, 0)
    assert limited(parts, Limits(one_provider=True)) == limited(parts, Limits())


LIMITS = st.builds(Limits, st.integers(0, 3), st.booleans(), st.booleans())


@settings(max_examples=80, deadline=None)
@given(mixed_segments(), wires(may_wrap=True), LIMITS)
def test_under_every_limit_each_accepted_claim_is_in_one_file(
    segments: Segments, wire: Wire, limits: Limits
) -> None:
    parts = parts_of(wire.write(segments))
    unlimited = limited(parts, Limits())[0]
    wanted = claims_with_owners(unlimited) if unlimited else Counter()
    written = [one for one in limited(parts, limits) if one]
    assert sum(map(claims_with_owners, written), Counter()) == wanted
    for one in written:
        keeps(read(one), limits)
    numbers = [number for one in written for number in read(one).numbers("ISA")]
    assert len(set(numbers)) == len(numbers)


def claims_with_owners(file: bytes) -> Counter[tuple[object, ...]]:
    """Every claim whole, with the provider, subscriber and patient it stands under."""
    return Counter((one.claim_id, one.owner, "~".join(one.segments)) for one in read(file).claims)


def keeps(file: ReadFile, limits: Limits) -> None:
    """A file is in order and within its limits."""
    assert list(envelope_problems(file)) == []
    providers = {tuple(v[8:10]) for v in file.segments if v[:2] == ["NM1", "85"]}
    assert not limits.one_provider or len(providers) == 1
    payers = {v[9] for above, v in zip(levels(file), file.segments, strict=True)
              if above == "22" and v[:2] == ["NM1", "PR"]}  # fmt: skip
    assert not limits.one_payer or len(payers) == 1
    counts = Counter(
        number for number, v in zip(sets(file), file.segments, strict=True) if v[0] == "CLM"
    )
    assert not limits.most_claims or max(counts.values()) <= limits.most_claims


def levels(file: ReadFile) -> Iterable[str]:
    """Of each segment the level whose own it is; empty within claims."""
    level = ""
    for values in file.segments:
        level = {"HL": values[3] if values[0] == "HL" else "", "CLM": ""}.get(values[0], level)
        yield level


def sets(file: ReadFile) -> Iterable[int]:
    """Of each segment the transaction set it stands in, counted through the file."""
    count = 0
    for values in file.segments:
        count += values[0] == "ST"
        yield count


@settings(max_examples=60, deadline=None)
@given(damaged_segments(FORM + DAMAGE), wires(may_wrap=True))
def test_a_limit_that_nothing_reaches_changes_no_byte(segments: Segments, wire: Wire) -> None:
    parts = parts_of(wire.write(segments))
    (unlimited,) = limited(parts, Limits())
    (one_set,) = limited(parts, Limits(most_claims=1_000_000))
    if not repeated_set_numbers(parts):
        assert one_set == unlimited
    by_provider = [one for one in limited(parts, Limits(one_provider=True)) if one]
    if len(by_provider) == 1:
        assert by_provider == [unlimited]


def repeated_set_numbers(parts: list[Part]) -> bool:
    return any(finding.code == "S130" for part in parts for finding in part.findings)


@settings(max_examples=40, deadline=None)
@given(mixed_segments(), LIMITS)
def test_files_under_limits_are_accepted_when_they_are_scrubbed_again(
    segments: Segments, limits: Limits
) -> None:
    for one in limited(parts_of(WIRE.write(segments)), limits):
        again = run(one)
        assert again.rejected == b""
        assert not again.count(Disposition.REJECTED)


def test_dollars_of_the_files_add_up() -> None:
    file = WIRE.write(interchange(group(TWO_PAYERS)))
    written = limited(parts_of(file), Limits(one_payer=True))
    charges = [Decimal(one.charge) for file in written for one in read(file).claims]
    assert sum(charges) == sum(Decimal(one.charge) for one in scrub(file, CONTEXT).claims)
