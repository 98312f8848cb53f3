"""A Dask scheduler and workers as real processes on the loopback, as dask starts them."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from worker_traps import trapped_workplace

from scrubber.engine import Context
from scrubber.run.scrub_file import Request
from scrubber.run.workplace import Workplace

HERE = Path(__file__).parent
DASK = (sys.executable, "-m", "dask")
SECONDS = 60
SETTINGS = {
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "False",
    "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False",
    "PYTHONPATH": os.pathsep.join((str(HERE), str(HERE.parent))),
}


class Cluster:
    """Processes that are started and ended one by one; what they log lies in `folder`."""

    def __init__(self, folder: Path, tls: Mapping[str, Path] | None = None) -> None:
        self._folder = folder
        self._keys = [text for key, path in (tls or {}).items() for text in (key, str(path))]
        self._processes: list[subprocess.Popen[bytes]] = []
        scheme = "tls" if tls else "tcp"
        listen = ("--host", f"{scheme}://127.0.0.1", "--port", "0", "--no-dashboard")
        self.scheduler = self._start("scheduler", *listen)
        said = self._waited_for("scheduler", rf"Scheduler at:\s+({scheme}://\S+)")
        self.address = said[0]
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def engine(self) -> str:
        """What --engine is to say."""
        return self.address.replace("tcp://", "dask://").replace("tls://", "dask+tls://")

    def add_worker(self, threads: int = 1) -> None:
        """Start a worker and the nanny that starts it again."""
        name = f"worker{len(self.workers)}"
        options = ("--nthreads", str(threads), "--no-dashboard")
        own = ("--local-directory", str(self._folder / "scratch"))
        self.workers.append(self._start(name, self.address, *options, *own, kind="worker"))
        self._waited_for(name, r"Registered to:")

    def logs(self) -> str:
        """All that was logged."""
        return "".join(path.read_text() for path in self._folder.glob("*.log"))

    def close(self) -> None:
        """End all processes."""
        for process in self._processes[::-1]:
            process.terminate()
        for process in self._processes[::-1]:
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(
        self, name: str, *options: str, kind: str = "scheduler"
    ) -> "subprocess.Popen[bytes]":
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [*DASK, kind, *options, *self._keys],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | SETTINGS,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def _waited_for(self, name: str, pattern: str) -> list[str]:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = re.findall(pattern, (self._folder / f"{name}.log").read_text())
            if found:
                return [str(one) for one in found]
            time.sleep(0.1)
        raise AssertionError(f"{name} did not start: {self.logs()}")


@contextmanager
def cluster(folder: Path, workers: int, tls: Mapping[str, Path] | None = None) -> Iterator[Cluster]:
    """A scheduler and so many workers."""
    folder.mkdir(exist_ok=True)
    one = Cluster(folder, tls)
    try:
        for _ in range(workers):
            one.add_worker()
        yield one
    finally:
        one.close()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it started, without a word."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(SECONDS)


def trapped_elsewhere(
    own: Path, context: Context, folder: Path, times: int, request: Request | None = None
) -> Workplace:
    """A workplace with traps, in a worker's own folder."""
    return trapped_workplace(context, folder, times, request)._replace(folder=own)
