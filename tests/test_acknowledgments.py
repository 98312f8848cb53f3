"""What TA1, 999 and 277CA say of a file: golden files, and one case for each thing they may say."""

import os
from datetime import date
from pathlib import Path

import pytest
from acknowledgment_reading import ReadSet, answer, pyx12_complaints, read_back, read_claims
from click.testing import CliRunner

from scrubber.cli.scrub import scrub as scrub_command
from scrubber.engine import Context, scrub
from scrubber.findings import Finding
from scrubber.outputs.acknowledgments import claim_spool
from scrubber.outputs.acknowledgments.control_numbers import ControlNumbers
from scrubber.patches import Span
from scrubber.profiles.loader import load_profiles
from scrubber.rules.history import SAME_CONTROL_NUMBER

FIXTURES = Path(__file__).parent.parent / "fixtures"
GOLDEN = FIXTURES / "acknowledgments"
CONTEXT = Context(date(2026, 3, 2), load_profiles())
ONE_CLAIM = (FIXTURES / "clean" / "one_claim.837").read_text(encoding="ascii")
CLINIC_DAY = (FIXTURES / "clinic_day.837").read_text(encoding="ascii")
KINDS = ("ta1", "999", "277ca")


def answers(text: str, numbers: ControlNumbers | None = None, messages: bool = True) -> (
    dict[str, str]
):  # fmt: skip
    parts = scrub(text.encode("latin-1"), CONTEXT).parts
    return answer(parts, CONTEXT.as_of, numbers or ControlNumbers(), messages)


