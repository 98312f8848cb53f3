"""A Dask cluster of real processes writes byte for byte what one process writes, also when workers
are lost in the middle; and nothing of a claim is in its logs."""

import pickle
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from subprocess import Popen

import pytest
from cli_process import DAY, FIXTURES, scrubber, started
from dask_cluster import Cluster, cluster, kill, trapped_elsewhere
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
from worker_traps import KILLS, RAISES
from written_files import contents

from scrubber.outputs.output_fault import internal_fault
from scrubber.run.dask_pool import DaskPool
from scrubber.run.pool import ClusterError
from scrubber.run.scrub_file import Request
from scrubber.run.sent_workplace import SentWorkplace
from scrubber.run.spread_scrubber import SpreadScrubber
from scrubber.run.workplace import Workplace
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.runs import CONTEXT, Run, run, split, verdict
from scrubber.testing.wire import Wire, wires
from scrubber.x12.stretches import StretchReader

RUN_BYTES = 1500
Pool = DaskPool[Workplace]


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as one:
        yield one


@pytest.fixture(scope="module")
def pool(two_workers: Cluster) -> Iterator[Pool]:
    prepare = SentWorkplace.of(CONTEXT, Request(Path()))
    with DaskPool(two_workers.address, prepare, internal_fault) as one:
        yield one


@contextmanager
def trapped(two_workers: Cluster, folder: Path, times: int) -> Iterator[Pool]:
    prepare = partial(trapped_elsewhere, context=CONTEXT, folder=folder, times=times)
    with DaskPool(two_workers.address, prepare, internal_fault) as one:
        yield one


def spread(file: bytes, pool: Pool, size: int = RUN_BYTES) -> Run:
    chunks = (file[at : at + size] for at in range(0, len(file), size))
    return split(SpreadScrubber(CONTEXT, pool, size).parts(StretchReader(chunks)))


@settings(max_examples=15, deadline=None)
@given(damaged_segments(FORM + DAMAGE, most=20), wires(may_wrap=True), st.sampled_from((700, 3000)))
def test_a_cluster_writes_what_one_process_writes(
    pool: Pool, segments: Segments, wire: Wire, size: int
) -> None:
    file = wire.write(segments)
    assert spread(file, pool, size) == run(file)


@pytest.mark.parametrize("mark", [KILLS, RAISES])
def test_what_fails_once_is_tried_again(two_workers: Cluster, tmp_path: Path, mark: str) -> None:
    """A worker that is killed in the middle of a task, and a task that raises."""
    file = claims_with(mark)
    with trapped(two_workers, tmp_path, times=1) as pool:
        told = spread(file, pool)
    assert list(tmp_path.iterdir())
    assert told == run(file)


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (KILLS, "every worker that it was given to was lost"),
        (RAISES, "an internal error in the scrubber, not a problem with the file (ValueError"),
    ],
)
def test_what_fails_again_and_again_is_named_and_the_rest_goes_on(
    two_workers: Cluster, tmp_path: Path, mark: str, reason: str
) -> None:
    """Also what lay with a worker that something else ended: no claim but those of the run that
    fails is lost."""
    file = claims_with(mark)
    with trapped(two_workers, tmp_path, times=99) as pool:
        told = spread(file, pool)
    (finding,) = [one for one in told.findings if one.code == "S193"]
    assert f"of the file; {reason}" in finding.message
    lost = file[finding.span.start : finding.span.end].decode()
    assert f"*{mark}*" in lost
    named = {text.partition("*")[0] for text in lost.split("~CLM*")[1:]}
    said = {claim.claim_id: verdict(claim) for claim in run(file).claims}
    for claim in told.claims:
        if claim.claim_id not in named:
            assert verdict(claim) == said[claim.claim_id]
    assert told.received == file
    written = claim_texts(told.accepted) + claim_texts(told.rejected)
    assert len(set(written)) == sum(written.values()) == len(said)


