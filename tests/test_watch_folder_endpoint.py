"""Prometheus and whoever restarts services may ask a watcher how it is."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from test_watch_folder_folder import MIXED, put, run_once, start_watcher, wait_for
from test_watch_folder_transfers import watching

from scrubber.watch_folder.health import LONGEST_WORK, Health


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def asked(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8")
    finally:
        connection.close()


def names_in(metrics: str) -> list[str]:
    return [line.rpartition(" ")[0] for line in metrics.splitlines()]


def test_a_watcher_serves_what_it_writes(drop: Path) -> None:
    port = free_port()
    with watching(drop, "--listen", str(port)) as log:
        put(drop, "DOE.837", MIXED)
        wait_for((drop / "state" / "metrics.prom").exists)
        archived = 'scrubber_files_total{ending="archive"} 1.0'
        wait_for(lambda: archived in asked(port, "/metrics")[1])
        metrics = asked(port, "/metrics")[1]
        assert names_in(metrics) == names_in((drop / "state" / "metrics.prom").read_text())
        status, health = asked(port, "/health")
        assert (status, json.loads(health)["status"]) == (200, "ok")
        assert asked(port, "/")[0] == 404
        assert "DOE" not in metrics + health
    assert f"event=listening host=127.0.0.1 port={port}" in log[0]


def test_a_watcher_whose_drop_cannot_be_used_is_not_healthy(drop: Path) -> None:
    port = free_port()
    with watching(drop, "--listen", str(port)):
        wait_for((drop / "state" / "metrics.prom").exists)
        (drop / "inbound").rmdir()
        wait_for(lambda: asked(port, "/health")[0] == 503)
        assert json.loads(asked(port, "/health")[1])["status"] == "unusable"
        (drop / "inbound").mkdir(0o700)
        wait_for(lambda: asked(port, "/health")[0] == 200)


def test_an_address_that_cannot_be_listened_at_is_named(drop: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        watcher = start_watcher(drop, "--listen", str(port))
        assert "Address already in use" in watcher.communicate(timeout=60)[1]
        assert watcher.returncode == 2
    for wrong in ("x", "1:", "70000"):
        assert "HOST:PORT expected" in run_once(drop, "--listen", wrong).output


@pytest.fixture
def clock() -> Iterator[list[float]]:
    yield [0.0]


def test_a_watcher_at_work_may_be_silent_for_longer(clock: list[float]) -> None:
    health = Health(60, lambda: clock[0])
    clock[0] = 61
    assert health.state().status == "stalled"
    with health.at_work():
        clock[0] += 61
        assert health.state().status == "busy" and health.state().is_healthy
        clock[0] += LONGEST_WORK
        assert health.state().status == "stalled" and not health.state().is_healthy
    assert health.state().status == "ok"
    health.looked("Permission denied")
    assert health.state()._asdict() == {
        "status": "unusable", "seconds": 0.0, "problem": "Permission denied"
    }  # fmt: skip
