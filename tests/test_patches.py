"""Patches replace byte ranges; of fixes that touch the same bytes the first goes in."""

from hypothesis import given
from hypothesis import strategies as st

from scrubber.patches import Fix, Patch, Safety, Span, apply_patches, compatible_fixes

TEXT = "0123456789"


def fix(*patches: tuple[int, int, str]) -> Fix:
    made = tuple(Patch(Span(start, end), text) for start, end, text in patches)
    return Fix("", made, Safety.SAFE)


def test_patches_go_in_whatever_their_order() -> None:
    patches = [Patch(Span(7, 8), ""), Patch(Span(2, 4), "XYZ"), Patch(Span(5, 5), "+")]
    assert apply_patches(TEXT, patches) == "01XYZ4+5689"


def test_spans_count_from_the_start_of_the_file() -> None:
    assert apply_patches(TEXT, [Patch(Span(101, 102), "A")], offset=100) == "0A23456789"


def test_of_fixes_that_touch_the_same_bytes_the_first_goes_in_whole() -> None:
    first = fix((2, 4, "A"), (8, 9, "B"))
    overlapping = fix((3, 5, "C"), (6, 7, "D"))
    apart = fix((0, 1, "E"))
    assert compatible_fixes([first, overlapping, apart]) == [first, apart]


def test_two_insertions_at_one_point_clash() -> None:
    assert len(compatible_fixes([fix((4, 4, "A")), fix((4, 4, "B"))])) == 1


def test_an_insertion_at_the_end_of_a_replaced_range_is_no_clash() -> None:
    chosen = compatible_fixes([fix((2, 4, "A")), fix((4, 4, "B"))])
    assert apply_patches(TEXT, [p for one in chosen for p in one.patches]) == "01AB456789"


def test_an_insertion_at_the_start_of_a_replaced_range_waits() -> None:
    assert len(compatible_fixes([fix((2, 4, "A")), fix((2, 2, "B"))])) == 1


@st.composite
def fixes(draw: st.DrawFn) -> Fix:
    """A fix of one to three patches that do not touch each other."""
    cuts = sorted(draw(st.sets(st.integers(0, 30), min_size=2, max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    patches = [Patch(Span(a, draw(st.sampled_from([a, b]))), draw(TEXTS)) for a, b in spans]
    return Fix("", tuple(patches), Safety.SAFE)


TEXTS = st.text("xyz", max_size=3)


@given(st.lists(fixes(), max_size=6))
def test_chosen_fixes_never_share_a_byte_and_none_is_left_out_without_reason(
    wanted: list[Fix],
) -> None:
    chosen = compatible_fixes(wanted)
    places = [next(at for at, one in enumerate(wanted) if one is fix_in) for fix_in in chosen]
    assert places == sorted(places)
    assert not wanted or chosen[0] is wanted[0]
    taken = [patch.span for one in chosen for patch in one.patches]
    for at, span in enumerate(taken):
        for other in taken[at + 1 :]:
            assert span.end <= other.start or other.end <= span.start
            assert span.start != other.start
    for left_out in wanted:
        assert left_out in chosen or compatible_fixes([*chosen, left_out]) == chosen


@given(st.text("abc", min_size=31, max_size=40), st.lists(fixes(), max_size=6))
def test_bytes_outside_the_patches_stay(text: str, wanted: list[Fix]) -> None:
    patches = [p for one in compatible_fixes(wanted) for p in one.patches]
    after = apply_patches(text, patches)
    kept = list(text)
    for span, _ in patches:
        kept[span.start : span.end] = [""] * (span.end - span.start)
    inserted = sum(len(patch.text) for patch in patches)
    assert len(after) == len("".join(kept)) + inserted
    assert [one for one in after if one in "abc"] == [one for one in kept if one]
