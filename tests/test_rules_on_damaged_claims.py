"""Whatever a claim is damaged into, every rule can still be asked: none breaks off."""

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine import Context, scrub
from scrubber.profiles.loader import load_profiles

BASES = Path(__file__).parent.parent / "fixtures" / "rules" / "bases"
FILES = [
    path.read_text(encoding="latin-1").replace("\n", "").split("~")[:-1]
    for path in sorted(BASES.glob("*.837"))
]
CONTEXT = Context(date(2026, 3, 2), load_profiles(None))
FIRST_OF_SET = 2
LAST_OF_SET = 3
JUNK = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "A",
            "20261399",
            "20260230-20260101",
            ":",
            "::",
            "1:2:3:4:5",
            "*",
            "**",
            "1.5",
            "-",
            ".",
            " ",
            "18",
            "MB",
            "P",
            "N4",
            "HC",
            "WC",
            "S",
            "7",
            "ABK:",
            "PR",
            "DN",
        ]
    ),
    st.text("AZ09:.- ", max_size=12),
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A file with one to three segments lost, doubled, cut off or changed in one element."""
    segments = list(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(FIRST_OF_SET, len(segments) - LAST_OF_SET))
        kind = draw(st.sampled_from(["lose", "double", "cut", "change", "change", "change"]))
        if kind == "lose":
            del segments[at]
        elif kind == "double":
            segments.insert(at, draw(st.sampled_from(segments[FIRST_OF_SET:])))
        elif kind == "cut":
            segments[at] = segments[at].split("*")[0]
        else:
            elements = segments[at].split("*")
            place = draw(st.integers(0, len(elements) - 1))
            parts = elements[place].split(":")
            parts[draw(st.integers(0, len(parts) - 1))] = draw(JUNK)
            elements[place] = ":".join(parts)
            segments[at] = "*".join(elements)
    return "".join(f"{segment}~" for segment in segments)


@given(damaged())
def test_no_rule_breaks_off_on_a_damaged_claim(text: str) -> None:
    result = scrub(text.encode("latin-1"), CONTEXT)
    assert [claim.not_checked for claim in result.claims if claim.not_checked] == []


def test_a_line_whose_sv1_holds_nothing_is_still_judged() -> None:
    segments = ["SV1" if one.startswith("SV1*") else one for one in FILES[0]]
    result = scrub("".join(f"{one}~" for one in segments).encode("latin-1"), CONTEXT)
    assert {claim.disposition.value for claim in result.claims} == {"rejected"}
    assert [claim.not_checked for claim in result.claims] == [()]
