"""Files that appear whole or not at all: temporary name, synced, renamed, mode 0600."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TextIO


class OutputFile:
    """A file of mode 0600 under a temporary name, gone when the block ends unless placed.

    `binary` is the open file; `text` the same as UTF-8 text, for one or the other to be used.
    """

    def __init__(self, folder: Path) -> None:
        prefix = f".scrubber-{os.getpid()}-"
        handle, path = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=folder)
        self._path = Path(path)
        self.binary: BinaryIO = os.fdopen(handle, "w+b")
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
        self._path.replace(target)

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
        self._path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