def spoiled(*changes: tuple[str, str], text: str = ONE_CLAIM) -> dict[str, str]:
    """The answers to a file in which each text was replaced, once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old} stands {text.count(old)} times"
        text = text.replace(old, new)
    return answers(text)


def ta1(told: dict[str, str]) -> list[tuple[str, str]]:
    """TA104 and TA105 of each interchange."""
    return [(one[4], one[5]) for read in read_back(told["ta1"]) for one in read.ta1]


def the_set(told: dict[str, str], kind: str) -> ReadSet:
    (interchange,) = read_back(told[kind])
    (one,) = interchange.sets
    return one


def said_999(told: dict[str, str]) -> list[str]:
    """What the only ST*999 says after its AK1."""
    return ["*".join(one) for one in the_set(told, "999").segments[1:]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_clinic_day_is_answered_as_always(kind: str) -> None:
    path = GOLDEN / f"clinic_day.{kind}"
    text = answers(CLINIC_DAY)[kind]
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="ascii", newline="")
    golden = path.read_bytes().decode("ascii")
    assert text == golden, f"{path.name} differs; if that is meant: GOLDEN=write"


def test_an_answer_goes_back_to_the_sender_as_test_data_if_the_file_was() -> None:
    for kind, text in spoiled(("*0*P*:~", "*0*T*:~")).items():
        (interchange,) = read_back(text)
        isa = interchange.header
        assert (isa[6].strip(), isa[8].strip(), isa[14], isa[15]) == (
            "SYNTHCLEARING", "MAPLEGROVE", "0", "T",
        )  # fmt: skip
        for one in interchange.sets:
            assert one.group[1:4] == [
                {"999": "FA", "277ca": "HN"}[kind],
                isa[6].strip(),
                isa[8].strip(),
            ]


def test_control_numbers_come_from_the_file_or_from_the_caller() -> None:
    several = (FIXTURES / "clean" / "several_envelopes.837").read_text(encoding="ascii")
    derived = answers(several)
    given = answers(several, ControlNumbers(41, 52, 999_999_999))
    numbers = {
        kind: ([one.header[13] for one in read_back(told[kind])])
        for told, kind in ((derived, "ta1"), (derived, "999"), (derived, "277ca"))
    }
    assert numbers == {
        "ta1": ["100000001", "100000002"],
        "999": ["200000001", "200000002"],
        "277ca": ["300000001", "300000002"],
    }
    assert [one.header[13] for one in read_back(given["ta1"])] == ["000000041", "000000042"]
    assert [one.header[13] for one in read_back(given["999"])] == ["000000052", "000000053"]
    assert [one.header[13] for one in read_back(given["277ca"])] == ["999999999", "000000000"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("*00501*", "*00401*", ("R", "017")),
        ("*ZZ*MAPLEGROVE", "*XX*MAPLEGROVE", ("R", "005")),
        ("*260302*0815*", "*269902*0815*", ("R", "014")),
        ("*260302*0815*", "*260302*9915*", ("R", "015")),
        ("*0*P*:~", "*0*X*:~", ("R", "020")),
        ("*0*P*:~", "*0*P**~", ("E", "027")),
        ("*ZZ*MAPLEGROVE ", "*ZZ*MAPLE\nGROVE", ("R", "022")),
        ("*ZZ*MAPLEGROVE     *", "*ZZ*MAPLEGROVE*", ("E", "022")),
        ("IEA*1*000000001~\n", "", ("E", "023")),
        ("IEA*1*000000001", "IEA*1*000000007", ("E", "001")),
        ("IEA*1*000000001", "IEA*4*000000001", ("E", "021")),
        ("*20260302*0815*1*X*", "*20269902*0815*1*X*", ("E", "024")),
        ("GS*HC*", "GS*HP*", ("A", "000")),
    ],
)
def test_ta1_accepts_notes_or_rejects(old: str, new: str, said: tuple[str, str]) -> None:
    assert ta1(spoiled((old, new))) == [said]


def test_what_a_ta1_rejects_is_answered_by_nothing_else() -> None:
    told = spoiled(("*00501*", "*00401*"))
    assert (told["999"], told["277ca"]) == ("", "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty", []),
        ("whitespace", []),
        ("not_x12", []),
        ("isa_only", [("R", "023")]),
        ("missing_iea", [("E", "023")]),
        ("truncated_in_segment", [("E", "023")]),
        ("isa_too_long", [("E", "022")]),
        ("missing_se", [("A", "000")]),
        ("binary_rubbish", [("A", "000")]),
    ],
)
def test_whatever_has_an_isa_is_answered(name: str, said: list[tuple[str, str]]) -> None:
    text = (FIXTURES / "hostile" / f"{name}.837").read_bytes().decode("latin-1")
    assert ta1(answers(text)) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param([], ["AK2*837*0001*005010X222A1", "IK5*A", "AK9*A*1*1*1"], id="clean"),
        pytest.param(
            [("*11:B:1*Y*A*Y*Y~", "*11:B:1*Y*A*9*Y~")],
            ["AK2*837*0001*005010X222A1", "IK3*CLM*19*2300*8", "CTX*CLM01:ONE-1",
             "IK4*8*1073*7*9", "IK5*E*I5", "AK9*E*1*1*1"],
            id="a code in a claim",
        ),
        pytest.param(
            [("HI*ABK:M1711*ABF:R262~\n", ""), ("SE*33", "SE*32")],
            ["AK2*837*0001*005010X222A1", "IK3*HI*21*2300*3", "CTX*CLM01:ONE-1", "IK5*E*I5",
             "AK9*E*1*1*1"],
            id="a segment of a claim is missing, at the place where it should stand",
        ),
        pytest.param(
            [("DTP*472*D8*20260227~\nREF*6R*ONE-1L2", "REF*6R*ONE-1L2"), ("SE*33", "SE*32")],
            ["AK2*837*0001*005010X222A1", "IK3*DTP*31*2400*3", "CTX*CLM01:ONE-1", "IK5*E*I5",
             "AK9*E*1*1*1"],
            id="a segment of a service line is missing, at its place in that line",
        ),
        pytest.param(
            [("HI*ABK:", "ZZZ*1~\nHI*ABK:"), ("SE*33", "SE*34")],
            ["AK2*837*0001*005010X222A1", "IK3*ZZZ*21*2300*1", "CTX*CLM01:ONE-1", "IK5*E*5",
             "AK9*E*1*1*1"],
            id="an unknown segment",
        ),
        pytest.param(
            [("*TX*787011234~", "*TX*787011234*USAB~")],
            ["AK2*837*0001*005010X222A1", "IK3*N4*10*2010*8", "IK4*4*26*5*USAB", "IK5*E*5",
             "AK9*E*1*1*1"],
            id="a level above the claims",
        ),
        pytest.param(
            [("HL*2*1*22*0", "HL*2*1*22*1")],
            ["AK2*837*0001*005010X222A1", "IK3*HL*12*2000*8", "IK4*4*736*7", "IK5*E*I5",
             "AK9*E*1*1*1"],
            id="a child code, which is known to be wrong only when the level is over",
        ),
        pytest.param(
            [("CLM*ONE-1*", f"CLM*{'LONG' * 10}*")],
            ["AK2*837*0001*005010X222A1", "IK3*CLM*19*2300*8", f"CTX*CLM01:{('LONG' * 9)[:35]}",
             f"IK4*1*1028*5*{'LONG' * 10}", "IK5*E*5", "AK9*E*1*1*1"],
            id="a claim number longer than the reference may be",
        ),
        pytest.param(
            [("ST*837*0001*", "ST*837*1000000001*"), ("SE*33*0001", "SE*33*1000000001")],
            ["AK2*837*000000001*005010X222A1", "IK5*R*7", "AK9*R*1*1*0"],
            id="a number of the set longer than it may be, of which the end counts",
        ),
        pytest.param(
            [("BHT*0019*", "BHT*0018*")],
            ["AK2*837*0001*005010X222A1", "IK3*BHT*2**8", "IK4*1*1005*7*0018", "IK5*R*I5",
             "AK9*R*1*1*0"],
            id="the header of the set, so all of it is rejected",
        ),
        pytest.param(
            [("SE*33", "SE*11")],
            ["AK2*837*0001*005010X222A1", "IK5*E*4", "AK9*E*1*1*1"],
            id="a wrong count, repaired and noted",
        ),
        pytest.param(
            [("GE*1*1~\n", "")],
            ["AK2*837*0001*005010X222A1", "IK5*A", "AK9*E*1*1*1*3"],
            id="GE is missing",
        ),
        pytest.param(
            [("SE*33*0001~\nGE*1*1~\nIEA*1*000000001~\n", "")],
            ["AK2*837*0001*005010X222A1", "IK5*E*2", "AK9*E*1*1*1*3"],
            id="the file ends before any trailer",
        ),
        pytest.param(
            [("GE*1*1~", "GE*9*7~")],
            ["AK2*837*0001*005010X222A1", "IK5*A", "AK9*E*9*1*1*5*4"],
            id="GE counts and names another group",
        ),
        pytest.param(
            [("GE*1*1~", "GE*\xb2*1~")],
            ["AK2*837*0001*005010X222A1", "IK5*A", "AK9*E*1*1*1*5"],
            id="GE counts in digits of another script",
        ),
        pytest.param([("GS*HC*", "GS*HP*")], ["AK9*R*1*1*0*1"], id="a group of something else"),
        pytest.param(
            [("*1*X*005010X222A1", "*1*X*005010X223A2")], ["AK9*R*1*1*0*2"], id="institutional"
        ),
    ],
)  # fmt: skip
def test_999_says_what_is_wrong_and_where(changes: list[tuple[str, str]], said: list[str]) -> None:
    assert said_999(spoiled(*changes)) == said


def test_a_999_is_never_answered_with_a_999() -> None:
    told = answers(answers(CLINIC_DAY)["999"])
    assert told["999"] == told["277ca"] == ""
    assert ta1(told) == [("A", "000")]


def test_one_rejected_set_makes_a_group_partially_accepted() -> None:
    text = (FIXTURES / "hostile" / "remittance_in_claim_group.837").read_text(encoding="ascii")
    said = said_999(answers(text))
    assert said == [
        "AK2*835*0001", "IK5*R*6", "AK2*837*0002*005010X222A1", "IK5*A", "AK9*P*2*2*1",
    ]  # fmt: skip


def two_sets() -> str:
    """The claim in two transaction sets of a group, the first without its SE."""
    begin, end, ge = (ONE_CLAIM.index(f"\n{one}*") + 1 for one in ("ST", "SE", "GE"))
    body, trailer = ONE_CLAIM[begin:end], ONE_CLAIM[end:ge]
    second = (body + trailer).replace("*0001", "*0002")
    return ONE_CLAIM[:begin] + body + second + ONE_CLAIM[ge:].replace("GE*1", "GE*2")


def test_a_set_is_not_to_blame_for_the_trailer_that_the_one_before_lacks() -> None:
    told = answers(two_sets())
    assert said_999(told)[1::2] == ["IK5*E*2", "IK5*A"]
    (interchange,) = read_back(told["277ca"])
    assert [claim.accepted for one in interchange.sets for claim in read_claims(one)] == [True] * 2


def under_no_subscriber() -> str:
    """Two claims right below their billing provider."""
    hl, clm, se = (ONE_CLAIM.index(one) for one in ("HL*2", "CLM*", "SE*33"))
    claim = ONE_CLAIM[clm:se]
    return ONE_CLAIM[:hl] + claim + claim.replace("ONE-1", "TWO-1") + ONE_CLAIM[se:]


def test_what_claims_show_to_be_wrong_above_them_is_told_once() -> None:
    told = answers(under_no_subscriber().replace("SE*33", "SE*40"))
    assert said_999(told)[1:] == [
        "IK3*HL*12*2000*3", "IK3*HL*6*2000*8", "IK4*4*736*7", "IK5*E*I5", "AK9*E*1*1*1",
    ]  # fmt: skip
    assert statuses(told) == ["A7:481 U A7:684"] * 2


def test_a_group_without_a_version_is_answered_with_that_of_the_interchange() -> None:
    told = spoiled(("*1*X*005010X222A1", "*1*X"))
    assert the_set(told, "999").first("AK1") == ["AK1", "HC", "1", "005010"]
    assert pyx12_complaints(told["999"]) == []


def test_interchanges_of_one_number_get_answers_of_different_numbers() -> None:
    first = ONE_CLAIM.replace("*000000001", "*900000011")
    text = first + first + first.replace("*9000", "*8000") + first.replace("11*0*", "12*0*")
    for kind, told in answers(text).items():
        numbers = [one.header[13] for one in read_back(told)]
        assert [one[1:] for one in numbers] == ["00000011", "00000012", "00000013", "00000014"]
        assert {one[0] for one in numbers} == {{"ta1": "1", "999": "2", "277ca": "3"}[kind]}


def test_each_set_of_a_277ca_has_its_own_batch_number() -> None:
    several = (FIXTURES / "clean" / "several_envelopes.837").read_text(encoding="ascii")
    sets = [one for back in read_back(answers(several)["277ca"]) for one in back.sets]
    batches = [one.first("BHT")[3] for one in sets]
    assert len(batches) == len(set(batches)) == 4
    assert batches == [one.first("TRN", "1")[2] for one in sets]


def test_277ca_has_one_set_for_each_837_and_leads_back_to_its_batch() -> None:
    several = (FIXTURES / "clean" / "several_envelopes.837").read_text(encoding="ascii")
    received = [line.split("*")[3] for line in several.split("~\n") if line.startswith("BHT*")]
    read = read_back(answers(several)["277ca"])
    assert [one.first("TRN", "2")[2] for back in read for one in back.sets] == received


def test_a_rejected_set_is_answered_whole_at_the_submitters_level() -> None:
    told = spoiled(("BHT*0019*", "BHT*0018*"))
    said = ["*".join(one) for one in the_set(told, "277ca").segments]
    assert said[said.index("HL*2*1*21*0") + 3 :] == [
        "STC*A3:481*20260302*U*172", "QTY*AA*1", "AMT*YY*172",
    ]  # fmt: skip


def test_a_set_without_claims_is_rejected() -> None:
    begin, end = ONE_CLAIM.index("HL*1**20"), ONE_CLAIM.index("SE*33")
    told = answers((ONE_CLAIM[:begin] + ONE_CLAIM[end:]).replace("SE*33", "SE*6"))
    assert said_999(told)[1:] == ["IK3*CLM*6*2300*3", "IK5*R*I5", "AK9*R*1*1*0"]
    assert ["STC", "A3:481", "20260302", "U", "0"] in the_set(told, "277ca").segments


def test_where_sets_are_rejected_whole_both_answers_say_so() -> None:
    changed = ONE_CLAIM.replace("*11:B:1*Y*A*Y*Y~", "*11:B:1*Y*A*9*Y~")
    context = Context(CONTEXT.as_of, CONTEXT.profiles, isolate="transaction")
    told = answer(scrub(changed.encode("ascii"), context).parts, context.as_of)
    assert said_999(told)[1:] == [
        "IK3*CLM*19*2300*8", "CTX*CLM01:ONE-1", "IK4*8*1073*7*9", "IK5*R*I5", "AK9*R*1*1*0",
    ]  # fmt: skip
    assert ["STC", "A3:481", "20260302", "U", "172"] in the_set(told, "277ca").segments


def test_a_control_number_that_came_before_is_noted() -> None:
    """The ledger says so with a finding on the ISA."""
    first, *rest = scrub(ONE_CLAIM.encode("ascii"), CONTEXT).parts
    rule = SAME_CONTROL_NUMBER
    again = Finding(rule.code, rule.severity, 1, "ISA13", Span(0, 3), 1, 13, "again", rule.source)
    told = answer([first._replace(findings=(again,)), *rest], CONTEXT.as_of)
    assert ta1(told) == [("E", "025")]


def test_a_set_too_large_for_memory_gets_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    held = answers(CLINIC_DAY)
    monkeypatch.setattr(claim_spool, "HELD", 1)
    assert answers(CLINIC_DAY) == held


def scrubbed(source: Path, out: Path, *options: str) -> dict[str, str]:
    """The acknowledgments that a run of scrub leaves in its folder."""
    arguments = [str(source), "--out", str(out), "--as-of", "2026-03-02", "--quiet", *options]
    told = CliRunner().invoke(scrub_command, arguments)
    assert not told.exception or isinstance(told.exception, SystemExit), told.output
    return {
        path.name: path.read_bytes().decode("ascii")
        for path in sorted(out.iterdir())
        if path.suffix.removeprefix(".") in KINDS
    }


def test_scrub_writes_the_acknowledgments_it_is_asked_for(tmp_path: Path) -> None:
    source = FIXTURES / "clinic_day.837"
    written = scrubbed(source, tmp_path, "--format", "999,ta1,277ca")
    assert written == {f"clinic_day.{kind}": text for kind, text in answers(CLINIC_DAY).items()}
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in written)
    fewer = scrubbed(source, tmp_path, "--format", "999", "--control-number", "999=41")
    assert list(fewer) == ["clinic_day.999"]
    assert read_back(fewer["clinic_day.999"])[0].header[13] == "000000041"
    assert scrubbed(source, tmp_path) == {}


@pytest.mark.parametrize("given", ["998=1", "999", "999=x", "999=0", "999=1000000000"])
def test_scrub_refuses_control_numbers_that_are_none(tmp_path: Path, given: str) -> None:
    arguments = [str(FIXTURES / "clinic_day.837"), "--out", str(tmp_path)]
    told = CliRunner().invoke(scrub_command, [*arguments, "--control-number", given])
    assert told.exit_code == 2
    assert given in told.output


def statuses(told: dict[str, str]) -> list[str]:
    """The STC segments of the claims and their lines, without date and message."""
    one = the_set(told, "277ca")
    start = next(i for i, segment in enumerate(one.segments) if segment[1:4:2] == ["4", "PT"])
    found = [segment for segment in one.segments[start:] if segment[0] == "STC"]
    return [" ".join(filter(None, [s[1], s[3], *s[10:12]])) for s in found]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param([], ["A0:16:PR WQ"], id="accepted"),
        pytest.param(
            [("*XX*1300001017", "*XX*1300001018")], ["A7:562:82 U"], id="an entity is named"
        ),
        pytest.param(
            [("CLM*ONE-1*172.00", "CLM*ONE-1*172.10")], ["A7:400 U"], id="a claim's own reason"
        ),
        pytest.param(
            [("HC:97110:GP", "HC:97001:GP")],
            ["A3:247 U", "A7:507 U"],
            id="a line's reason stands at the line",
        ),
        pytest.param(
            [("*11:B:1*Y*A*Y*Y~", "*11:B:1*Y*A*9*Y~")],
            ["A7:360 U A7:684"],
            id="a fault of the guide names the element and points to the 999",
        ),
        pytest.param(
            [("AVE*STE 300~", f"AVE*{'STE 300 ' * 9}END~")],
            ["A7:512 U A7:503:85 A7:684"],
            id="a second code where one is demanded, with the entity it demands",
        ),
    ],
)
def test_277ca_gives_the_reasons(changes: list[tuple[str, str]], said: list[str]) -> None:
    assert statuses(spoiled(*changes)) == said


def test_a_line_that_cannot_be_repeated_gives_its_reason_at_the_claim() -> None:
    told = spoiled(("SV1*HC:97110:GP*", "SV1*QQ:97110:GP*"))
    assert not the_set(told, "277ca").all("SVC")
    assert statuses(told) == ["A7:454 U A7:684"]
    (stc,) = (one for one in the_set(told, "277ca").all("STC") if one[3] == "U")
    assert stc[12].startswith("line 1, SV101-1")


def test_a_dependent_is_named_with_the_subscribers_id() -> None:
    dependent = (FIXTURES / "clean" / "dependent_patient.837").read_text(encoding="ascii")
    lines = [line.split("*") for line in dependent.split("~\n")]
    subscriber = next(line for line in lines if line[:2] == ["NM1", "IL"])
    patient = next(line for line in lines if line[:2] == ["NM1", "QC"])
    (claim,) = read_claims(the_set(answers(dependent), "277ca"))
    assert claim.patient == (
        "NM1",
        "QC",
        "1",
        patient[3],
        patient[4],
        "",
        "",
        "",
        "MI",
        subscriber[9],
    )


def test_a_trace_number_comes_back() -> None:
    told = spoiled(("HI*ABK:", "REF*D9*TRACE-77~\nHI*ABK:"), ("SE*33", "SE*34"))
    assert the_set(told, "277ca").all("REF", "D9") == [["REF", "D9", "TRACE-77"]]


def test_names_from_outside_ascii_are_written_plainly() -> None:
    text = (FIXTURES / "clean" / "latin1_name.837").read_bytes().decode("latin-1")
    received = next(line for line in text.split("~\n") if line.startswith("NM1*IL*")).split("*")
    assert not received[3].isascii()
    (claim,) = read_claims(the_set(answers(text), "277ca"))
    assert claim.patient[3].isalpha()
    assert len(claim.patient[3]) == len(received[3])


def test_messages_can_be_left_out() -> None:
    told = answers(CLINIC_DAY, messages=False)["277ca"]
    assert all(len(one) < 13 for one in the_set({"277ca": told}, "277ca").all("STC"))


PYX12_FAULTS = {
    'Mandatory loop "Billing Provider of Service Level" (2000C) missing': (
        "the map lets HL04 of the receiver level say 0, nothing below, and yet demands a level "
        "below; a set that is rejected whole ends there"
    ),
    'Mandatory segment "Claim Level Service Date" (DTP) missing': (
        "no line of the claim has a date that can be read, which is why it is rejected; any date "
        "written here would be made up"
    ),
    "(775) is not a valid code for Health Care Claim Status Code": (
        "its list of status codes is older than the code for the kind of entity"
    ),
    "(772) is not a valid code for Health Care Claim Status Code": (
        "its list of status codes is older than the code for a diagnosis that lacks detail"
    ),
    "(PR) is not a valid code for Entity Identifier Code (STC10-03)": (
        "its list for a second status lacks the payer, which the map itself takes in STC01-03"
    ),
}
"""Where pyx12's maps do not accept our acknowledgments, and why they are right all the same."""


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("clean/*.837")), ids=lambda path: path.stem)
def test_pyx12_accepts_the_answers_to_clean_files(path: Path) -> None:
    told = answers(path.read_bytes().decode("latin-1"))
    assert {kind for kind, text in told.items() if text} == set(KINDS)
    assert [pyx12_complaints(text) for text in told.values()] == [[], [], []]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ([("BHT*0019*", "BHT*0018*")], "2000C"),
        ([(f"D8*20260227~\nREF*6R*ONE-1L{n}", f"D8*X~\nREF*6R*ONE-1L{n}") for n in "12"], "DTP"),
        ([("NM1*IL*1*", "NM1*IL**")], "775"),
        ([("HI*ABK:M1711", "HI*ABK:M17")], "772"),
        ([("*****PI*04412", "*****PI*" + "04412" * 17)], "PR"),
    ],
)
def test_pyx12_faults_are_as_the_table_says(changes: list[tuple[str, str]], complaint: str) -> None:
    (known,) = (one for one in PYX12_FAULTS if f"({complaint})" in one)
    complaints = pyx12_complaints(spoiled(*changes)["277ca"])
    assert any(known in one for one in complaints)
    assert all(any(fault in one for fault in PYX12_FAULTS) for one in complaints)
