"""The walker: patterns accept only what is right, and nothing remembered changes a verdict."""

from random import Random

from guide_files import Row, all_definitions, text_of, valid_rows
from guide_spoiling import SPOILINGS, Spoiling
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scrubber.guide.check import segment_faults
from scrubber.guide.definitions import SegmentDefinition, load_guide
from scrubber.guide.pattern import segment_pattern
from scrubber.guide.walker import Walker
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader
from scrubber.x12.segment import Delimiters

PLAIN = Delimiters("*", ":", "^", "~")
LEVELS = {"20": "2000A", "22": "2000B", "23": "2000C"}

targets = st.sampled_from(all_definitions())
seeds = st.integers(0, 2**32)
spoilings = st.sampled_from(SPOILINGS)
DELIMITERS = st.sampled_from(["*:^~", "|>!\n", "^<!|", "\x1d\x1f\x1e\x1c", "*:~\r", "$%&'"])


def rows_of(target: SegmentDefinition, seed: int, spoiling: Spoiling) -> list[Row]:
    rows = valid_rows(seed, 0.1, target)
    at = next(index for index, row in enumerate(rows) if row.definition is target)
    assume(spoiling(rows, at, Random(seed)))
    return rows


@settings(max_examples=400, deadline=None)
@given(targets, seeds, spoilings, DELIMITERS)
def test_what_a_pattern_accepts_has_no_fault(
    target: SegmentDefinition, seed: int, spoiling: Spoiling, signs: str
) -> None:
    delimiters = Delimiters(*signs)
    table = str.maketrans("*:", signs[:2], signs)
    for row in rows_of(target, seed, spoiling):
        if row.definition is not None:
            raw = row.text.translate(table)
            pattern = segment_pattern(row.definition, delimiters)
            if pattern is not None and pattern.fullmatch(raw):
                assert not list(segment_faults(row.definition, raw, 0, delimiters))


def test_patterns_accept_nearly_all_that_is_right() -> None:
    """A pattern that refused more would cost time, not correctness."""
    accepted = []
    for seed, target in enumerate(all_definitions()):
        for row in valid_rows(seed, 0.1, target):
            if row.definition is not None:
                pattern = segment_pattern(row.definition, PLAIN)
                accepted.append(pattern is not None and pattern.fullmatch(row.text) is not None)
    assert sum(accepted) > 0.9 * len(accepted)


def loop_of(block: Block) -> str:
    values = block.values(0)
    return {"CLM": "2300", "ST": "ST"}.get(values[0], LEVELS.get("".join(values[3:4]), ""))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(targets, seeds, spoilings), min_size=2, max_size=6))
def test_what_was_read_before_changes_no_verdict(
    files: list[tuple[SegmentDefinition, int, Spoiling]],
) -> None:
    warm = Walker(PLAIN)
    for _ in range(2):
        for target, seed, spoiling in files:
            text = text_of(rows_of(target, seed, spoiling))
            for block in BlockReader([text.encode("latin-1")]):
                loop = loop_of(block) if isinstance(block, Block) else ""
                if isinstance(block, Block) and loop:
                    assert warm.walk(block, loop) == Walker(PLAIN).walk(block, loop)


def test_every_pattern_compiles_for_all_kinds_of_delimiters() -> None:
    for signs in ("*:^~", "|>!\n", "^<!|", "$.]-", "\\[)("):
        for loop in load_guide().values():
            for definition in loop.segments:
                segment_pattern(definition, Delimiters(*signs))
