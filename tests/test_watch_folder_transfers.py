"""The drop under real transfers: odd names, uploads that break off or go on, systems that fail."""

import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ledger_server import Server, missing, stopped_server
from test_watch_folder_disks import own_mounts
from test_watch_folder_folder import (
    CLEAN,
    MIXED,
    measured,
    names,
    put,
    run_once,
    start_watcher,
    stems,
    wait_for,
)
from watch_folder_runs import CLEAN as TWO
from watch_folder_runs import FIXTURES, kept, make_drop, operations_of, run_trials, tree
from watch_folder_runs import MIXED as DAY

from scrubber.cli import main
from scrubber.engine.run_overflow import Overflow
from scrubber.watch_folder.arrivals import Inbound

CUT = CLEAN[: CLEAN.index(b"IEA")]
ALL_FORMATS = ("--format", "json,csv,html,xlsx,999,ta1,277ca")


@contextmanager
def watching(drop: Path, *options: str, before: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """A watcher in a process of its own; its log, once it was stopped."""
    log: list[str] = []
    watcher = start_watcher(drop, *options, before=before)
    try:
        yield log
    finally:
        watcher.send_signal(signal.SIGTERM)
        log.append(watcher.communicate(timeout=30)[1])
    assert watcher.returncode == 0, log


def rename_raw(file: Path, name: bytes) -> None:
    os.rename(file, os.fsencode(file.parent) + b"/" + name)  # noqa: PTH104


def test_a_name_that_is_no_utf_8_does_not_end_the_watcher(drop: Path) -> None:
    with watching(drop, "--poll", "0.3") as log:
        wait_for((drop / "state" / "metrics.prom").exists)
        for number, name in enumerate((b"\xff\xfe.837", b"DOE_\xe9.837")):
            rename_raw(put(drop, "a.part", CLEAN + b"\n" * number), name)
            wait_for(lambda number=number: len(names(drop / "archive")) > number)  # type: ignore[misc]
    assert "event=stopped" in log[0]
    assert "DOE" not in log[0]


@pytest.mark.skipif(not own_mounts(), reason="no limits of one's own may be set here")
@pytest.mark.parametrize("limit", ["instances", "watches"])
def test_without_watches_of_the_system_the_folder_is_looked_at(drop: Path, limit: str) -> None:
    limited = f'echo 0 > /proc/sys/user/max_inotify_{limit} && exec "$@"'
    with watching(drop, before=("unshare", "-rm", "sh", "-c", limited, "sh")) as log:
        wait_for((drop / "state" / "metrics.prom").exists)
        put(drop, "a.837")
        wait_for(lambda: bool(names(drop / "archive")))
    assert log[0].count("event=polling") == 1


def claims_out(outputs: dict[str, bytes]) -> list[bytes]:
    files = (text for name, text in outputs.items() if name.endswith(".837"))
    return sorted(re.findall(rb"CLM\*([^*]+)", b"".join(files)))


def test_a_supplier_who_goes_on_writing_at_any_step_is_noticed(tmp_path: Path) -> None:
    """What came until the outputs leave is scrubbed with the rest, once; what comes later is
    named, and nothing goes out twice. Only after the program's last look may it go unnoticed."""
    more = FIXTURES / "clean" / "one_claim.837"
    steps = operations_of(tmp_path, DAY)
    trials: list[dict[str, Any]] = []
    for at in range(20, steps + 1, 5):
        place = tmp_path / f"step{at}"
        drop = make_drop(place, DAY)
        session = {"write_at": at, "writer": str(drop / "inbound" / DAY), "more": str(more)}
        trials.append(
            {"drop": str(drop), "collect": str(place / "taken"), "sessions": [session, {}]}
        )
    both = MIXED + more.read_bytes()
    all_claims, first_claims = claims_out({".837": both}), claims_out({".837": MIXED})
    endings = []
    for trial, (told, _) in zip(trials, run_trials(trials), strict=True):
        drop, claims = Path(trial["drop"]), claims_out(tree(Path(trial["collect"])))
        assert both in kept(drop).values()
        if "event=alarm alarm=changed_file" in told["log"]:
            assert claims == first_claims
            assert both in tree(drop / "error").values()
            [reason] = [one for name, one in tree(drop / "error").items() if "reason" in name]
            assert (
                f"the first {len(MIXED):,} went out, the rest was not scrubbed".encode() in reason
            )
            assert told["status"] == 2
            endings.append("alarm")
        elif claims == all_claims:
            endings.append("returned" if "event=returned" in told["log"] else "whole")
        else:
            assert claims == first_claims
            endings.append("unnoticed")
    assert endings == sorted(endings, key=["whole", "returned", "alarm", "unnoticed"].index)
    assert endings.count("returned") > 6 and endings.count("alarm") > 6
    assert endings.count("unnoticed") <= 3


def test_what_is_added_to_a_file_that_was_put_away_is_noticed(drop: Path) -> None:
    """Days may lie between two interchanges of one upload; minutes are looked for."""
    with watching(drop) as log:
        file = put(drop, "a.837")
        with file.open("ab") as upload:
            wait_for(lambda: bool(names(drop / "archive")))
            upload.write(MIXED)
        wait_for(lambda: len(names(drop / "error")) == 2)
        wait_for(lambda: "scrubber_alarms_total" in measured_text(drop))
    assert "event=alarm alarm=changed_file" in log[0]
    assert measured(drop)['scrubber_alarms_total{alarm="changed_file"}'] == 1
    assert names(drop / "archive") == []
    assert CLEAN + MIXED in tree(drop / "error").values()


def measured_text(drop: Path) -> str:
    return "\n".join(f"{name} {value}" for name, value in measured(drop).items())


def exported(ledger: Path) -> str:
    return str(CliRunner().invoke(main, ["ledger", "export", str(ledger)]).output)


def test_a_file_that_is_given_back_leaves_nothing_in_the_ledger(tmp_path: Path) -> None:
    """Or the claims of the whole file would be duplicates of those of its first part."""
    ledgers = []
    for write_at in (0, 75):
        drop = make_drop(tmp_path / str(write_at), DAY)
        file, ledger = drop / "inbound" / DAY, drop / "state" / "ledger"
        more = FIXTURES / "clean" / "one_claim.837"
        session = {"arguments": ["--ledger", str(ledger)]}
        going_on = {"write_at": write_at, "writer": str(file), "more": str(more)}
        if not write_at:
            file.write_bytes(MIXED + more.read_bytes())
            going_on = {}
        [[told, _]] = run_trials([{"drop": str(drop), "sessions": [session | going_on, session]}])
        assert ("event=returned" in told["log"]) == bool(write_at)
        shutil.copyfile(drop / "state" / "ledger.key", tmp_path / "key")
        reports = "".join(map(str, tree(drop / "outbound").values()))
        ledgers.append((exported(ledger).count("\n"), reports.count("S491"), "S192" in reports))
    assert ledgers[0] == ledgers[1]
    assert ledgers[0][0] > 20


@pytest.mark.parametrize("companion", [False, True])
@pytest.mark.parametrize(
    "content",
    [
        CUT, CLEAN[: CLEAN.index(b"SE*")], CLEAN[: CLEAN.index(b"CLM*") + 9], CLEAN[:200],
        CLEAN + CUT, CLEAN + CLEAN[:60], CLEAN + CLEAN[:2],
    ],
    ids=["IEA", "SE", "claim", "header", "second IEA", "second ISA", "second begun"],
)  # fmt: skip
def test_a_truncated_file_is_not_made_whole(drop: Path, content: bytes, companion: bool) -> None:
    put(drop, "DOE.837", content)
    if companion:
        put(drop, "DOE.837.done", b"")
    else:
        assert run_once(drop, "--patience", "3600").exit_code == 0
        assert names(drop / "inbound") == ["DOE.837"]
    told = run_once(drop, "--patience", "30")
    assert told.exit_code == 2
    assert [line for line in told.output.splitlines() if "event=alarm alarm=truncated_file" in line]
    assert "DOE" not in told.output
    assert names(drop / "archive") == names(drop / "outbound" / "accepted") == []
    assert names(drop / "outbound" / "rejected") == []
    assert content in tree(drop / "error").values()
    reason = next((drop / "error").glob("*.reason.txt")).read_text()
    assert f"the file ends at byte {len(content):,} before its IEA segment" in reason
    found = measured(drop)
    assert found['scrubber_files_total{ending="error"}'] == 1
    assert found['scrubber_alarms_total{alarm="truncated_file"}'] == 1


def test_a_truncated_file_is_scrubbed_where_that_is_wanted(drop: Path) -> None:
    put(drop, "a.837", CUT)
    assert run_once(drop, "--patience", "30", "--scrub-truncated").exit_code == 2
    assert len(names(drop / "archive")) == len(names(drop / "outbound" / "accepted")) == 1


@pytest.mark.parametrize(
    "content",
    [
        CLEAN + b"\x1a", CLEAN + b"\0" * 600, CLEAN + b"\n" * 600, CLEAN.rstrip(b"~\r\n"),
        CLEAN + b"-- sent by the office, I hope --", CLEAN.replace(b"IEA*1*", b"IEA*01*"),
    ],
    ids=["control Z", "zeros", "blank lines", "terminator", "words", "count"],
)  # fmt: skip
def test_a_whole_file_with_an_odd_end_is_not_taken_for_truncated(
    drop: Path, content: bytes
) -> None:
    put(drop, "a.837", content)
    told = run_once(drop, "--patience", "30")
    assert "event=alarm" not in told.output
    assert len(names(drop / "archive")) == len(names(drop / "outbound" / "accepted")) == 1


def test_a_truncated_file_that_comes_again_whole_is_scrubbed(drop: Path) -> None:
    ledger = ("--ledger", str(drop / "state" / "ledger"))
    put(drop, "a.837", CUT)
    run_once(drop, "--patience", "30", *ledger)
    put(drop, "a.837", CLEAN)
    told = run_once(drop, *ledger)
    assert (told.exit_code, "event=scrubbed" in told.output) == (0, True)
    reports = "".join(one.read_text() for one in (drop / "outbound" / "reports").glob("*.json"))
    assert "S491" not in reports and "S192" not in reports


def test_uploads_are_counted_and_aged_and_stuck_ones_named_once(drop: Path) -> None:
    put(drop, "DOE.837.part", CUT, seconds_ago=2000)
    put(drop, ".DOE.837", CUT, seconds_ago=700)
    put(drop, "new.837.filepart", CUT, seconds_ago=1)
    (drop / "inbound" / ".folder").mkdir()
    told = run_once(drop, "--patience", "900")
    assert told.exit_code == 0
    assert told.output.count("event=alarm alarm=stuck_upload") == 1
    assert "DOE" not in told.output
    found = measured(drop)
    assert found["scrubber_uploads"] == 3
    assert found["scrubber_stuck_uploads"] == 1
    assert 2000 <= found["scrubber_oldest_upload_seconds"] <= 2060
    assert found["scrubber_waiting_files"] == 0
    (drop / "inbound" / "DOE.837.part").rename(drop / "inbound" / "DOE.837")
    run_once(drop, "--patience", "9000")
    found = measured(drop)
    assert (found["scrubber_uploads"], found["scrubber_stuck_uploads"]) == (2, 0)
    assert found["scrubber_waiting_files"] == 1


def test_a_stuck_upload_is_named_once_by_a_watcher(drop: Path) -> None:
    put(drop, "a.part", CUT)
    with watching(drop, "--patience", "0") as log:
        wait_for((drop / "state" / "metrics.prom").exists)
        for number in range(3):
            put(drop, "b.837", CLEAN + b"\n" * number)
            wait_for(lambda number=number: len(names(drop / "archive")) > number)  # type: ignore[misc]
    assert log[0].count("alarm=stuck_upload") == 1


def test_an_upload_of_a_clock_that_is_ahead_gets_old_too(drop: Path) -> None:
    file = put(drop, "a.part", seconds_ago=-10_000)
    looks, wall = Inbound(drop / "inbound", settle=2, patience=900), file.stat().st_mtime
    looks.complete(100, wall - 9000)
    assert looks.stuck() == []
    looks.complete(1000, wall - 8100)
    assert looks.stuck() == [file]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that was not started yet; its ledgers know one key."""
    if missing():
        pytest.skip(missing())
    with stopped_server() as stopped:
        yield stopped


@contextmanager
def running(server: Server) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.stop()


def ledger_at(server: Server, key: Path) -> tuple[str, ...]:
    key.write_text("5" * 64)
    key.chmod(0o600)
    return ("--ledger", server.url, "--ledger-key", str(key))


def test_a_server_that_is_away_is_waited_for(drop: Path, server: Server) -> None:
    options = ledger_at(server, drop.parent / "key")
    put(drop, "a.837")
    told = run_once(drop, *options)
    assert told.exit_code == 2
    assert "event=ledger_away" in told.output and "event=put_off" in told.output
    assert len(list((drop / "work").iterdir())) == 1
    (drop / "state" / "metrics.prom").unlink()
    with watching(drop, *options) as log:
        wait_for((drop / "state" / "metrics.prom").exists)
        with running(server):
            wait_for(lambda: bool(names(drop / "archive")))
    assert "event=ledger_away" in log[0] and "event=scrubbed" in log[0]
    assert names(drop / "error") == []


def test_a_value_that_the_database_refuses_goes_to_error(drop: Path, server: Server) -> None:
    """As often as it is tried it would be refused, and hold up nothing but itself. Another key is
    refused at once: it will never do."""
    sender = CLEAN[35:50]
    put(drop, "a.837", CLEAN.replace(sender, b"ZQXJ\0".ljust(15), 1))
    put(drop, "b.837", MIXED)
    options = ledger_at(server, drop.parent / "key")
    with running(server):
        told = run_once(drop, *options)
        (drop.parent / "key").write_text("6" * 64)
        refused = run_once(drop, *options)
    assert told.exit_code == 2
    assert "event=put_off" not in told.output
    assert stems(drop / "error") == ["a", "a"]
    assert stems(drop / "archive") == ["b"]
    reason = next((drop / "error").glob("*.reason.txt")).read_text()
    assert "the ledger cannot hold a value of this file" in reason
    assert "ZQXJ" not in reason + told.output
    assert refused.exit_code == 2
    assert refused.output.startswith("Error: the ledger was started with a different key")


def test_a_disk_without_room_costs_no_attempt(tmp_path: Path) -> None:
    """In whatever is written: a file goes to error after three attempts, here it never does."""
    trials: list[dict[str, Any]] = []
    for limit in (300, 1000, 3000, 9000, 30_000, 50_000):
        drop = make_drop(tmp_path / f"of{limit}", DAY, TWO)
        full = {"limit": limit, "arguments": list(ALL_FORMATS)}
        trials.append({"drop": str(drop), "sessions": [full] * 4})
    for trial, sessions in zip(trials, run_trials(trials), strict=True):
        drop = Path(trial["drop"])
        assert tree(drop / "error") == {}, sessions[-1]["log"]
        assert "Traceback" not in "".join(one["log"] for one in sessions)
        assert names(drop / "work") or names(drop / "inbound")


def test_a_disk_that_gets_full_during_an_attempt_costs_none(tmp_path: Path) -> None:
    """What was begun is taken back without a byte of room."""
    steps = operations_of(tmp_path, DAY)
    trials: list[dict[str, Any]] = []
    for at in range(20, steps, 12):
        drop = make_drop(tmp_path / f"step{at}", DAY)
        trials.append({"drop": str(drop), "sessions": [{"full_at": at}] * 4})
    put_off = 0
    for trial, sessions in zip(trials, run_trials(trials), strict=True):
        drop = Path(trial["drop"])
        assert tree(drop / "error") == {}, sessions[-1]["log"]
        assert list((drop / "work").glob("*/attempt.*")) == []
        put_off += all("event=put_off" in one["log"] for one in sessions)
    assert put_off > 1


def test_a_full_folder_for_temporary_files_is_no_fault_of_the_file() -> None:
    memory = Overflow()
    memory._database.execute("PRAGMA max_page_count = 8")
    with pytest.raises(OSError, match="database or disk is full"):
        memory.put([(os.urandom(16), (os.urandom(4000),)) for _ in range(64)])


DAMAGED_COUNTERS = [
    b"", b"{", b"[1,2]", b"null", b"\xff\xfe", b'{"scrubber_bytes_total": "x"}', b"[" * 100_000,
    b'{"scrubber_bytes_total": [1]}', b'{"scrubber_bytes_total": NaN}', b"\0" * 4096,
]  # fmt: skip


@pytest.mark.parametrize(
    "damage", DAMAGED_COUNTERS, ids=[repr(one[:30]) for one in DAMAGED_COUNTERS]
)
def test_damaged_counters_begin_anew(drop: Path, damage: bytes) -> None:
    put(drop, "a.837")
    run_once(drop)
    counters = drop / "state" / "counters.json"
    counters.write_bytes(damage)
    put(drop, "b.837", MIXED)
    told = run_once(drop)
    assert told.exit_code == 1
    assert told.output.count("event=alarm alarm=damaged_counters") == 1
    assert measured(drop)['scrubber_files_total{ending="archive"}'] == 1
    assert json.loads(counters.read_text())["scrubber_bytes_total"] == len(MIXED)
    assert (drop / "state" / "counters.damaged.json").read_bytes() == damage


@pytest.mark.parametrize("damage", [b'{"sequence":3,"prev', b"\0" * 512 + b"\n", b"garbage\n"])
def test_a_torn_audit_log_goes_on(drop: Path, damage: bytes) -> None:
    put(drop, "a.837")
    run_once(drop)
    log = drop / "state" / "audit.jsonl"
    with log.open("ab") as file:
        file.write(damage)
    put(drop, "b.837", MIXED)
    assert run_once(drop).exit_code == 1
    told = CliRunner().invoke(main, ["audit", "verify", str(log)])
    assert told.exit_code == 0
    assert "entry 2 records a damaged end" in told.output


@pytest.mark.parametrize(
    "change",
    [{"received": "yesterday"}, {"size": "x"}, {"state": "scrubbed", "received": ""}, {"run": 7}],
    ids=str,
)
def test_a_damaged_record_holds_up_no_other_file(drop: Path, change: dict[str, Any]) -> None:
    put(drop, "a.837", MIXED)
    full = {"fail_under": str(drop / "outbound"), "error": 28}
    run_trials([{"drop": str(drop), "sessions": [full]}])
    [record] = (drop / "work").glob("*/run.json")
    record.write_text(json.dumps({**json.loads(record.read_text()), **change}))
    put(drop, "b.837")
    assert run_once(drop).exit_code in (1, 2)
    assert "b" in stems(drop / "archive")
    assert (
        MIXED in {**tree(drop / "work"), **tree(drop / "archive"), **tree(drop / "error")}.values()
    )


def left_over(folder: Path) -> list[Path]:
    return [one for one in folder.rglob(".*") if one.is_file()]


@pytest.mark.skipif(not own_mounts(), reason="no file systems may be mounted here")
def test_a_kill_leaves_nothing_of_a_patient_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where outputs are carried to another file system nor where a workbook is made."""
    drop, temporary = make_drop(tmp_path / "counted", DAY), tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    session = {"arguments": ["--format", "json,xlsx", "--show-phi"], "also": str(temporary)}
    [[told]] = run_trials([{"drop": str(drop), "sessions": [session]}])
    trials: list[dict[str, Any]] = []
    for at in range(25, told["operations"], 9):
        drop = make_drop(tmp_path / f"step{at}", DAY)
        trials.append({"drop": str(drop), "sessions": [session | {"kill_at": at}, session]})
    script = f"""
        for drop in {tmp_path}/step*/drop; do
            mkdir -m 700 $drop/outbound && mount -t tmpfs -o mode=700 tmpfs $drop/outbound || exit
        done
        "$@" || exit
        for drop in {tmp_path}/step*/drop; do cp -a $drop/outbound $drop.outbound || exit; done"""
    killed = run_trials(trials, "unshare", "-rm", "sh", "-c", script, "sh")
    assert {first["signal"] for first, _ in killed} == {signal.SIGKILL}
    assert len(tree(tmp_path)) > 8 * len(trials)
    assert left_over(tmp_path) == []
    assert [one for one in temporary.rglob("*") if one.is_file()] == []
