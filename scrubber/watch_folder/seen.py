"""Which contents were received before, told by their hash."""

import json
from pathlib import Path
from typing import NamedTuple

from scrubber.watch_folder.notes import Note


class Seen(NamedTuple):
    """How many runs a content had so far, and the one that scrubbed it; empty if none did."""

    runs: int = 0
    done: str = ""


class SeenContents:
    """A folder with one small file for each content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, sha256: str) -> Seen:
        """What is known of a content."""
        try:
            seen = Seen(**json.loads(self._path(sha256).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError, RecursionError):
            return Seen()
        return seen if type(seen.runs) is int and isinstance(seen.done, str) else Seen()

    def note(self, sha256: str, run: str, done: bool) -> Note:
        """What is to be remembered of a run that came to its end; `done` where it scrubbed the
        content."""
        number = int(run.rpartition("-")[2])
        old = self.of(sha256)
        path = self._path(sha256)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        new = Seen(max(number, old.runs), old.done or (run if done else ""))
        return Note(path, json.dumps(new._asdict()) + "\n")

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.json"
