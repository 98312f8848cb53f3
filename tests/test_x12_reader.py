"""What the reader promises: every byte is kept, every segment is found, whatever the form.

A file is read as blocks (a control segment, a level, a claim) and stray texts. The form in which
segments were put on the wire, and the size of the pieces in which they are read, change nothing
of what is read.
"""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.x12.block import Block
from scrubber.x12.delimiters import UnreadableIsaError, read_isa
from scrubber.x12.reader import (
    AFTER_LAST,
    BEFORE_ISA,
    LARGEST_BLOCK,
    NO_ISA,
    TOO_LARGE,
    BlockReader,
    StrayText,
)
from scrubber.x12.segment import Segment

Segments = list[list[str]]

NO_COMPONENT = "ISA16 names no component separator, and the text does not show one"

SIGNS = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~\x1c\x1d\x1e\x1f"
LETTERS = "ABCXYZabz0189"
# An ISA is 106 bytes; its elements before the delimiters are named.
ISA = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", "SENDER".ljust(15), "ZZ", "RECEIVER".ljust(15),
       "260302", "0709", "^", "00501", "000000001", "0", "P", ":"]  # fmt: skip
CLAIM = [
    ISA,
    ["GS", "HC", "SENDER", "RECEIVER", "20260302", "0709", "1", "X", "005010X222A1"],
    ["ST", "837", "0001", "005010X222A1"],
    ["BHT", "0019", "00", "B1", "20260302", "0709", "CH"],
    ["HL", "1", "", "20", "1"],
    ["NM1", "85", "2", "ISAAC ISA THERAPY", "", "", "", "", "XX", "1234567893"],
    ["HL", "2", "1", "22", "0"],
    ["SBR", "P", "18"],
    ["CLM", "C1", "100", "", "", "11:B:1"],
    ["HI", "ABK:M545"],
    ["LX", "1"],
    ["CLM", "C2", "50"],
    ["SE", "11", "0001"],
    ["GE", "1", "1"],
    ["IEA", "1", "000000001"],
]


def written(
    segments: Segments,
    delimiters: str = "*:^~",
    between: str = "",
    before: str = "",
    after: str = "",
    wrap: int = 0,
) -> bytes:
    """The bytes of a file: `between` follows each terminator; `wrap` breaks lines at a column."""
    element, component, repetition, terminator = tuple(delimiters)
    lines = []
    for segment in segments:
        values = [value.replace(":", component) for value in segment]
        if segment[0] == "ISA":
            values[11], values[16] = repetition, component
        lines.append(element.join(values) + terminator)
    text = between.join(lines)
    if wrap:
        text = "\r\n".join(text[at : at + wrap] for at in range(0, len(text), wrap))
    return (before + text + after).encode("latin-1")


def read(file: bytes, chunk: int = 1 << 18) -> list[Block | StrayText]:
    return list(BlockReader(file[at : at + chunk] for at in range(0, len(file), chunk)))


def blocks(file: bytes) -> list[Block]:
    return [one for one in read(file) if isinstance(one, Block)]


def strays(file: bytes) -> list[StrayText]:
    return [one for one in read(file) if isinstance(one, StrayText)]


def segments_of(file: bytes) -> list[list[str]]:
    """Every segment as split, with plain component separators."""
    found = []
    for block in blocks(file):
        component = block.delimiters.component
        for index in range(len(block.segments)):
            values = block.values(index)
            found.append([value.replace(component, ":") for value in values])
    return found


def every_segment(file: bytes) -> Iterator[Segment]:
    for block in blocks(file):
        for index in range(len(block.segments)):
            yield block.segment(index)


def at(file: bytes, span: tuple[int, int]) -> str:
    """The bytes of a span without the line breaks a transport put in."""
    return file[span[0] : span[1]].decode("latin-1").replace("\r", "").replace("\n", "")


@st.composite
def delimiters(draw: st.DrawFn) -> str:
    """Four different signs; the terminator may be a line break."""
    signs = draw(st.permutations(SIGNS))[:3]
    left = [sign for sign in SIGNS if sign not in signs]
    return "".join(signs) + draw(st.sampled_from([*left, "\n", "\r"]))


