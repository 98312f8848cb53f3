"""Whoever follows docs/tutorial.md sees what it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?:^    .*\n|^\n(?=    ))+", PAGE, re.MULTILINE)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n\t", "")
DEMO = re.search(r"^demo:.*\n\t(.*)$", MAKEFILE, re.MULTILINE)
NOT_RUN = ("git clone", ".venv/bin/scrubber scrub /path/to/")


def test_the_tutorial_shows_what_happens(tmp_path: Path) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, called in (("python", ""), ("scrubber", " -m scrubber")):
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable}{called} "$@"\n')
        (programs / name).chmod(0o755)
    ran = 0
    for command, shown in commands():
        printed = said(command, tmp_path)
        lines = [line.strip() for line in printed.splitlines()]
        assert [one for one in shown if one not in lines] == [], command
        ran += bool(shown)
    assert ran == 3
    assert (tmp_path / "fixed" / "clinic_day.rejected.accepted.837").exists()


def commands() -> list[tuple[str, list[str]]]:
    """The commands of the page, each with the lines that it is shown to print."""
    assert DEMO is not None
    found: list[tuple[str, list[str]]] = []
    for line in "".join(BLOCKS).splitlines():
        text = line.strip()
        if text.startswith("$ "):
            command = text.removeprefix("$ ").replace("make demo", DEMO[1].replace("$$", "$"))
            found.append((command.replace("$(BIN)", ".venv/bin"), []))
        elif text not in ("", "..."):
            found[-1][1].append(text)
    return [one for one in found if not one[0].startswith(NOT_RUN)]


def said(command: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=folder, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout
