"""Files of the kinds that people report to others: each is scrubbed as a biller would expect.

A folder of fixtures/reported is one kind. Its expected.toml tells of each file what it embodies
(`why`), who reported it (`source`), how many claims end `accepted`, `corrected` and `rejected`, the
profile and line of business that `judged`, the `codes` that must be among the findings and the
`absent` ones that must not, and words that some message must hold (`says`). `as_of` is 2026-03-02
unless a case says otherwise.
"""

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyx12_verdict import pyx12_accepts

from scrubber.engine import Context, scrub
from scrubber.profiles.loader import load_profiles
from scrubber.testing.runs import run

FOLDER = Path(__file__).parent.parent / "fixtures" / "reported"
PROFILES = load_profiles(None)
CASES = [
    (table.parent / case["file"], case)
    for table in sorted(FOLDER.glob("*/expected.toml"))
    for case in tomllib.loads(table.read_text(encoding="utf-8"))["case"]
]
KEYS = {"file", "why", "source", "as_of", "judged", "codes", "absent", "says"}
DISPOSITIONS = ("accepted", "corrected", "rejected")


@pytest.mark.parametrize(("path", "case"), CASES, ids=lambda one: getattr(one, "stem", ""))
def test_it_is_scrubbed_as_expected(path: Path, case: dict[str, Any]) -> None:
    as_of = case.get("as_of", date(2026, 3, 2))
    result = scrub(path.read_bytes(), Context(as_of, PROFILES))
    found = [*result.findings, *(f for claim in result.claims for f in claim.findings)]
    codes = {finding.code for finding in found}
    counted = Counter(claim.disposition.value for claim in result.claims)
    assert {one: counted[one] for one in DISPOSITIONS} == {
        one: case.get(one, 0) for one in DISPOSITIONS
    }, sorted(f"{finding.code} {finding.message}" for finding in found)
    judged = {f"{claim.profile}, {claim.coverage.line}" for claim in result.claims}
    assert case.get("judged") is None or judged == {case["judged"]}
    assert codes >= set(case.get("codes", ()))
    assert not codes & set(case.get("absent", ()))
    messages = " | ".join(finding.message for finding in found)
    for words in case.get("says", ()):
        assert words in messages


@pytest.mark.parametrize(
    ("path", "as_of"),
    [
        pytest.param(path, case.get("as_of", date(2026, 3, 2)), id=path.stem)
        for path, case in CASES
        # pyx12 takes long; it took those visits that go out as they came when they were written.
        if "S149" not in case.get("codes", ())
        and (path.parent.name != "practice_visits" or case.get("corrected"))
    ],
)
def test_what_goes_out_is_taken_by_pyx12(path: Path, as_of: date) -> None:
    accepted = run(path.read_bytes(), Context(as_of, PROFILES)).accepted
    if accepted and accepted.isascii():  # of other letters S149 warns
        assert pyx12_accepts(accepted.decode("ascii"))


def test_every_file_has_its_case_and_every_case_its_reason() -> None:
    assert {path for path, _ in CASES} == set(FOLDER.glob("*/*.837"))
    for _, case in CASES:
        assert case["why"] and case["source"]
        assert set(case) <= KEYS | set(DISPOSITIONS)
