"""Units of a documented claim rest on the minutes of all claims of the day, whichever comes first
(CMS Pub. 100-04, chapter 5, 20.2)."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from subprocess import run as run_process
from sys import executable

import pytest
from click.testing import CliRunner

from scrubber.cli import main
from scrubber.testing import scrubber_with

BASES = Path(__file__).parent.parent / "fixtures" / "rules" / "bases"
DAY = date(2026, 3, 2)
# One patient and day: two units each of 97110 and 97112 on the first claim, one each of 97530
# and 97140 on the second.
TWO_CLAIMS = (
    (BASES / "medicare_two_claims.837")
    .read_text(encoding="ascii")
    .replace("20260212", "20260210")
    .replace("SV1*HC:97110:GP*100*UN*2***1~\nDTP*472*D8*20260210~\nREF*6R*B1", "SV1*HC:97530:GP"
             "*100*UN*1***1~\nDTP*472*D8*20260210~\nREF*6R*B1")
)  # fmt: skip
FIRST, SECOND = "PCN001", "PCN002"
MADE_UP = (20, 30, 20, 20)
"""90 minutes make the six units billed; the first claim's 50 make three of its four."""


def rows(minutes: tuple[int | str, ...]) -> list[dict[str, object]]:
    """The documentation of both claims; a line with "-" has no row."""
    lines = [(FIRST, 1), (FIRST, 2), (SECOND, 1), (SECOND, 2)]
    return [
        {"claim_id": claim, "line": line, "minutes": spent}
        for (claim, line), spent in zip(lines, minutes, strict=True)
        if spent != "-"
    ]


def judged(text: str, minutes: tuple[int | str, ...]) -> dict[str | None, list[str]]:
    """For each claim what S611 says, by severity."""
    verdict = scrubber_with(as_of=DAY, documentation=rows(minutes))(text)
    return {
        claim.claim_id: [f.severity.value for f in claim.findings if f.code == "S611"]
        for claim in verdict.claims
    }


def unbilled(minutes: tuple[int | str, ...]) -> list[str]:
    """The claims of which S612 says that they bill too little."""
    verdict = scrubber_with(as_of=DAY, documentation=rows(minutes))(TWO_CLAIMS)
    assert not [claim.not_checked for claim in verdict.claims if claim.not_checked]
    said = {claim.claim_id: [f.code for f in claim.findings] for claim in verdict.claims}
    return [claim_id for claim_id, codes in said.items() if "S612" in codes]


def test_minutes_of_another_claim_make_up_for_too_few() -> None:
    assert judged(TWO_CLAIMS, MADE_UP) == {FIRST: [], SECOND: []}


def test_nothing_is_said_to_be_left_unbilled_that_another_claim_bills() -> None:
    assert unbilled(MADE_UP) == []
    # The first claim's own 90 minutes make six units, two more than it bills.
    assert unbilled((60, 30, 8, 8)) == [FIRST]


def test_nothing_is_said_to_be_left_unbilled_where_minutes_are_not_known() -> None:
    assert unbilled((60, 30, 8, "")) == []


def test_minutes_of_an_earlier_claim_count_as_well() -> None:
    # 8 minutes make no second unit for the second claim; 97110's 40 leave ten.
    assert judged(TWO_CLAIMS, (40, 30, 8, 8)) == {FIRST: [], SECOND: []}


def test_all_minutes_of_the_day_are_still_too_few() -> None:
    assert judged(TWO_CLAIMS, (20, 30, 8, 8))[FIRST] == ["reject"]
    # 74 minutes make five units, one short, and 97110 and 97112 tie for the last.
    assert judged(TWO_CLAIMS, (22, 22, 15, 15))[FIRST] == ["reject"]


def test_enough_minutes_in_all_of_another_code_than_billed() -> None:
    # 90 minutes make the six units billed, but none of them a second one of 97110.
    assert judged(TWO_CLAIMS, (15, 30, 23, 22))[FIRST] == ["warn"]


def test_a_code_with_a_time_of_its_own_is_counted_alone() -> None:
    work_hardening = TWO_CLAIMS.replace("HC:97112:GP*90*UN*2", "HC:97545:GP*90*UN*1")
    assert judged(work_hardening, (22, 61, 16, 16))[FIRST] == []
    assert judged(work_hardening, (22, 60, 16, 16))[FIRST] == ["warn"]


