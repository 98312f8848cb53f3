"""A disk that fails a watcher, is full or read-only: files wait, nothing is lost or made twice."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from watch_folder_runs import (
    CLEAN,
    MIXED,
    assert_as_if_nothing_happened,
    make_drop,
    operations_of,
    run_trials,
    tree,
    trials_over,
)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO], ids=os.strerror)
@pytest.mark.parametrize("persists", [False, True], ids=["once", "from then on"])
def test_an_operation_fails(tmp_path: Path, error: int, persists: bool) -> None:
    files = (MIXED, CLEAN)
    steps = operations_of(tmp_path, *files)
    sessions = (
        [{"fail_at": at, "error": error, "persists": persists}, {}]
        for at in range(8 + error % 7, steps + 1, max(1, steps // 4))
    )
    trials = trials_over(tmp_path, files, sessions)
    for trial, (failed, _) in zip(trials, run_trials(trials), strict=True):
        assert failed["signal"] == 0
        assert_as_if_nothing_happened(trial, files)


def test_outputs_cannot_be_delivered(tmp_path: Path) -> None:
    files = (MIXED, CLEAN)
    drop = make_drop(tmp_path / "trial", *files)
    outbound = str(drop / "outbound")
    sessions = [{"fail_under": outbound, "error": errno.EROFS}] * 5
    told = run_trials([{"drop": str(drop), "sessions": sessions}])[0]
    assert {one["status"] for one in told} == {2}
    assert tree(drop / "outbound") == {}
    assert len(list((drop / "work").iterdir())) == 2, "both files wait, neither is given up"
    trial = {"drop": str(drop), "sessions": [{}]}
    run_trials([trial])
    assert_as_if_nothing_happened(trial, files)


@pytest.mark.parametrize("limit", [0, 300, 3000])
def test_files_cannot_grow(tmp_path: Path, limit: int) -> None:
    files = (MIXED, CLEAN)
    drop = make_drop(tmp_path / "trial", *files)
    trial = {"drop": str(drop), "sessions": [{"limit": limit}] * 4 + [{}]}
    told = run_trials([trial])[0]
    assert told[0]["status"] != 0
    assert_as_if_nothing_happened(trial, files)


def own_mounts() -> bool:
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(
        probe, capture_output=True, check=False
    ).returncode == 0  # fmt: skip


@pytest.mark.skipif(not own_mounts(), reason="no file systems may be mounted here")
@pytest.mark.parametrize(
    ("folder", "option"),
    [("outbound", "size=4k"), ("outbound", "ro"), ("work", "size=8k"), ("archive", "size=4k")],
)
def test_a_real_disk_is_full_or_read_only(tmp_path: Path, folder: str, option: str) -> None:
    """The folder is a small or read-only file system of its own; later it is an ordinary folder,
    with what it held carried over."""
    files = (MIXED, CLEAN)
    drop = make_drop(tmp_path / "trial", *files)
    place, saved = drop / folder, tmp_path / "saved"
    for one in (place, saved):
        one.mkdir(mode=0o700)
    if option == "ro":
        for kind in ("accepted", "rejected", "acks", "reports"):
            (place / kind).mkdir(mode=0o700)
    mount = f"mount --bind {place} {place} && mount -o remount,bind,ro {place}"
    if option != "ro":
        mount = f"mount -t tmpfs -o {option},mode=700 tmpfs {place}"
    script = f'{mount} && "$@" && cp -a {place}/. {saved}'
    trial = {"drop": str(drop), "sessions": [{}, {}]}
    told = run_trials([trial], "unshare", "-rm", "sh", "-c", script, "sh")[0]
    assert told[0]["status"] == 2, told[0]["log"]
    assert "put_off" in told[0]["log"] or "drop_unusable" in told[0]["log"]
    shutil.copytree(saved, place, dirs_exist_ok=True)
    run_trials([{"drop": str(drop), "sessions": [{}]}])
    assert_as_if_nothing_happened(trial, files)
