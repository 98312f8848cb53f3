"""`python -m bench.strategies`: how many claims a second the strategies of the test kit draw."""

from collections.abc import Callable
from time import perf_counter, process_time
from typing import TypeVar

from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

from scrubber.testing import Claim, Interchange, Spoiled, claims, interchanges, spoiled_claims

Drawn = TypeVar("Drawn")


def measure(
    name: str, strategy: SearchStrategy[Drawn], examples: int, write: Callable[[Drawn], int]
) -> None:
    """Draw and write, and print claims a second: elapsed, and of CPU. `write` makes the file and
    says how many claims are in it."""
    drawn = 0

    @settings(max_examples=examples, database=None, deadline=None)
    @given(strategy)
    def draw(one: Drawn) -> None:
        nonlocal drawn
        drawn += write(one)

    wall, cpu = perf_counter(), process_time()
    draw()
    wall, cpu = perf_counter() - wall, process_time() - cpu
    print(f"{name:28}{drawn:8}{drawn / wall:14.0f}{drawn / cpu:14.0f}")


def _claim(one: Claim) -> int:
    one.file()
    return 1


def _interchange(one: Interchange) -> int:
    one.file()
    return len(one.claims)


def _spoiled(one: Spoiled) -> int:
    return bool(one.file)


def main() -> None:
    """Measure the strategies for claims, interchanges and spoiled claims."""
    print(f"{'':28}{'claims':>8}{'claims/s':>14}{'claims/CPU s':>14}")
    measure("claims()", claims(), 2000, _claim)
    measure("interchanges()", interchanges(), 500, _interchange)
    measure("spoiled_claims('S703')", spoiled_claims("S703"), 1000, _spoiled)


if __name__ == "__main__":
    main()
