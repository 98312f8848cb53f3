"""A watcher killed at every step: no claim is lost, none goes out twice, no file disappears.

Each trial starts real processes over real files, which are killed; then the drop is started again
and left alone. At the end everything must be as if nothing had happened, byte for byte, and nothing
that was delivered and carried off before the crash may be delivered again.
"""

import signal
from pathlib import Path
from typing import Any

from watch_folder_runs import (
    CLEAN,
    EMPTY,
    FIXTURES,
    MIXED,
    assert_as_if_nothing_happened,
    kept,
    make_drop,
    operations_of,
    run_trials,
    tree,
    trials_over,
)

from scrubber.history.book import Ledger
from scrubber.history.database import ledger_url
from scrubber.history.keys import read_keys

SPREAD = 24


def test_killed_at_every_step_of_one_file(tmp_path: Path) -> None:
    steps = operations_of(tmp_path, MIXED)
    assert steps > 60
    sessions = ([{"kill_at": at}, {}] for at in range(1, steps + 1))
    trials = trials_over(tmp_path, (MIXED,), sessions)
    for trial, (killed, restarted) in zip(trials, run_trials(trials), strict=True):
        assert killed["signal"] == signal.SIGKILL
        assert restarted["signal"] == 0, restarted["log"]
        assert_as_if_nothing_happened(trial, (MIXED,))


def test_killed_again_and_again_over_several_files(tmp_path: Path) -> None:
    """Each start lives a little longer than the one before, so that it gets through in the end."""
    files = (MIXED, EMPTY, CLEAN)
    steps = operations_of(tmp_path, *files)
    sessions = (
        [{"kill_at": at}, {"kill_at": 2 * at}, {}]
        for at in range(5, steps + 1, max(1, steps // (SPREAD // 2)))
    )
    trials = trials_over(tmp_path, files, sessions)
    for trial, _ in zip(trials, run_trials(trials), strict=True):
        assert_as_if_nothing_happened(trial, files)


def test_killed_while_a_ledger_is_kept(tmp_path: Path) -> None:
    """The ledger knows each file once, and no file is a duplicate of itself."""
    files = (MIXED, CLEAN)
    steps = operations_of(tmp_path, *files)
    kills = [[{"kill_at": at}, {}] for at in range(4, steps + 1, max(1, steps // 8))]
    trials = trials_over(tmp_path, files, iter([[{}], *kills]))
    for trial in trials:
        ledger = ["--ledger", str(Path(trial["drop"]).parent / "ledger.sqlite3")]
        trial["sessions"] = [{**one, "arguments": ledger} for one in trial["sessions"]]
    run_trials(trials)
    undisturbed_trial, *others = trials
    for trial in others:
        assert ledger_of(trial) == ledger_of(undisturbed_trial)
        assert tree(Path(trial["collect"])) == tree(Path(undisturbed_trial["collect"]))
        assert len(kept(Path(trial["drop"]))) == len(files)


def ledger_of(trial: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The files and services of a trial's ledger, without what depends on its key."""
    place = Path(trial["drop"]).parent / "ledger.sqlite3"
    book = Ledger(ledger_url(str(place)), read_keys(place.with_name(f"{place.name}.key")))
    files = [(one.id, one.sha256, one.claims) for one in book.files()]
    plain = [
        one._replace(claim="", patient="", provider="", day="", number="")
        for one in book.services()
    ]
    book.close()
    return [*files, *plain]


def test_a_file_that_kills_is_set_aside_after_its_third_crash(tmp_path: Path) -> None:
    files = (MIXED, CLEAN)
    drop = make_drop(tmp_path / "trial", *files)
    deadly = {"kill_open": f"received/{Path(MIXED).name}"}
    told = run_trials([{"drop": str(drop), "sessions": [deadly] * 4}])[0]
    assert [one["signal"] for one in told] == [signal.SIGKILL] * 3 + [0]
    held = tree(drop / "error")
    [reason] = [text for name, text in held.items() if name.endswith(".reason.txt")]
    assert b"started 3 times and never finished" in reason
    assert (FIXTURES / MIXED).read_bytes() in held.values()
    assert list(kept(drop).values()).count((FIXTURES / CLEAN).read_bytes()) == 1
    accepted = tree(drop / "outbound" / "accepted")
    assert list(accepted.values()) == [(FIXTURES / CLEAN).read_bytes()]