@st.composite
def segments(draw: st.DrawFn) -> Segments:
    """One to three interchanges of segments with any ids and values."""
    value = st.text(LETTERS, max_size=6)
    composite = st.lists(value, min_size=1, max_size=3).map(":".join)
    name = st.sampled_from(["HL", "CLM", "REF", "NM1", "ST", "SE", "GS", "GE", "LX", "N3", "TA1"])
    segment = st.builds(
        lambda name, values: [name, *values], name, st.lists(composite, min_size=1, max_size=5)
    )
    found: Segments = []
    for _ in range(draw(st.integers(1, 3))):
        found += [ISA, *draw(st.lists(segment, max_size=12)), ["IEA", "1", "000000001"]]
    return found


@st.composite
def files(draw: st.DrawFn) -> tuple[Segments, bytes]:
    """Segments, and a file that holds them in any form."""
    content = draw(segments())
    signs = draw(delimiters())
    if signs[3] in "\r\n":
        between = draw(st.sampled_from(["", " ", "\n\n"] if signs[3] == "\n" else ["", "\n"]))
        wrap = 0
    else:
        between = draw(st.sampled_from(["", "\n", "\r\n", "\r", "  ", "\n\n", "\t\n", "\r\n  "]))
        wrap = draw(st.sampled_from([0, 0, 80, 7])) if not between else 0
    before = draw(st.sampled_from(["", "", "\r\n", "  ", "\xef\xbb\xbf"]))
    after = draw(st.sampled_from(["", "\n", "\r\n\r\n", "\x1a", " \x00\x00"]))
    return content, written(content, signs, between, before, after, wrap)


@given(files())
def test_blocks_and_stray_texts_laid_end_to_end_are_the_file(case: tuple[Segments, bytes]) -> None:
    _, file = case
    assert "".join(one.text for one in read(file)).encode("latin-1") == file
    position = 0
    for one in read(file):
        assert one.start == position
        position += len(one.text)


@given(files())
def test_the_form_changes_nothing_of_what_is_read(case: tuple[Segments, bytes]) -> None:
    content, file = case
    plain = [segment for segment in segments_of(file) if segment[0] != "ISA"]
    assert plain == [segment for segment in content if segment[0] != "ISA"]


@given(files())
def test_every_segment_and_element_knows_its_bytes(case: tuple[Segments, bytes]) -> None:
    _, file = case
    for number, segment in enumerate(every_segment(file), start=1):
        assert segment.ordinal == number
        assert at(file, segment.span) == segment.raw
        for element in range(1, len(segment.values)):
            assert at(file, segment[element].span) == segment.value(element)
            for part, text in enumerate(segment.components(element), start=1):
                assert at(file, segment[element, part].span) == text


@settings(max_examples=60)
@given(files(), st.integers(1, 400))
def test_the_size_of_the_pieces_changes_nothing(case: tuple[Segments, bytes], chunk: int) -> None:
    _, file = case
    assert [described(one) for one in read(file, chunk)] == [described(one) for one in read(file)]


def described(one: Block | StrayText) -> tuple[object, ...]:
    if isinstance(one, StrayText):
        return tuple(one)
    offsets = [one.offset(index) for index in range(len(one.segments))]
    return one.start, one.text, one.segments, one.ordinal, offsets


@settings(max_examples=60)
@given(files(), st.integers(0, 2000), st.integers(1, 60))
def test_a_hole_loses_no_byte(case: tuple[Segments, bytes], where: int, size: int) -> None:
    _, whole = case
    file = whole[: where % len(whole)] + whole[where % len(whole) + size :]
    assert "".join(one.text for one in read(file)).encode("latin-1") == file
    assert [described(one) for one in read(file, 11)] == [described(one) for one in read(file)]


