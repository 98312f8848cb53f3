"""Files scrubbed ahead of a ledger's one writer: the same bytes and rows as one after the other."""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trapped_files import claims_with
from worker_traps import KILLS, RAISES, trapped_workplace
from written_files import contents

from scrubber.cli.remembered_scrub import RememberedScrub
from scrubber.engine import FileScrubber
from scrubber.engine.run_memory import RunMemory
from scrubber.history.book import Ledger
from scrubber.history.database import ledger_url
from scrubber.history.keys import Keys
from scrubber.rules import RULES
from scrubber.run.inputs import Input, find_inputs
from scrubber.run.pool import Pool
from scrubber.run.scrub_file import Outcome, Request
from scrubber.run.scrub_input import scrub_input
from scrubber.run.spread_ahead import scrub_ahead, scrubbed_ahead
from scrubber.run.spread_scrubber import RUN_BYTES, SpreadScrubber
from scrubber.run.worker_pool import WorkerPool
from scrubber.run.workplace import Workplace, make_workplace
from scrubber.testing.runs import CONTEXT

SEEDS = st.lists(st.integers(0, 3), min_size=1, max_size=7)


def describe(error: BaseException) -> str:
    return f"an internal error ({type(error).__name__})"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool[Workplace]]:
    with WorkerPool(2, partial(make_workplace, CONTEXT), describe) as workers:
        yield workers


def made_with_ledger(
    folder: Path, inputs: list[Input], pool: Pool[Workplace] | None
) -> tuple[dict[str, bytes], list[object]]:
    """What is written, and what the ledger then holds."""
    folder.mkdir()
    out = folder / "out"
    out.mkdir()
    book = Ledger(ledger_url(str(folder / "ledger")), Keys(b"-" * 32))
    remembered, run = RememberedScrub(book), RunMemory()
    spread = None if pool is None else SpreadScrubber(CONTEXT, pool, run=run)
    scrubber = spread or FileScrubber(CONTEXT, RULES, run)

    def here(one: Input) -> Outcome:
        run.name_file(one.path.name)
        return scrub_input(one, CONTEXT, scrubber, Request(out), remembered)

    if pool is None or spread is None:
        done = list(map(here, inputs))
    else:
        done = list(scrubbed_ahead(inputs, pool, spread, here))
    told = [replace(one, files=()) for one in done]
    rows = [*told, *book.files(), *book.services()]
    book.close()
    return contents(out), list(rows)


@settings(max_examples=12, deadline=None)
@given(seeds=SEEDS, damage=st.randoms(use_true_random=False))
def test_nothing_depends_on_who_scrubbed_when(
    tmp_path_factory: pytest.TempPathFactory,
    pool: Pool[Workplace],
    seeds: list[int],
    damage: random.Random,
) -> None:
    """Files with claims of the same patients, the same claims again, and damages."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "in").mkdir()
    for number, seed in enumerate(seeds):
        text = claims_with("", damage.choice([21, 30]), seed=90 + seed)
        if damage.random() < 0.3:
            at = damage.randrange(len(text))
            text = text[:at] + damage.choice([b"", b"~", b"*", b"X"]) + text[at + 1 :]
        (folder / "in" / f"f{number}.837").write_bytes(text + b"\n" * damage.choice([0, number]))
    (folder / "in" / "empty.837").touch()
    inputs = find_inputs([str(folder / "in")])
    one = made_with_ledger(folder / "one", inputs, None)
    assert made_with_ledger(folder / "two", inputs, pool) == one


def test_workers_do_the_scrubbing(
    tmp_path: Path, pool: Pool[Workplace], monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = files(tmp_path, claims_with(), claims_with(seed=8))
    one = made_with_ledger(tmp_path / "one", inputs, None)

    def here(*_arguments: object) -> None:
        raise AssertionError("scrubbed here")

    monkeypatch.setattr(FileScrubber, "parts_of", here)
    assert made_with_ledger(tmp_path / "two", inputs, pool) == one


def files(folder: Path, *texts: bytes) -> list[Input]:
    (folder / "in").mkdir()
    for number, text in enumerate(texts):
        (folder / "in" / f"f{number}.837").write_bytes(text)
    return find_inputs([str(folder / "in")])


def test_what_was_made_of_another_content_is_not_used(
    tmp_path: Path, pool: Pool[Workplace]
) -> None:
    inputs = files(tmp_path, claims_with(), claims_with(seed=8), claims_with(seed=9))
    path = inputs[2].path
    assert isinstance(path, Path)
    out = tmp_path / "out"
    out.mkdir()
    scrubber = SpreadScrubber(CONTEXT, pool)

    def here(one: Input) -> Outcome:
        if one is inputs[0]:
            # The third one is read by a worker before it is changed: there is one task a worker.
            assert pool.result(pool.submit(partial(scrub_ahead, one=inputs[2]))) is not None
            path.write_bytes(claims_with(seed=10))
        return scrub_input(one, CONTEXT, scrubber, Request(out))

    list(scrubbed_ahead(inputs, pool, scrubber, here))
    (tmp_path / "anew").mkdir()
    anew = FileScrubber(CONTEXT, RULES)
    scrub_input(inputs[2], CONTEXT, anew, Request(tmp_path / "anew"))
    found = contents(out)
    for name, content in contents(tmp_path / "anew").items():
        assert found[name] == content


@pytest.mark.parametrize("mark", [KILLS, RAISES])
def test_what_fails_in_workers_is_scrubbed_here(tmp_path: Path, mark: str) -> None:
    inputs = files(tmp_path, claims_with(seed=8), claims_with(mark), claims_with(seed=9))
    one = made_with_ledger(tmp_path / "one", inputs, None)
    traps = tmp_path / "traps"
    traps.mkdir()
    with WorkerPool(2, partial(trapped_workplace, CONTEXT, traps, 9), describe) as trapped:
        assert made_with_ledger(tmp_path / "two", inputs, trapped) == one


def test_a_long_file_is_left_to_its_parts(tmp_path: Path, pool: Pool[Workplace]) -> None:
    text = claims_with()
    times = RUN_BYTES // len(text) + 1
    [one] = files(tmp_path, text * times)
    assert pool.result(pool.submit(partial(scrub_ahead, one=one))) is None
    gone = one._replace(path=tmp_path / "gone.837")
    assert pool.result(pool.submit(partial(scrub_ahead, one=gone))) is None
