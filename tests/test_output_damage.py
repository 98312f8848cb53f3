"""Damaged files: whatever is read of one is written, every claim in exactly one file.

Good files are damaged by bytes changed, lost and put in, by stretches lost and doubled, by segments
moved, by lines wrapped and by an end cut off. Each is scrubbed with all outputs, which the program
reads again before it gives them a name; here it is seen that it never refuses its own.

OUTPUT_DAMAGES sets how many damages are made, OUTPUT_DAMAGE_SEED which.
"""

import json
import os
from pathlib import Path
from random import Random

import pytest

from scrubber.engine.results import Disposition
from scrubber.outputs.accepted_files import Limits
from scrubber.run.scrub_file import FORMATS, Request, scrub_file
from scrubber.testing.runs import CONTEXT, SHARED
from scrubber.x12.reader import BlockReader

FIXTURES = Path(__file__).parent.parent / "fixtures"
GOOD = [
    FIXTURES / "clinic_day.837",
    *sorted((FIXTURES / "clean").glob("*.837")),
    *sorted((FIXTURES / "rules" / "bases").glob("*.837")),
]
REPORTED = sorted((FIXTURES / "reported").glob("*/*.837"))
DAMAGES = int(os.environ.get("OUTPUT_DAMAGES", "400"))
SEED = int(os.environ.get("OUTPUT_DAMAGE_SEED", "20261130"))
BYTES = [bytes([one]) for one in b"AZaz09 .-/:*~^>|\n\r\x00\x07\xff"]
LONGEST_LOSS = 200
WRAPPED_AT = 80


def damaged(file: bytes, dice: Random) -> bytes:
    """The file with one to six damages."""
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        file = with_one_damage(file, dice) or b"~"
    return file


def with_one_damage(file: bytes, dice: Random) -> bytes:
    at, other = dice.randrange(len(file)), dice.randrange(len(file))
    length = dice.randrange(1, LONGEST_LOSS)
    match dice.randrange(9):
        case 0 | 1:
            return file[:at] + dice.choice(BYTES) + file[at + 1 :]
        case 2:
            return file[:at] + file[at + 1 :]
        case 3:
            return file[:at] + dice.choice(BYTES) + file[at:]
        case 4:
            return file[:at] + file[at + length :]
        case 5:
            return file[:other] + file[at : at + length] + file[other:]
        case 6 if not dice.randrange(5):
            return file[:at]
        case 7 if not dice.randrange(3):
            lines = (file[i : i + WRAPPED_AT] for i in range(0, len(file), WRAPPED_AT))
            return b"\n".join(lines)
        case _:
            return with_segment_moved(file, dice)


def with_segment_moved(file: bytes, dice: Random) -> bytes:
    terminator = file[105:106] or b"~"
    segments = file.split(terminator)
    one, other = dice.randrange(len(segments)), dice.randrange(len(segments))
    if dice.randrange(2):
        segments.insert(other, segments[one])
    else:
        segments[one], segments[other] = segments[other], segments[one]
    return terminator.join(segments)


def is_written_whole(file: bytes, folder: Path, limits: Limits) -> None:
    """Fails where something of the file is not written."""
    source = folder / "day.837"
    source.write_bytes(file)
    request = Request(folder, FORMATS, limits=limits, durable=False)
    outcome = scrub_file(source, "day", CONTEXT, SHARED, request)
    assert outcome.faults == ()
    sides = {"accepted": b"", "rejected": b""}
    for path in sorted(folder.glob("day.*.837")):
        sides[path.name.split(".")[1]] += path.read_bytes()
    report = json.loads((folder / "day.report.json").read_bytes())
    assert "S193" not in report["rules"]
    parts = SHARED.parts(BlockReader([file]))
    claims = [(part, part.claim) for part in parts if part.claim is not None]
    assert len(claims) == report["totals"]["claims"]
    for part, claim in claims:
        rejected = claim.disposition is Disposition.REJECTED
        side, text = ("rejected", part.returned) if rejected else ("accepted", part.corrected)
        assert text.encode("latin-1") in sides[side]


def test_whatever_is_read_of_a_damaged_file_is_written(tmp_path: Path) -> None:
    files = [path.read_bytes() for path in GOOD]
    dice = Random(SEED)
    for _ in range(DAMAGES):
        file = damaged(dice.choice(files), dice)
        limits = Limits(dice.choice((0, 0, 1, 3)), not dice.randrange(3), not dice.randrange(3))
        try:
            is_written_whole(file, tmp_path, limits)
        except Exception as error:
            pytest.fail(f"{type(error).__name__}: {error} for {file!r}")


@pytest.mark.parametrize("path", REPORTED, ids=lambda one: f"{one.parent.name}/{one.stem}")
def test_whatever_is_read_of_a_reported_file_is_written(path: Path, tmp_path: Path) -> None:
    is_written_whole(path.read_bytes(), tmp_path, Limits())
