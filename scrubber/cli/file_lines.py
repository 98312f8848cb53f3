"""Commands that print lines about files while they read them; one bad file stops no other."""

import sys
from collections.abc import Callable, Iterator, Sequence

import click

from scrubber.outputs.terminal import Line, print_lines
from scrubber.run.inputs import Input
from scrubber.run.shown_names import shown
from scrubber.run.source_file import SourceFile, UnreadableInputError

LinesOfFile = Callable[[Input, SourceFile], Iterator[Line]]


def print_files(
    inputs: Sequence[Input], lines_of: LinesOfFile, closing: Callable[[], Iterator[Line]]
) -> int:
    """Print what `lines_of` says of each file, then the closing lines, then on standard error
    what could not be read. The exit status as far as that goes: 2 if there was such a file."""
    problems: list[str] = []
    print_lines(_lines(inputs, lines_of, problems), sys.stdout)
    print_lines(closing(), sys.stdout)
    sys.stdout.flush()
    for problem in problems:
        click.echo(f"Error: {problem}", err=True)
    return 2 if problems else 0


def _lines(inputs: Sequence[Input], lines_of: LinesOfFile, problems: list[str]) -> Iterator[Line]:
    for one in inputs:
        try:
            with opened(one) as file:
                yield from lines_of(one, file)
        except UnreadableInputError as error:
            problems.append(f"{shown(one.path)}: {error}")


def opened(one: Input) -> SourceFile:
    """The file of an input. Raises UnreadableInputError, also for an input with a problem."""
    if one.problem:
        raise UnreadableInputError(one.problem)
    return SourceFile(one.path)
