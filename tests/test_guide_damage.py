"""Damaged files: nothing crashes, nothing hangs, no byte is lost, and nothing passes in silence.

Good files are damaged by one byte (changed, lost, put in) or one segment (lost, doubled, swapped
with the next). Whenever a byte that carries meaning changed, something new must be said, or the
claims say something else than before; only what the table below names may change unseen, as any
value of the right form can stand there.

About one damage in seven goes without a word (the share is printed by pytest -s): two thirds of
them hit names, streets, cities and reference numbers, where any text may stand, the rest the ids
and dates of envelopes. Amounts, dates, codes, identifiers with a check digit, counts and control
numbers hardly ever change unseen.

GUIDE_DAMAGES sets how many damages are made, GUIDE_DAMAGE_SEED which.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import Part
from scrubber.profiles.loader import load_profiles
from scrubber.rules import RULES
from scrubber.x12.reader import BlockReader

FIXTURES = Path(__file__).parent.parent / "fixtures"
GOOD = [
    *sorted((FIXTURES / "rules" / "bases").glob("*.837")),
    *(FIXTURES / "clean" / f"{name}.837" for name in (
        "several_envelopes", "line_ends_crlf", "newline_terminator", "delimiters_caret",
        "accident_claims", "service_date_range",
    )),
]  # fmt: skip
DAMAGES = int(os.environ.get("GUIDE_DAMAGES", "10000"))
SEED = int(os.environ.get("GUIDE_DAMAGE_SEED", "20260302"))
SLOWEST = 5.0
BYTES = [bytes([one]) for one in b"AZaz09 .-/:*~^>|\n\r\x00\x07\xff"]
# Where a byte may change with nothing said and no claim saying anything else: identifiers, dates
# and times of envelopes and batches; any value of the right form may stand there.
UNSEEN = {
    "ISA": {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15},
    "IEA": {1},  # 01 counts like 1
    "GS": {2, 3, 4, 5, 8},
    "ST": {3},
    "BHT": {2, 3, 4, 5, 6},
    "NM1": {2, 3, 4, 5, 9},
    "PER": {2, 3, 4, 5, 6},
}
SCRUBBER = FileScrubber(Context(date(2026, 3, 2), load_profiles(None)), RULES)


class Outcome(NamedTuple):
    """What a run says (without place), what each claim says with all that stands above it, and
    the file's segments in plain delimiters and without line breaks."""

    said: Counter[tuple[str, str]]
    claims: list[tuple[str, ...]]
    content: list[list[str]]
    parts: list[Part]


def run(file: bytes) -> Outcome:
    parts = list(SCRUBBER.parts(BlockReader([file])))
    said: Counter[tuple[str, str]] = Counter()
    claims: list[tuple[str, ...]] = []
    above: dict[str, str] = {}
    for part in parts:
        findings = (*part.findings, *(part.claim.findings if part.claim is not None else ()))
        said.update((finding.code, finding.message) for finding in findings)
        if part.claim is not None:
            assert not part.claim.not_checked
            claims.append((*(above.get(kind, "") for kind in LEVELS), bare(part.received)))
        elif part.kind in LEVELS:
            for kind in LEVELS[LEVELS.index(part.kind) :]:
                above.pop(kind, None)
            above[part.kind] = bare(part.received)
    return Outcome(said, claims, content_of(file), parts)


LEVELS = ("2000A", "2000B", "2000C")


def bare(text: str) -> str:
    return text.strip().replace("\r", "").replace("\n", "")


def content_of(file: bytes) -> list[list[str]]:
    found = []
    for block in BlockReader([file]):
        segments = getattr(block, "segments", [])
        found += [raw.split(block.delimiters.element) for raw in segments if raw.strip()]  # type: ignore[union-attr]
    return found


def damaged(file: bytes, dice: Random) -> bytes:
    """The file with one byte or one segment damaged."""
    at = dice.randrange(len(file))
    match dice.randrange(6):
        case 0 | 1:
            return file[:at] + dice.choice(BYTES) + file[at + 1 :]
        case 2:
            return file[:at] + file[at + 1 :]
        case 3:
            return file[:at] + dice.choice(BYTES) + file[at:]
        case _:
            return with_segment_damaged(file, dice)


def with_segment_damaged(file: bytes, dice: Random) -> bytes:
    terminator = file[105:106]
    segments = file.split(terminator)
    at = dice.randrange(1, len(segments) - 2)
    match dice.randrange(3):
        case 0:
            del segments[at]
        case 1:
            segments.insert(at, segments[at])
        case _:
            segments[at : at + 2] = segments[at + 1], segments[at]
    return terminator.join(segments)


def changes(before: list[list[str]], after: list[list[str]]) -> Iterator[tuple[str, int]]:
    """The elements that differ, where the segments are the same in number and name."""
    if [values[0] for values in before] != [values[0] for values in after]:
        yield "", 0
        return
    for old, new in zip(before, after, strict=True):
        for number in range(max(len(old), len(new))):
            if old[number : number + 1] != new[number : number + 1]:
                yield old[0], number


def kind_of(before: Outcome, after: Outcome) -> str:
    """What became of a damage: said, no meaning, another claim, unseen, or lost in silence."""
    if after.said - before.said:
        return "said"
    if after.content == before.content:
        return "no meaning"
    if after.claims != before.claims:
        return "another claim"
    changed = list(changes(before.content, after.content))
    if all(number in UNSEEN.get(name, ()) for name, number in changed):
        return "unseen"
    return f"lost in silence: {changed}"


@pytest.fixture(scope="module")
def good() -> list[tuple[bytes, Outcome]]:
    files = [path.read_bytes() for path in GOOD]
    return [(file, run(file)) for file in files]


def test_good_files_say_nothing(good: list[tuple[bytes, Outcome]]) -> None:
    # Several envelopes bear the same claims, which is told (S491).
    assert {code for _, outcome in good for code, _ in outcome.said} <= {"S491"}


def test_no_damage_crashes_hangs_or_passes_in_silence(good: list[tuple[bytes, Outcome]]) -> None:
    dice = Random(SEED)
    kinds: Counter[str] = Counter()
    where: Counter[str] = Counter()
    for _ in range(DAMAGES):
        file, before = dice.choice(good)
        bad = damaged(file, dice)
        started = time.monotonic()
        after = run(bad)
        assert time.monotonic() - started < SLOWEST
        assert "".join(part.received for part in after.parts).encode("latin-1") == bad
        kind = kind_of(before, after)
        assert "silence" not in kind, (bad, kind)
        kinds[kind] += 1
        if kind == "another claim":
            first = next(changes(before.content, after.content))
            where[f"{first[0]}{first[1]:02d}" if first[0] else "segments"] += 1
    silent = kinds["another claim"] + kinds["unseen"]
    print(f"\n{DAMAGES} damages: {dict(kinds)}")
    print(f"without a word: {silent / DAMAGES:.1%}; in values of claims: {where.most_common(12)}")
    assert kinds["said"] > DAMAGES / 2
