"""Reads the inputs of a documented run once before it: for the minutes that claims share, and for
the rows of the documentation that belong to none of them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from scrubber.engine import Context
from scrubber.engine.documented_days import Row, with_same_day
from scrubber.run.inputs import Input
from scrubber.run.shown_names import shown
from scrubber.run.source_file import SourceFile, UnreadableInputError
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText
from scrubber.x12.stretches import StretchReader

ROWS_NAMED = 10


class Unmatched(NamedTuple):
    """The rows of a documentation, of `rows` in all, that match no claim and line of a run."""

    name: str
    rows: int
    numbers: tuple[int, ...]

    def __str__(self) -> str:
        """What to say of them in a line, without a claim of the documentation."""
        if len(self.numbers) == self.rows:
            return (
                f"no row of {self.name} matches a claim and line of these files: claim_id must be"
                " the claim number (CLM01), line that of the service line (LX01)"
            )
        first = ", ".join(map(str, self.numbers[:ROWS_NAMED]))
        more = len(self.numbers) - ROWS_NAMED
        named = f"{first} and {more:,} more" if more > 0 else first
        if len(self.numbers) == 1:
            return f"1 row of {self.name} matches no claim and line of these files: row {named}"
        count = f"{len(self.numbers):,} rows of {self.name}"
        return f"{count} match no claim and line of these files: rows {named}"


class InputsRead(NamedTuple):
    """The context of a run whose inputs were read; `unmatched` is None where every row of the
    documentation has its claim, or where that is not known."""

    context: Context
    unmatched: Unmatched | None


def with_inputs_read(context: Context, inputs: Sequence[Input]) -> Context:
    """The context, knowing what documented claims of the inputs bill on the days of each other."""
    return read_inputs(context, inputs).context


def read_inputs(context: Context, inputs: Sequence[Input]) -> InputsRead:
    """The same, and what of the documentation belongs to no claim of the inputs."""
    matched: set[Row] = set()
    known = with_same_day(context, map(_blocks, inputs), matched)
    documentation = context.documentation
    if documentation is None or not all(map(_can_be_read_before, inputs)):
        return InputsRead(known, None)
    numbers = tuple(documentation.rows_without(matched))
    about = Unmatched(shown(documentation.name), len(documentation), numbers)
    return InputsRead(known, about if numbers else None)


def _can_be_read_before(one: Input) -> bool:
    """Of a pipe, which can be read only once, nothing is known beforehand."""
    return bool(one.problem) or one.size() is not None


def _blocks(one: Input) -> Iterator[Block | StrayText]:
    """The blocks of an input; what cannot be read is told in the run."""
    if one.problem or not _can_be_read_before(one):
        return
    with suppress(UnreadableInputError), SourceFile(one.path) as file:
        yield from StretchReader(file.chunks())
