"""What a file drop takes, when, and what becomes of it."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from scrubber.cli.watch import watch
from scrubber.watch_folder.arrivals import Inbound
from scrubber.watch_folder.claiming import plain_name
from scrubber.watch_folder.folders import DropError, DropFolders

ROOT = Path(__file__).parent.parent
CLEAN = (ROOT / "fixtures" / "clean" / "one_claim.837").read_bytes()
MIXED = (ROOT / "fixtures" / "clinic_day.837").read_bytes()


def put(drop: Path, name: str, content: bytes = CLEAN, seconds_ago: float = 60) -> Path:
    file = drop / "inbound" / name
    file.write_bytes(content)
    then = time.time() - seconds_ago
    os.utime(file, (then, then))
    return file


def run_once(drop: Path, *options: str) -> Result:
    arguments = [str(drop), "--once", "--settle", "0", "--as-of", "2026-03-02", *options]
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return CliRunner().invoke(watch, arguments)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


def stems(folder: Path) -> list[str]:
    return sorted(file.name.partition(".")[0] for file in folder.rglob("*") if file.is_file())


def packed(kind: str, *contents: bytes) -> bytes:
    if kind == "gz":
        return gzip.compress(contents[0])
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.837", content)
    return whole.getvalue()


@pytest.mark.parametrize("kind", ["gz", "zip"])
@pytest.mark.parametrize("ledger", [(), ("--ledger", "claims.sqlite3")])
def test_the_only_file_of_an_archive_is_scrubbed(
    drop: Path, kind: str, ledger: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drop.parent)
    put(drop, f"a.837.{kind}", packed(kind, CLEAN))
    (drop / "inbound" / f"a.837.{kind}.done").touch()
    assert run_once(drop, *ledger).exit_code == 0
    (accepted,) = (drop / "outbound" / "accepted").iterdir()
    assert accepted.read_bytes() == CLEAN
    (kept,) = (file for file in (drop / "archive").rglob("*") if file.is_file())
    assert kept.read_bytes() == packed(kind, CLEAN) or kind == "zip"


def test_an_archive_of_several_files_goes_to_error(drop: Path) -> None:
    put(drop, "a.zip", packed("zip", CLEAN, MIXED))
    (drop / "inbound" / "a.zip.done").touch()
    assert run_once(drop).exit_code == 2
    (reason,) = (drop / "error").glob("*.reason.txt")
    assert "the archive holds 2 files; send each by itself" in reason.read_text()


@pytest.mark.parametrize(
    "name",
    ["a.837.part", "a.tmp", "a.837.filepart", "a.PARTIAL", ".a.837", "a.837.done"],
)
def test_a_file_on_its_way_is_left_alone(drop: Path, name: str) -> None:
    put(drop, name)
    assert run_once(drop).exit_code == 0
    assert names(drop / "inbound") == [name]


def test_accepted_files_keep_to_the_limits_that_are_set(drop: Path) -> None:
    put(drop, "day.837", (ROOT / "fixtures/clean/several_providers.837").read_bytes())
    run_once(drop, "--one-provider-per-file", "--no-status-text")
    accepted = sorted((drop / "outbound" / "accepted").iterdir())
    assert [file.name.partition(".accepted.")[2] for file in accepted] == [
        "2.837",
        "3.837",
        "837",
    ]
    numbers = {file.read_text(encoding="latin-1").split("*")[13] for file in accepted}
    assert len(numbers) == 3


def test_a_file_with_its_companion_is_taken_at_once(drop: Path) -> None:
    put(drop, "a.837", CLEAN + b"\x1a")
    put(drop, "a.837.done", b"")
    run_once(drop, "--settle", "999", "--patience", "999")
    assert names(drop / "inbound") == []
    assert stems(drop / "archive") == ["a"]


def test_a_file_without_its_end_waits_for_it(drop: Path) -> None:
    put(drop, "a.837", CLEAN[: CLEAN.index(b"IEA")])
    run_once(drop, "--patience", "3600")
    assert names(drop / "inbound") == ["a.837"]
    put(drop, "a.837", CLEAN)
    run_once(drop, "--patience", "3600")
    assert names(drop / "inbound") == []


def test_a_file_that_never_gets_an_end_is_taken_when_patience_ends(drop: Path) -> None:
    put(drop, "notes.txt", b"no claims in here\n", seconds_ago=3601)
    assert run_once(drop, "--patience", "3600").exit_code == 2
    assert stems(drop / "error") == ["notes", "notes"]
    reason = next((drop / "error").glob("*.reason.txt")).read_text()
    assert "not scrubbed: no ISA segment" in reason


def test_patience_ends_too_where_the_clock_of_a_supplier_is_ahead(drop: Path) -> None:
    file = put(drop, "notes.txt", b"no claims in here\n", seconds_ago=-1_000_000)
    looks = Inbound(drop / "inbound", settle=2, patience=900)
    wall = time.time()
    assert looks.complete(100, wall) == []
    assert looks.complete(999, wall - 5000) == []
    assert [one.path for one in looks.complete(1000, wall - 5000)] == [file]


def test_a_file_is_complete_when_two_looks_see_the_same(drop: Path) -> None:
    file = put(drop, "a.837")
    looks = Inbound(drop / "inbound", settle=2, patience=900)
    wall = time.time()
    assert looks.complete(100, wall) == []
    assert looks.complete(101.9, wall) == []
    with file.open("ab") as still_writing:
        still_writing.write(b"\n")
    assert looks.complete(102.1, wall) == []
    assert looks.complete(104, wall) == []
    assert [one.path for one in looks.complete(104.2, wall)] == [file]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b" \r\n \n"])
def test_blanks_after_the_last_segment_do_not_matter(drop: Path, end: bytes) -> None:
    put(drop, "a.837", CLEAN.rstrip() + end)
    assert len(Inbound(drop / "inbound", 0, 3600).complete(0, time.time())) == 1


def test_outputs_are_sorted_into_folders_under_one_name(drop: Path) -> None:
    put(drop, "clinic day.837", MIXED)
    assert run_once(drop).exit_code == 1
    [archived] = names(drop / "archive" / "2026" / "03" / "02")
    base = archived.removesuffix(".837")
    assert base.startswith("clinic_day.") and base.endswith("-1")
    assert names(drop / "outbound" / "accepted") == [f"{base}.accepted.837"]
    assert names(drop / "outbound" / "rejected") == [f"{base}.rejected.837"]
    assert names(drop / "outbound" / "acks") == [f"{base}.277ca", f"{base}.999", f"{base}.ta1"]
    reports = [f"{base}.report.csv", f"{base}.report.html", f"{base}.report.json"]
    assert names(drop / "outbound" / "reports") == reports
    assert names(drop / "work") == names(drop / "error") == []


def test_the_flat_layout_puts_everything_into_one_folder(drop: Path) -> None:
    put(drop, "a.837", MIXED)
    run_once(drop, "--out-layout", "flat", "--format", "json")
    endings = [name.partition("-1.")[2] for name in names(drop / "outbound")]
    assert endings == ["accepted.837", "rejected.837", "report.json"]
    assert [one.name for one in (drop / "outbound").iterdir() if one.is_dir()] == []


def test_the_same_bytes_are_scrubbed_once(drop: Path) -> None:
    put(drop, "a.837", seconds_ago=90)
    put(drop, "b.837", seconds_ago=60)
    assert run_once(drop).exit_code == 0
    put(drop, "a.837")
    told = run_once(drop)
    assert "event=duplicate" in told.output
    assert stems(drop / "archive") == ["a", "a", "b"]
    assert len(names(drop / "outbound" / "accepted")) == 1
    duplicates = [
        file
        for file in (drop / "outbound" / "reports").glob("*.json")
        if "was received before and scrubbed in run" in file.read_text()
    ]
    assert len(duplicates) == 2


def test_what_ended_in_error_may_come_again(drop: Path) -> None:
    for _ in range(2):
        put(drop, "a.837", b"", seconds_ago=9999)
        run_once(drop)
    assert [name.partition(".")[2] for name in names(drop / "error") if name.endswith("837")] == [
        "e3b0c44298fc1c14-1.837",
        "e3b0c44298fc1c14-2.837",
    ]


def test_a_file_that_is_too_large_is_refused_in_words(drop: Path) -> None:
    put(drop, "a.837", CLEAN + b"\n" * (1 << 20))
    assert run_once(drop, "--max-mb", "1", "--patience", "0").exit_code == 2
    reason = next((drop / "error").glob("*.reason.txt")).read_text()
    assert "the limit is 1,048,576 bytes" in reason


def test_links_folders_and_pipes_are_no_files(drop: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.837"
    secret.write_bytes(CLEAN)
    (drop / "inbound" / "link.837").symlink_to(secret)
    (drop / "inbound" / "folder.837").mkdir()
    os.mkfifo(drop / "inbound" / "pipe.837")
    told = run_once(drop)
    assert told.exit_code == 0
    assert told.output.count("event=refused") == 3
    assert names(drop / "archive") == []
    assert secret.exists()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("claims.837", "claims.837"),
        ("..837", "837"),
        ("-rf.837", "rf.837"),
        ("a b\n;$(x).837", "a_b____x_.837"),
        ("ü" * 120 + ".837", "_" * 80 + ".837"),
        ("no_ending", "no_ending"),
        ("a." + "x" * 99, "a." + "x" * 11),
    ],
)
def test_names_of_suppliers_are_made_plain(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_a_name_that_is_no_text_is_taken_too(drop: Path) -> None:
    os.rename(put(drop, "a.837"), os.fsencode(drop) + b"/inbound/\xff\xfe.837")  # noqa: PTH104
    assert run_once(drop).exit_code == 0
    assert stems(drop / "archive") == ["__"]


def test_a_drop_that_everyone_may_look_into_is_refused(drop: Path) -> None:
    drop.chmod(0o755)
    put(drop, "a.837")
    told = run_once(drop)
    assert told.exit_code == 2
    assert "--allow-shared" in told.output
    assert names(drop / "inbound") == ["a.837"]
    assert run_once(drop, "--allow-shared").exit_code == 0


def test_a_folder_that_is_a_link_is_refused(drop: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (drop / "outbound").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DropError, match="symbolic link"):
        DropFolders(drop).prepare()


def test_everything_is_for_the_owner_only(drop: Path) -> None:
    put(drop, "a.837", MIXED)
    put(drop, "b.837", b"", seconds_ago=9999)
    run_once(drop)
    given = {drop, drop / "inbound"}
    for path in [one for one in drop.rglob("*") if one not in given]:
        mode = path.stat().st_mode & 0o777
        assert mode == 0o700 if path.is_dir() else mode in (0o600, 0o400), path


def test_logs_and_metrics_name_no_file(drop: Path) -> None:
    put(drop, "DOE_JOHN.837", MIXED)
    told = run_once(drop, "--log-json")
    metrics = (drop / "state" / "metrics.prom").read_text()
    assert "DOE" not in told.output + metrics
    events = [json.loads(line) for line in told.output.splitlines()]
    said = [(one["event"], one["level"]) for one in events if one["event"] != "table_late"]
    assert said == [("scrubbed", "info")]
    found = measured(drop)
    assert found['scrubber_files_total{ending="archive"}'] == 1
    assert found["scrubber_waiting_files"] == 0
    assert found['scrubber_rejected_claims_total{rule="S301"}'] == 1


def test_a_table_past_its_date_is_logged_once(drop: Path) -> None:
    put(drop, "a.837", MIXED)
    put(drop, "b.837", MIXED + b"\n")
    events = [json.loads(line) for line in run_once(drop, "--log-json").output.splitlines()]
    assert [one["event"] for one in events].count("scrubbed") == 2
    late = [one["table"] for one in events if one["event"] == "table_late"]
    assert late.count("NCCI pairs, Medicare, v302 (2024 quarter 3)") == 1


def test_metrics_count_on_from_run_to_run(drop: Path) -> None:
    for number in range(3):
        put(drop, "a.837", CLEAN + b"\n" * number)
        run_once(drop)
    assert measured(drop)['scrubber_files_total{ending="archive"}'] == 3
    assert measured(drop)['scrubber_claims_total{disposition="accepted"}'] == 3


def measured(drop: Path) -> dict[str, float]:
    """The samples of the metrics file, as Prometheus reads it."""
    families = text_string_to_metric_families((drop / "state" / "metrics.prom").read_text())
    return {called(one): one.value for family in families for one in family.samples}


def called(sample: Sample) -> str:
    """The name of a sample as it is written, with its label."""
    return sample.name + "".join(f'{{{key}="{value}"}}' for key, value in sample.labels.items())


def test_metrics_tell_of_what_waits(drop: Path) -> None:
    begun = time.time()
    put(drop, "a.837", MIXED)
    put(drop, "b.837", CLEAN[: CLEAN.index(b"IEA")], seconds_ago=500)
    run_once(drop)
    found = measured(drop)
    assert found["scrubber_waiting_files"] == 1
    assert 500 <= found["scrubber_oldest_waiting_seconds"] <= 500 + time.time() - begun + 1
    assert begun - 1 <= found["scrubber_last_look_timestamp_seconds"] <= time.time() + 1
    assert found["scrubber_bytes_total"] == len(MIXED)
    assert found["scrubber_seconds_total"] > 0


def test_what_was_put_off_is_waiting_still(drop: Path) -> None:
    put(drop, "a.837", seconds_ago=800)
    in_the_way = drop / "archive" / "2026" / "03" / "02"
    in_the_way.parent.mkdir(parents=True)
    in_the_way.touch()
    told = run_once(drop)
    assert told.exit_code == 2
    assert "event=put_off" in told.output and "move it" in told.output
    found = measured(drop)
    assert found["scrubber_waiting_files"] == 0
    assert found["scrubber_unfinished_files"] == 1
    assert found["scrubber_oldest_waiting_seconds"] >= 800
    in_the_way.unlink()
    assert run_once(drop).exit_code == 0
    assert measured(drop)["scrubber_oldest_waiting_seconds"] == 0
    assert stems(drop / "archive") == ["a"]


def start_watcher(drop: Path, *options: str, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *before, sys.executable, "-m", "scrubber", "watch", str(drop),
            "--settle", "0.1", "--poll", "0.2", "--as-of", "2026-03-02", *options,
        ],
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_several_watchers_never_take_the_same_file(drop: Path) -> None:
    for number in range(40):
        put(drop, f"f{number:02}.837", CLEAN + b"\n" * number)
    watchers = [start_watcher(drop) for _ in range(3)]
    try:
        wait_for(lambda: len(names(drop / "archive")) == 40)
    finally:
        for one in watchers:
            one.send_signal(signal.SIGTERM)
        logs = [one.communicate(timeout=30)[1] for one in watchers]
    assert [one.returncode for one in watchers] == [0, 0, 0]
    assert sum(log.count("event=scrubbed") for log in logs) == 40
    assert sum(log.count("event=put_off") + log.count("event=duplicate") for log in logs) == 0
    assert len(names(drop / "outbound" / "accepted")) == 40
    assert names(drop / "work") == []


def test_sigterm_finishes_the_file_in_hand(drop: Path) -> None:
    watcher = start_watcher(drop)
    for number in range(80):
        put(drop, f"f{number:02}.837", CLEAN + b"\n" * number)
    wait_for(lambda: bool(names(drop / "archive")))
    watcher.send_signal(signal.SIGTERM)
    _, log = watcher.communicate(timeout=30)
    assert watcher.returncode == 0
    assert log.rstrip().endswith("event=stopped")
    done = len(names(drop / "archive"))
    assert names(drop / "work") == []
    assert len(names(drop / "inbound")) == 80 - done
    assert len(names(drop / "outbound" / "accepted")) == done
    run_once(drop)
    assert len(names(drop / "outbound" / "accepted")) == 80
