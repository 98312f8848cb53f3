"""Elements know their value, address and bytes, and how to be written, absent ones too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.patches import Patch, Span, apply_patches
from scrubber.x12.block import Block
from scrubber.x12.lexer import recut
from scrubber.x12.segment import Delimiters, Segment, is_segment_id

PLAIN = Delimiters("*", ":", "^", "~")
CLM = "CLM*A1*100***11:B:1*Y"
START = 1000


def segment(raw: str, received: str | None = None) -> Segment:
    return Segment(raw, PLAIN, START, 7, "2300", received)


@pytest.mark.parametrize(
    ("key", "value", "path", "start", "end", "padding"),
    [
        (1, "A1", "2300/CLM01", 4, 6, ""),
        (2, "100", "2300/CLM02", 7, 10, ""),
        (3, "", "2300/CLM03", 11, 11, ""),
        (5, "11:B:1", "2300/CLM05", 13, 19, ""),
        ((5, 1), "11", "2300/CLM05-1", 13, 15, ""),
        ((5, 3), "1", "2300/CLM05-3", 18, 19, ""),
        ((5, 5), "", "2300/CLM05-5", 19, 19, "::"),
        ((3, 1), "", "2300/CLM03-1", 11, 11, ""),
        ((3, 2), "", "2300/CLM03-2", 11, 11, ":"),
        (6, "Y", "2300/CLM06", 20, 21, ""),
        (7, "", "2300/CLM07", 21, 21, "*"),
        (9, "", "2300/CLM09", 21, 21, "***"),
        ((11, 2), "", "2300/CLM11-2", 21, 21, "*****:"),
    ],
)
def test_an_element_has_a_value_an_address_and_bytes(
    key: int | tuple[int, int], value: str, path: str, start: int, end: int, padding: str
) -> None:
    element = segment(CLM)[key]
    assert (element.value, element.path, element.padding) == (value, path, padding)
    assert element.span == Span(START + start, START + end)
    assert CLM[start:end] == value


@pytest.mark.parametrize(
    ("key", "text", "after"),
    [
        (2, "90", "CLM*A1*90***11:B:1*Y"),
        (3, "X", "CLM*A1*100*X**11:B:1*Y"),
        ((5, 2), "", "CLM*A1*100***11::1*Y"),
        ((5, 4), "Z", "CLM*A1*100***11:B:1:Z*Y"),
        (8, "Y", "CLM*A1*100***11:B:1*Y**Y"),
        ((11, 3), "AA", "CLM*A1*100***11:B:1*Y*****::AA"),
    ],
)
def test_putting_a_value_adds_the_separators_it_needs(
    key: int | tuple[int, int], text: str, after: str
) -> None:
    assert apply_patches(CLM, [segment(CLM)[key].put(text)], START) == after


def test_values_and_components_are_empty_where_there_is_nothing() -> None:
    clm = segment(CLM)
    assert (clm.id, clm.path) == ("CLM", "2300/CLM")
    assert (clm.value(5, 2), clm.value(5, 9), clm.value(40), clm.value(40, 2)) == ("B", "", "", "")
    assert (clm.components(5), clm.components(3), clm.components(40)) == (["11", "B", "1"], [], [])


def test_text_that_is_no_segment_name_is_not_repeated_in_an_address() -> None:
    assert Segment("DOE, JANE*1", PLAIN, loop="2300")[1].path == "2300/?01"
    assert [
        one for one in ("N1", "SV1", "clm", "A", "TOOLONG", "A-B", "") if is_segment_id(one)
    ] == [
        "N1",
        "SV1",
    ]


def test_a_wrapped_segment_knows_its_bytes_as_they_lie_in_the_file() -> None:
    received = "CLM*A1*1\r\n00***11:\nB:1*Y"
    clm = segment(CLM, received)
    assert clm.span == Span(START, START + len(received))
    patches = [clm[2].put("90"), clm[5, 2].put("A"), clm[8].put("N")]
    after = apply_patches(received, patches, START)
    assert after.replace("\n", "").replace("\r", "") == "CLM*A1*90***11:A:1*Y**N"


TEXTS = st.text("AB0. ", max_size=4)
COMPOSITES = st.lists(TEXTS, min_size=1, max_size=4).map(":".join)


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    """Any segment, some with line breaks a transport put in."""
    raw = "*".join(["CLM", *draw(st.lists(COMPOSITES, max_size=6))])
    breaks = draw(st.sets(st.integers(1, len(raw) - 1), max_size=3))
    received = "".join(("\r\n" if at in breaks else "") + one for at, one in enumerate(raw))
    return Segment(raw, PLAIN, START, 1, "2300", received)


def plain(text: str) -> list[list[str]]:
    """Elements as components, without line breaks and without what separators at the end add."""
    values = text.replace("\r\n", "").split("*")
    trimmed = [one.rstrip(":").split(":") for one in values]
    while trimmed[-1] == [""]:
        trimmed.pop()
    return trimmed


def with_value(text: str, number: int, component: int, value: str) -> str:
    """What a put must come to, by another way."""
    values = text.split("*")
    values += [""] * (number + 1 - len(values))
    if component:
        parts = values[number].split(":")
        parts += [""] * (component - len(parts))
        parts[component - 1] = value
        value = ":".join(parts)
    values[number] = value
    return "*".join(values)


@given(segments(), st.integers(1, 9), st.integers(0, 5), TEXTS)
def test_what_is_put_is_there_afterwards_and_all_else_is_as_before(
    before: Segment, number: int, component: int, text: str
) -> None:
    patch = before[(number, component) if component else number].put(text)
    after = apply_patches(before.received, [patch], START)
    assert plain(after) == plain(with_value(before.raw, number, component, text))
    block = recut(Block([], "", PLAIN, START), after + "~")
    assert block.segment(0, "2300").value(number, component) == text


@given(segments(), st.integers(1, 9), st.integers(0, 5))
def test_putting_what_is_there_changes_no_value(
    before: Segment, number: int, component: int
) -> None:
    element = before[(number, component) if component else number]
    after = apply_patches(before.received, [element.put(element.value)], START)
    assert plain(after) == plain(before.raw)


@given(segments(), st.integers(1, 9), st.integers(0, 5))
def test_the_bytes_of_an_element_are_its_value(
    before: Segment, number: int, component: int
) -> None:
    element = before[(number, component) if component else number]
    start, end = element.span.start - START, element.span.end - START
    assert before.received[start:end].replace("\r\n", "") == element.value
    assert Patch(element.span, element.padding + "X") == element.put("X")


@given(st.lists(segments(), min_size=1, max_size=4), st.sampled_from(["~", "~\n", "~\r\n"]))
def test_a_block_taken_apart_is_the_block(parts: list[Segment], end: str) -> None:
    text = "".join(one.received + end for one in parts)
    block = recut(Block([], "", PLAIN, START, 5), text)
    assert block.segments == [one.raw for one in parts]
    for index in range(1, len(block.segments)):
        first, second = block.apart(index)
        assert (first.text + second.text, second.start) == (text, first.end)
        assert first.segments + second.segments == block.segments
        assert second.ordinal == 5 + index
        assert second.segment(0).span == block.segment(index).span
