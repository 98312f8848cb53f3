"""Who does the work of a run: this process, several of this machine, or a cluster."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from scrubber.engine import Context
from scrubber.run.inputs import Input
from scrubber.run.pool import ClusterError, Describe, Pool
from scrubber.run.scrub_file import Request
from scrubber.run.workplace import Workplace, make_workplace

MODULES = ("scrubber.run.spread_inputs", "scrubber.run.spread_scrubber")


class Engine(NamedTuple):
    """`jobs` processes of this machine; or the cluster whose scheduler is at `address`, as Dask
    writes it: tcp://HOST:PORT, tls://HOST:PORT."""

    jobs: int = 1
    address: str = ""

    def spreads(self, inputs: Sequence[Input]) -> bool:
        """Whether others are to work on these inputs."""
        if self.address:
            return True
        from scrubber.run.spread_inputs import is_worth_spreading  # noqa: PLC0415

        return self.jobs > 1 and is_worth_spreading(inputs)

    @contextmanager
    def pool(
        self, context: Context, request: Request | None, describe: Describe
    ) -> Iterator[Pool[Workplace]]:
        """The workers of a run; without a `request` it writes no files. Raises ClusterError."""
        if self.address:
            try:
                from scrubber.run.dask_pool import DaskPool  # noqa: PLC0415
            except ImportError:
                raise ClusterError("this needs Dask: pip install distributed fsspec") from None
            from scrubber.run.sent_workplace import SentWorkplace  # noqa: PLC0415

            assert request is not None, "a cluster is only for what writes files"
            with DaskPool(self.address, SentWorkplace.of(context, request), describe) as cluster:
                yield cluster
            return
        from scrubber.outputs.output_files import remove_unfinished  # noqa: PLC0415
        from scrubber.run.worker_pool import WorkerPool  # noqa: PLC0415

        prepare = partial(make_workplace, context, request)
        lost = _nothing if request is None else partial(remove_unfinished, request.out)
        with WorkerPool(self.jobs, prepare, describe, MODULES, lost) as processes:
            yield processes


def _nothing(_process: int) -> None:
    """A process that writes no files leaves none."""


HERE = Engine()
