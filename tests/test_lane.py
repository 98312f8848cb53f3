"""The native part calls nothing right that the guide check finds fault with, and without it every
byte is the same."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fuzzing.targets import locate_blocks
from scrubber.claim.claim import Claim
from scrubber.cli import main
from scrubber.engine import Context, scrub
from scrubber.guide.definitions import all_definitions
from scrubber.guide.walker import Locate, Walker
from scrubber.lane import SWITCH, is_built, locate_with
from scrubber.lane.facts import (
    CHARGES_ADD_UP,
    LINE_NUMBERS_DIFFER,
    LINES_ARE_NUMBERED,
    POINTERS_FIT,
)
from scrubber.profiles.loader import load_profiles
from scrubber.rules.charges import _has_odd_charges
from scrubber.rules.diagnosis_pointers import _has_odd_pointers
from scrubber.rules.service_lines import _has_odd_numbers
from scrubber.synthetic.generate import generate
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader
from scrubber.x12.segment import Delimiters

FIXTURES = Path(__file__).parent.parent / "fixtures"
PLAIN = Delimiters("*", ":", "^", "~")
DELIMITERS = ("*:^~", "|>^\n", "*<^~", "_:^'", "\x1d\x1f^\x1c")
LINE_ENDS = ("", "\n", "\r\n")
AS_OF = date(2026, 3, 2)
CONTEXT = Context(AS_OF, load_profiles(None))
TRANSACTION: Any = None
needs_lane = pytest.mark.skipif(not is_built(), reason="the lane is not built")


@cache
def generated(claims: int, seed: int, faults: str) -> str:
    """Claims as text, one segment after the other."""
    return "".join(generate(claims, seed, as_of=AS_OF, faults=Decimal(faults)))


def rewritten(text: str, delimiters: str, line_end: str) -> bytes:
    """The same file with other delimiters and a line end after each terminator."""
    written = text.translate(str.maketrans("*:^~", delimiters))
    return written.replace(delimiters[3], delimiters[3] + line_end).encode("latin-1")


def spoiled(text: str, rate: float, seed: int) -> bytes:
    """The file with values changed, and segments lost, repeated and swapped."""
    dice = random.Random(seed)
    segments = text.split("~")
    out: list[str] = []
    for one in segments:
        if dice.random() > rate or one.startswith(("ISA", "GS*", "IEA")) or not one:
            out.append(one)
            continue
        values = one.split("*")
        at = dice.randrange(len(values))
        kind = dice.randrange(8)
        if kind == 0:
            values[at] = ""
        elif kind == 1:
            values[at] += dice.choice(["0", "A", " ", ":", ".", "-", "\xe9"])
        elif kind == 2:
            values[at] = dice.choice(["0", "-", " ", "a", ":"]) + values[at]
        elif kind == 3:
            values[at] = dice.choice(dice.choice(segments[30:]).split("*"))
        elif kind == 4:
            continue
        elif kind == 5:
            out.append(one)
        elif kind == 6:
            values.append(dice.choice(["", "X"]))
        else:
            values[at] = values[at][:-1]
        out.append("*".join(values))
    return "~".join(out).encode("latin-1")


@needs_lane
@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.837")), ids=lambda path: path.stem)
def test_it_is_not_laxer_on_the_corpora(path: Path) -> None:
    locate_blocks(path.read_bytes())


@needs_lane
@pytest.mark.parametrize("line_end", LINE_ENDS, ids=repr)
@pytest.mark.parametrize("delimiters", DELIMITERS, ids=repr)
def test_it_is_not_laxer_under_other_delimiters(delimiters: str, line_end: str) -> None:
    locate_blocks(rewritten(generated(60, 5, "0.2"), delimiters, line_end))


@needs_lane
@pytest.mark.parametrize("seed", range(10))
def test_it_is_not_laxer_on_spoiled_files(seed: int) -> None:
    locate_blocks(spoiled(generated(100, seed, "0.1"), 0.08, seed))


NUMBERS = st.from_regex(r"-?[0-9]{0,10}(\.[0-9]{0,3})?", fullmatch=True)
DATES = st.from_regex(r"(19|20|00)[0-9]{2}[01][0-9][0-3][0-9]", fullmatch=True)
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)
VALUES = NUMBERS | DATES | WORDS | st.sampled_from(["", "D8", "RD8", "XX", "HC:97110", "MJ", "UN"])


@needs_lane
@given(st.data())
def test_it_is_not_laxer_about_any_value(data: st.DataObject) -> None:
    segments = generated(12, 6, "0").split("~")
    numbers = st.integers(3, len(segments) - 4)
    for at in data.draw(st.lists(numbers, min_size=1, max_size=5)):
        values = segments[at].split("*")
        place = data.draw(st.integers(0, len(values)))
        values[place : place + 1] = [data.draw(VALUES).replace("~", "")]
        segments[at] = "*".join(values)
    locate_blocks("~".join(segments).encode("latin-1"))


@needs_lane
def test_it_knows_nearly_all_that_is_right() -> None:
    """What it does not know costs time only; one that knew nothing would pass all else."""
    locate = locate_with(PLAIN)
    assert locate is not None
    claims = [
        one for one in BlockReader([generated(300, 8, "0").encode()])
        if isinstance(one, Block) and one.id == "CLM"
    ]  # fmt: skip
    known = [locate(one.segments, "2300") for one in claims]
    assert known.count(None) < len(claims) / 50


@needs_lane
@pytest.mark.parametrize("seed", range(3))
def test_without_it_every_part_is_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.guide.walker.WORTH_LOCATING", 1)
    data = spoiled(generated(200, seed, "0.15"), 0.01 * seed, seed)
    with_lane = scrub(data, CONTEXT).parts
    monkeypatch.setenv(SWITCH, "off")
    assert scrub(data, CONTEXT).parts == with_lane


GATES: dict[int, Callable[[Any, Any], bool]] = {
    CHARGES_ADD_UP: _has_odd_charges,
    POINTERS_FIT: _has_odd_pointers,
    LINE_NUMBERS_DIFFER: _has_odd_numbers,
    LINES_ARE_NUMBERED: lambda claim, _: not all(line.control_number for line in claim.lines),
}


class Counted(NamedTuple):
    """Of the setting of a claim what its pointers are held against."""

    diagnosis_count: int


def facts_of(data: bytes) -> Iterator[tuple[int, int]]:
    """What the lane says of each claim that it locates, and what Python says."""
    locate = locate_with(PLAIN)
    assert locate is not None
    walker = Walker(PLAIN)
    for block in BlockReader([data]):
        located = isinstance(block, Block) and block.id == "CLM" and locate(block.segments, "2300")
        if not located or not isinstance(block, Block):
            continue
        shape = walker.walk(block, "2300").shape
        if shape.faults:
            continue
        claim: Any = Claim(block, shape.layout, TRANSACTION)
        counted: Any = Counted(len(claim.diagnoses))
        own = [one for one, gate in GATES.items() if not gate(claim, counted)]
        yield located[1], sum(own)


@needs_lane
@pytest.mark.parametrize("seed", range(6))
def test_what_is_so_for_the_lane_is_so(seed: int) -> None:
    """A no of the lane costs time only: then the rule looks itself."""
    found = list(facts_of(spoiled(generated(150, seed, "0.3"), 0.02 * seed, seed)))
    assert len(found) > 20
    assert not [one for one, own in found if one & ~own]


@needs_lane
@given(st.data())
def test_it_says_of_amounts_pointers_and_numbers_what_python_says(data: st.DataObject) -> None:
    segments = generated(12, 6, "0").split("~")
    amounts = st.sampled_from(["0", "0.5", "10", "10.00", "10.0", "20", "-5", "99999999.99", "100"])
    pointers = st.lists(st.integers(0, 13), min_size=1, max_size=4)
    numbers = st.sampled_from(["1", "A1", "2", "A" * 30, "B" * 31, ""])
    for at, segment in enumerate(segments):
        values = segment.split("*")
        if values[0] in ("CLM", "SV1"):
            values[2] = data.draw(amounts)
        if values[0] == "SV1":
            values[7:] = [":".join(map(str, data.draw(pointers)))]
        if values[:2] == ["REF", "6R"]:
            values[2] = data.draw(numbers)
        segments[at] = "*".join(values)
    for one, own in facts_of("~".join(segments).encode()):
        assert not one & ~own


@needs_lane
def test_it_knows_most_that_is_so() -> None:
    found = list(facts_of(generated(300, 9, "0").encode()))
    for fact in GATES:
        own = [one & fact for one, said in found if said & fact]
        assert own.count(0) < len(own) / 20


@needs_lane
def test_it_is_asked_after_some_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.guide.walker.WORTH_LOCATING", 2)
    asked: list[str] = []

    def locate(_: object, loop_id: str) -> None:
        asked.append(loop_id)

    walker = Walker(PLAIN, lambda _: locate)
    blocks = [
        one for one in BlockReader([generated(3, 1, "0").encode()])
        if isinstance(one, Block) and one.id == "CLM"
    ]  # fmt: skip
    for block in blocks:
        walker.walk(block, "2300")
    assert asked == ["2300"] * (len(blocks) - 2)


@needs_lane
def test_a_claim_called_right_by_mistake_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("scrubber.guide.walker.WORTH_LOCATING", 1)
    monkeypatch.setattr("scrubber.guide.walker.LOOKED_AT_AGAIN", 2)

    def believing(delimiters: Delimiters) -> Locate | None:
        locate = locate_with(delimiters)
        return locate and (
            lambda segments, loop: locate([s.replace("/", "") for s in segments], loop)
        )

    claims = tmp_path / "claims.837"
    claims.write_text(generated(4, 1, "0").replace("*HC:97", "*H/C:97"), encoding="ascii")
    arguments = ["scrub", str(claims), "--out", str(tmp_path / "out"), "--as-of", AS_OF.isoformat()]
    assert CliRunner().invoke(main, arguments).exit_code == 1
    monkeypatch.setattr("scrubber.engine.judges.locate_with", believing)
    done = CliRunner().invoke(main, [*arguments[:3], str(tmp_path / "none"), *arguments[4:]])
    assert done.exit_code == 2
    assert "the native part and the guide check differ about the 2300 of segment" in done.output
    assert not list((tmp_path / "none").glob("*.837"))


@needs_lane
@pytest.mark.parametrize(
    "text",
    [
        b"", b"~", b"CLM", b"CLM~", b"CLM*1*2~X", b"CLM" + b"*" * 200 + b"~", b"CLM*1*2~" * 5000,
        b"\x00" * 50 + b"~", b"CLM*A*1***11:B:1*Y*A*Y*Y~" + b"~" * 9, b"CLM*A*1***11:B:1*Y*A*Y*Y",
    ],
    ids=repr,
)  # fmt: skip
def test_hostile_text_is_not_right(text: bytes) -> None:
    from scrubber.lane._locate import Locator  # noqa: PLC0415
    from scrubber.lane.tables import guide_tables  # noqa: PLC0415

    locator = Locator(guide_tables(), b"*:^~")
    for definition in range(len(all_definitions())):
        assert locator.located(text, definition) in (None, ("", 0))


@pytest.mark.parametrize("switch", ["off", ""])
def test_the_version_says_whether_it_is_there(switch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, switch)
    first = CliRunner().invoke(main, ["--version"]).output.splitlines()[0]
    assert first.endswith("(with the native part)" if is_built() else "(without the native part)")
    assert not (switch == "off" and is_built())