def test_a_block_is_a_control_segment_a_level_or_a_claim() -> None:
    found = [[raw.split("*")[0] for raw in block.segments] for block in blocks(written(CLAIM))]
    assert found == [
        ["ISA"], ["GS"], ["ST", "BHT"], ["HL", "NM1"], ["HL", "SBR"], ["CLM", "HI", "LX"],
        ["CLM"], ["SE"], ["GE"], ["IEA"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"between": "\n"},
        {"between": "\r\n"},
        {"between": "\r"},
        {"between": "\n\n  \n"},
        {"between": "   "},
        {"delimiters": "|>!\n"},
        {"delimiters": "*:^\r"},
        {"delimiters": "*:^\r", "between": "\n"},
        {"delimiters": "*:^\n", "between": " "},
        {"delimiters": "\x1d\x1f\x1e\x1c"},
        {"delimiters": "^<!|"},
        {"delimiters": "*:U~"},
        {"wrap": 80},
        {"wrap": 80, "delimiters": "\x1d\x1f\x1e\x1c"},
        {"wrap": 105},
        {"wrap": 106},
        {"wrap": 1},
        {"before": "\r\n\r\n"},
        {"before": "\xef\xbb\xbf"},
        {"before": "MAIL HEADER\n"},
        {"after": "\n\x1a"},
        {"after": "\x00" * 20},
    ],
    ids=repr,
)
def test_the_same_claims_are_read_in_every_form(form: dict[str, str | int]) -> None:
    file = written(CLAIM, **form)  # type: ignore[arg-type]
    assert segments_of(file)[1:] == CLAIM[1:]


def test_interchanges_each_bring_their_own_delimiters() -> None:
    file = written(CLAIM) + b"\n\n" + written(CLAIM, "|>!\n") + written(CLAIM, between="\r\n")
    assert [segment for segment in segments_of(file) if segment[0] != "ISA"] == CLAIM[1:] * 3
    assert [block.delimiters.element for block in blocks(file) if block.id == "ISA"] == list("*|*")


def test_an_interchange_without_its_end_stops_at_the_next() -> None:
    file = written(CLAIM[:-1]) + written(CLAIM, "|>!~")
    assert len([block for block in blocks(file) if block.id == "ISA"]) == 2
    assert not strays(file)


@pytest.mark.parametrize(("sender", "receiver"), [("SHORT", "R"), ("S" * 20, "R" * 16), ("", "")])
def test_an_isa_of_the_wrong_width_still_tells_its_delimiters(sender: str, receiver: str) -> None:
    isa = [*ISA[:6], sender, "ZZ", receiver, *ISA[9:]]
    assert segments_of(written([isa, *CLAIM[1:]], "|>!\n"))[1:] == CLAIM[1:]


def test_names_with_letters_beyond_ascii_are_kept_as_they_are() -> None:
    for encoding in ("latin-1", "utf-8"):
        name = "MUÑOZ".encode(encoding)
        file = written(CLAIM).replace(b"ISAAC ISA THERAPY", name)
        values = blocks(file)[3].values(1)
        assert values[3].encode("latin-1") == name


def test_segments_between_the_envelopes_stay_in_the_block_before() -> None:
    file = written([*CLAIM[:2], ["REF", "X", "1"], *CLAIM[2:]])
    assert blocks(file)[1].segments == ["*".join(CLAIM[1]), "REF*X*1"]


def test_empty_segments_are_segments() -> None:
    file = written(CLAIM).replace(b"~HI", b"~~ \n~HI")
    claim = blocks(file)[5]
    assert claim.segments[:4] == ["CLM*C1*100***11:B:1", "", "", "HI*ABK:M545"]
    assert file[claim.offset(1)] == ord("~") and file[claim.offset(2)] == ord("~")


