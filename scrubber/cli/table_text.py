"""Code tables as lines for the terminal."""

import textwrap
from collections.abc import Iterator, Sequence
from shutil import get_terminal_size

from scrubber.codes.table_file import Release
from scrubber.reports.terminal import Line

WIDEST = 120


def release_lines(releases: Sequence[Release]) -> Iterator[Line]:
    """Two or more lines a table: name, size, release and dates; then source and note."""
    width = min(get_terminal_size((100, 24)).columns, WIDEST)
    names = max(len(one.name) for one in releases)
    for one in releases:
        imported = "  imported" if one.sha256 else ""
        yield (
            (f"{one.name:<{names}}", "label"),
            (f"{one.codes:>8,}  {one.release}, {_dates(one)}", ""),
            (imported, "good"),
        )
        for text in filter(None, (one.source, one.note)):
            for row in textwrap.wrap(text, max(width - 4, 30)):
                yield ((f"    {row}", "faint"),)


def _dates(one: Release) -> str:
    through = f", for services through {one.through}" if one.through else ""
    return f"as of {one.as_of or 'no known day'}{through}"
