"""What is proposed of a payer from its answers, and what is not."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from adjudicated import answered, sent_claims
from answer_files import claim, claims
from cli_process import scrubber

from scrubber.answers.evidence import Evidence
from scrubber.answers.sent import SentClaim, SentLine
from scrubber.testing.adjudicator import PAID, Verdict

Decide = Callable[[SentClaim, SentLine], Verdict]
FIRST = date(2026, 1, 5)


def files(folder: Path, visits: list[tuple[int, date, list[str], str]], decide: Decide) -> None:
    """Claims of a Cigna plan and its answers: each visit has a patient, a day, lines of code,
    charge and units, and segments of its claim."""
    (folder / "sent").mkdir(parents=True)
    (folder / "inbox").mkdir()
    for number, (patient, day, lines, more) in enumerate(visits):
        of_claim = claim(
            f"C{number}", *(f"{one} {day:%Y%m%d} L{at}" for at, one in enumerate(lines))
        )
        if more:
            of_claim.insert(1, more)
        made_on = day + timedelta(days=1)
        content = claims(of_claim, payer="CIGNA", made_on=f"{made_on:%Y%m%d}", batch=f"B{number}")
        content = content.replace(b"1EG4TE5MK73", b"MEMBER%d" % patient)
        content = content.replace(b"PI*12345", b"PI*62308").replace(b"*MB~", b"*CI~")
        (folder / "sent" / f"{number}.837").write_bytes(content)
        answer = answered(
            sent_claims(content), decide, first=number + 1, paid_on=day + timedelta(days=14)
        )
        (folder / "inbox" / f"{number}.835").write_bytes(answer)


def learned(folder: Path) -> list[str]:
    """The lines that tell of proposals, and the file."""
    done = scrubber(
        "profile", "learn", "cigna", folder / "sent", folder / "inbox", "--out", folder / "out"
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [one for one in done.stdout.splitlines() if "observed: " in one]


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=3 * at) for at in range(count)]


def by_units(most: int) -> Decide:
    def decide(_claim: SentClaim, line: SentLine) -> Verdict:
        over = int(line.units or 0) - most
        return Verdict("CO", "222", ("N362",), over) if over > 0 else PAID

    return decide


def test_a_daily_limit(tmp_path: Path) -> None:
    lines = ["97110:GP 120.00 3", "97110:GP 240.00 6"]
    visits = [(at % 5, day, [lines[at % 2]], "") for at, day in enumerate(days(12))]
    files(tmp_path, visits, by_units(4))
    assert learned(tmp_path) == [
        "daily-limit id=observed-97110 most=4 codes=97110: observed: 6 of 6 days over it, "
        "835s of 2026-01-22 to 2026-02-21, 5 patients"
    ]
    text = (tmp_path / "out" / "cigna.xml.proposed").read_text()
    assert 'most="4"' in text
    assert 'confidence="low"' in text
    assert "6 for it, 0 against it" in text
    assert "MEMBER" not in text
    impact = json.loads((tmp_path / "out" / "cigna.impact.json").read_text())
    assert impact["since"] == "2025-11-23"
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}
    done = scrubber("profile", "check", tmp_path / "out" / "cigna.xml.proposed")
    assert done.returncode == 0
    assert "cigna is valid" in done.stdout
    # No run reads it where it lies.
    done = scrubber("profile", "list", "--profiles", tmp_path / "out")
    assert done.returncode == 2


@pytest.mark.parametrize("patients", [2, 3])
def test_of_fewer_than_three_patients_nothing(tmp_path: Path, patients: int) -> None:
    visits = [(at % patients, day, ["97110:GP 240.00 6"], "") for at, day in enumerate(days(9))]
    files(tmp_path, visits, by_units(4))
    assert len(learned(tmp_path)) == (patients == 3)
    assert (tmp_path / "out").exists() is (patients == 3)


def test_a_limit_that_was_paid_beyond_is_none(tmp_path: Path) -> None:
    visits = [(at % 4, day, ["97110:GP 240.00 6"], "") for at, day in enumerate(days(9))]
    visits += [(5, FIRST, ["97110:GP 200.00 5", "97140:GP 10.00 1"], "")]

    def decide(claim: SentClaim, line: SentLine) -> Verdict:
        return PAID if len(claim.lines) == 2 else by_units(4)(claim, line)

    files(tmp_path, visits, decide)
    assert learned(tmp_path) == []


def test_a_required_modifier(tmp_path: Path) -> None:
    lines = ["97110 40.00 1", "97110:GP 40.00 1", "97110:GP:KX 40.00 1"]
    visits = [(at % 4, day, [lines[at % 3]], "") for at, day in enumerate(days(21))]

    def decide(_claim: SentClaim, line: SentLine) -> Verdict:
        return PAID if "GP" in line.modifiers else Verdict("CO", "4", ("N822",))

    files(tmp_path, visits, decide)
    (told,) = learned(tmp_path)
    assert told.startswith(
        "required-modifier id=observed-GP-97110 any-of=GP codes=97110: observed: 7 of 7 lines "
    )


def test_a_code_that_is_never_paid(tmp_path: Path) -> None:
    visits = [
        (at % 4, FIRST + timedelta(days=7 * at), ["97014:GP 20.00 1"], "") for at in range(11)
    ]
    files(tmp_path, visits, lambda _claim, _line: Verdict("CO", "96", ("N657",)))
    (told,) = learned(tmp_path)
    assert (
        "not-payable id=observed-97014 codes=97014 because=not-covered: observed: 11 of 11" in told
    )


def test_a_pair(tmp_path: Path) -> None:
    both = ["97530:GP 50.00 1", "97116:GP 40.00 1"]
    apart = ["97116:GP 40.00 1"]
    opened = ["97530:GP 50.00 1", "97116:GP:59 40.00 1"]
    visits = [(at % 4, day, [both, apart, opened][at % 3], "") for at, day in enumerate(days(21))]

    def decide(claim: SentClaim, line: SentLine) -> Verdict:
        is_beside = line.code == "97116" and len(claim.lines) == 2
        return Verdict("CO", "97") if is_beside and "59" not in line.modifiers else PAID

    files(tmp_path, visits, decide)
    (told,) = learned(tmp_path)
    assert told.startswith("own-pair column-1=97530 column-2=97116 opened-by=59: observed: 7 of 7")


def test_what_an_assistants_line_pays(tmp_path: Path) -> None:
    visits = [
        (at % 4, day, ["97110:GP:CQ 40.00 1", "97110:GP 40.00 1"], "")
        for at, day in enumerate(days(16))
    ]

    def decide(_claim: SentClaim, line: SentLine) -> Verdict:
        return Verdict(share=Decimal("0.85")) if "CQ" in line.modifiers else PAID

    files(tmp_path, visits, decide)
    (told,) = learned(tmp_path)
    assert told.startswith("assistant-modifiers used=yes pays-percent=85: observed: 16 of 16 lines")


def test_authorization_by_code(tmp_path: Path) -> None:
    visits = [
        (at % 5, day, ["97110:GP 40.00 1"], "REF*G1*A1" if at % 2 else "")
        for at, day in enumerate(days(14))
    ]

    def decide(claim: SentClaim, _line: SentLine) -> Verdict:
        return PAID if claim.authorized else Verdict("CO", "197", ("M62",))

    files(tmp_path, visits, decide)
    (told,) = learned(tmp_path)
    assert "authorization id=observed-97110 codes=97110 qualifiers=G1: observed: 7 of 7" in told


def test_visits_of_a_year(tmp_path: Path) -> None:
    visits = [(patient, day, ["97110:GP 40.00 1"], "") for patient in range(5) for day in days(6)]

    def decide(claim: SentClaim, _line: SentLine) -> Verdict:
        early = claim.first_day is not None and claim.first_day < days(6)[4]
        return PAID if early else Verdict("PR", "119", ("N362",))

    files(tmp_path, visits, decide)
    told = [one for one in learned(tmp_path) if one.startswith("visit-limit")]
    assert len(told) == 1
    assert "most=4 counts=visits within=1 year codes=therapy: observed: 5 of 5 patients" in told[0]


def test_evidence_against_a_statement() -> None:
    one = Evidence()
    for at in range(5):
        one.support(f"P{at}", FIRST, FIRST)
    assert one.suffices(5)
    assert not one.suffices(6)
    assert not one.is_strong
    one.contrary = 1
    assert not one.suffices(5)


def test_an_unknown_profile(tmp_path: Path) -> None:
    done = scrubber("profile", "learn", "nobody", tmp_path, tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "there is no profile nobody" in done.stderr
