"""Files made to fill memory or to take forever: each is refused, or worked through, within the
bounds of a process that gets no more, and every refusal is one line and exit status 2.

The bounds are on the machine's counters (CPU seconds, address space), not on a clock.
"""

import json
import resource
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from bomb_shapes import ONE
from cli_process import COMMAND, DAY, ENVIRONMENT, FIXTURES

MEGA = 1 << 20
MOST_MEMORY = 700 * MEGA
"""The libraries alone map some 200 MB."""
MOST_SECONDS = 60

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SST = f'<sst xmlns="{SPACE}">'
HEAD, TAIL = f'<worksheet xmlns="{SPACE}"><sheetData>', "</sheetData></worksheet>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12))
PAIR = "97110\t97140\t\t20200101\t*\t1\tMisuse\n"


def bounded(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line with bounds; a breach ends the process by a signal or MemoryError."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT | {"OMP_NUM_THREADS": "1"},
        preexec_fn=bind,
        check=False,
    )
    assert done.returncode >= 0, "killed"
    assert "Traceback" not in done.stdout + done.stderr
    assert "an internal error" not in done.stdout + done.stderr
    return done


def bind() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


FAR = "".join(f'<row r="{row}"><c r="ZZZ{row}"><v>1</v></c></row>' for row in range(1, 50_000))
LONG_ROW = "a row of more than 1,048,576 characters"
UNPACKS = "unpacks to more than is allowed"

# What is in the archive, and what is said of it.
TEXT_BOMBS: dict[str, tuple[Mapping[str, str], str]] = {
    "one line": ({"a.txt": "97110" * (4 * MEGA)}, LONG_ROW),
    "one row": ({"a.csv": '"\n",' * (2 * MEGA)}, LONG_ROW),
    "many files": (dict.fromkeys(map("{:06d}.bin".format, range(20_000)), ""), "too many files in"),
    "rows to keep": ({"a.txt": PAIR * 150_000}, "at most 100,000 therapy pairs expected"),
}
SHEET_BOMBS: dict[str, tuple[Mapping[str, str], str]] = {
    "one row of cells": ({SHEET: f"{HEAD}<row>{'<c/>' * 4 * MEGA}</row>{TAIL}"}, UNPACKS),
    "elements without a row": ({SHEET: HEAD + "<x/>" * 4 * MEGA + TAIL}, UNPACKS),
    "one string": ({SHEET: HEAD + TAIL, STRINGS: f"{SST}<si>{'<t/>' * 4 * MEGA}"}, UNPACKS),
    "columns far away": ({SHEET: HEAD + FAR + TAIL}, "at most 1000 columns expected"),
    "laughs": ({SHEET: f"<!DOCTYPE w [{LAUGHS}]>{HEAD}<row><c><v>&l11;</v></c></row>{TAIL}"}, ""),
    "deep": ({SHEET: HEAD + "<row>" * 100_000}, "a sheet that cannot be read"),
}


@pytest.mark.parametrize("bomb", [*TEXT_BOMBS, *SHEET_BOMBS])
def test_tables(bomb: str, tmp_path: Path) -> None:
    members, said = TEXT_BOMBS.get(bomb) or SHEET_BOMBS[bomb]
    name = "ccipra-2026q3.zip" if bomb in TEXT_BOMBS else "ccipra-2026q3.xlsx"
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    done = bounded("table", "import", tmp_path / name, "--tables", tmp_path / "tables")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {name}")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "claim_id,line,minutes\nA,1," + "1" * 5_000_000,
            "a row of more than 1,048,576 characters",
        ),
        ('claim_id,line,minutes\n"' + "a\n" * 100_000, "line 65538: not a table"),
        ("claim_id,line,minutes\n" + '"\n",' * 1_000_000, LONG_ROW),
        ("claim_id" + ",goal" * 100_000, "the header lacks line, minutes"),
        ("PK\x03\x04\x80\xff", "not a UTF-8 text"),
    ],
    ids=["gigantic cell", "open quote", "one row", "columns", "workbook"],
)
def test_documentation(content: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "minutes.csv"
    file.write_text(content, encoding="latin-1", newline="")
    done = bounded("check", FIXTURES / "clinic_day.837", "--documentation", file, *DAY)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: minutes.csv: {said}")
    assert done.stderr.count("\n") == 1


def test_a_profile_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "endless.xml").symlink_to("/dev/zero")
    done = bounded("check", FIXTURES / "clinic_day.837", "--profiles", tmp_path, *DAY)
    assert done.returncode == 2
    assert "is too large" in done.stderr


