"""What is fuzzed: each target takes any bytes and raises only where a law of ours is broken.

A refusal in the words of our own is no fault. Whatever else comes out of a parser is one: another
exception, a lost byte, a rule that cannot be run.
"""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

from scrubber.answers.match_rows import settled_claims
from scrubber.answers.read import read_answers
from scrubber.answers.sent import SentClaim, read_sent
from scrubber.answers.store import AnswerStore
from scrubber.codes.table_file import TableError
from scrubber.engine import Context, scrub
from scrubber.guide.hierarchy import level_of
from scrubber.guide.walker import Locate, Walker
from scrubber.lane import locate_with
from scrubber.profiles.errors import ProfileError
from scrubber.profiles.flatten import Library, flatten
from scrubber.profiles.loader import load_profiles, shipped_sources
from scrubber.profiles.reading import read_source
from scrubber.therapy.documentation import DocumentationError, read_documentation
from scrubber.therapy.importers import ImportFileError, Kind, import_table
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader, StrayText
from scrubber.x12.segment import Delimiters
from scrubber.x12.stretches import Stretch, StretchReader

DAY = date(2026, 3, 2)
LONGEST_PIECE = 37


class BrokenLawError(Exception):
    """Something that must hold for all bytes does not; the message says what."""


def read_blocks(content: bytes) -> None:
    """Laid end to end, the blocks are the file, in whatever pieces it comes, and so are the
    stretches."""
    text = content.decode("latin-1")
    pieces = [content[i : i + LONGEST_PIECE] for i in range(0, len(content), LONGEST_PIECE)]
    whole = [_received(block) for block in BlockReader([content])]
    if "".join(whole) != text:
        raise BrokenLawError("the blocks are not the file")
    if [_received(block) for block in BlockReader(pieces)] != whole:
        raise BrokenLawError("the blocks depend on the pieces")
    if [_received(block) for block in _blocks_of_stretches(pieces)] != whole:
        raise BrokenLawError("the blocks of the stretches are not those of the file")


def _blocks_of_stretches(pieces: list[bytes]) -> Iterator[Block | StrayText]:
    for one in StretchReader(pieces).stretches():
        yield from one.blocks() if isinstance(one, Stretch) else (one,)


def _received(block: Block | StrayText) -> str:
    return block.text


def scrub_claims(content: bytes) -> None:
    """Every byte is in a part, every rule can be run, and what was repaired stays as it is."""
    result = scrub(content, _context())
    if "".join(part.received for part in result.parts) != content.decode("latin-1"):
        raise BrokenLawError("the parts are not the file")
    failed = [claim.not_checked for claim in result.claims if claim.not_checked]
    if failed:
        raise BrokenLawError(f"not checked: {failed}")


@cache
def _context() -> Context:
    return Context(DAY, load_profiles(None))


def load_profile(content: bytes) -> None:
    """A profile is loaded or refused."""
    try:
        source = read_source(content, "profile.xml")
        flatten(source, Library(shipped_sources(), {source.id: source}))
    except ProfileError:
        return


def import_official(content: bytes) -> None:
    """An official file is imported or refused; the lower half of the first byte says as what, the
    upper half in which form."""
    kinds, forms = list(Kind), (".txt", ".csv", ".xlsx", ".zip")
    first = content[0] if content else 0
    kind, form = kinds[(first & 15) % len(kinds)], forms[(first >> 4) % len(forms)]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder, f"2026q3_order_2026{form}")
        path.write_bytes(content[1:])
        try:
            import_table(kind, [path], Path(folder, "tables"))
        except (ImportFileError, TableError):
            return


def read_minutes(content: bytes) -> None:
    """A documentation is read or refused."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder, "minutes.csv")
        path.write_bytes(content)
        try:
            read_documentation(path)
        except DocumentationError:
            return


def read_payers_answers(content: bytes) -> None:
    """The rows are the same in whatever pieces the file comes; what is not read is named."""
    pieces = [content[i : i + LONGEST_PIECE] for i in range(0, len(content), LONGEST_PIECE)]
    if list(read_answers([content], "")) != list(read_answers(pieces, "")):
        raise BrokenLawError("the rows depend on the pieces")


def settle_claims(content: bytes) -> None:
    """Every line of the claims in a file has one outcome by the answers in it, and reading it all
    again changes none."""
    once, twice = _settled(content, 1), _settled(content, 2)
    if once != twice:
        raise BrokenLawError("a second copy changes what became of a line")


def _settled(content: bytes, copies: int) -> list[tuple[object, ...]]:
    store = AnswerStore()
    sent: list[SentClaim] = []
    for nth in range(copies):
        for one in read_sent([content], f"{nth}"):
            if isinstance(one, SentClaim):
                store.add_sent(one)
                sent += [one] if not nth else []
        for row in read_answers([content], f"{nth}"):
            store.add(row)
    store.match()
    claims = list(settled_claims(store))
    if [len(one.lines) for one in claims] != [len(one.lines) for one in sent]:
        raise BrokenLawError("a claim or a line of it is lost")
    return [(one.line, one.outcome, one.paid) for claim in claims for one in claim.lines]


def locate_blocks(content: bytes) -> None:
    """What the lane calls right, the guide finds no fault in, and both locate it alike."""
    walkers: dict[Delimiters, tuple[Walker, Locate | None]] = {}
    for block in BlockReader([content]):
        if not isinstance(block, Block) or not (loop := _loop_of(block)):
            continue
        signs = block.delimiters
        if signs not in walkers:
            walkers[signs] = Walker(signs), locate_with(signs)
        walker, locate = walkers[signs]
        located = locate(block.segments, loop) if locate is not None else None
        if located is not None and walker.located(block.segments, loop) != (located[0], []):
            raise BrokenLawError(f"the lane calls right what is not: {loop}")


def _loop_of(block: Block) -> str:
    """The loop a block begins; empty for one that the lane is not asked about."""
    values = [*block.values(0), "", "", ""]
    if values[0] == "HL":
        return level_of(values, block)
    return {"ST": "ST", "CLM": "2300"}.get(values[0], "")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "reader": read_blocks,
    "lane": locate_blocks,
    "claims": scrub_claims,
    "profile": load_profile,
    "tables": import_official,
    "documentation": read_minutes,
    "answers": read_payers_answers,
    "settled": settle_claims,
}
