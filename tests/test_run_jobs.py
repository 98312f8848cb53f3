"""Several processes write byte for byte what one writes, and what fails in them is named."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trapped_files import (
    claim_texts,
    claims_with,
    folder_of_files,
    is_named_and_alone,
    spread_whole,
    written_by_one,
)
from worker_traps import KILLS, RAISES, trapped_workplace
from written_files import contents

from scrubber.engine import FileScrubber
from scrubber.engine.results import Disposition
from scrubber.outputs.output_files import remove_unfinished
from scrubber.rules import RULES
from scrubber.run.pool import Ticket
from scrubber.run.scrub_file import Request
from scrubber.run.spread_scrubber import Scrubbed, SpreadScrubber
from scrubber.run.worker_pool import WorkerPool
from scrubber.run.workplace import Workplace, make_workplace
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.plain_reading import envelope_problems, read_file
from scrubber.testing.runs import CONTEXT, Run, run, split, verdict
from scrubber.testing.wire import Wire, wires
from scrubber.x12.stretches import StretchReader

Pool = WorkerPool[Workplace]
STRICT = replace(CONTEXT, isolate="transaction")
RUN_BYTES = 1500


def describe(error: BaseException) -> str:
    return f"an internal error ({type(error).__name__})"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with WorkerPool(2, partial(make_workplace, CONTEXT), describe) as workers:
        yield workers


@contextmanager
def trapped(folder: Path, times: int) -> Iterator[Pool]:
    with WorkerPool(2, partial(trapped_workplace, CONTEXT, folder, times), describe) as workers:
        yield workers


def spread(file: bytes, pool: Pool, size: int = RUN_BYTES) -> Run:
    """The file scrubbed in runs of that size."""
    chunks = (file[at : at + size] for at in range(0, len(file), size))
    return split(SpreadScrubber(CONTEXT, pool, size).parts(StretchReader(chunks)))


@settings(max_examples=60, deadline=None)
@given(
    damaged_segments(FORM + DAMAGE, most=20),
    wires(may_wrap=True),
    st.sampled_from((200, 700, 3000)),
)
def test_many_processes_write_what_one_writes(
    pool: Pool, segments: Segments, wire: Wire, size: int
) -> None:
    file = wire.write(segments)
    assert spread(file, pool, size) == run(file)


@settings(max_examples=15, deadline=None)
@given(damaged_segments(FORM + DAMAGE, most=20), st.sampled_from((200, 700)))
def test_so_they_do_where_sets_are_rejected_as_a_whole(
    pool: Pool, segments: Segments, size: int
) -> None:
    file = Wire().write(segments)
    chunks = (file[at : at + size] for at in range(0, len(file), size))
    told = split(SpreadScrubber(STRICT, pool, size).parts(StretchReader(chunks)))
    assert told == run(file, FileScrubber(STRICT, RULES))


@pytest.mark.parametrize("mark", [KILLS, RAISES])
def test_what_fails_once_is_tried_again(tmp_path: Path, mark: str) -> None:
    file = claims_with(mark)
    with trapped(tmp_path, times=1) as pool:
        told = spread(file, pool)
    assert list(tmp_path.iterdir())
    assert told == run(file)


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (KILLS, "its process was ended (SIGKILL)"),
        (RAISES, "an internal error (ValueError)"),
    ],
)
def test_what_fails_twice_is_named_and_the_rest_goes_on(
    tmp_path: Path, mark: str, reason: str
) -> None:
    file = claims_with(mark)
    with trapped(tmp_path, times=99) as pool:
        told = spread(file, pool)
    assert len(list(tmp_path.glob(f"{mark}-*"))) == 2
    (finding,) = [one for one in told.findings if one.code == "S193"]
    lost = file[finding.span.start : finding.span.end].decode()
    assert f"*{mark}*" in lost
    assert finding.message == (
        f"not scrubbed: bytes {finding.span.start} to {finding.span.end} of the file; {reason}"
    )
    assert RUN_BYTES <= len(lost) < 4 * RUN_BYTES
    unscrubbed = {
        claim.claim_id
        for claim in told.claims
        if claim.findings[:1] and claim.findings[0].code == "S193"
    }
    assert unscrubbed == {text.partition("*")[0] for text in lost.split("~CLM*")[1:]}
    said = {claim.claim_id: verdict(claim) for claim in run(file).claims}
    for claim in told.claims:
        if claim.claim_id in unscrubbed:
            assert claim.disposition is Disposition.REJECTED
        else:
            assert verdict(claim) == said[claim.claim_id]


@pytest.mark.parametrize("mark", [KILLS, RAISES])
def test_claims_that_were_not_scrubbed_are_in_the_rejected_file_as_received(
    tmp_path: Path, mark: str
) -> None:
    file = claims_with(mark)
    with trapped(tmp_path, times=99) as pool:
        told = spread(file, pool)
    assert told.received == file
    given = {claim.claim_id for claim in told.claims if claim.disposition is Disposition.REJECTED}
    assert mark in given
    rejected = claim_texts(told.rejected)
    assert rejected == Counter({text: 1 for text in claim_texts(file) if text[0] in given})
    ids = Counter(text[0] for text in (rejected + claim_texts(told.accepted)).elements())
    assert ids == Counter(claim.claim_id for claim in read_file(file.decode()).claims)
    for written in (told.accepted, told.rejected):
        assert not list(envelope_problems(read_file(written.decode())))


def test_no_more_than_a_few_runs_are_read_ahead(pool: Pool) -> None:
    file, read = claims_with(claims=200), 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        while read < len(file):
            chunk = file[read : read + RUN_BYTES]
            read += len(chunk)
            yield chunk

    done = most = 0
    for part in SpreadScrubber(CONTEXT, pool, RUN_BYTES).parts(StretchReader(chunks())):
        done += len(part.received)
        most = max(most, read - done)
    assert done == read == len(file)
    assert most < (2 * pool.jobs + 3) * 3 * RUN_BYTES < len(file) / 2


def counting(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """How often each run is sent, by the byte it begins at."""
    sent: Counter[int] = Counter()
    submit = pool.submit

    def counted(task: partial[Scrubbed]) -> Ticket[Scrubbed]:
        sent[task.keywords["run"][0].start] += 1
        return submit(task)

    monkeypatch.setattr(pool, "submit", counted)
    return sent


def with_lost_level(file: bytes) -> bytes:
    """A billing provider in the first claim, its HL lost, puts the rest of the set in doubt."""
    return file.replace(b"~LX*1~", b"~NM1*85*2*ANOTHER CLINIC*****XX*1234567893~LX*1~", 1)


def test_a_lost_level_comes_out_the_same_and_little_is_sent_again(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = counting(pool, monkeypatch)
    file = with_lost_level(claims_with(claims=60))
    assert spread(file, pool) == run(file)
    assert sum(sent.values()) - len(sent) <= 2 * pool.jobs


def test_what_follows_a_state_foretold_wrongly_is_sent_again(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The headers are looked for in their usual form."""
    sent = counting(pool, monkeypatch)
    file = claims_with(claims=60).replace(b"~ST*", b"~ST *", 1)
    assert spread(file, pool) == run(file)
    assert 0 < sum(sent.values()) - len(sent) <= 2 * pool.jobs


