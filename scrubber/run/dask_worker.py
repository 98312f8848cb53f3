"""What a Dask worker is given for a run, once, and how it does a task."""

import pickle
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from scrubber.run.installed_program import installed_program
from scrubber.run.pool import TaskFailedError


class OtherProgramError(Exception):
    """A worker runs another program than the one that sends the work."""


class WorkplacePlugin(WorkerPlugin):
    """Makes workplaces with `prepare` in a folder of the worker's own, one for each of its threads;
    `describe` says what is to be said of an error there."""

    def __init__(
        self,
        name: str,
        prepare: Callable[[Path], Any],
        describe: Callable[[BaseException], str],
    ) -> None:
        self.name = name
        self._pickled = pickle.dumps((prepare, describe), pickle.HIGHEST_PROTOCOL)
        self._program = installed_program()

    def setup(self, worker: Worker) -> None:
        """Raises OtherProgramError."""
        self._threads = threading.local()
        self._folder = Path(tempfile.mkdtemp(prefix="scrubber-", dir=worker.local_directory))
        here = installed_program()
        if here != self._program:
            raise OtherProgramError(f"{worker.address} has {here}, not {self._program}")
        self._prepare, self._describe = pickle.loads(self._pickled)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def done(self, task: Callable[[Any], Any]) -> bytes:
        """The result of a task, pickled. Raises TaskFailedError, which says nothing of a claim."""
        failure = ""
        try:
            if not hasattr(self._threads, "workplace"):
                self._threads.workplace = self._prepare(self._folder)
            return pickle.dumps(task(self._threads.workplace), pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            failure = self._describe(error)
        raise TaskFailedError(failure)


class SealedTask:
    """A task that shows nothing of what it is about; opened by the thread that does it."""

    def __init__(self, plugin: str, task: Callable[[Any], Any]) -> None:
        self.plugin = plugin
        self.pickled = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)

    def __repr__(self) -> str:
        return "<sealed>"


def do_task(sealed: SealedTask) -> bytes:
    """Do a task in a worker. Raises TaskFailedError."""
    plugin = get_worker().plugins.get(sealed.plugin)
    if not isinstance(plugin, WorkplacePlugin):
        raise TaskFailedError("the worker was not given a workplace")
    return plugin.done(pickle.loads(sealed.pickled))
