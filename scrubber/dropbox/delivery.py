"""Moves what was made of a file to where it is wanted, and the file itself out of the way."""

import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from scrubber.dropbox.folders import make_private
from scrubber.reports.output_files import OutputFile, remove_left_behind, sync_folder

READ_ONLY = 0o400


def deliver(files: Iterable[tuple[Path, Path]]) -> None:
    """Give each file its place, whole or not at all. Raises OSError where one cannot have it.

    On one file system each file is either still here or there, never in both.
    """
    folders = set()
    for file, target in files:
        try:
            file.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _carry_over(file, target)
        folders.add(target.parent)
    for folder in folders:
        sync_folder(folder)


def put_away(file: Path, target: Path) -> None:
    """Keep a file as it was received, read-only. Raises OSError where it cannot be kept."""
    make_private(target.parent)
    if file.exists():
        file.chmod(READ_ONLY)
        deliver([(file, target)])


def _carry_over(file: Path, target: Path) -> None:
    """Move a file to another file system: copied whole before it is taken away here."""
    remove_left_behind(target.parent)
    with file.open("rb") as source, OutputFile(target.parent) as out:
        shutil.copyfileobj(source, out.binary)
        os.fchmod(out.binary.fileno(), file.stat().st_mode & 0o777)
        out.place(target)
    sync_folder(target.parent)
    file.unlink()