def test_a_sound_file_is_sent_once(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = counting(pool, monkeypatch)
    spread(claims_with(claims=60), pool)
    assert set(sent.values()) == {1}


@settings(max_examples=4, deadline=None)
@given(
    st.integers(2, 5).flatmap(lambda files: st.tuples(st.just(files), st.integers(0, files - 1))),
    st.sampled_from((KILLS, RAISES)),
    st.sampled_from((1, 2)),
)
def test_a_file_that_fails_is_tried_once_more_then_named(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[int, int], mark: str, times: int
) -> None:
    """Wherever it stands in the run; the other files are written as without it."""
    folder, (files, marked) = tmp_path_factory.mktemp("run"), place
    inputs = folder_of_files(folder / "in", files, marked, mark)
    others = inputs if times == 1 else [one for one in inputs if one is not inputs[marked]]
    alone = written_by_one(others, Request(folder / "alone"))
    request = Request(folder / "out")
    request.out.mkdir()
    (folder / "traps").mkdir()
    prepare = partial(trapped_workplace, CONTEXT, folder / "traps", times, request)
    lost = partial(remove_unfinished, request.out)
    with WorkerPool(2, prepare, describe, lost=lost) as pool:
        outcomes = spread_whole(inputs, request, pool)
    assert len(list((folder / "traps").glob(f"{mark}-*"))) == 2
    if times == 1:
        assert contents(folder / "out") == alone
    else:
        assert is_named_and_alone(outcomes, marked, folder / "out", alone)
