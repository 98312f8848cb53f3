"""Files that appear whole or not at all: temporary name, synced, renamed, mode 0600."""

import atexit
import fcntl
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TextIO

# Bytes held of each file that is appended to.
HELD = 1 << 15
_FOLDERS: set[Path] = set()
_TEMPORARY = re.compile(r"\.scrubber-(\d+)-.*\.tmp")


class OutputFile:
    """A file of mode 0600 under a temporary name, gone when the block ends unless placed.

    `binary` is the open file; `text` the same as UTF-8 text, for one or the other to be used.
    `path` is where it lies until it is placed.
    """

    def __init__(self, folder: Path) -> None:
        handle, self.path = _temporary(folder)
        self.binary: BinaryIO = os.fdopen(handle, "w+b")
        self.write = self.binary.write
        self._text: TextIO | None = None
        self._is_synced = False

    def text(self, encoding: str = "utf-8", newline: str | None = "\n") -> TextIO:
        """The file opened as text; written and read through this one object only."""
        if self._text is None:
            self._text = open(  # noqa: SIM115
                self.binary.fileno(), "w+", encoding=encoding, newline=newline, closefd=False
            )
        return self._text

    def sync(self) -> None:
        """Bring all that was written to the disk; nothing may be written after it."""
        if self._is_synced:
            return
        if self._text is not None:
            self._text.flush()
        self.binary.flush()
        os.fsync(self.binary.fileno())
        self._is_synced = True

    def place(self, target: Path) -> None:
        """Give the file its name, durably; what stood there is replaced."""
        self.sync()
        self.path.replace(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What a full disk did not take of a file that has no name yet is not missed.
        for stream in (self._text, self.binary):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self.path.unlink(missing_ok=True)


class AppendedFile:
    """A file of bytes like an OutputFile, but open only while it is written to: of these there
    may be thousands at once."""

    def __init__(self, folder: Path) -> None:
        handle, self.path = _temporary(folder)
        os.close(handle)
        self._held: list[bytes] = []
        self._size = 0

    def write(self, text: bytes) -> int:
        """Take bytes; they are held until it is worth opening the file."""
        self._held.append(text)
        self._size += len(text)
        if self._size > HELD:
            self._append(False)
        return len(text)

    def sync(self) -> None:
        """Bring all that was written to the disk."""
        self._append(True)

    def place(self, target: Path) -> None:
        """Give the file its name; what stood there is replaced."""
        self.path.replace(target)

    def _append(self, durably: bool) -> None:
        with self.path.open("ab") as file:
            file.writelines(self._held)
            self._held, self._size = [], 0
            if durably:
                file.flush()
                os.fsync(file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.path.unlink(missing_ok=True)


def _temporary(folder: Path) -> tuple[int, Path]:
    """A new file of mode 0600, open, and where it lies."""
    if not _FOLDERS:
        atexit.register(_take_away)
    _FOLDERS.add(folder)
    prefix = f".scrubber-{os.getpid()}-"
    handle, path = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=folder)
    # By this lock others see that the file has an owner; not every file system has locks.
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle, Path(path)


def _take_away() -> None:
    """Take away what a signal left between the making of a file and the `with` that ends it."""
    for folder in _FOLDERS:
        remove_unfinished(folder, os.getpid())


def remove_unfinished(folder: Path, process: int) -> None:
    """Take away what a process that ends, or was ended, had begun to write into a folder."""
    for path in folder.glob(f".scrubber-{process}-*.tmp"):
        path.unlink(missing_ok=True)


def remove_left_behind(folder: Path) -> None:
    """Take away what killed processes had begun to write into a folder: it holds claims.

    To be called before anything is written. Other machines may be at work in the folder: nothing
    is touched of a process that lives here or that has a lock on any of its files.
    """
    left: dict[int, list[Path]] = {}
    for path in folder.glob(".scrubber-*.tmp"):
        found = _TEMPORARY.fullmatch(path.name)
        if found is not None:
            left.setdefault(int(found[1]), []).append(path)
    for process, paths in left.items():
        if not _lives(process) and not any(map(_is_owned, paths)):
            for path in paths:
                path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    """Whether another process of this number runs on this machine."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _is_owned(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
