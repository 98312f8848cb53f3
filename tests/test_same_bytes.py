"""Every output has the same bytes in every run, whatever the number of processes."""

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from cli_process import COMMAND, DAY, ENVIRONMENT, FIXTURES
from click.testing import CliRunner
from written_files import contents

from scrubber.cli import main
from scrubber.run import spread_inputs, spread_scrubber
from scrubber.run.scrub_file import FORMATS
from scrubber.synthetic import Layout, generate

EVERYTHING = ("--format", ",".join(FORMATS), "--quiet")
LIMITED = ("--one-payer-per-file", "--one-provider-per-file", "--claims-per-set", "2")
RUN_BYTES = 3000


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A good day, a day with faults in several sets, one that is cut off, and a bad one."""
    folder = tmp_path_factory.mktemp("inputs")
    layout = Layout(claims_per_set=7, sets_per_group=2, groups_per_interchange=2)
    text = "".join(
        generate(60, 5, as_of=date(2026, 3, 2), faults=Decimal("0.4"), layout=layout)
    ).encode("latin-1")
    (folder / "faulty.837").write_bytes(text)
    cut_off = text[: len(text) * 2 // 3]
    (folder / "cut_off.837").write_bytes(cut_off)
    (folder / "cut_off_line.837").write_bytes(cut_off.replace(b"~", b"\n"))
    return [
        FIXTURES / "clinic_day.837",
        *sorted(folder.iterdir()),
        FIXTURES / "hostile" / "binary_rubbish.837",
    ]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    mask, handler = os.umask(0o077), signal.getsignal(signal.SIGTERM)
    yield
    os.umask(mask)
    signal.signal(signal.SIGTERM, handler)


def outputs(inputs: list[Path], out: Path, *options: str) -> dict[str, bytes]:
    """What a scrub of these files writes."""
    CliRunner().invoke(
        main, ["scrub", *map(str, inputs), "--out", str(out), *DAY, *EVERYTHING, *options]
    )
    return contents(out)


@pytest.mark.parametrize("limits", [(), LIMITED], ids=["plain", "limited"])
@pytest.mark.parametrize("in_parts", [1 << 30, 1000], ids=["files whole", "files in parts"])
def test_many_processes_write_the_bytes_of_one(
    inputs: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_parts: int,
    limits: tuple[str, ...],
) -> None:
    alone = outputs(inputs, tmp_path / "alone", "--jobs", "1", *limits)
    kinds = {name.split(".", 1)[1] for name in alone}
    assert kinds >= {f"report.{kind}" for kind in ("json", "csv", "html", "xlsx")}
    assert kinds >= {"accepted.837", "rejected.837", "ta1", "999", "277ca"}
    monkeypatch.setattr(spread_inputs, "SMALLEST_RUN", 1)
    monkeypatch.setattr(spread_inputs, "SMALLEST_IN_PARTS", in_parts)
    monkeypatch.setattr(spread_inputs, "SHARE_IN_PARTS", 1 << 20)
    small_runs = partial(spread_scrubber.SpreadScrubber, run_bytes=RUN_BYTES)
    monkeypatch.setattr(spread_scrubber, "SpreadScrubber", small_runs)
    assert outputs(inputs, tmp_path / "many", "--jobs", "2", *limits) == alone


def test_two_processes_whose_sets_have_another_order_write_the_same(
    inputs: list[Path], tmp_path: Path
) -> None:
    written = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        subprocess.run(
            [*COMMAND, "scrub", *map(str, inputs), "--out", out, *DAY, *EVERYTHING, *LIMITED],
            env=ENVIRONMENT | {"PYTHONHASHSEED": seed},
            capture_output=True,
            timeout=120,
            check=False,
        )
        written.append(contents(out))
    assert written[0]
    assert written[0] == written[1]
