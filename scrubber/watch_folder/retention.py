"""What was kept for longer than it is to be: files that the scrubber put into a drop, or wrote into
a folder for outputs. Whatever else lies there is left alone."""

import re
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scrubber.run.audit_entries import read_head
from scrubber.watch_folder.folders import ARCHIVE, KINDS, DropFolders

OUTPUT = r"(?:accepted(?:\.\d+)?\.837|rejected\.837|report\.(?:json|csv|html|xlsx)|999|ta1|277ca)"
RUN = r"(?P<run>[0-9a-f]{16}-\d+)"
# NAME.RUN and what follows: of outputs, and of files as they were received.
DELIVERED = re.compile(rf"(?P<stem>.+)\.{RUN}\.{OUTPUT}", re.DOTALL)
RECEIVED = re.compile(rf"(?P<stem>.+)\.{RUN}(?:\.reason\.txt|\.[^.]*)?", re.DOTALL)
WRITTEN = re.compile(rf"(?P<stem>.+)\.{OUTPUT}", re.DOTALL)
REPORT = ".report.json"
RUN_LENGTH = 16
SCHEMA = "scrubber-report/"


class KeptFile(NamedTuple):
    """A file of a run; `ending` is what its name has besides the name that the supplier gave."""

    run: str
    ending: str
    path: Path
    size: int


def is_drop(folder: Path) -> bool:
    """Whether a folder is a file drop."""
    drop = DropFolders(folder)
    return drop.inbound.is_dir() and drop.work.is_dir() and drop.state.is_dir()


def old_files(folder: Path, before: date) -> list[KeptFile]:
    """The files of a drop, or of a folder for outputs, that are from days before one.

    In a drop a file in the archive is from the day of its folder; any other from when it was last
    written or moved. An output of a run without a drop goes with the rest of its run only, and only
    where a report of ours is among them. Raises OSError.
    """
    found = _of_drop(DropFolders(folder), before) if is_drop(folder) else _of_runs(folder, before)
    return sorted(found, key=lambda one: one.path)


def remove_empty_days(folder: Path, before: date) -> None:
    """Remove the folders of days before one from the archive of a drop where nothing is in them."""
    for day in [one for one, day in _days(folder / ARCHIVE) if day < before]:
        with suppress(OSError):
            for empty in (day, *day.parents[:2]):
                empty.rmdir()


def _of_drop(drop: DropFolders, before: date) -> Iterator[KeptFile]:
    for folder in (drop.outbound, *(drop.outbound / kind for kind in KINDS)):
        yield from _older(_ours(folder, DELIVERED), before)
    yield from _older(_ours(drop.error, RECEIVED), before)
    for folder, day in _days(drop.root / ARCHIVE):
        if day < before:
            yield from _ours(folder, RECEIVED)


def _of_runs(folder: Path, before: date) -> Iterator[KeptFile]:
    """The files of runs whose outputs are all old."""
    runs: dict[str, list[KeptFile]] = defaultdict(list)
    for one in _ours(folder, WRITTEN):
        runs[one.path.name.removesuffix(one.ending)].append(one)
    for name, files in runs.items():
        run = _run_of(folder / (name + REPORT))
        if run and len(list(_older(files, before))) == len(files):
            yield from (one._replace(run=run) for one in files)


def _run_of(report: Path) -> str:
    """The beginning of the hash of the file a report is about; empty for no report of ours."""
    try:
        head = read_head(report)
        ours = head["schema"].startswith(SCHEMA)
        return str(head["input"]["sha256"])[:RUN_LENGTH] if ours else ""
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def _ours(folder: Path, name: re.Pattern[str]) -> Iterator[KeptFile]:
    """The regular files in a folder with names that we give."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in folder.iterdir():
        found = name.fullmatch(path.name)
        if found is not None and stat.S_ISREG(path.lstat().st_mode):
            stem, run = found["stem"], found.groupdict().get("run", "")
            yield KeptFile(run, path.name[len(stem) :], path, path.lstat().st_size)


def _older(files: Iterable[KeptFile], before: date) -> Iterator[KeptFile]:
    for one in files:
        times = one.path.lstat()
        if date.fromtimestamp(max(times.st_mtime, times.st_ctime)) < before:
            yield one


def _days(archive: Path) -> Iterator[tuple[Path, date]]:
    for folder in archive.glob("[0-9]*/[0-9]*/[0-9]*"):
        try:
            day = date(*map(int, folder.parts[-3:]))
        except ValueError:
            continue
        if not any(one.is_symlink() for one in (folder, *folder.parents[:2])):
            yield folder, day