@pytest.mark.parametrize("unknown", ["", "-"], ids=["an empty cell", "no row"])
def test_where_minutes_of_the_other_claim_are_not_known_nothing_is_rejected(unknown: str) -> None:
    assert judged(TWO_CLAIMS, (20, 30, 20, unknown))[FIRST] == ["warn"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20260210~\nREF*6R*B", "20260211~\nREF*6R*B"),
        ("HC:97530:GP*100*UN*1***1~", "HC:97530:GO*100*UN*1***1~"),
        ("PCN002*145***11:B:1", "PCN002*145***11:B:7"),
    ],
    ids=["of another day", "of another discipline", "of a claim that replaces another"],
)
def test_minutes_that_do_not_count(old: str, new: str) -> None:
    changed = TWO_CLAIMS.replace(old, new)
    assert changed != TWO_CLAIMS
    minutes = (22, 30, 21, 10)
    assert judged(TWO_CLAIMS, minutes)[FIRST] == []
    assert judged(changed, minutes)[FIRST] == ["reject"]


@pytest.mark.parametrize(("indicator", "severities"), [("CI", []), ("16", ["warn"])])
def test_notes_tell_minutes_only_in_the_lines_of_business_agreed_on(
    indicator: str, severities: list[str]
) -> None:
    text = TWO_CLAIMS.replace("SBR*P*18*******MB~", f"SBR*P*18*******{indicator}~")
    text = text.replace("PI*09102~", "PI*TIM01~").replace("1EG4TE5MK73", "ABC123456")
    text = text.replace("REF*6R*B2~", "REF*6R*B2~\nNTE*ADD*MIN=20~")
    text = text.replace("SE*47*", "SE*48*")
    timed = BASES.parent / "profiles" / "timed.xml"
    told = rows((*MADE_UP[:3], "-"))
    verdict = scrubber_with([timed], as_of=DAY, documentation=told)(text)
    found = [one.severity.value for one in verdict.claims[0].findings if one.code == "S611"]
    assert found == severities


def test_minutes_of_another_patient_do_not_count() -> None:
    head, second = TWO_CLAIMS.split("CLM*PCN002", 1)
    patient = re.search(r"HL\*2\*1\*22\*0~.*?NM1\*PR[^~]*~\n", head, re.DOTALL)
    assert patient is not None
    other = patient[0].replace("HL*2*", "HL*3*").replace("1EG4TE5MK73", "1EG4TE5MK72")
    two = f"{head}{other}CLM*PCN002{second}".replace("SE*47*", "SE*54*")
    assert judged(two, MADE_UP)[FIRST] == ["reject"]


def alone(text: str, claim: str) -> str:
    """The file with one of its two claims only."""
    first, second = (text.index(f"CLM*{one}") for one in (FIRST, SECOND))
    trailer = text.index("SE*47")
    cut = text[:first] + (text[first:second] if claim == FIRST else text[second:trailer])
    return f"{cut}SE*{cut.count('~') - 1}*0001~\n" + text[trailer:].split("\n", 1)[1]


@pytest.fixture
def two_files(tmp_path: Path) -> Iterator[Path]:
    """A folder in which each claim has a file of its own, beside the documentation."""
    for name in (FIRST, SECOND):
        (tmp_path / f"{name}.837").write_text(alone(TWO_CLAIMS, name), encoding="ascii")
    cells = [f"{row['claim_id']},{row['line']},{row['minutes']}" for row in rows(MADE_UP)]
    (tmp_path / "minutes.csv").write_text("\n".join(["claim_id,line,minutes", *cells]))
    yield tmp_path


def test_claims_in_one_file_of_a_drop(two_files: Path) -> None:
    drop = two_files / "drop"
    (drop / "inbound").mkdir(parents=True)
    drop.chmod(0o700)
    (drop / "inbound" / "both.837").write_text(TWO_CLAIMS, encoding="ascii")
    options = ["--documentation", str(two_files / "minutes.csv"), "--as-of", DAY.isoformat()]
    watched = [executable, "-m", "scrubber", "watch", str(drop), "--once", "--settle", "0"]
    assert run_process([*watched, *options], check=False).returncode == 0
    assert [file.name for file in (drop / "outbound" / "rejected").iterdir()] == []


@pytest.mark.parametrize("command", ["check", "scrub", "diff"])
def test_claims_in_different_files_of_a_run(two_files: Path, command: str) -> None:
    out = ["--out", str(two_files / "out")] if command == "scrub" else []
    options = ["--documentation", str(two_files / "minutes.csv"), "--as-of", DAY.isoformat()]
    both = [str(two_files / f"{name}.837") for name in (FIRST, SECOND)]
    assert CliRunner().invoke(main, [command, *both, *out, *options]).exit_code == 0
    assert CliRunner().invoke(main, [command, both[0], *out, *options]).exit_code == 1
