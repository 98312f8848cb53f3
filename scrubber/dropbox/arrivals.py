"""Which files of the inbound folder are complete."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UNFINISHED = (".part", ".tmp", ".filepart", ".partial")
COMPANION = ".done"
TAIL = 512
LAST_SEGMENT = re.compile(rb"IEA[^0-9A-Za-z]\d+[^0-9A-Za-z]\d+[^0-9A-Za-z]?\s*\Z")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file of the inbound folder as it was when looked at; `companions` say it is complete."""

    path: Path
    inode: int
    size: int
    modified_ns: int
    companions: tuple[Path, ...] = ()

    @property
    def look(self) -> tuple[int, int, int]:
        """What changes while a file is written."""
        return self.inode, self.size, self.modified_ns


class Inbound:
    """Looks at a folder again and again and tells which of its files are complete.

    A file is complete when its companion (NAME.done) stands beside it; when it has not changed
    for `settle` seconds between two looks and ends with an IEA segment; or, whatever it ends with,
    when it was last written `patience` seconds ago, or has not changed for so long while we looked:
    clocks differ. Hidden files, *.part, *.tmp, *.filepart and *.partial are still on their way.
    Symbolic links, folders and devices are not files.
    """

    def __init__(self, folder: Path, settle: float, patience: float) -> None:
        self._folder = folder
        self._settle = settle
        self._patience = patience
        self._looks: dict[Path, tuple[tuple[int, int, int], float]] = {}
        self.refused: set[Path] = set()
        self.incomplete: list[Arrival] = []

    def complete(self, clock: float, wall: float) -> list[Arrival]:
        """The complete files, the oldest first. `clock` is a time in seconds that only grows,
        `wall` the time of day as file systems give it. Raises OSError where nobody may look."""
        found = list(self._files())
        looks = {one.path: self._looks.get(one.path, (one.look, clock)) for one in found}
        self._looks = {
            one.path: looks[one.path] if looks[one.path][0] == one.look else (one.look, clock)
            for one in found
        }
        found.sort(key=lambda one: (one.modified_ns, one.path.name))
        ready: list[Arrival] = []
        self.incomplete = []
        for one in found:
            (ready if self._is_complete(one, clock, wall) else self.incomplete).append(one)
        return ready

    def _files(self) -> Iterator[Arrival]:
        with os.scandir(self._folder) as entries:
            names = {entry.name: entry for entry in entries}
        self.refused = set()
        for name, entry in names.items():
            if name.startswith(".") or name.lower().endswith((*UNFINISHED, COMPANION)):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            path = self._folder / name
            if not stat.S_ISREG(found.st_mode):
                self.refused.add(path)
                continue
            companion = name + COMPANION
            companions = (self._folder / companion,) if companion in names else ()
            yield Arrival(path, found.st_ino, found.st_size, found.st_mtime_ns, companions)

    def _is_complete(self, one: Arrival, clock: float, wall: float) -> bool:
        if one.companions:
            return True
        _, since = self._looks[one.path]
        if clock - since < self._settle:
            return False
        if max(wall - one.modified_ns / 1e9, clock - since) >= self._patience:
            return True
        try:
            return ends_with_trailer(one.path)
        except OSError:
            return False


def ends_with_trailer(path: Path) -> bool:
    """Whether the last segment of a file is an IEA. Raises OSError where it cannot be read."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        file.seek(max(0, os.fstat(handle).st_size - TAIL))
        return LAST_SEGMENT.search(file.read()) is not None
