"""The shipped files are what their README says: clean ones valid, hostile ones not readable as one.

pyx12's validator is the witness, as far as it can read: it takes ASCII only and refuses control
characters as delimiters without a reason, so those two files are witnessed by their plain twins.
"""

from pathlib import Path

import pytest
from pyx12_verdict import pyx12_accepts

FIXTURES = Path(__file__).parent.parent / "fixtures"
CLEAN = sorted((FIXTURES / "clean").glob("*.837"))
HOSTILE = sorted((FIXTURES / "hostile").glob("*.837"))
README = (FIXTURES / "README.md").read_text(encoding="utf-8")

CONTROL_TO_PLAIN = str.maketrans("\x1d\x1f\x1e\x1c", "*:^~")
LATIN1_TO_ASCII = str.maketrans("\xd1", "N")


def read(path: Path) -> str:
    return path.read_bytes().decode("latin-1")


def plain_twin(path: Path) -> str:
    return read(path).translate(CONTROL_TO_PLAIN).translate(LATIN1_TO_ASCII)


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_clean_files_pass_pyx12(path: Path) -> None:
    assert pyx12_accepts(plain_twin(path))


def test_the_clinic_day_passes_pyx12_because_its_faults_are_beyond_the_guide() -> None:
    assert pyx12_accepts(read(FIXTURES / "clinic_day.837"))


def test_files_that_differ_in_form_only_hold_the_same_claim() -> None:
    forms = {
        "line_ends_none": "*:^~",
        "line_ends_lf": "*:^~",
        "line_ends_crlf": "*:^~",
        "newline_terminator": "*:^\n",
        "delimiters_pipe": "|>!~",
        "delimiters_caret": "^<!|",
        "delimiters_control": "\x1d\x1f\x1e\x1c",
    }
    told = {
        name: read(FIXTURES / "clean" / f"{name}.837")
        .translate(str.maketrans(delimiters, "*:^~"))
        .replace("\r", "")
        .replace("\n", "")
        for name, delimiters in forms.items()
    }
    plain = read(FIXTURES / "clean" / "one_claim.837").replace("\n", "")
    assert told == dict.fromkeys(forms, plain)


@pytest.mark.parametrize(
    "path",
    # An 835 in a group of claims is one of pyx12's faults: it says valid and checks nothing.
    [path for path in HOSTILE if path.stem != "remittance_in_claim_group"],
    ids=lambda path: path.stem,
)
def test_hostile_files_do_not_pass_pyx12(path: Path) -> None:
    assert not pyx12_accepts(read(path))


@pytest.mark.parametrize("path", [*CLEAN, *HOSTILE], ids=lambda path: path.stem)
def test_every_file_has_its_line_in_the_readme(path: Path) -> None:
    assert f"| `{path.name}` |" in README


@pytest.mark.parametrize("number", range(1001, 1015))
def test_every_claim_of_the_clinic_day_is_explained(number: int) -> None:
    assert f"CLM*MG-{number}*" in read(FIXTURES / "clinic_day.837")
    assert f"| MG-{number} |" in README