def inside(place: str, piece: str, times: int) -> str:
    at = ONE.index(place)
    return ONE[:at] + piece * times + ONE[at:]


def levels(number: int, parent: int, child: str) -> str:
    at = ONE.index("~CLM*") + 1
    made = "".join(f"HL*{one}*{parent or one - 1}*{child}~" for one in range(3, number))
    return ONE[:at] + made + ONE[at:]


CLAIM_BOMBS = {
    "gigantic segment": inside("LX*1", "NTE*ADD*" + "x" * 20 * MEGA + "~", 1),
    "segment without end": ONE[: ONE.index("LX*1")] + "NTE*ADD*" + "x" * 20 * MEGA,
    "components": ONE.replace("SV1*HC:", "SV1*HC" + ":" * 2 * MEGA, 1),
    "elements": inside("LX*1", "NTE" + "*" * 2 * MEGA + "~", 1),
    "repetitions": inside("LX*1", "REF*G1*" + "A^" * MEGA + "~", 1),
    "terminators": inside("LX*1", "~", MEGA),
    "diagnoses": inside("LX*1", "HI" + "*ABF:M25561" * 200_000 + "~", 1),
    "modifiers": ONE.replace(":GP", ":GP" * 100_000, 1),
    "references": inside("LX*1", "REF*G1*A1~", 80_000),
    "adjustments": inside("LX*1", "CAS*CO*45*1~", 80_000),
    "other payers": inside("LX*1", "SBR*S*18*******CI~OI***Y***Y~", 20_000),
    "more segments than a claim may have": inside("LX*1", "K3*A~", 150_000),
    "levels side by side": levels(4_000, 1, "22*0"),
    "levels in levels": levels(4_000, 0, "23*1"),
    "interchanges": ONE[:106] * 3_000,
    "sets": ONE[: ONE.index("ST*")] + "ST*837*1*005010X222A1~SE*2*1~" * 3_000,
    "one-claim interchanges": ONE * 500,
    "one patient's day": ONE * 6_000,
    "acknowledgments": ONE[:106] + "TA1*000000001*260302*0815*A*000~" * 150_000 + ONE[106:],
    "many levels": levels(150_000, 1, "22*1"),
}


@pytest.mark.parametrize("name", CLAIM_BOMBS)
def test_claims(name: str, tmp_path: Path) -> None:
    """What is read of the file is told, in words and in the report, which say the same."""
    file = tmp_path / "bomb.837"
    file.write_text(CLAIM_BOMBS[name], encoding="latin-1")
    done = bounded("scrub", file, "--out", tmp_path / "out", "--quiet", *DAY)
    report = json.loads((tmp_path / "out" / "bomb.report.json").read_text())
    assert done.returncode == (2 if not_scrubbed(report) else 1 if rejected(report) else 0)
    if name not in ("one-claim interchanges", "one patient's day", "acknowledgments"):
        assert done.returncode > 0
    if done.returncode == 2:
        errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
        assert len(errors) == 1
        assert any(finding["message"] in errors[0] for finding in report["findings"])
    written = sum(one.stat().st_size for one in (tmp_path / "out").glob("*.837"))
    assert written <= 2 * file.stat().st_size + 4096


def not_scrubbed(report: Any) -> bool:
    codes = {one["code"] for one in report["findings"]}
    codes |= {one["code"] for claim in report["claims"] for one in claim["findings"]}
    return bool(codes & {"S101", "S112", "S113", "S127", "S129", "S193", "S215"})


def rejected(report: Any) -> bool:
    return bool(report["totals"]["rejected"])
