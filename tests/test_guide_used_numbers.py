"""Control numbers are told apart exactly, however they are written and counted."""

from hypothesis import given
from hypothesis import strategies as st

from scrubber.guide.used_numbers import UsedNumbers

numbers = st.one_of(
    st.integers(0, 12).map(str),
    st.integers(0, 12).map(lambda number: f"{number:04d}"),
    st.sampled_from(["", "A1", " 1", "-1"]),
)


@given(st.lists(numbers, max_size=30))
def test_a_number_is_used_if_it_was_seen_before(drawn: list[str]) -> None:
    used, seen = UsedNumbers(), set[str]()
    for number in drawn:
        assert used.use(number) == (number in seen)
        seen.add(number)


def test_numbers_that_count_up_take_no_room() -> None:
    used = UsedNumbers()
    assert not any(used.use(f"{number:09d}") for number in range(7, 5000))
    assert not used.others
    assert used.use("000004000")
