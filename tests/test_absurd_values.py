"""Numbers of thousands of digits and other absurd values, in any element of a file, are found
wrong like any other: no rule, report or acknowledgment stumbles over them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.cli import main
from scrubber.x12.whole_number import whole_number

CLEAN = Path(__file__).parent.parent / "fixtures" / "clean"
LONG = "9" * 5000
FORMATS = "json,csv,999,ta1,277ca"


def spoiled(text: str, value: str, only: str = "") -> dict[str, str]:
    """The file with one element after the other in the place of a value."""
    segments = text.split("~")
    files = {}
    for at, segment in enumerate(segments):
        elements = segment.split("*")
        if elements[0].strip() in ("", "ISA") or (only and elements[0].strip() != only):
            continue
        for number in range(1, len(elements)):
            changed = [*elements[:number], value, *elements[number + 1 :]]
            name = f"{at}-{elements[0].strip()}{number:02d}"
            files[name] = "~".join([*segments[:at], "*".join(changed), *segments[at + 1 :]])
    return files


def scrub_all(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / f"{name}.837").write_text(text, encoding="latin-1")
    arguments = ["scrub", str(folder), "--out", str(folder / "out"), "--as-of", "2026-03-02"]
    done = CliRunner().invoke(main, [*arguments, "--quiet", "--format", FORMATS])
    assert done.exit_code in (1, 2), done.output
    assert "an internal error" not in done.output
    for name in files:
        report = json.loads((folder / "out" / f"{name}.report.json").read_text())
        assert not report["totals"]["not_checked"], name


@pytest.mark.parametrize("value", [LONG, f"-{LONG}.{LONG}", "0" * 5000 + "1"], ids=lambda v: v[:3])
def test_a_number_of_thousands_of_digits_in_any_element(value: str, tmp_path: Path) -> None:
    text = (CLEAN / "secondary_payer.837").read_text(encoding="latin-1")
    scrub_all(spoiled(text, value), tmp_path)


def test_pointers_and_units_of_a_line(tmp_path: Path) -> None:
    text = (CLEAN / "one_claim.837").read_text(encoding="latin-1")
    files: dict[str, str] = {}
    for number, value in enumerate(("1:" + LONG, "0:0", "1E9", "NAN", "Infinity", "\xb2", "1_0")):
        changed = spoiled(text, value, only="SV1")
        files |= {f"{number}-{name}": file for name, file in changed.items()}
    scrub_all(files, tmp_path)


def test_whole_numbers() -> None:
    assert [whole_number(one) for one in ("0", "007", "9" * 18)] == [0, 7, 10**18 - 1]
    for text in ("", "-1", "1.0", "\xb2", "\u0663", " 1", "1_0", "9" * 19):
        assert whole_number(text) is None
