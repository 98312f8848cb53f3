"""What was scrubbed before changes no verdict: a scrubber that has seen other files says of a file
what a new one says."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.engine import FileScrubber
from scrubber.engine.judges import MOST_DELIMITERS
from scrubber.engine.results import Part
from scrubber.rules import RULES
from scrubber.testing.damage import DAMAGE, FORM, Segments, damaged_segments
from scrubber.testing.runs import CONTEXT
from scrubber.testing.wire import Wire, wires
from scrubber.x12.reader import BlockReader

BASES = Path(__file__).parent.parent / "fixtures" / "rules" / "bases"


def base(name: str) -> list[str]:
    """The segments of a base of the rule cases."""
    text = (BASES / f"{name}.837").read_text(encoding="ascii")
    return [one.strip() for one in text.split("~") if one.strip()]


def parts(scrubber: FileScrubber, file: bytes) -> list[Part]:
    return list(scrubber.parts(BlockReader([file])))


def codes(found: list[Part]) -> set[str]:
    return {one.code for part in found if part.claim for one in part.claim.findings}


def without_plan_of_care(name: str) -> list[str]:
    return [one.replace("HC:97110:GP", "HC:97110") for one in base(name)]


@pytest.mark.parametrize("terminator", ["~", "!"])
def test_payers_are_told_apart_also_where_files_have_other_delimiters(terminator: str) -> None:
    """Some payers do not ask for the modifier of the plan of care, Medicare does."""
    plain = without_plan_of_care("unknown_payer_visit")
    medicare = Wire(delimiters=f"*:^{terminator}").write(without_plan_of_care("medicare_visit"))
    scrubber = FileScrubber(CONTEXT, RULES)
    assert "S601" not in codes(parts(scrubber, Wire().write(plain)))
    assert "S601" in codes(parts(scrubber, medicare))


def test_the_same_text_is_read_by_the_delimiters_of_its_file() -> None:
    """A file whose ISA names another component separator than the file has holds no code that
    rules could judge; the next one does."""
    visit = without_plan_of_care("medicare_visit")
    wrong = [one.replace(":", ">") if one.startswith("ISA") else one for one in visit]
    scrubber = FileScrubber(CONTEXT, RULES)
    assert "S601" not in codes(parts(scrubber, ("~".join(wrong) + "~").encode()))
    assert "S601" in codes(parts(scrubber, ("~".join(visit) + "~").encode()))


LONG_LIVED = FileScrubber(CONTEXT, RULES)


@settings(max_examples=100, deadline=None)
@given(damaged_segments(FORM + DAMAGE, most=20), wires(may_wrap=True))
def test_an_old_scrubber_says_what_a_new_one_says(segments: Segments, wire: Wire) -> None:
    file = wire.write(segments)
    assert parts(LONG_LIVED, file) == parts(FileScrubber(CONTEXT, RULES), file)


@settings(max_examples=3, deadline=None)
@given(st.permutations([chr(code) for code in range(0x21, 0x30)]))
def test_files_of_many_senders_are_remembered_in_bounded_memory(signs: list[str]) -> None:
    scrubber = FileScrubber(CONTEXT, RULES)
    segments = base("medicare_visit")
    for terminator in signs[: MOST_DELIMITERS + 2]:
        if terminator not in "*:^":
            parts(scrubber, Wire(delimiters=f"*:^{terminator}").write(segments))
    assert len(scrubber._judges_of) <= MOST_DELIMITERS
