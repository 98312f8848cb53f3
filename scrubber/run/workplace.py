"""What a worker needs at hand: made once in its process, used by all of its tasks."""

from pathlib import Path
from typing import NamedTuple

from scrubber.engine import Context, FileScrubber
from scrubber.rules import RULES
from scrubber.run.scrub_file import Request


class Workplace(NamedTuple):
    """The context and the wishes of a run, and a scrubber whose memories serve all files and
    parts of files. `request` is None in a run that writes no files. `folder` is where files may
    lie for the time of a task; None for the system's folder for temporary files."""

    context: Context
    scrubber: FileScrubber
    request: Request | None = None
    folder: Path | None = None


def make_workplace(context: Context, request: Request | None = None) -> Workplace:
    """A workplace for a run."""
    return Workplace(context, FileScrubber(context, RULES), request)
