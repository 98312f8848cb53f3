"""ZIP archives and their members, opened with bounds and read without surprises."""

import io
import struct
import zipfile
import zlib
from typing import IO, BinaryIO

from scrubber.therapy.importers.refusal import ImportFileError

# What zipfile raises for spoiled bytes, besides its own error.
DAMAGES = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError,
    OverflowError, RuntimeError, ValueError,
)  # fmt: skip
MOST_DIRECTORY_BYTES = 1 << 20
"""An entry takes some hundred bytes here, and ten times as many once it is read."""

_END = b"PK\x05\x06"
_END_BYTES, _LONGEST_COMMENT = 22, 1 << 16
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Bounded(io.RawIOBase):
    """A stream that gives at most `most` bytes in all, and `most_between` without `progress`.

    Raises ImportFileError with the name of the file for more, and for damaged contents.
    """

    def __init__(self, name: str, stream: IO[bytes], most: int, most_between: int = 0) -> None:
        self._name = name
        self._stream = stream
        self._left = most
        self._most_between = most_between or most
        self._between = 0

    def progress(self) -> None:
        """Something was made of what was read so far."""
        self._between = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            chunk = self._stream.read(len(buffer))
        except DAMAGES:
            raise ImportFileError(f"{self._name}: a damaged or encrypted archive") from None
        self._left -= len(chunk)
        self._between += len(chunk)
        if self._left < 0 or self._between > self._most_between:
            raise ImportFileError(f"{self._name}: unpacks to more than is allowed")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def open_archive(
    name: str, stream: BinaryIO, otherwise: str = "a damaged or encrypted archive"
) -> zipfile.ZipFile:
    """The archive in a stream. Raises ImportFileError for an immense directory, and with what it
    is `otherwise` for none."""
    try:
        if _directory_bytes(stream) > MOST_DIRECTORY_BYTES:
            raise ImportFileError(f"{name}: too many files in the archive; unpack it first")
        return zipfile.ZipFile(stream)
    except DAMAGES:
        raise ImportFileError(f"{name}: {otherwise}") from None


def open_member(name: str, archive: zipfile.ZipFile, member: str | zipfile.ZipInfo) -> IO[bytes]:
    """A file in the archive. Raises ImportFileError where it cannot be read."""
    try:
        info = archive.getinfo(member) if isinstance(member, str) else member
        if info.compress_type not in _READ:
            raise ImportFileError(f"{name}: packed in a way that is not read; unpack it first")
        return archive.open(info)
    except DAMAGES:
        raise ImportFileError(f"{name}: a damaged or encrypted archive") from None


def _directory_bytes(stream: BinaryIO) -> int:
    """How large an archive says its directory is; 0 where it has none."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(_END)
    record = tail[at : at + _END_BYTES] if at >= 0 else b""
    return int.from_bytes(record[12:16], "little")
