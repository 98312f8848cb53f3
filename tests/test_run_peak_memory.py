"""What a file leaves in circles is freed when it is through, and only what is kept is set aside."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from scrubber.run.collector import without_collector


class Circle:
    """Refers to itself; a list keeps it tracked."""

    def __init__(self) -> None:
        self.own = [self]


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    gc.enable()
    yield
    gc.unfreeze()
    gc.enable()


def test_what_lies_in_circles_is_freed_and_what_is_kept_is_not_walked_again() -> None:
    kept: list[Circle] = []
    seen: list[weakref.ref[Circle]] = []

    def work() -> None:
        assert not gc.isenabled()
        lost = Circle()
        seen.append(weakref.ref(lost))
        kept.append(Circle())

    with without_collector():
        work()
    assert gc.isenabled()
    assert seen[0]() is None
    assert not any(one is kept[0] for one in gc.get_objects())


def test_within_another_block_nothing_is_set_aside() -> None:
    with without_collector():
        before = gc.get_freeze_count()
        with without_collector():
            pass
        assert not gc.isenabled()
        assert gc.get_freeze_count() == before


def test_the_collector_comes_back_after_an_error() -> None:
    with pytest.raises(ValueError, match="no"), without_collector():
        raise ValueError("no")
    assert gc.isenabled()
