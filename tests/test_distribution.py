"""What is built for others to install: whole, and taking no name but our own."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# What only the repository needs.
NOT_SHIPPED = {".ci", ".gitignore"}
BUILD = """
import sys
from setuptools import build_meta
out = sys.argv[1]
print(build_meta.build_sdist(out), build_meta.build_wheel(out))
"""


def shipped() -> list[str]:
    """The files of the repository that belong into a source distribution."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = listed.stdout.splitlines()
    return [one for one in names if one.split("/")[0] not in NOT_SHIPPED and (ROOT / one).exists()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source distribution and the wheel, built in a copy of the checkout."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    for name in shipped():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    ran = subprocess.run(
        [sys.executable, "-c", BUILD, str(out)],
        cwd=copy, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Warning" not in ran.stderr
    sdist, wheel = ran.stdout.splitlines()[-1].split()
    return out / sdist, out / wheel


def test_the_source_distribution_has_every_file(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as sdist:
        names = {one.name.partition("/")[2] for one in sdist if one.isfile()}
    assert set(shipped()) <= names


def test_the_wheel_has_every_file_of_the_package_and_takes_no_other_name(
    built: tuple[Path, Path],
) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())
    assert {one.split("/")[0].partition("-")[0] for one in names} == {"scrubber", "claim_scrubber"}
    inside = {one.replace("payer_profiles/", "scrubber/payer_profiles/") for one in shipped()}
    assert {one for one in inside if one.startswith("scrubber/")} <= names


def test_the_wheel_scrubs_away_from_the_repository(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        wheel.extractall(tmp_path / "site")
    claims = ROOT / "fixtures" / "clean" / "one_claim.837"
    command = [sys.executable, "-m", "scrubber", "check", str(claims), "--as-of", "2026-03-02"]
    ran = subprocess.run(
        command, cwd=tmp_path / "site", capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
