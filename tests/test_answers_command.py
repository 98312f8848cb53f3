"""scrubber answers read: the tables it writes, what it shows, how it ends."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from answer_files import ANSWERS, remittance
from cli_process import scrubber

from scrubber.answers.rows import TABLES

PAID = ANSWERS / "01_paid_mppr.835"
UNBALANCED = ANSWERS / "11_out_of_balance.835"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_of_all_samples(tmp_path: Path) -> None:
    done = scrubber("answers", "read", *sorted(ANSWERS.glob("*.835")), "--out", tmp_path)
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.split()[:2] == ["payments", "12"]
    claims = table(tmp_path / "claims.csv")
    assert sum(Decimal(one["denied"]) for one in claims) == Decimal("488.00")
    lines = (tmp_path / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    for row, line in zip(claims, lines, strict=True):
        record = json.loads(line)
        assert {name: "" if one is None else str(one) for name, one in record.items()} == row
    assert {one["rule"] for one in table(tmp_path / "findings.csv")} == {"R301", "R302", "R304"}


def test_every_table_is_written_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    assert scrubber("answers", "read", PAID, "--out", tmp_path).returncode == 0
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {f"{name}.{form}" for name in TABLES.values() for form in ("csv", "jsonl")}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("shows", [False, True])
def test_names_and_member_ids_only_on_request(tmp_path: Path, shows: bool) -> None:
    options = ["--show-phi"] if shows else []
    scrubber("answers", "read", PAID, "--out", tmp_path, *options)
    for name in ("claims.csv", "claims.jsonl"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert ("1EG4TE5MK73" in text) is shows
        assert ("patient_last_name" in text) is shows


def test_an_unreadable_file_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "cut.835").write_bytes(PAID.read_bytes()[:700])
    (tmp_path / "letter.txt").write_text("Dear office", encoding="utf-8")
    out = tmp_path / "out"
    paths = [tmp_path / one for one in ("no.835", "letter.txt", "cut.835")]
    done = scrubber("answers", "read", *paths, UNBALANCED, "--out", out, "--format", "csv")
    assert done.returncode == 2
    assert f"{paths[0]}: there is no such file" in done.stderr
    assert "problems.csv" in done.stderr
    assert [one["claim_id"] for one in table(out / "claims.csv")] == ["MG-1001", "MG-1011"]
    named = {one["file"] for one in table(out / "problems.csv")}
    assert named == {str(paths[1]), str(paths[2])}


def test_a_cell_is_no_formula(tmp_path: Path) -> None:
    file = tmp_path / "a.835"
    file.write_bytes(remittance(["CLP*=1+1*1*0*0**12*C1"], "0"))
    scrubber("answers", "read", file, "--out", tmp_path / "out")
    (claim,) = table(tmp_path / "out" / "claims.csv")
    assert claim["claim_id"] == "'=1+1"


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    done = scrubber("answers", "read", PAID, "--out", tmp_path, "--format", "xml")
    assert done.returncode == 2
    assert "--format xml: choose from csv, jsonl" in done.stderr


def test_a_folder_gives_all_its_answers(tmp_path: Path) -> None:
    (tmp_path / "claims.837").write_bytes(b"not read")
    for path in ANSWERS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    done = scrubber("answers", "read", tmp_path, "--out", tmp_path / "out", "--format", "csv")
    assert done.returncode == 1
    read = {one["file"] for one in table(tmp_path / "out" / "payments.csv")}
    read |= {one["file"] for one in table(tmp_path / "out" / "statuses.csv")}
    assert read == {str(tmp_path / one.name) for one in ANSWERS.iterdir() if one.suffix != ".toml"}
    (tmp_path / "empty").mkdir()
    done = scrubber("answers", "read", tmp_path / "empty", "--out", tmp_path / "out")
    assert "the folder holds no answer files (.277" in done.stderr
