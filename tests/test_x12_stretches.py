"""Stretches, cut into blocks, are the blocks of the file, whatever is wrong with it."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.wire import Wire, wires
from scrubber.x12.block import Block, TornSegment
from scrubber.x12.complete_blocks import CompleteBlocks, complete_blocks
from scrubber.x12.delimiters import IsaHead
from scrubber.x12.reader import WINDOW, BlockReader, StrayText
from scrubber.x12.stretches import Stretch, StretchReader

FIXTURES = Path(__file__).parent.parent / "fixtures"
GLUED = "IEA*1*2ISA*00*          *00*          *ZZ*A              *ZZ*B              *260302*"
JUNK = ("", " ", "\n", "\r\n", "\t", "~~", "NO CLAIM", "ISA", "~IEA*0*1~", "~HL", "~ CLM*1", GLUED)
CHUNKS = (1, 7, 150, 1000, 5000)


def chunks(file: bytes, size: int) -> Iterator[bytes]:
    return (file[at : at + size] for at in range(0, len(file), size))


def described(piece: Block | StrayText) -> object:
    """All of a piece that its readers can see."""
    if isinstance(piece, StrayText):
        return piece
    offsets = [piece.offset(index) for index in range(len(piece.segments))]
    what = type(piece), piece.text, piece.segments, piece.start, piece.ordinal, piece.delimiters
    return *what, offsets


def by_stretches(file: bytes, size: int) -> list[object]:
    found: list[object] = []
    for piece in StretchReader(chunks(file, size)).stretches():
        pieces = piece.blocks() if isinstance(piece, Stretch) else iter((piece,))
        found += [described(one) for one in pieces]
    return found


@settings(max_examples=150, deadline=None)
@given(
    damaged_segments(FORM + DAMAGE),
    wires(may_wrap=True),
    st.sampled_from(CHUNKS),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(JUNK)), max_size=4),
)
def test_the_blocks_of_all_stretches_are_the_blocks_of_the_file(
    segments: Segments, wire: Wire, size: int, junk: list[tuple[float, str]]
) -> None:
    file = wire.write(segments)
    for place, text in junk:
        at = int(place * len(file))
        file = file[:at] + text.encode("latin-1") + file[at:]
    assert by_stretches(file, size) == [described(one) for one in BlockReader([file])]


@pytest.mark.parametrize("claims", [10, 3_000])
def test_long_stretches_lose_no_block(claims: int) -> None:
    """Also where a stretch is longer than what is looked at in one go."""
    one = (FIXTURES / "clean" / "one_claim.837").read_bytes()
    first, last = one.index(b"CLM*"), one.rindex(b"SE*")
    file = one[:first] + one[first:last] * claims + one[last:]
    assert len(file) > 2 * WINDOW or claims < 3_000
    assert by_stretches(file, 1 << 20) == [described(block) for block in BlockReader([file])]


def test_many_short_interchanges_are_read_in_time_that_grows_with_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not every one of them by cutting all that is at hand."""
    looked_at = 0

    def counted(
        text: str, following: str, head: IsaHead, is_all: bool, starters: frozenset[str]
    ) -> CompleteBlocks:
        nonlocal looked_at
        looked_at += len(text)
        return complete_blocks(text, following, head, is_all, starters)

    monkeypatch.setattr("scrubber.x12.reader.complete_blocks", counted)
    file = (FIXTURES / "clean" / "one_claim.837").read_bytes() * 300
    assert sum(len(block.text) for block in BlockReader([file])) == len(file)
    assert looked_at < 5 * len(file)


@settings(max_examples=50, deadline=None)
@given(damaged_segments(FORM), st.sampled_from(CHUNKS))
def test_stretches_know_where_the_next_one_begins(segments: Segments, size: int) -> None:
    pieces = list(StretchReader(chunks(Wire().write(segments), size)).stretches())
    stretches = [piece for piece in pieces if isinstance(piece, Stretch)]
    assert len(stretches) == len(pieces)
    for one, following in itertools.pairwise(stretches):
        assert (one.end, one.next_ordinal) == (following.start, following.ordinal)


GLUES = ("", "\n", "\r\n", " ")


@pytest.mark.parametrize("glue", GLUES)
@pytest.mark.parametrize("line_end", ["", "\n"])
@pytest.mark.parametrize("size", CHUNKS)
def test_an_interchange_is_found_behind_a_trailer_that_lost_its_terminator(
    glue: str, line_end: str, size: int
) -> None:
    clean = (FIXTURES / "clean" / "one_claim.837").read_text().replace("\n", line_end)
    file = (clean.rstrip()[:-1] + glue + clean).encode()
    blocks = list(BlockReader(chunks(file, size)))
    assert b"".join(one.text.encode() for one in blocks) == file
    assert not any(isinstance(one, StrayText) for one in blocks)
    names = [one.segments[0][:3] for one in blocks if isinstance(one, Block)]
    half = len(names) // 2
    assert names[:half] == names[half:] and names[0] == "ISA"
    (torn,) = [one for one in blocks if isinstance(one, TornSegment)]
    assert torn.segments == ["IEA*1*000000001"]
    assert torn.offset(0) + len(torn.segments[0]) == len(clean.rstrip()) - 1
    assert by_stretches(file, size) == [described(one) for one in blocks]
    ordinals = [one.ordinal for one in blocks if isinstance(one, Block)]
    assert ordinals[half] == torn.ordinal + 1
