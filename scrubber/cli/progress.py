"""A progress bar over files, on a terminal."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.progress import track

Item = TypeVar("Item")


def with_progress(items: Sequence[Item]) -> Iterator[Item]:
    """The items, with a bar on standard error that goes away at the end."""
    from rich.console import Console  # noqa: PLC0415

    yield from track(items, "Scrubbing", console=Console(stderr=True), transient=True)
