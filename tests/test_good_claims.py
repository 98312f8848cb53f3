"""Good claims of many kinds, none of which may be touched: one good claim rejected is worse than
ten faults missed.

Each transaction set of fixtures/good_claims is one kind of claim, named in BHT03 and CLM01.
pyx12's validator is the witness that they keep to the guide. It asks for a member id also of an
employer who is the insured (test_guide_oracle has its faults), so for its eyes one is put in.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from pyx12_verdict import pyx12_accepts

from scrubber.engine import Context, ScrubResult, scrub
from scrubber.engine.results import Disposition
from scrubber.findings import Severity
from scrubber.profiles.loader import load_profiles

FOLDER = Path(__file__).parent.parent / "fixtures" / "good_claims"
README = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
EMPLOYER_WITHOUT_ID = re.compile(r"(NM1\*IL\*2\*[^*~]+)~")
FILES = sorted(FOLDER.glob("*.837"))
CONTEXT = Context(date(2026, 3, 2), load_profiles(None))

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def scrubbed(path: Path) -> ScrubResult:
    return scrub(path.read_bytes(), CONTEXT)


def test_there_are_many() -> None:
    assert sum(len(scrubbed(path).claims) for path in FILES) >= 377


@every_file
def test_nothing_is_said_against_them(path: Path) -> None:
    result = scrubbed(path)
    found = [*result.findings, *(f for claim in result.claims for f in claim.findings)]
    said = [f"{f.claim} {f.code} {f.message}" for f in found if f.severity is not Severity.INFO]
    assert not said
    assert {claim.disposition for claim in result.claims} == {Disposition.ACCEPTED}
    assert not [claim.not_checked for claim in result.claims if claim.not_checked]


@every_file
def test_they_go_out_as_they_came(path: Path) -> None:
    corrected = "".join(part.corrected for part in scrubbed(path).parts)
    assert corrected == path.read_text(encoding="latin-1")


@every_file
def test_they_keep_to_the_guide(path: Path) -> None:
    text = path.read_text(encoding="ascii")
    assert pyx12_accepts(EMPLOYER_WITHOUT_ID.sub(r"\1*****MI*EMPLOYER~", text))


@every_file
def test_every_file_has_its_line_in_the_readme(path: Path) -> None:
    assert f"| `{path.name}` |" in README
