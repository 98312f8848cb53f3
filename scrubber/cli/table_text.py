"""Code tables as lines for the terminal."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from shutil import get_terminal_size

from scrubber.codes.quarter import quarter_with
from scrubber.codes.table_file import Release
from scrubber.outputs.terminal import Line
from scrubber.therapy.wanted_files import State, TableState

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
    return f"as of {one.as_of or 'an unknown date'}{through}"


STYLES = {State.CURRENT: "good", State.STALE: "warn", State.NOT_LOADED: "faint"}


def wanted_lines(states: Sequence[TableState], on: date) -> Iterator[Line]:
    """What services of a day want: of each file its name, its page, and what is loaded of it."""
    yield ((f"Files for services of {quarter_with(on)} (as of {on}); nothing is downloaded.", ""),)
    for state in states:
        wanted = state.wanted
        yield ()
        yield ((f"{wanted.table}  ", "label"), (state.state.value, STYLES[state.state]))
        for at, name in enumerate(wanted.files):
            yield ((f"  {'' if at else 'file':<8}{name}", ""),)
        yield ((f"  {'page':<8}{wanted.page}", ""),)
        yield ((f"  {'':<8}{wanted.address}", ""),)
        yield ((f"  {'loaded':<8}{loaded_words(state, on)}", ""),)


def state_lines(states: Sequence[TableState], on: date) -> Iterator[Line]:
    """A line a table: whether it is past its date, and what is loaded."""
    widest = max(len(state.wanted.table) for state in states)
    for state in states:
        yield (
            (f"{state.state.value:<15}", STYLES[state.state]),
            (f"{state.wanted.table:<{widest}}  ", "label"),
            (loaded_words(state, on), ""),
        )


def loaded_words(state: TableState, on: date) -> str:
    """The release in use, whose it is, and its age on a day."""
    release = state.loaded
    if release is None:
        return "nothing"
    whose = "imported" if release.sha256 else "shipped"
    if release.as_of is None:
        return f"{release.release}, {whose}, of unknown date"
    days = (on - release.as_of).days
    age = f"{days:,} days old" if days >= 0 else f"from {release.as_of}"
    return f"{release.release}, {whose}, {age}"
