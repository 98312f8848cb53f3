"""Moves what was made of a file to where it is wanted, and the file itself out of the way."""

import errno
import shutil
from collections.abc import Iterable
from pathlib import Path

from scrubber.files.system import replace
from scrubber.outputs.output_files import OutputFile, remove_left_behind
from scrubber.outputs.syncing import sync_files, sync_paths
from scrubber.watch_folder.folders import make_private

READ_ONLY = 0o400


def deliver(files: Iterable[tuple[Path, Path]]) -> None:
    """Give each file its place, whole or not at all. Raises OSError where one cannot have it.

    On one file system each file is either still here or there, never in both.
    """
    folders = set[Path]()
    for file, target in files:
        try:
            replace(file, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _carry_over(file, target)
        folders.add(target.parent)
    sync_paths(folders)


def put_away(files: Iterable[tuple[Path, Path]]) -> None:
    """Keep files as they were received, read-only. Raises OSError where one cannot be kept."""
    kept = []
    for file, target in files:
        make_private(target.parent)
        if file.exists():
            file.chmod(READ_ONLY)
            kept.append((file, target))
    deliver(kept)


def _carry_over(file: Path, target: Path) -> None:
    """Move a file to another file system: copied whole before it is taken away here."""
    remove_left_behind(target.parent)
    with file.open("rb") as source, OutputFile(target.parent) as out:
        shutil.copyfileobj(source, out.binary)
        out.path.chmod(file.stat().st_mode & 0o777)
        sync_files([out])
        out.place(target)
    sync_paths([target.parent])
    file.unlink()
