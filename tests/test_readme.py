"""The samples in the README are what the program prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DAY = "fixtures/clinic_day.837"
SAMPLES = {
    "demo": ("scrub", DAY, "--out", "demo-out", "--as-of", "2026-03-02"),
    "check": ("check", DAY, "--as-of", "2026-03-02"),
}
SHOWN_OF_CHECK = 12


def printed(name: str, folder: Path) -> str:
    """What the command prints, run in a folder where `fixtures` is the project's."""
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    command = [sys.executable, "-m", "scrubber", *SAMPLES[name]]
    environment = {**os.environ, "COLUMNS": "100"}
    result = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    lines = result.stdout.rstrip("\n").splitlines()
    shown = lines[:SHOWN_OF_CHECK] if name == "check" else lines
    return "\n".join(line.rstrip() for line in shown)


def block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {name} -->\n)(.*?)(?=<!-- /{name} -->)", re.DOTALL)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_sample_is_what_the_program_prints(name: str, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = block(name).search(readme)
    assert found is not None
    assert found[0] == f"```text\n{printed(name, tmp_path)}\n```\n", (
        "write the samples anew: python tests/test_readme.py"
    )


def main() -> None:
    """Write the samples anew."""
    import tempfile  # noqa: PLC0415

    path = ROOT / "README.md"
    readme = path.read_text(encoding="utf-8")
    for name in SAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            text = f"```text\n{printed(name, Path(folder))}\n```\n"
        old = block(name).search(readme)
        assert old is not None
        readme = readme[: old.start()] + text + readme[old.end() :]
    path.write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
