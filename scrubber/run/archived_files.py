"""Files in .zip and .gz archives, each read as a file of its own, within bounds.

What opens them is imported when one is opened: most inputs are none, and a start is to be quick.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import SEEK_END, RawIOBase
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, Literal, Protocol, Self, cast

if TYPE_CHECKING:
    from scrubber.therapy.importers.archive import Bounded

ARCHIVES = frozenset({".gz", ".zip"})
MOST_BYTES = 4 << 30
MOST_TIMES = 200
"""How many times as large as it is packed a file may be; claims are packed to a tenth or so."""
ALWAYS_ALLOWED = 16 << 20
"""Bytes that may be unpacked whatever the size packed."""
_DAMAGED = "a damaged or encrypted archive"
_SEPARATORS = re.compile(r"[/\\]")


class Archive(Protocol):
    """Where an archive is: a path or a URL."""

    @property
    def name(self) -> str: ...

    @property
    def stem(self) -> str: ...

    @property
    def suffix(self) -> str: ...

    def absolute(self) -> Self: ...

    def resolve(self) -> Self: ...

    def is_file(self) -> bool: ...

    def open(self, mode: Literal["rb"], /) -> BinaryIO: ...


@dataclass(frozen=True)
class ArchivedFile:
    """A file in an archive, by its number there; so much of a Path as the inputs of a run need.
    `size` is in bytes, as the archive says."""

    archive: Archive
    number: int
    member: str
    size: int = field(compare=False)

    @property
    def name(self) -> str:
        """The name without the folders in the archive."""
        return _SEPARATORS.split(self.member)[-1]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """The ending of the name."""
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> Archive:
        """The archive."""
        return self.archive

    def absolute(self) -> "ArchivedFile":
        """The same file wherever the program works."""
        return ArchivedFile(self.archive.absolute(), self.number, self.member, self.size)

    def resolve(self) -> "ArchivedFile":
        """The same, through links."""
        return ArchivedFile(self.archive.resolve(), self.number, self.member, self.size)

    def exists(self) -> bool:
        """Whether its archive is there."""
        return self.archive.is_file()

    def is_file(self) -> bool:
        """Whether its archive is there."""
        return self.archive.is_file()

    def is_dir(self) -> bool:
        """It is a file."""
        return False

    def open(self, _mode: Literal["rb"]) -> BinaryIO:
        """The content as a stream. Raises OSError, also when it is read."""
        import gzip  # noqa: PLC0415

        from scrubber.therapy.importers.archive import (  # noqa: PLC0415
            Bounded,
            open_archive,
            open_member,
        )

        with ExitStack() as stack, _as_os_errors(self.name):
            packed: BinaryIO = stack.enter_context(self.archive.open("rb"))
            if self.archive.suffix.lower() == ".gz":
                size = packed.seek(0, SEEK_END)
                packed.seek(0)
                stream = cast(IO[bytes], stack.enter_context(gzip.open(packed)))
            else:
                archive = stack.enter_context(open_archive(self.name, packed))
                info = archive.infolist()[self.number]
                size = info.compress_size
                stream = stack.enter_context(open_member(self.name, archive, info))
            most = min(MOST_BYTES, max(ALWAYS_ALLOWED, MOST_TIMES * size))
            bounded = Bounded(self.name, stream, most)
            return cast(BinaryIO, _Stream(self.name, bounded, stack.pop_all()))

    def __str__(self) -> str:
        return f"{self.archive}/{self.member}"


class _Stream(RawIOBase):
    """Reads on; whatever is wrong with the archive is an OSError."""

    def __init__(self, name: str, stream: "Bounded", opened: ExitStack) -> None:
        self._name = name
        self._stream = stream
        self._opened = opened

    def read(self, size: int = -1) -> bytes:
        with _as_os_errors(self._name):
            return self._stream.read(size) or b""

    def close(self) -> None:
        if not self.closed:
            self._opened.close()
        super().close()


def is_archive(path: Archive) -> bool:
    """Whether a path is that of an archive, by its name."""
    return path.suffix.lower() in ARCHIVES


def files_in(path: Archive) -> list[ArchivedFile]:
    """The files in an archive, in its order. Raises OSError where it cannot be read."""
    if path.suffix.lower() == ".gz":
        with path.open("rb") as file:
            size = file.seek(0, SEEK_END)
            file.seek(max(0, size - 4))
            unpacked = int.from_bytes(file.read(4), "little")
        return [ArchivedFile(path, 0, path.stem, unpacked)]
    from scrubber.therapy.importers.archive import open_archive  # noqa: PLC0415

    with (
        _as_os_errors(path.name),
        path.open("rb") as packed,
        open_archive(path.name, packed) as archive,
    ):
        return [
            ArchivedFile(path, number, info.filename, info.file_size)
            for number, info in enumerate(archive.infolist())
            if not info.is_dir()
        ]


def only_file_in(path: Path) -> Path | ArchivedFile:
    """The only file in an archive; a path of anything else is its own. Raises OSError where an
    archive cannot be read, or holds none or several."""
    if not is_archive(path):
        return path
    files = [one for one in files_in(path) if not one.name.startswith(".")]
    if len(files) != 1:
        raise OSError(errno.EINVAL, f"the archive holds {len(files)} files; send each by itself")
    return files[0]


@contextmanager
def _as_os_errors(name: str) -> Iterator[None]:
    """What is wrong with an archive is an OSError with the reason alone."""
    from gzip import BadGzipFile  # noqa: PLC0415
    from zipfile import BadZipFile  # noqa: PLC0415

    from scrubber.therapy.importers.refusal import ImportFileError  # noqa: PLC0415

    try:
        yield
    except ImportFileError as error:
        raise OSError(errno.EIO, str(error).removeprefix(f"{name}: ")) from None
    except (BadGzipFile, BadZipFile, EOFError, IndexError):
        raise OSError(errno.EIO, _DAMAGED) from None
