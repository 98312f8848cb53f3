"""No value of a claim gets into a log, a metric, a state file or the reason of an error.

Every element of a file is marked, one at a time, so that each has its turn at being wrong.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.cli.watch import watch
from scrubber.engine import rule_runner
from scrubber.outputs.split_file import SplitWriter

CLEAN = Path(__file__).parent.parent / "fixtures" / "clean"
MARK = "ZQXJ"
PATIENT = ("IL", "QC")


def marked(text: str) -> Iterator[tuple[bool, str]]:
    """The file with one element marked, and whether that element tells who the patient is."""
    segments = text.split("~")
    of_patient = False
    for at, segment in enumerate(segments):
        values = segment.strip().split("*")
        if values[0] in ("NM1", "HL", "CLM"):
            of_patient = values[0] == "NM1" and values[1] in PATIENT
        for element in range(1, len(values) if values[0] not in ("", "ISA", "IEA") else 0):
            changed = [*values]
            changed[element] = f"{MARK}{values[element][4:]}"
            told = of_patient and values[0] in ("NM1", "N3", "N4", "DMG") and element > 2
            lead = segment[: len(segment) - len(segment.lstrip())]
            yield told, "~".join([*segments[:at], lead + "*".join(changed), *segments[at + 1 :]])


def run(drop: Path, *options: str) -> str:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    arguments = [str(drop), "--once", "--settle", "0", "--patience", "0", *options]
    try:
        told = CliRunner().invoke(watch, [*arguments, "--as-of", "2026-03-02"])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return told.output + repr(told.exception)


def where_marked(*folders: Path) -> list[str]:
    return [
        str(file)
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file() and MARK.encode() in file.read_bytes()
    ]


def put_marked(drop: Path, file: str, only_patients: bool = False) -> set[str]:
    """Fill the drop; the names of the files in which the patient is marked."""
    text = (CLEAN / file).read_text(encoding="latin-1")
    patients = set()
    for number, (of_patient, changed) in enumerate(marked(text)):
        name = f"f{number}"
        if only_patients and not of_patient:
            continue
        (drop / "inbound" / f"{name}.837").write_text(changed, encoding="latin-1")
        if of_patient:
            patients.add(name)
    return patients


@pytest.mark.parametrize("file", ["one_claim.837", "dependent_patient.837"])
def test_no_value_is_logged(drop: Path, file: str) -> None:
    patients = put_marked(drop, file)
    log = run(drop, "--format", "json,csv,html", "--ledger", str(drop / "state" / "ledger"))
    assert MARK not in log
    assert log.count("event=scrubbed") > 80
    # The register of the ledger shows claim numbers, payers and therapists.
    assert {Path(one).name for one in where_marked(drop / "state")} <= {"ledger", "ledger-wal"}
    reasons = list((drop / "error").glob("*.reason.txt"))
    assert reasons
    assert not any(MARK in one.read_text() for one in reasons)
    told = where_marked(drop / "outbound" / "reports")
    assert len(patients) > 5
    assert [one for one in told if Path(one).name.partition(".")[0] in patients] == []


@pytest.mark.parametrize("file", ["one_claim.837", "dependent_patient.837"])
def test_a_ledger_holds_no_value_of_a_patient(drop: Path, file: str) -> None:
    assert len(put_marked(drop, file, only_patients=True)) > 5
    run(drop, "--format", "json", "--ledger", str(drop / "state" / "ledger"))
    assert (drop / "state" / "ledger").stat().st_size > 0
    assert where_marked(drop / "state") == []


def test_no_value_is_told_when_the_program_fails_outside_any_claim(
    drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> object:
        raise ValueError(f"a value: {MARK}")

    monkeypatch.setattr(SplitWriter, "write", fail)
    (drop / "inbound" / "a.837").write_bytes((CLEAN / "one_claim.837").read_bytes())
    log = run(drop)
    assert MARK not in log
    assert "event=set_aside" in log
    assert "ValueError" in log
    assert where_marked(drop) == []
    assert len(list((drop / "error").iterdir())) == 2


def test_no_value_is_told_when_the_program_fails(
    drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> object:
        raise ValueError(f"a value: {MARK}")

    monkeypatch.setattr(rule_runner.RuleRunner, "claim", fail)
    (drop / "inbound" / "a.837").write_bytes((CLEAN / "one_claim.837").read_bytes())
    log = run(drop)
    assert MARK not in log
    assert "status=2" in log
    assert "rejected=1" in log
    assert where_marked(drop) == []
