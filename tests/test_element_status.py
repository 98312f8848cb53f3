"""Which claim status names the part of a claim where its syntax or the guide is broken."""

import pytest
from test_acknowledgments import CONTEXT, FIXTURES, ONE_CLAIM

from scrubber.codes import claim_status
from scrubber.codes.table_file import read_table
from scrubber.engine import scrub
from scrubber.findings import Severity
from scrubber.guide.definitions import load_guide
from scrubber.rules.element_status import ELEMENT_STATUS, LOOP_ENTITIES

SECONDARY = (FIXTURES / "clean" / "secondary_payer.837").read_text(encoding="ascii")


def rows() -> list[dict[str, str]]:
    return list(read_table(ELEMENT_STATUS).rows)


@pytest.mark.parametrize("row", rows(), ids=lambda row: "-".join(list(row.values())[:6]))
def test_a_row_names_a_place_of_the_guide_and_a_code_that_stands_alone(row: dict[str, str]) -> None:
    loops = load_guide()
    wanted = [loops[row["loop"]]] if row["loop"] else list(loops.values())
    segments = [s for loop in wanted for s in loop.segments if s.id == row["segment"]]
    if row["qualifier"]:
        segments = [s for s in segments if s.fits(row["segment"], row["qualifier"])]
    element, component = int(row["element"] or 0), int(row["component"] or 0)
    elements = [e for s in segments for e in s.elements if e.number == element]
    assert elements if element else segments
    assert not component or any(c.number == component for e in elements for c in e.components)
    code = claim_status.status(row["code"])
    assert code is not None
    assert not code.needs_second_code
    assert code.needs_entity or not row["entity"]
    places = {s.loop.id for s in segments}
    assert not code.needs_entity or row["entity"] or places & LOOP_ENTITIES.keys()
    assert row["source"]


def test_no_place_stands_in_the_table_twice() -> None:
    places = [tuple(row.values())[:5] for row in rows()]
    assert len(places) == len(set(places))


def statuses(old: str, new: str, text: str = ONE_CLAIM) -> set[str]:
    """The statuses that reject the claim in which a text was replaced."""
    assert text.count(old) == 1, f"{old} stands {text.count(old)} times"
    parts = scrub(text.replace(old, new).encode("ascii"), CONTEXT).parts
    (claim,) = (part.claim for part in parts if part.claim is not None)
    found = [one for one in claim.findings if one.severity is Severity.REJECT and not one.fixed]
    given = [one.status for one in found if one.snip < 3 and one.status is not None]
    return {":".join(filter(None, one[:3])) + (f"+{one[3]}" if one[3] else "") for one in given}


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("*XX*1300001017", "*QQ*1300001017", "A7:562:82"),
        ("*D8*19480316*F", "*D8*19481316*F", "A7:158:IL"),
        ("*19480316*F", "*19480316*X", "A7:157:IL"),
        ("*****PI*04412", "", "A6:153:PR"),
        ("****MI*1EG4TE5MK72", "****MI", "A7:164:IL"),
        ("NM1*IL*1*ABERNATHY*", "NM1*IL*1**", "A6:504:IL"),
        ("N3*1200 MAPLE AVE*STE 300~\n", "", "A6:503:85"),
        ("N4*AUSTIN*TX*787011234", "N4**TX*787011234", "A6:502:85"),
        ("N4*AUSTIN*TX*787011234~\n", "", "A6:126:85"),
        ("REF*EI*742000001~\n", "", "A6:128:85"),
        ("SBR*P*", "SBR*Z*", "A7:742"),
        ("*******MB", "*******QQ", "A7:480:IL"),
        ("CLM*ONE-1*172.00", "CLM*ONE-1*", "A6:178"),
        ("*11:B:1*", "*:B:1*", "A6:249"),
        ("HI*ABK:M1711*ABF:R262~\n", "", "A6:254"),
        ("HI*ABK:M1711*", "HI*ABK:*", "A6:254"),
        ("*ABF:R262", "*ABX:R262", "A7:255"),
        ("PRV*PE*PXC*225100000X", "PRV*PE*PXC", "A6:145:82"),
        ("DTP*431*D8*20260120", "DTP*431*D8*20261320", "A7:397"),
        ("SV1*HC:97110:GP", "SV1*HC", "A6:454"),
        ("97140:GP", "97140:GPX", "A7:512+453"),
        ("*116.00*UN*2*", "*1A*UN*2*", "A7:583"),
        ("*116.00*UN*2*", "*116.00*XX*2*", "A7:659"),
        ("*116.00*UN*2*", "*116.00*UN**", "A6:476"),
        ("*2***1:2", "*2***A:2", "A7:477"),
        ("DTP*472*D8*20260227~\nREF*6R*ONE-1L1", "REF*6R*ONE-1L1", "A6:187"),
        ("REF*6R*ONE-1L1", "DTP*304*D8*20261302~\nREF*6R*ONE-1L1", "A7:757"),
        ("LX*2~\n", "REF*G1*A~\nREF*9F~\nLX*2~\n", "A6:761:PR"),
        ("HI*ABK", "REF*G1~\nHI*ABK", "A6:252:PR"),
        ("HI*ABK", "ZZZ*1~\nHI*ABK", "A7:481"),
        ("PRV*PE*PXC*225100000X", "NM1*82*1*HALE*MORGAN****XX*1300001017", "A7:481"),
        ("*116.00*UN*2*", "*116.00*UN*-2*", "A7:476"),
        ("HI*ABK", "K3*A\x01B~\nHI*ABK", "A7:511+481"),
        ("REF*6R*ONE-1L2~\n", "REF*6R*ONE-1L2~\nSBR*P~\n", "A7:481"),
    ],
)
def test_a_claim_is_rejected_with_the_code_of_the_part_at_fault(
    old: str, new: str, status: str
) -> None:
    assert statuses(old, new) == {status}


def test_a_claim_that_is_cut_off_is_rejected_as_not_readable() -> None:
    cut = ONE_CLAIM[: ONE_CLAIM.index("DTP*431") + 12]
    assert "A3:481" in statuses("ISA*00*", "ISA*00*", cut)


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("*PR*2*7.41~\nDTP*573*D8*20260129", "*PR*2*7.41", "A6:516:PR"),
        ("SVD*04412*29.04", "SVD*04412*2X", "A7:643"),
        ("CAS*PR*2*7.41", "CAS*ZZ*2*7.41", "A7:696"),
        ("CAS*CO*45*20.96**253*0.59", "CAS*CO*45*20.96***0.59", "A7:521"),
        ("AMT*D*56.32", "AMT*D*5632A", "A7:286"),
        ("OI***Y***Y~\n", "", "A6:171"),
        ("*PI*04412~\nLX*1", "*QQ*04412~\nLX*1", "A7:479"),
    ],
)
def test_what_another_payer_decided_has_codes_of_its_own(old: str, new: str, status: str) -> None:
    assert statuses(old, new, SECONDARY) == {status}
