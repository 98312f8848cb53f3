"""The units that ship are ones systemd takes, keep the service from what it does not need, and
say what the program understands."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scrubber.cli import COMMANDS

UNITS = sorted((Path(__file__).parent.parent / "systemd").iterdir())
SERVICES = [one for one in UNITS if one.suffix == ".service"]
PROGRAM = "/opt/scrubber/bin/scrubber"
# Tenths of systemd's exposure level, from 0 to 100.
MOST_EXPOSED = "20"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


def analyzed(*arguments: str) -> str:
    ran = subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stderr


@needs_systemd
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    instances = [unit.name.replace("@", "@srv-claims") for unit in UNITS]
    complaints = analyzed("verify", *(str(tmp_path / name) for name in instances))
    assert not [line for line in complaints.splitlines() if "scrubber" in line]


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.name)
def test_a_service_is_hardened(unit: Path) -> None:
    analyzed("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.name)
def test_a_service_runs_a_command_of_ours(unit: Path) -> None:
    found = re.search(rf"^ExecStart={PROGRAM} (\w+) %f ", unit.read_text(encoding="utf-8"), re.M)
    assert found is not None and found[1] in COMMANDS
