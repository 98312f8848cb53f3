"""Reads the inputs of a documented run once before it, for the minutes that claims share."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from scrubber.batch.inputs import Input
from scrubber.batch.source_file import SourceFile, UnreadableInputError
from scrubber.engine import Context
from scrubber.engine.documented_days import with_same_day
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText
from scrubber.x12.stretches import StretchReader


def with_inputs_read(context: Context, inputs: Sequence[Input]) -> Context:
    """The context, knowing what documented claims of the inputs bill on the days of each other."""
    return with_same_day(context, map(_blocks, inputs))


def _blocks(one: Input) -> Iterator[Block | StrayText]:
    """The blocks of an input. A pipe can be read only once, so nothing is known of its claims
    beforehand; what cannot be read is told in the run."""
    if one.problem or one.size() is None:
        return
    with suppress(UnreadableInputError), SourceFile(one.path) as file:
        yield from StretchReader(file.chunks())