def test_the_last_segment_may_lack_its_terminator() -> None:
    assert segments_of(written(CLAIM)[:-1])[1:] == CLAIM[1:]
    assert segments_of(written(CLAIM, between="\n")[:-1] + b" \n")[1:] == CLAIM[1:]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"Dear Sir or Madam", NO_ISA),
        (b" \r\n \t", NO_ISA),
        ("ISA*00".encode("utf-16"), NO_ISA),
        (bytes(range(256)) * 20, NO_ISA),
        (b"ISA*00*  *00*short", "ISA has fewer than 16 elements"),
        (written(CLAIM)[:104], "the file ends inside the ISA"),
        (written(CLAIM, "**^~"), NO_COMPONENT),
        (written(CLAIM, "*A^~"), NO_COMPONENT),
        (written(CLAIM, "*:^Q"), "a delimiter of the ISA is a letter, a digit or a space"),
    ],
)
def test_what_cannot_be_read_is_named(file: bytes, reason: str) -> None:
    assert [(one.text.encode("latin-1"), one.reason) for one in strays(file)] == [(file, reason)]
    assert not blocks(file)


def test_text_before_between_and_behind_interchanges_is_named() -> None:
    file = b"HELLO\n" + written(CLAIM) + b"\nMORE\n" + written(CLAIM) + b"BYE"
    found = [(one.text, one.reason) for one in strays(file)]
    assert found == [("HELLO\n", BEFORE_ISA), ("\nMORE\n", BEFORE_ISA), ("BYE", NO_ISA)]


def test_text_behind_an_unreadable_isa_is_read_again_from_the_next() -> None:
    file = b"ISA*broken~GS*HC~" + written(CLAIM)
    assert segments_of(file)[1:] == CLAIM[1:]


@pytest.mark.parametrize("chunk", [7, 1 << 30])
def test_unreadable_isas_in_a_row_are_one_stray_text(chunk: int) -> None:
    run = b"ISA*" * 5_000
    found = read(run + written(CLAIM) + b"ISA*", chunk)
    too_few = "ISA has fewer than 16 elements"
    assert [(len(one.text), one.reason) for one in found if isinstance(one, StrayText)] == [
        (len(run), f"{too_few}; 4,999 more after it cannot be read either"),
        (4, too_few),
    ]
    assert segments_of(run + written(CLAIM))[1:] == CLAIM[1:]


def test_an_interchange_is_read_by_its_own_text() -> None:
    named = written(CLAIM[:8], "*A^~")
    assert [one.reason for one in strays(named + written(CLAIM))] == [NO_COMPONENT]


@pytest.mark.parametrize("chunk", [1 << 16, 1 << 20, 1 << 30])
def test_a_block_larger_than_any_claim_is_given_up(chunk: int) -> None:
    rubbish = b"N3*" + b"X" * (LARGEST_BLOCK + 1000)
    file = written(CLAIM[:9]) + rubbish + b"~" + written(CLAIM[11:])
    found = read(file, chunk)
    given_up = [one for one in found if isinstance(one, StrayText)]
    assert [(one.reason, len(one.text)) for one in given_up] == [(TOO_LARGE, LARGEST_BLOCK)]
    assert given_up[0].text.startswith("CLM*C1*")
    assert [one.id for one in found[-4:] if isinstance(one, Block)] == ["CLM", "SE", "GE", "IEA"]


@pytest.mark.parametrize("chunk", [1 << 16, 1 << 30])
def test_a_file_without_any_terminator_is_given_up_in_pieces(chunk: int) -> None:
    file = written(CLAIM[:1]) + b"GS*HC" + b"*" * (3 * LARGEST_BLOCK)
    found = read(file, chunk)
    assert {one.reason for one in found if isinstance(one, StrayText)} <= {TOO_LARGE, AFTER_LAST}
    assert max(len(one.text) for one in found) <= LARGEST_BLOCK
    assert sum(len(one.text) for one in found) == len(file)


def test_delimiters_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(UnreadableIsaError, match="same character"):
        read_isa(written(CLAIM, "*:^*").decode())


def test_where_isa11_separates_nothing_a_sign_does_that_stands_nowhere_else() -> None:
    assert read_isa(written(CLAIM, "*:U~").decode()).delimiters.repetition == "^"
    with_caret = written(CLAIM, "*:U~").replace(b"ISAAC", b"ISA^C")
    assert read_isa(with_caret.decode()).delimiters.repetition == "!"
    assert read_isa(written(CLAIM).decode()).delimiters.repetition == "^"