@pytest.mark.parametrize("mark", [KILLS, RAISES])
@pytest.mark.parametrize("times", [1, 99])
def test_a_file_that_fails_is_tried_again_then_named(
    two_workers: Cluster, tmp_path: Path, mark: str, times: int
) -> None:
    """The other files are written as without it, also those that lay with a lost worker."""
    inputs = folder_of_files(tmp_path / "in", 5, 1, mark)
    others = inputs if times == 1 else [one for one in inputs if one is not inputs[1]]
    alone = written_by_one(others, Request(tmp_path / "alone"))
    request = Request(tmp_path / "out")
    request.out.mkdir()
    (tmp_path / "traps").mkdir()
    prepare = partial(
        trapped_elsewhere,
        context=CONTEXT,
        folder=tmp_path / "traps",
        times=times,
        request=request,
    )
    with DaskPool(two_workers.address, prepare, internal_fault) as pool:
        outcomes = spread_whole(inputs, request, pool)
    if times == 1:
        assert contents(tmp_path / "out") == alone
    else:
        assert is_named_and_alone(outcomes, 1, tmp_path / "out", alone)


def test_no_value_of_a_claim_is_in_the_logs(two_workers: Cluster, tmp_path: Path) -> None:
    file = claims_with(RAISES)
    with trapped(two_workers, tmp_path, times=99) as pool:
        spread(file, pool)
    logs = two_workers.logs()
    assert "TaskFailedError" in logs
    values = {text for text in re.split(r"[~*:\s]", file.decode()) if len(text) > 5}
    assert {RAISES, "005010X222A1"} <= values
    assert not [value for value in values if value in logs]


def inbox(folder: Path) -> Path:
    """Small files, good and hostile, and one too long to be sent whole."""
    inbox = folder / "in"
    inbox.mkdir()
    for path in (*FIXTURES.glob("clean/*.837"), *FIXTURES.glob("hostile/*.837")):
        (inbox / path.name).write_bytes(path.read_bytes())
    large = scrubber("generate", "2500", "--seed", "5", "--faults", "0.05", "--as-of", DAY[1])
    (inbox / "large.837").write_text(large.stdout)
    return inbox


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], int]:
    """The files, and what one process writes."""
    folder = tmp_path_factory.mktemp("local")
    done = scrubber("scrub", inbox(folder), "--out", folder / "out", *DAY, *FORMATS)
    return folder / "in", contents(folder / "out"), done.returncode


FORMATS = ("--format", "json,csv,999,277ca", "--quiet")


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_files_go_through_the_cluster(
    two_workers: Cluster,
    local: tuple[Path, dict[str, bytes], int],
    tmp_path: Path,
    scheme: str,
) -> None:
    """Files of this machine are sent; those of a shared folder the workers read and write."""
    files, written, status = local
    out = tmp_path / "out"
    out.mkdir()
    (out / "one_claim.rejected.837").write_text("of an earlier run")
    done = scrubber(
        "scrub", f"{scheme}{files}", "--out", f"{scheme}{out}", *DAY, *FORMATS,
        "--engine", two_workers.engine,
    )  # fmt: skip
    assert done.returncode == status == 2, done.stderr
    assert contents(out) == written


def test_a_worker_lost_for_good_in_the_middle_changes_nothing(
    local: tuple[Path, dict[str, bytes], int], tmp_path: Path
) -> None:
    files, written, _ = local
    out = tmp_path / "out"
    with cluster(tmp_path / "cluster", 2) as two:
        arguments = ("scrub", f"file://{files}", "--out", f"file://{out}", *DAY, *FORMATS)
        with started(*arguments, "--engine", two.engine, folder=tmp_path) as process:
            wait_for(lambda: len(list(out.glob("*.json"))) >= 3, process)
            kill(two.workers[0])
            assert process.wait(60) == 2
    assert contents(out) == written


def test_without_a_scheduler_everything_is_named_as_not_scrubbed(
    local: tuple[Path, dict[str, bytes], int], tmp_path: Path
) -> None:
    files, written, _ = local
    out = tmp_path / "out"
    with cluster(tmp_path / "cluster", 1) as one:
        arguments = ("scrub", files, "--out", out, *DAY, *FORMATS, "--engine", one.engine)
        with started(*arguments, folder=tmp_path) as process:
            wait_for(lambda: len(list(out.glob("*.json"))) >= 3, process)
            kill(one.scheduler)
            _, errors = process.communicate(timeout=90)
    assert process.returncode == 2
    assert b"the scheduler of the cluster was lost" in errors
    reports = {name for name in written if name.endswith(".report.json")}
    assert {path.name for path in out.glob("*.report.json")} == reports


