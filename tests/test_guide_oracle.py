"""The guide check against pyx12's validator, the oracle for SNIP types 1 and 2.

Files are made from the guide itself, so that every loop, segment and element it knows is there;
one thing in them is spoiled. Both validators must agree on whether the file is valid. Where they
do not, it is a fault of pyx12 and stands in the table below with the reason and a witness.

GUIDE_ORACLE_FILES sets how many spoiled files are tried, and draws new ones.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from guide_files import Row, all_definitions, text_of, valid_rows
from guide_spoiling import SPOILINGS, Spoiling
from guide_verdicts import BEYOND, Verdicts, verdicts
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scrubber.findings import Finding
from scrubber.guide.definitions import SegmentDefinition, load_guide
from scrubber.rules.guide_rules import GUIDE_RULES

ASKED = os.environ.get("GUIDE_ORACLE_FILES")
FILES = int(ASKED or 2500)
BASE = Path(__file__).parent.parent / "fixtures" / "rules" / "bases" / "medicare_visit.837"
CLAIM = BASE.with_name("cob_three_payers.837")


def always(_finding: Finding, _text: str) -> bool:
    return True


def begins_again(finding: Finding, text: str) -> bool:
    """Whether the loop that lacks something begins anew at once."""
    names = [segment.strip().partition("*")[0] for segment in text.split("~")]
    at = finding.segment - 1
    return names[at] == names[at + 1]


class Disagreement(NamedTuple):
    """A fault of pyx12: its reason; what we say that it does not (`ours`, a pattern over code,
    path and message) or what it says that is not so (`theirs`, over its words); and a witness:
    replacements in a clean file after which the two disagree in this way."""

    reason: str
    ours: str = ""
    theirs: str = ""
    where: Callable[[Finding, str], bool] = always
    witness: tuple[tuple[str, str], ...] = ()
    base: Path = BASE


DISAGREEMENTS = (
    Disagreement(
        "takes a repetition separator for text, where nothing repeats",
        ours=r"S123 ",
        witness=(("*DOE*", "*DO^E*"),),
    ),
    Disagreement(
        "takes small letters and signs in codes (type ID) that have no list",
        ours=r"S117 .*letters and digits|S128 .*lowercase",
        witness=(("*FL*33101~", "*F.*33101~"),),
    ),
    Disagreement(
        "takes leading zeros in amounts and quantities",
        ours=r"S118 .*leading zeros",
        witness=(("PCN001*250***", "PCN001*0250***"),),
    ),
    Disagreement(
        "looks at nothing in a transaction set whose ST01 is not 837",
        ours=r"S113 ST01",
        witness=(("ST*837*", "ST*835*"),),
    ),
    Disagreement(
        "misses what a loop lacks that ends after its first segment because it begins anew",
        ours=r"S20[12] ",
        where=begins_again,
        witness=(("SBR*S*18*GRP2******CI~\n", "SBR*S*18*GRP2******CI~\n" * 2),),
        base=CLAIM,
    ),
    Disagreement(
        "has no list for the claim frequency (CLM05-3)",
        ours=r"S208 2300/CLM05-3",
        witness=(("*11:B:1*", "*11:B:2*"),),
    ),
    Disagreement(
        "takes any earlier HL for the parent of a level",
        ours=r"S124 .*HL02",
        witness=(("SE*37", "HL*3*2*22*0~SBR*P*18~NM1*IL*2*DOE*****MI*12~NM1*PR*2*A*****PI*12~"
                  "CLM*A*1***11:B:1*Y*A*Y*Y~HI*ABK:M5450~LX*1~SV1*HC:97110:GP*1*UN*1***1~"
                  "DTP*472*D8*20260210~SE*37"),),
    ),
    Disagreement(
        "passes over component separators that hold nothing at the end of a composite",
        ours=r"S116 .*component separators",
        witness=(("SV1*HC:97110:GP*100", "SV1*HC:97110:GP::*100"),),
    ),
    Disagreement(
        "lets a situational composite lack its required first component",
        ours=r"S203 .*-1 ",
        witness=(("*11:B:1*Y*A*Y*Y~", "*11:B:1*Y*A*Y*Y**:OA~"),),
    ),
    Disagreement(
        "does not know BHT06 31 (subrogation)",
        theirs=r"\(31\) is not a valid code",
        witness=(("*1200*CH~", "*1200*31~"),),
    ),
    Disagreement(
        "asks for a member id also of an employer, who is the insured in workers' compensation",
        theirs=r"Identification Code Qualifier.*\(NM108\)|Subscriber Primary Identifier",
        witness=(("NM1*IL*1*DOE*JANE****MI*XYZ123456~", "NM1*IL*2*DOE FREIGHT~"),),
        base=BASE.with_name("dependent_visit.837"),
    ),
    Disagreement(
        "asks for nine digits in a social security number; with us that is SNIP type 5 (S536)",
        theirs=r"regular expression",
        witness=(("DMG*D8*19500615*F~\n", "DMG*D8*19500615*F~\nREF*SY*12345~\n"),),
    ),
    Disagreement(
        "wants loops of one position in the order listed, where one of them is required",
        theirs=r"Mandatory loop .* missing",
        witness=(("NM1*41*2*EXAMPLE THERAPY BILLING*****46*CLINIC~\n"
                  "PER*IC*BILLING OFFICE*TE*5555550100~\n"
                  "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*CLEARHOUSE~\n",
                  "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*CLEARHOUSE~\n"
                  "NM1*41*2*EXAMPLE THERAPY BILLING*****46*CLINIC~\n"
                  "PER*IC*BILLING OFFICE*TE*5555550100~\n"),),
    ),
    Disagreement(
        "gives loops 2420G and 2420H a later position than their first segments have",
        theirs=r"not found\.  Started at .*2420[GH]",
        witness=(("REF*6R*LINE3~\n", "REF*6R*LINE3~\nNM1*45*2~\nN3*1 MAIN~\nN4*MIAMI*FL*33101~\n"
                  "NM1*DQ*1*DOE*JOHN****XX*1234567893~\n"),),
    ),
    Disagreement(
        "gives loops 2330D to 2330G later positions than their first segments have",
        theirs=r"not found\.  Started at .*2330[D-G]",
        witness=(("NM1*PR*2*EXAMPLE MUTUAL*****PI*77777~\nDTP*573*D8*20260224~\n",
                  "NM1*PR*2*EXAMPLE MUTUAL*****PI*77777~\nDTP*573*D8*20260224~\n"
                  "NM1*85*2~\nREF*G2*A~\nNM1*82*1~\nREF*G2*A~\n"),),
        base=CLAIM,
    ),
    Disagreement(
        "never reaches the second PWK of a line, as it looks for the qualifier CT in the first",
        theirs=r"is not a valid code for .*PWK02",
        witness=(("LX*3~\n", "LX*3~\n"), ("*60*UN*1***1~\n", "*60*UN*1***1~\nPWK*CT*AB~\n")),
    ),
)  # fmt: skip


def explained(text: str, said: Verdicts) -> bool:
    """Whether the table has the reason for every single thing only one of the two says."""
    if said.ours:
        return all(
            any(
                row.ours and re.search(row.ours, words_of(finding)) and row.where(finding, text)
                for row in DISAGREEMENTS
            )
            for finding in said.ours
        )
    theirs = said.errors or [said.crash]
    return all(
        any(row.theirs and re.search(row.theirs, words) for row in DISAGREEMENTS)
        for words in theirs
    )


def words_of(finding: Finding) -> str:
    return f"{finding.code} {finding.path} {finding.message}"


def assert_agreed(text: str) -> None:
    said = verdicts(text)
    if not said.agree and not explained(text, said):
        raise AssertionError(
            f"ours: {[words_of(finding) for finding in said.ours]}\n"
            f"pyx12: {said.errors or said.crash or said.accepted_by_pyx12}\n{text}"
        )


def described(definition: SegmentDefinition) -> str:
    return "*".join([definition.address, *sorted(definition.qualifiers)[:3]])


def test_every_loop_and_segment_of_the_guide_has_its_turn() -> None:
    assert {one.loop.id for one in all_definitions()} == set(load_guide())
    places = sum(len(loop.segments) for loop in load_guide().values())
    left_out = [("ST", "SE"), ("2400", "PWK*CT")]
    assert len(all_definitions()) == places - len(left_out)


@pytest.mark.parametrize("target", all_definitions(), ids=described)
@pytest.mark.parametrize("richness", [0.0, 0.2])
def test_a_file_made_by_the_guide_is_valid_for_both(
    target: SegmentDefinition, richness: float
) -> None:
    rows = valid_rows(7, richness, target)
    assert any(row.definition is target for row in rows)
    said = verdicts(text_of(rows))
    assert not said.ours, [words_of(finding) for finding in said.ours]
    assert said.accepted_by_pyx12, said.errors


@settings(max_examples=FILES, deadline=None, derandomize=ASKED is None, database=None)
@given(
    target=st.sampled_from(all_definitions()),
    spoiling=st.sampled_from(SPOILINGS),
    richness=st.sampled_from([0.0, 0.03, 0.12]),
    seed=st.integers(0, 2**32),
)
def test_both_agree_on_a_file_with_one_thing_spoiled(
    target: SegmentDefinition, spoiling: Spoiling, richness: float, seed: int
) -> None:
    rows = valid_rows(seed, richness, target)
    at = next(index for index, row in enumerate(rows) if row.definition is target)
    what = spoiling(rows, at, Random(seed))
    assume(what)
    assert_agreed(text_of(rows if "control" in what or "trailer" in what else recounted(rows)))


def recounted(rows: list[Row]) -> list[Row]:
    """The rows with SE01 counted anew, so that it does not give the spoiling away."""
    at = next(index for index, row in enumerate(rows) if row.text.startswith("SE*"))
    filled = sum(1 for row in rows[2 : at + 1] if row.text)
    return [*rows[:at], Row(f"SE*{filled}*0001"), *rows[at + 1 :]]


@pytest.mark.parametrize("row", DISAGREEMENTS, ids=lambda row: row.reason)
def test_every_fault_of_pyx12_has_a_witness(row: Disagreement) -> None:
    text = row.base.read_text(encoding="ascii")
    for old, new in row.witness:
        assert text.count(old) == 1
        text = text.replace(old, new)
    segments = text.split("~")
    names = [segment.strip().partition("*")[0] for segment in segments]
    count = names.index("SE") - names.index("ST") + 1
    segments[names.index("SE")] = f"\nSE*{count}*0001"
    said = verdicts("~".join(segments))
    assert not said.agree
    if row.ours:
        assert [f for f in said.ours if re.search(row.ours, words_of(f))]
        assert said.accepted_by_pyx12
    else:
        assert re.search(row.theirs, " ".join([*said.errors, said.crash]))
        assert not said.ours


def test_what_we_say_beyond_pyx12_is_said_by_some_rule() -> None:
    assert set(BEYOND) <= set(GUIDE_RULES)
