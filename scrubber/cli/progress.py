"""A progress bar over the bytes of a run, on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEP = 1 << 16


@contextmanager
def byte_progress(total: int | None) -> Iterator[Callable[[int], None]]:
    """Takes the number of bytes that are done more; shows a bar on standard error that goes away
    at the end. `total` is None where it is not known."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("Scrubbing"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    )  # fmt: skip
    left = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=total)

        def passed(size: int) -> None:
            nonlocal left
            left += size
            if left >= STEP:
                progress.advance(bar, left)
                left = 0

        yield passed
