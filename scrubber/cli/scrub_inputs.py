"""Scrubs the inputs of a run in one process or in many, with a progress bar on a terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from scrubber.cli.failure import UserError
from scrubber.engine import Context, FileScrubber
from scrubber.engine.run_memory import RunMemory
from scrubber.errors import ScrubberError
from scrubber.outputs.output_fault import internal_fault
from scrubber.rules import RULES
from scrubber.run.engines import HERE, Engine
from scrubber.run.inputs import Input
from scrubber.run.pool import ClusterError, Pool
from scrubber.run.scrub_file import Outcome, Request
from scrubber.run.scrub_input import ScrubOne, scrub_input, scrub_one_file, unscrubbed_input
from scrubber.run.shown_names import shown
from scrubber.run.watched_scrubber import WatchedScrubber
from scrubber.run.workplace import Workplace

LONG = 4 << 20

Passed = Callable[[int], object]


def scrub_inputs(
    inputs: Sequence[Input],
    context: Context,
    request: Request,
    scrub_one: ScrubOne = scrub_one_file,
    engine: Engine = HERE,
    quiet: bool = False,
) -> Iterator[Outcome]:
    """The outcomes of all inputs, in their order, each as soon as those before it are told; one
    bad file never stops the others. Raises UserError for a cluster that cannot be used."""
    with _progress(inputs, quiet) as passed:
        if engine.spreads(inputs):
            yield from _side_by_side(inputs, context, request, scrub_one, engine, passed)
            return
        run = RunMemory()
        scrubber = _watched(FileScrubber(context, RULES, run), passed)
        for one in inputs:
            run.name_file(shown(one.path.name))
            yield _try(scrub_one, one, context, scrubber, request)


def _side_by_side(
    inputs: Sequence[Input],
    context: Context,
    request: Request,
    scrub_one: ScrubOne,
    engine: Engine,
    passed: Passed | None,
) -> Iterator[Outcome]:
    from scrubber.run.spread_ahead import scrubbed_ahead  # noqa: PLC0415
    from scrubber.run.spread_inputs import spread_inputs  # noqa: PLC0415
    from scrubber.run.spread_scrubber import SpreadScrubber  # noqa: PLC0415

    with _opened(engine, context, request) as pool:
        run = RunMemory()
        spread = SpreadScrubber(context, pool, run=run)
        scrubber = _watched(spread, passed)

        def scrub_here(one: Input) -> Outcome:
            run.name_file(shown(one.path.name))
            return _try(scrub_one, one, context, scrubber, request)

        if scrub_one is not scrub_one_file:
            # Only scrubbing as such can be left to a worker: whatever else is done has one writer.
            yield from scrubbed_ahead(inputs, pool, spread, scrub_here)
            return
        told = passed or (lambda _: None)
        yield from spread_inputs(inputs, context, request, pool, scrub_here, told, run)


@contextmanager
def _opened(engine: Engine, context: Context, request: Request) -> Iterator[Pool[Workplace]]:
    with ExitStack() as stack:
        try:
            pool = stack.enter_context(engine.pool(context, request, internal_fault))
        except ClusterError as error:
            raise UserError(f"--engine: {error}") from None
        yield pool


def _watched(scrubber: FileScrubber, passed: Passed | None) -> FileScrubber:
    return scrubber if passed is None else WatchedScrubber(scrubber, passed)


def _try(
    scrub_one: ScrubOne, one: Input, context: Context, scrubber: FileScrubber, request: Request
) -> Outcome:
    try:
        return scrub_input(one, context, scrubber, request, scrub_one)
    except UserError:
        raise
    except ScrubberError as error:
        problem = f"not scrubbed: {error}"
    except Exception as error:
        problem = f"not scrubbed: {internal_fault(error)}"
    return unscrubbed_input(one, problem, context, request)


@contextmanager
def _progress(inputs: Sequence[Input], quiet: bool) -> Iterator[Passed | None]:
    """What to tell how many bytes more are done; None where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    sizes = [one.size() for one in inputs]
    total = sum(size for size in sizes if size is not None)
    if len(inputs) == 1 and sizes[0] is not None and total < LONG:
        yield None
        return
    from scrubber.cli.progress import byte_progress  # noqa: PLC0415

    with byte_progress(None if None in sizes else total) as passed:
        yield passed
