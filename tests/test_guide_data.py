"""The guide's data: compiled from pyx12 and our corrections, named in our own words."""

import csv
import json
from pathlib import Path

import pytest

from scrubber.guide.compile import HERE, compiled
from scrubber.guide.definitions import LoopDefinition, SegmentDefinition, load_guide
from scrubber.guide.names import element_name, label, loop_name, segment_name
from scrubber.guide.walker import Walker
from scrubber.guide.wording import called
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader

CLEAN = Path(__file__).parent.parent / "fixtures" / "clean"
OVERLAY = json.loads((HERE / "overlay.json").read_text(encoding="ascii"))
LEVELS = {"20": "2000A", "22": "2000B", "23": "2000C"}


def places() -> list[SegmentDefinition]:
    return [segment for loop in load_guide().values() for segment in loop.segments]


def test_the_compiled_guide_is_that_of_the_installed_pyx12_and_the_overlay() -> None:
    assert (HERE / "837p.json").read_text(encoding="ascii") == compiled()


@pytest.mark.parametrize("row", OVERLAY["rows"], ids=lambda row: row["at"][0])
def test_every_correction_has_a_source_and_a_confidence(row: dict[str, str]) -> None:
    assert row["source"] and row["confidence"] in ("high", "medium", "low")
    assert row["set"]


def test_what_is_settled_elsewhere_names_code_that_exists() -> None:
    root = Path(__file__).parent.parent
    for row in OVERLAY["elsewhere"]:
        place = row["by"].split(",")[0].split(" ")[0]
        assert place == "kept" or (root / place).exists(), place


@pytest.mark.parametrize(
    ("loop", "segment", "repeat"),
    [
        ("2300", None, 100),
        ("2400", None, 50),
        ("2310A", None, 2),
        ("2320", None, 10),
        ("2430", None, 15),
        ("2420F", None, 2),
        ("2320", "CAS", 5),
        ("2300", "PWK", 10),
        ("2300", "K3", 10),
        ("2300", "NTE", 1),
        ("2000A", None, 0),
        ("2440", "FRM", 99),
    ],
)
def test_the_limits_the_reference_lists_are_those_of_the_guide(
    loop: str, segment: str | None, repeat: int
) -> None:
    found: LoopDefinition | SegmentDefinition = load_guide()[loop]
    if segment is not None:
        found = next(one for one in load_guide()[loop].segments if one.id == segment)
    assert found.repeat == repeat


def test_a_diagnosis_segment_has_room_for_twelve() -> None:
    hi = next(one for one in load_guide()["2300"].segments if "ABK" in one.qualifiers)
    assert len(hi.elements) == 12
    assert hi.elements[0].components[0].codes == {"ABK", "BK"}


def test_elements_are_numbered_as_they_stand() -> None:
    for segment in places():
        assert [one.number for one in segment.elements] == list(range(1, len(segment.elements) + 1))


def test_names_are_of_places_that_exist() -> None:
    loops = load_guide()
    text = (HERE / "names.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in text if not line.startswith("#")))
    assert len({(row["loop"], row["segment"], row["element"]) for row in rows}) == len(rows)
    for row in rows:
        segment, _, qualifier = row["segment"].partition("*")
        fitting = [
            one
            for loop in ([loops[row["loop"]]] if row["loop"] else loops.values())
            for one in loop.segments
            if segment in ("", one.id) and (not qualifier or takes(one, qualifier))
        ]
        assert fitting, row
        if row["element"]:
            number = int(row["element"].partition("-")[0])
            assert any(len(one.elements) >= number for one in fitting), row
        assert row["name"], row


def takes(definition: SegmentDefinition, qualifier: str) -> bool:
    first = definition.elements[0]
    codes = first.components[0].codes if first.is_composite else first.codes
    return qualifier in codes


def test_every_loop_and_segment_has_a_name() -> None:
    for loop in load_guide():
        assert loop_name(loop)
    for segment in places():
        assert "(" in called(segment), called(segment)


def test_every_element_a_therapy_claim_fills_has_a_name() -> None:
    for path in CLEAN.glob("*.837"):
        for block in BlockReader([path.read_bytes()]):
            if isinstance(block, Block) and (loop := loop_of(block)):
                for at in Walker(block.delimiters).walk(block, loop).shape.loops:
                    for indexes in at.segments.values():
                        for index in indexes:
                            assert_named(at.id, block, index)


def loop_of(block: Block) -> str:
    values = block.values(0)
    return {"CLM": "2300", "ST": "ST"}.get(values[0], LEVELS.get("".join(values[3:4]), ""))


def assert_named(loop: str, block: Block, index: int) -> None:
    values = block.values(index)
    qualifier = values[1].split(block.delimiters.component)[0]
    for number, value in enumerate(values[1:], start=1):
        if value:
            assert element_name(loop, values[0], qualifier, number), (loop, values[0], number)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (label("SV1", 4, 0, element_name("2400", "SV1", "HC", 4)), "SV104 (units)"),
        (label("CLM", 5, 3, element_name("2300", "CLM", "", 5, 3)), "CLM05-3 (frequency code)"),
        (label("NM1", 9, 0, element_name("2330B", "NM1", "PR", 9)), "NM109 (other payer's number)"),
        (label("NM1", 6, 0, element_name("2310B", "NM1", "82", 6)), "NM106"),
        (segment_name("2010AA", "N3"), "street"),
        (segment_name("2300", "REF", "G1"), "prior authorization"),
        (segment_name("2300", "ZZZ"), ""),
        (loop_name("2010AA"), "billing provider"),
    ],
)  # fmt: skip
def test_the_most_particular_name_is_taken(shown: str, words: str) -> None:
    assert shown == words
