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


@given(st.lists(numbers.filter(bool), max_size=30))
def test_a_free_number_is_never_one_that_was_given_before(drawn: list[str]) -> None:
    used = UsedNumbers()
    given_out = [used.free(number) for number in drawn]
    assert len(set(given_out)) == len(given_out)
    for number, own in zip(drawn, given_out, strict=True):
        assert own == number or (len(own) == 9 and own.isdigit())


def test_one_number_may_be_wanted_again_without_end() -> None:
    used = UsedNumbers()
    assert len({used.free("0001") for _ in range(30_000)}) == 30_000
