"""The 277CA, 999 and TA1 as tables."""

from pathlib import Path

import pytest
from answer_files import ANSWERS, interchange, of_kind, read

from scrubber.answers.rows import Acknowledgment, Problem, Status

OURS = Path(__file__).parent.parent / "fixtures" / "acknowledgments"
REJECTED = (ANSWERS / "20_rejected.277ca").read_bytes()
SET = [
    "AK1*HC*17*005010X222A1",
    "AK2*837*0001*005010X222A1",
    "IK3*SV1*41*2400*8",
    "CTX*CLM01:MG-1",
    "IK4*1:2*234*7*SECRETVALUE",
    "IK3*NM1*50*2010*3",
    "IK5*R*5*I5",
    "AK2*837*0002*005010X222A1",
    "IK5*A",
    "AK9*P*2*2*1",
]


def statuses(content: bytes) -> list[tuple[str, ...]]:
    return [
        (one.level, one.claim_id, one.category, one.status, one.entity, one.rejected)
        for one in of_kind(read(content), Status)
    ]


def test_a_277ca_gives_every_status_of_every_level() -> None:
    rows = read(REJECTED)
    assert of_kind(rows, Problem) == []
    assert statuses(REJECTED) == [
        ("receiver", "", "A1", "19", "PR", "no"),
        ("provider", "", "A1", "19", "PR", "no"),
        ("claim", "MG-1001", "A2", "20", "PR", "no"),
        ("claim", "MG-1013", "A3", "21", "", "yes"),
        ("claim", "MG-1013", "A7", "562", "82", "yes"),
        ("line", "MG-1013", "A7", "453", "", "yes"),
    ]
    accepted, line = of_kind(rows, Status)[2], of_kind(rows, Status)[-1]
    assert accepted.payer_claim == "2226080000010"
    assert (accepted.batch, accepted.sender_role, accepted.action) == ("BATCH1", "PR", "WQ")
    assert (line.control_number, line.code, line.modifiers) == ("L1", "97110", "GP")
    assert str(line.charge) == "116"
    assert line.first_day is not None
    assert REJECTED[line.byte :].startswith(b"STC*A7:453")


def test_all_composites_of_an_stc_are_kept() -> None:
    was = b"STC*A7:562:82*20260303*U*116"
    content = REJECTED.replace(was, was + b"******A7:153:85*A8:719")
    found = [one[2:5] for one in statuses(content) if one[0] == "claim" and one[1] == "MG-1013"]
    assert found == [("A3", "21", ""), ("A7", "562", "82"), ("A7", "153", "85"), ("A8", "719", "")]


def test_a_claim_without_a_status_is_named() -> None:
    content = REJECTED.replace(b"STC*A2:20:PR*20260303*WQ*232", b"QTY*90*1")
    (problem,) = of_kind(read(content), Problem)
    assert (problem.name, problem.message) == ("TRN", "is not followed by a status (STC)")


def test_a_response_to_an_inquiry_is_no_277ca() -> None:
    content = REJECTED.replace(b"005010X214", b"005010X212")
    (problem,) = of_kind(read(content), Problem)
    assert "version 005010X212; only 005010X214 is read" in problem.message
    assert statuses(content) == []


def test_a_999_gives_sets_and_their_faults() -> None:
    rows = read(interchange([SET], "999", "FA", "005010X231A1"))
    assert of_kind(rows, Problem) == []
    found = of_kind(rows, Acknowledgment)
    assert [(one.level, one.set_number, one.status, one.codes) for one in found] == [
        ("segment", "0001", "", "8"),
        ("element", "0001", "", "7"),
        ("segment", "0001", "", "3"),
        ("set", "0001", "R", "5 I5"),
        ("set", "0002", "A", ""),
        ("group", "", "P", ""),
    ]
    assert {one.control_number for one in found} == {"17"}
    assert [one.claim_id for one in found[:3]] == ["MG-1", "MG-1", ""]
    element, group = found[1], found[-1]
    assert (element.in_segment, element.in_position, element.in_element) == ("SV1", "41", "1:2")
    assert (group.sets_included, group.sets_accepted) == ("2", "1")


def test_a_set_without_a_decision_is_named() -> None:
    content = interchange([[one for one in SET if one != "IK5*A"]], "999", "FA", "005010X231A1")
    (problem,) = of_kind(read(content), Problem)
    assert problem.name == "AK2"
    assert "not followed by an IK5" in problem.message


def test_a_ta1_alone() -> None:
    content = interchange([], "999", "FA", "005010X231A1").decode()
    group = content.index("GS*")
    rows = read((content[:group] + "TA1*000000905*260303*1200*R*022~IEA*0*000000001~").encode())
    (found,) = rows
    assert isinstance(found, Acknowledgment)
    assert (found.level, found.control_number, found.status, found.codes) == (
        "interchange", "000000905", "R", "022",
    )  # fmt: skip
    assert str(found.sent_on) == "2026-03-03"


@pytest.mark.parametrize("path", sorted(OURS.iterdir()), ids=lambda path: path.name)
def test_our_own_acknowledgments_are_read_without_a_problem(path: Path) -> None:
    rows = read(path.read_bytes())
    assert of_kind(rows, Problem) == []
    assert rows


def test_the_pieces_make_no_difference() -> None:
    for content in (REJECTED, interchange([SET], "999", "FA", "005010X231A1")):
        assert read(content, 7) == read(content)


def test_what_is_cut_off_anywhere_is_named() -> None:
    for content in (REJECTED.rstrip(), interchange([SET], "999", "FA", "005010X231A1")):
        for end in range(len(content) - 1):
            rows = read(content[:end])
            assert of_kind(rows, Problem), end
            assert not any("SECRETVALUE" in repr(one) for one in of_kind(rows, Problem))
