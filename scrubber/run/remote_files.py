"""Files named by a URL: found and read through fsspec."""

import errno
import re
from dataclasses import dataclass, field
from io import BytesIO, RawIOBase
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Literal, NamedTuple, cast
from urllib.parse import urlsplit

from scrubber.errors import ScrubberError
from scrubber.run.archived_files import ArchivedFile

BLOCK = 4 << 20
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PATTERN = re.compile(r"[*?\[]")


class Store(NamedTuple):
    """What is to be known of a protocol: the package that speaks it, and whether a file appears
    there whole or not at all."""

    package: str
    is_atomic: bool


STORES = {
    "file": Store("fsspec", False),
    "memory": Store("fsspec", True),
    "s3": Store("s3fs", True),
    "sftp": Store("sshfs", False),
}


class RemoteError(ScrubberError):
    """A URL that cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class RemoteFile:
    """A file with a URL and, where it was listed, its size in bytes; so much of a Path as the
    inputs and outputs of a run need. `content` is there where a file was read before it was sent
    to a machine that does not see it."""

    url: str
    size: int | None = field(default=None, compare=False)
    content: bytes | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """What stands after the last slash."""
        return self.url.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """The ending of the name."""
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> "RemoteFile":
        """The folder."""
        return RemoteFile(self.url.rpartition("/")[0])

    def absolute(self) -> "RemoteFile":
        """A URL is the same everywhere."""
        return self

    def resolve(self) -> "RemoteFile":
        """A URL is the same everywhere."""
        return self

    def is_file(self) -> bool:
        """Whether it was there when it was listed."""
        return self.size is not None

    def open(self, _mode: Literal["rb"]) -> BinaryIO:
        """The content as a stream. Raises OSError, also when it is read."""
        if self.content is not None:
            return BytesIO(self.content)
        try:
            system, path = file_system(self.url)
            return cast(BinaryIO, _Stream(system.open(path, "rb", block_size=BLOCK)))
        except Exception as error:
            raise as_os_error(error) from None

    def __str__(self) -> str:
        return self.url


class _Stream(RawIOBase):
    """Reads on; whatever the library raises is an OSError with a message of one line."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        try:
            return cast(bytes, self._stream.read(size))
        except Exception as error:
            raise as_os_error(error) from None

    def seekable(self) -> bool:
        return True

    def seek(self, at: int, whence: int = 0) -> int:
        try:
            return cast(int, self._stream.seek(at, whence))
        except Exception as error:
            raise as_os_error(error) from None

    def tell(self) -> int:
        return cast(int, self._stream.tell())

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def is_url(text: str) -> bool:
    """Whether a text names a file by a URL and not by a path."""
    return _URL.match(text) is not None


def is_private(url: object) -> bool:
    """Whether nobody but this process can see what has this URL."""
    return str(url).startswith("memory:")


def protocol_of(url: str) -> str:
    """What stands before ://, in small letters."""
    found = _URL.match(url)
    assert found is not None
    return found[1].lower()


def file_system(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL, and the path in it.

    Raises RemoteError for a URL that is not for us, and what the library raises when the store
    cannot be reached.
    """
    protocol = protocol_of(url)
    store = STORES.get(protocol)
    if store is None:
        raise RemoteError(f"{protocol}://: choose from {', '.join(f'{one}://' for one in STORES)}")
    _refuse_password(url)
    try:
        import fsspec  # noqa: PLC0415

        kind = fsspec.get_filesystem_class(protocol)
    except ImportError:
        kind = None
    if kind is None or not kind.__module__.startswith(store.package):
        raise RemoteError(f"{protocol}:// needs {store.package}: pip install {store.package}")
    system, path = fsspec.url_to_fs(url, **_options(protocol, fsspec.config.conf))
    return system, path


class Found(NamedTuple):
    """What a URL names, and the files it stands for."""

    kind: Literal["file", "folder", "pattern"]
    files: list[RemoteFile]


def files_at(url: str) -> Found:
    """The files that a URL names, in the order of their names: the file itself, all in a folder
    and in the folders within it that are not hidden, or those like a pattern.

    Raises RemoteError.
    """
    try:
        system, path = file_system(url.rstrip("/"))
        kind, listed = _listed(system, path)
    except RemoteError:
        raise
    except Exception as error:
        raise RemoteError(reason(error)) from None
    head = url.rstrip("/").removesuffix(path)
    above = path if kind == "folder" else ""
    files = [
        RemoteFile(head + name, one["size"])
        for name, one in sorted(listed.items())
        if one["type"] == "file" and "/." not in name.removeprefix(above)
    ]
    return Found(kind, files)


def reason(error: BaseException) -> str:
    """Why a store could not be used, without what it says about keys and signatures."""
    if isinstance(error, RemoteError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    if isinstance(error, PermissionError):
        return "access is denied"
    return getattr(error, "strerror", None) or f"the store cannot be used ({type(error).__name__})"


def as_os_error(error: BaseException) -> OSError:
    """The same with its reason as `strerror`."""
    return OSError(getattr(error, "errno", None) or errno.EIO, reason(error))


def _listed(system: Any, path: str) -> tuple[Literal["file", "folder", "pattern"], dict[str, Any]]:
    try:
        info = system.info(path)
    except FileNotFoundError:
        if not _PATTERN.search(path):
            raise
        return "pattern", system.glob(path, detail=True)
    if info["type"] == "directory":
        return "folder", system.find(path, detail=True)
    return "file", {path: info}


def _refuse_password(url: str) -> None:
    try:
        secret = urlsplit(url).password
    except ValueError:
        raise RemoteError("this is not a URL") from None
    if secret is not None:
        raise RemoteError("a password in a URL is seen by others; use a key, or fsspec's settings")


def _options(protocol: str, configured: dict[str, Any]) -> dict[str, Any]:
    """What differs from the defaults of the libraries: a host must be one that is known, and
    what others put into a bucket meanwhile is seen."""
    if protocol == "sftp" and "known_hosts" not in configured.get("sftp", {}):
        return {"known_hosts": ()}
    return {"use_listings_cache": False} if protocol == "s3" else {}


Place = Path | RemoteFile | ArchivedFile
"""Where a file is."""
