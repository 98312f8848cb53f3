"""The native part calls nothing right that the guide check finds fault with, and without it every
byte is the same."""

import random
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fuzzing.targets import locate_blocks
from scrubber.cli import main
from scrubber.engine import Context, scrub
from scrubber.guide.definitions import all_definitions
from scrubber.guide.walker import Walker
from scrubber.lane import SWITCH, is_built, locate_with
from scrubber.profiles.loader import load_profiles
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
        assert not locator.signs_of(text, definition)


@pytest.mark.parametrize("switch", ["off", ""])
def test_the_version_says_whether_it_is_there(switch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, switch)
    first = CliRunner().invoke(main, ["--version"]).output.splitlines()[0]
    assert first.endswith("(with the native part)" if is_built() else "(without the native part)")
    assert not (switch == "off" and is_built())