def wait_for(there: Callable[[], bool], process: "Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while not there():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def test_workers_with_another_program_get_no_work(
    two_workers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scrubber.run.dask_worker.installed_program", lambda: "0.0 (other)")
    prepare = SentWorkplace.of(CONTEXT, Request(Path()))
    with pytest.raises(ClusterError, match=r"not 0\.0 \(other\); install the same version"):
        DaskPool(two_workers.address, prepare, internal_fault)


def test_a_cluster_without_workers_or_scheduler_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scrubber.run.dask_pool.SECONDS_TO_CONNECT", 1)
    prepare = SentWorkplace.of(CONTEXT, Request(Path()))
    no_worker = pytest.raises(ClusterError, match="no worker; start one with dask worker")
    with cluster(tmp_path / "cluster", 0) as none, no_worker:
        DaskPool(none.address, prepare, internal_fault)
    with pytest.raises(ClusterError, match="no scheduler answers there"):
        DaskPool(none.address, prepare, internal_fault)


def test_a_run_ends_when_no_worker_comes_back(tmp_path: Path) -> None:
    file = claims_with()
    with cluster(tmp_path / "cluster", 1) as one:
        prepare = SentWorkplace.of(CONTEXT, Request(Path()))
        with DaskPool(one.address, prepare, internal_fault, patience=1) as pool:
            kill(one.workers[0])
            told = spread(file, pool)
    assert told.received == file
    lost = {finding.message for finding in told.findings if finding.code == "S193"}
    assert lost
    assert all(said.endswith("the cluster has had no worker for 1 seconds") for said in lost)


def test_imported_tables_travel_with_the_work(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    (folder / "ncci").mkdir(parents=True)
    (folder / "mue.csv").write_text("one")
    (folder / "ncci" / "pairs.csv").write_text("two")
    sent = pickle.dumps(SentWorkplace.of(replace(CONTEXT, tables=folder), Request(Path())))
    assert str(folder).encode() not in sent
    shutil.rmtree(folder)
    place = pickle.loads(sent)(tmp_path / "worker")
    tables = place.context.tables
    assert tables.is_relative_to(tmp_path / "worker")
    found = {path.relative_to(tables): path.read_text() for path in tables.rglob("*.csv")}
    assert found == {Path("mue.csv"): "one", Path("ncci/pairs.csv"): "two"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--engine", "dask://somewhere"), "use local, dask://HOST:PORT or dask+tls://HOST:PORT"),
        (("--engine", "dask://a:1", "--jobs", "2"), "a cluster has as many as its workers"),
    ],
)
def test_an_engine_that_is_none_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = scrubber("scrub", FIXTURES / "clinic_day.837", "--out", tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_over_tls(tmp_path: Path) -> None:
    """Who has no certificate of the cluster gets no answer."""
    keys = certificates(tmp_path)
    arguments = ("scrub", FIXTURES / "clinic_day.837", "--out", tmp_path / "out", *DAY, *FORMATS)
    with cluster(tmp_path / "cluster", 1, tls=keys) as one:
        engine = ("--engine", one.engine)
        assert one.engine.startswith("dask+tls://")
        done = scrubber(*arguments, *engine, settings=client_settings(keys))
        assert done.returncode == 1, done.stderr
        refused = scrubber(*arguments, *engine, settings={})
    assert refused.returncode == 2
    assert "no scheduler answers there" in refused.stderr


def certificates(folder: Path) -> dict[str, Path]:
    """A certificate that signs itself, as the options of dask name it."""
    from distributed.security import Security  # noqa: PLC0415

    made = Security.temporary()
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_text(made.tls_client_cert)
    key.write_text(made.tls_client_key)
    return {"--tls-ca-file": cert, "--tls-cert": cert, "--tls-key": key}


def client_settings(keys: dict[str, Path]) -> dict[str, str]:
    return {
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(keys["--tls-ca-file"]),
        "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT": str(keys["--tls-cert"]),
        "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY": str(keys["--tls-key"]),
    }
