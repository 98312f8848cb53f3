"""A file of claims as it is read: in chunks, hashed and counted on the way."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from scrubber.errors import ScrubberError
from scrubber.run.remote_files import Place
from scrubber.run.shown_names import shown

CHUNK = 1 << 20


STANDARD_INPUT = Path("/dev/stdin")
"""What stands for the standard input, also where it has no path."""


class UnreadableInputError(ScrubberError):
    """A file that cannot be opened or read; the message says why, in the system's words."""


class SourceFile:
    """An open file of claims. Raises UnreadableInputError where it cannot be opened."""

    def __init__(self, path: Place) -> None:
        try:
            self._file: BinaryIO = _open(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no file can have this name"
            raise UnreadableInputError(reason) from None
        self._name = shown(path.name)
        self._hash = hashlib.sha256()
        self._size = 0

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the file, once. Raises UnreadableInputError where it cannot be read on."""
        while chunk := self._next():
            self._hash.update(chunk)
            self._size += len(chunk)
            yield chunk

    def record(self) -> dict[str, Any]:
        """The "input" of a report, about what was read so far."""
        return {"name": self._name, "sha256": self._hash.hexdigest(), "bytes": self._size}

    def _next(self) -> bytes:
        try:
            return self._file.read(CHUNK)
        except OSError as error:
            raise UnreadableInputError(error.strerror) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _open(path: Place) -> BinaryIO:
    if path == STANDARD_INPUT:
        return open(0, "rb", closefd=False)
    return path.open("rb")
