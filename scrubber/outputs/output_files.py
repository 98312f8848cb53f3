"""Files that appear whole or not at all: of a temporary name until they are placed, mode 0600."""

import atexit
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TextIO, cast

from scrubber.files.system import IS_WINDOWS, is_owned, open_to_sync, own, process_lives, replace

# Bytes held of each file that is appended to, and of any other before the disk has it.
HELD = 1 << 15
_FOLDERS: set[Path] = set()
_TEMPORARY = re.compile(r"\.scrubber-(\d+)-.*\.tmp")


class OutputFile:
    """A file of mode 0600 under a temporary name, gone when the block ends unless placed.

    `binary` is the open file; `text` the same as UTF-8 text, for one or the other to be used.
    `path` is where it lies until it is placed: to make a file costs more than to write one claim,
    and many are never placed, so what is short lies nowhere until somebody asks.
    """

    def __init__(self, folder: Path) -> None:
        self._text: TextIO | None = None
        self._late = _LateFile(folder)
        self.binary = cast(BinaryIO, self._late)
        self.write = self._late.write

    @property
    def path(self) -> Path:
        """Where it lies, with all that was written."""
        self.settle()
        assert self._late.path is not None
        return self._late.path

    def text(self, encoding: str = "utf-8", newline: str | None = "\n") -> TextIO:
        """The file opened as text; written and read through this one object only."""
        if self._text is None:
            self._text = io.TextIOWrapper(self.binary, encoding=encoding, newline=newline)
        return self._text

    def settle(self) -> None:
        """Give all that was written to the system; nothing may be written after it."""
        if self._text is not None:
            self._text.flush()
        self.binary.flush()
        self.binary.fileno()

    def place(self, target: Path) -> None:
        """Give the file its name; what stood there is replaced. It outlives a loss of power if it
        was brought to the disk before, and its folder is afterwards."""
        path = self.path
        if IS_WINDOWS:
            self._close()
        replace(path, target)

    def _close(self) -> None:
        # What a full disk did not take of a file that has no name yet is not missed.
        for stream in (self._text, self.binary):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()
        if self._late.path is not None:
            self._late.path.unlink(missing_ok=True)


class AppendedFile:
    """A file of bytes like an OutputFile, but open only while it is written to: of these there
    may be thousands at once."""

    def __init__(self, folder: Path) -> None:
        handle, self._path = _temporary(folder)
        os.close(handle)
        self._held: list[bytes] = []
        self._size = 0

    @property
    def path(self) -> Path:
        """Where it lies, with all that was written."""
        self.settle()
        return self._path

    def write(self, text: bytes) -> int:
        """Take bytes; they are held until it is worth opening the file."""
        self._held.append(text)
        self._size += len(text)
        if self._size > HELD:
            self.settle()
        return len(text)

    def settle(self) -> None:
        """Give all that was written to the system."""
        if self._held:
            with self._path.open("ab") as file:
                file.writelines(self._held)
            self._held, self._size = [], 0

    def place(self, target: Path) -> None:
        """Give the file its name; what stood there is replaced."""
        replace(self.path, target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._path.unlink(missing_ok=True)


class _LateFile(io.BufferedIOBase):
    """Bytes in memory until they are more than HELD, or its number is asked for; then a file in a
    folder, and `path` is where."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: BinaryIO = io.BytesIO()
        self.path: Path | None = None

    def write(self, text: bytes, /) -> int:  # type: ignore[override]
        written = self._file.write(text)
        if self.path is None and self._file.tell() > HELD:
            self._give_to_disk()
        return written

    def read(self, size: int | None = -1, /) -> bytes:
        return self._file.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return cast(io.BufferedIOBase, self._file).read1(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def truncate(self, size: int | None = None, /) -> int:
        return self._file.truncate(size)

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()

    def fileno(self) -> int:
        if self.path is None:
            self._give_to_disk()
        return self._file.fileno()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        super().close()
        self._file.close()

    def _give_to_disk(self) -> None:
        held, at = cast(io.BytesIO, self._file).getvalue(), self._file.tell()
        handle, self.path = _temporary(self._folder)
        self._file = os.fdopen(handle, "w+b")
        self._file.write(held)
        self._file.seek(at)


@contextmanager
def temporary_folder(folder: Path) -> Iterator[Path]:
    """A folder of mode 0700 for what others write while they make an output; it goes with the
    block, and after a kill like an output that was not placed."""
    made = Path(tempfile.mkdtemp(prefix=_prefix(folder), suffix=".tmp", dir=folder))
    handle = open_to_sync(made)
    try:
        if handle is not None:
            own(handle)
        yield made
    finally:
        if handle is not None:
            os.close(handle)
        _remove(made)


def _temporary(folder: Path) -> tuple[int, Path]:
    """A new file of mode 0600, open, and where it lies."""
    handle, path = tempfile.mkstemp(prefix=_prefix(folder), suffix=".tmp", dir=folder)
    own(handle)
    return handle, Path(path)


def _prefix(folder: Path) -> str:
    """What the names of our temporary files begin with in a folder, from which they are taken away
    when the process ends."""
    if not _FOLDERS:
        atexit.register(_take_away)
    _FOLDERS.add(folder)
    return f".scrubber-{os.getpid()}-"


def _take_away() -> None:
    """Take away what a signal left between the making of a file and the `with` that ends it."""
    for folder in _FOLDERS:
        remove_unfinished(folder, os.getpid())


def remove_unfinished(folder: Path, process: int) -> None:
    """Take away what a process that ends, or was ended, had begun to write into a folder."""
    for path in folder.glob(f".scrubber-{process}-*.tmp"):
        _remove(path)


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
        if not _lives_elsewhere(process) and not any(map(is_owned, paths)):
            for path in paths:
                _remove(path)


def _remove(path: Path) -> None:
    """Remove what can be removed: on Windows a file that another machine has open cannot."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(PermissionError):
        path.unlink(missing_ok=True)


def _lives_elsewhere(process: int) -> bool:
    """Whether another process of this number runs on this machine."""
    return process != os.getpid() and process_lives(process)
