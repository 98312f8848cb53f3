"""Which files of the inbound folder are complete."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scrubber.files.system import BYTES, NO_LINK, NO_WAIT

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
    when it was not written to for `patience` seconds. Hidden files, *.part, *.tmp, *.filepart and
    *.partial are still on their way. Symbolic links, folders and devices are not files.
    """

    def __init__(self, folder: Path, settle: float, patience: float) -> None:
        self._folder = folder
        self._settle = settle
        self.patience = patience
        self._looks: dict[Path, tuple[tuple[int, int, int], float]] = {}
        self.refused: set[Path] = set()
        self.incomplete: list[Arrival] = []
        self.uploads: dict[Path, float] = {}

    def complete(self, clock: float, wall: float) -> list[Arrival]:
        """The complete files, the oldest first. `clock` is a time in seconds that only grows,
        `wall` the time of day as file systems give it. Raises OSError where nobody may look.

        `incomplete` are then the others, and `uploads` those whose name says that they are on
        their way, each with the seconds since it was last written to.
        """
        found = list(self._files())
        looks = {one.path: self._looks.get(one.path, (one.look, clock)) for one in found}
        self._looks = {
            one.path: looks[one.path] if looks[one.path][0] == one.look else (one.look, clock)
            for one in found
        }
        found.sort(key=lambda one: (one.modified_ns, one.path.name))
        ready: list[Arrival] = []
        self.incomplete, self.uploads = [], {}
        for one in found:
            if _is_on_its_way(one.path.name):
                self.uploads[one.path] = self._idle(one, clock, wall)
            else:
                (ready if self._is_complete(one, clock, wall) else self.incomplete).append(one)
        return ready

    def stuck(self) -> list[Path]:
        """The uploads that were not written to for so long that nobody will finish them."""
        return [path for path, idle in self.uploads.items() if idle >= self.patience]

    def _files(self) -> Iterator[Arrival]:
        with os.scandir(self._folder) as entries:
            names = {entry.name: entry for entry in entries}
        self.refused = set()
        for name, entry in names.items():
            if name.lower().endswith(COMPANION):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            path = self._folder / name
            if not stat.S_ISREG(found.st_mode):
                if not _is_on_its_way(name):
                    self.refused.add(path)
                continue
            companion = name + COMPANION
            companions = (self._folder / companion,) if companion in names else ()
            yield Arrival(path, found.st_ino, found.st_size, found.st_mtime_ns, companions)

    def _idle(self, one: Arrival, clock: float, wall: float) -> float:
        """Seconds since a file was last written to, or since we saw it so: clocks differ."""
        return max(wall - one.modified_ns / 1e9, clock - self._looks[one.path][1])

    def _is_complete(self, one: Arrival, clock: float, wall: float) -> bool:
        if one.companions:
            return True
        _, since = self._looks[one.path]
        if clock - since < self._settle:
            return False
        if self._idle(one, clock, wall) >= self.patience:
            return True
        try:
            return ends_with_trailer(one.path)
        except OSError:
            return False


def _is_on_its_way(name: str) -> bool:
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def ends_with_trailer(path: Path) -> bool:
    """Whether the last segment of a file is an IEA. Raises OSError where it cannot be read."""
    handle = os.open(path, os.O_RDONLY | NO_LINK | NO_WAIT | BYTES)
    with os.fdopen(handle, "rb") as file:
        file.seek(max(0, os.fstat(handle).st_size - TAIL))
        return LAST_SEGMENT.search(file.read()) is not None
