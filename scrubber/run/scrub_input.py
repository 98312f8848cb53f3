"""Scrubs an input and makes an outcome of whatever is wrong with it or with its outputs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import gettempdir

from scrubber.engine import Context, FileScrubber
from scrubber.outputs.output_fault import ClaimFileFaultError, OutputFaultError
from scrubber.outputs.output_files import temporary_folder
from scrubber.run.inputs import Input
from scrubber.run.scrub_file import Outcome, Request, scrub_file
from scrubber.run.source_file import STANDARD_INPUT, SourceFile, UnreadableInputError

ScrubOne = Callable[[Input, Context, FileScrubber, Request], Outcome]
"""Scrubs one input; raises as scrub_file does."""


def scrub_one_file(
    one: Input, context: Context, scrubber: FileScrubber, request: Request
) -> Outcome:
    """Scrub the file of an input. Raises as scrub_file does."""
    return scrub_file(one.path, one.name, context, scrubber, request)


def scrub_input(
    one: Input,
    context: Context,
    scrubber: FileScrubber,
    request: Request,
    scrub_one: ScrubOne = scrub_one_file,
) -> Outcome:
    """Scrub an input; what cannot be read or written is said in its outcome and its report.
    Anything else that `scrub_one` raises is raised."""
    problem = one.problem
    try:
        if not problem:
            return _whole_or_in_part(one, context, scrubber, request, scrub_one)
    except UnreadableInputError as error:
        problem = f"the file cannot be read: {error}"
    except OutputFaultError as error:
        from scrubber.run.unread_file import not_scrubbed  # noqa: PLC0415

        return not_scrubbed(one, f"nothing of it was written: {error}")
    except OSError as error:
        problem = f"its outputs cannot be written to {request.destination}: {error.strerror}"
    return unscrubbed_input(one, problem, context, request)


def _whole_or_in_part(
    one: Input,
    context: Context,
    scrubber: FileScrubber,
    request: Request,
    scrub_one: ScrubOne,
) -> Outcome:
    """The outcome of an input; without the claims that a fault of the claim files concerns, which
    takes reading it again."""
    if one.path == STANDARD_INPUT or one.size() is None:
        with _kept(one, request) as kept:
            outcome = _whole_or_in_part(kept, context, scrubber, request, scrub_one)
            return replace(outcome, source=one.path)
    try:
        return _scrubbed(one, context, scrubber, request, scrub_one)
    except ClaimFileFaultError as fault:
        from scrubber.run.set_aside import set_aside  # noqa: PLC0415

        def scrub(other: FileScrubber, wanted: Request) -> Outcome:
            return _scrubbed(one, context, other, wanted, scrub_one)

        return set_aside(fault, scrubber, request, scrub)


@contextmanager
def _kept(one: Input, request: Request) -> Iterator[Input]:
    """A copy of an input that can be read only once, which is there until the block ends. Raises
    UnreadableInputError and OSError."""
    out = request.out
    if request.delivery is not None:
        out = request.delivery.scratch or Path(gettempdir())
    with temporary_folder(out) as folder, SourceFile(one.path) as source:
        path = folder / one.path.name
        path.touch(mode=0o600)
        with path.open("wb") as copy:
            for chunk in source.chunks():
                copy.write(chunk)
        yield one._replace(path=path)


def _scrubbed(
    one: Input,
    context: Context,
    scrubber: FileScrubber,
    request: Request,
    scrub_one: ScrubOne,
) -> Outcome:
    return _delivered(one, request, partial(scrub_one, one, context, scrubber))


def _delivered(one: Input, request: Request, make: Callable[[Request], Outcome]) -> Outcome:
    """What `make` writes for an input, brought to where the outputs are wanted."""
    if request.delivery is None:
        return make(request)
    from scrubber.run.delivery import delivered  # noqa: PLC0415

    return delivered(request.delivery, one.name, request, make)


def unscrubbed_input(one: Input, problem: str, context: Context, request: Request) -> Outcome:
    """The outcome of an input that was not scrubbed, with a report that says why where that can
    be written."""
    from scrubber.run.unread_file import not_scrubbed, report_unread  # noqa: PLC0415

    try:
        return _delivered(one, request, partial(report_unread, one, problem, context))
    except Exception:
        # Whatever it is that no report can be made of, it stops no other file.
        return not_scrubbed(one, problem)
