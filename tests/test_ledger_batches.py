"""A batch with a ledger: what it writes depends neither on processes nor on being run again."""

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from written_files import contents

from scrubber.cli import main
from scrubber.run.spread_inputs import MANY_FILES
from scrubber.synthetic import write_claims

AS_OF = date(2026, 3, 2)
KEY_OF_A_LEDGER = "5" * 64


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many small files; every tenth holds again what the one before it did, and some are the
    same to the byte."""
    folder = tmp_path_factory.mktemp("inbox")
    for number in range(MANY_FILES):
        seed = number - (number % 10 == 9)
        write_claims(folder / f"f{number:03}.837", 1, seed, as_of=AS_OF)
        if number % 20 == 9:
            again = folder / f"f{number:03}.837"
            text = again.read_text()
            again.write_text(text.replace(text.split("*")[13], f"{number:09d}"))
    return folder


def scrubbed(inbox: Path, place: Path, jobs: int) -> Result:
    """The batch scrubbed into place/out with the ledger of that place."""
    place.mkdir(exist_ok=True)
    key = place / "key"
    key.write_text(KEY_OF_A_LEDGER)
    key.chmod(0o600)
    options = ("--out", place / "out", "--as-of", AS_OF, "--jobs", jobs, "--quiet")
    ledger = ("--ledger", place / "ledger", "--ledger-key", key)
    return CliRunner().invoke(main, ["scrub", str(inbox), *map(str, (*options, *ledger))])


def exported(place: Path) -> list[dict[str, str]]:
    arguments = ["ledger", "export", str(place / "ledger"), "--ledger-key", str(place / "key")]
    return list(csv.DictReader(io.StringIO(CliRunner().invoke(main, arguments).output)))


def test_processes_change_nothing(inbox: Path, tmp_path: Path) -> None:
    one, two = (scrubbed(inbox, tmp_path / f"jobs{jobs}", jobs) for jobs in (1, 2))
    assert one.exit_code == two.exit_code
    assert one.stderr == two.stderr
    assert "the same file was scrubbed before" in one.stderr
    assert contents(tmp_path / "jobs1" / "out") == contents(tmp_path / "jobs2" / "out")
    rows = exported(tmp_path / "jobs1")
    assert len({row["file"] for row in rows}) > MANY_FILES / 2
    assert rows == exported(tmp_path / "jobs2")
    reports = b"".join(contents(tmp_path / "jobs1" / "out").values())
    assert b'"S491"' in reports


def test_the_same_batch_again_changes_nothing(inbox: Path, tmp_path: Path) -> None:
    place = tmp_path / "twice"
    scrubbed(inbox, place, 1)
    before, rows = contents(place / "out"), exported(place)
    shutil.move(place / "out", place / "first")
    again = scrubbed(inbox, place, 1)
    told = again.stderr.count("the same file was scrubbed before")
    assert told == len(list(inbox.iterdir())), "every file had a claim"
    assert contents(place / "out") == {}
    assert exported(place) == rows
    assert before
