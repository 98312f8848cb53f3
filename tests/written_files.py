"""What a run has written."""

from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    """The files in a folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
