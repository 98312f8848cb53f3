"""Small files that tell what became of a file; several are brought to the disk at once."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from scrubber.files.system import replace
from scrubber.outputs.syncing import sync_paths
from scrubber.watch_folder.run_record import temporary_name, write_whole


class Note(NamedTuple):
    """A text, and the file that is to hold it."""

    path: Path
    text: str


def write_notes(notes: Iterable[Note]) -> None:
    """Replace files, each whole or not at all, mode 0600, also against loss of power; one writer
    at a time. Raises OSError."""
    written = []
    for note in notes:
        temporary = temporary_name(note.path)
        write_whole(temporary, note.text)
        written.append((temporary, note.path))
    sync_paths(temporary for temporary, _ in written)
    for temporary, path in written:
        replace(temporary, path)
    sync_paths({path.parent for _, path in written})
