"""Writes an imported table into the user's folder: whole or not at all."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from scrubber.files.system import replace


def write_table(
    folder: Path,
    name: str,
    facts: Mapping[str, str],
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> Path:
    """Write a CSV table with its provenance on top; returns its path.

    The folder is made if need be. Raises OSError when it cannot be written.
    """
    text = io.StringIO()
    text.writelines(f"# {key}: {_one_line(value)}\n" for key, value in facts.items() if value)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return write_whole(folder / name, text.getvalue())


def write_whole(path: Path, text: str) -> Path:
    """Write a text to a temporary name, sync it and rename it; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        replace(Path(temporary), path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def _one_line(value: str) -> str:
    return " ".join(value.split())
