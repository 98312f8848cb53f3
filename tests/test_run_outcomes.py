"""The outcomes of a run come one by one, in the order of its inputs, and none of them is kept."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine.run_memory import nothing_carried
from scrubber.outputs.tally import DISPOSITIONS, Reason, Repair, Share, Summary
from scrubber.run.inputs import Input
from scrubber.run.pool import TaskFailedError, Ticket
from scrubber.run.run_summary import RunSummary, nothing_summed
from scrubber.run.scrub_file import Outcome, Request
from scrubber.run.spread_inputs import FILES_AHEAD, SMALLEST_IN_PARTS, Whole, spread_inputs
from scrubber.testing.runs import CONTEXT

Result = TypeVar("Result")


def outcome_of(one: Input) -> Outcome:
    return Outcome(one.path, 0, (), nothing_summed(), frozenset())


@dataclass
class LastFirstPool:
    """Does nothing before it is asked for, and then the newest task first."""

    jobs: int = 2
    is_elsewhere: bool = False
    waiting: list[Ticket[Any]] = field(default_factory=list)
    done: dict[int, Whole] = field(default_factory=dict)
    most: int = 0

    def submit(self, task: Callable[[Any], Result]) -> Ticket[Result]:
        ticket = Ticket(task)
        self.waiting.append(ticket)
        self.most = max(self.most, len(self.waiting) + len(self.done))
        return ticket

    def result(self, ticket: Ticket[Any]) -> Any:
        while self.waiting:
            newest = self.waiting.pop()
            one = newest.task.keywords["one"]  # type: ignore[attr-defined]
            self.done[id(newest)] = Whole(outcome_of(one), nothing_carried())
        found = self.done.pop(id(ticket), None)
        if found is None:
            raise TaskFailedError("it was cancelled")
        return found

    def look_after(self) -> None:
        """Nothing goes on by itself."""

    def cancel(self, ticket: Ticket[Any]) -> None:
        with suppress(ValueError):
            self.waiting.remove(ticket)

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[Input]:
    """Two hundred small files, and a large one every thirty."""
    folder = tmp_path_factory.mktemp("inputs")
    found = []
    for number in range(200):
        path = folder / f"f{number}.837"
        path.touch()
        if number % 30 == 7:
            with path.open("wb") as file:
                file.truncate(SMALLEST_IN_PARTS * 8)
        found.append(Input(path, path.stem))
    return found


def outcomes(
    inputs: list[Input], pool: LastFirstPool, out: Path, here: list[Input]
) -> Iterator[Outcome]:
    def scrub_here(one: Input) -> Outcome:
        here.append(one)
        return outcome_of(one)

    return spread_inputs(inputs, CONTEXT, Request(out), pool, scrub_here)


def test_they_come_in_order_and_few_at_a_time(inputs: list[Input], tmp_path: Path) -> None:
    pool, here = LastFirstPool(), list[Input]()
    told = [one.source for one in outcomes(inputs, pool, tmp_path, here)]
    assert told == [one.path for one in inputs]
    assert [int(one.name[1:]) for one in here] == [7, 37, 67, 97, 127, 157, 187]
    assert pool.most <= FILES_AHEAD * pool.jobs


def test_whoever_stops_listening_ends_the_run(inputs: list[Input], tmp_path: Path) -> None:
    pool, here = LastFirstPool(), list[Input]()
    run = outcomes(inputs, pool, tmp_path, here)
    next(run)
    run.close()  # type: ignore[attr-defined]
    assert pool.waiting == []
    assert len(here) <= 1


amounts = st.integers(0, 999).map(lambda cents: Decimal(cents).scaleb(-2))
shares = st.builds(Share, st.integers(0, 99), amounts)
summaries = st.builds(
    Summary,
    st.fixed_dictionaries(dict.fromkeys(DISPOSITIONS, shares)),
    shares,
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
    st.lists(
        st.builds(
            Reason,
            st.sampled_from(["S601", "S301"]),
            st.sampled_from(["reject", "warn", "info"]),
            st.just(6), st.just("words"), st.integers(1, 9), amounts, amounts,
        ),
        max_size=4, unique_by=lambda one: one[:2],
    ).map(tuple),
    st.just(()),
    st.just(()),
    st.lists(
        st.builds(
            Repair, st.just("S601"), st.sampled_from(["GP", "GO"]), st.integers(1, 9),
            st.integers(1, 9), amounts,
        ),
        max_size=2, unique_by=lambda one: one.title,
    ).map(tuple),
    waiting=shares,
)  # fmt: skip


@given(st.lists(summaries, max_size=3), st.data())
def test_a_run_adds_up_to_the_same_in_any_order(some: list[Summary], data: st.DataObject) -> None:
    run, other = RunSummary(), RunSummary()
    for one in some:
        run.add(one)
    for one in data.draw(st.permutations(some)):
        other.add(one)
    whole = run.summary()
    assert whole == other.summary()
    assert whole.claims == sum(one.claims for one in some)
    assert whole.charge == sum((one.charge for one in some), Decimal(0))
    assert whole.warned.claims == sum(one.warned.claims for one in some)
    held = [reason for one in some for reason in one.reasons]
    assert sum(one.charge for one in whole.reasons) == sum(one.charge for one in held)
    assert len(whole.reasons) == len({one[:2] for one in held})
