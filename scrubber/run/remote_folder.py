"""A folder of outputs that has a URL."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scrubber.files.system import replace as replace_file
from scrubber.outputs.syncing import sync_paths
from scrubber.run.delivery import outputs_of
from scrubber.run.remote_files import (
    STORES,
    Place,
    RemoteError,
    RemoteFile,
    as_os_error,
    file_system,
    protocol_of,
    reason,
)

MODE = 0o700


@dataclass(frozen=True)
class RemoteFolder:
    """Where outputs are put, and the names that are taken there. `token` is in the names of what
    is not whole yet, so that it can be found when whoever wrote it is lost."""

    url: str
    taken: set[str]
    token: str
    scratch: Path | None

    @property
    def folder(self) -> RemoteFile:
        """As RemoteFile has its parent."""
        return RemoteFile(self.url)

    def existing(self, name: str) -> list[str]:
        """The outputs for an input of that name that are there."""
        return outputs_of(name, self.taken.__contains__)

    def note(self, files: Iterable[Place]) -> None:
        """What somebody else has put there."""
        self.taken.update(file.name for file in files)

    def put(self, made: Path) -> RemoteFile:
        """Put an output there; it is seen when it is whole. Raises OSError."""
        try:
            self._put(made)
            self.taken.add(made.name)
        except Exception as error:
            raise as_os_error(error) from None
        return RemoteFile(f"{self.url}/{made.name}")

    def remove(self, name: str) -> None:
        """Take one away. Raises OSError."""
        try:
            system, path = file_system(self.url)
            with suppress(FileNotFoundError):
                system.rm_file(f"{path}/{name}")
        except Exception as error:
            raise as_os_error(error) from None

    def made_in(self, scratch: Path | None) -> "RemoteFolder":
        """The same for another machine, where outputs are made in that folder; but where they are
        only renamed it stays as it is, for all machines see it."""
        return self if protocol_of(self.url) == "file" else replace(self, scratch=scratch)

    def remove_unfinished(self) -> None:
        """Take away what those left who were lost while they wrote."""
        with suppress(Exception):
            system, path = file_system(self.url)
            for one in system.ls(path, detail=False):
                if one.rpartition("/")[2].startswith(self._unfinished("")):
                    system.rm_file(one)

    def _put(self, made: Path) -> None:
        system, path = file_system(self.url)
        target = f"{path}/{made.name}"
        if protocol_of(self.url) == "file":
            replace_file(made, Path(target))
            sync_paths([Path(path)])
        elif STORES[protocol_of(self.url)].is_atomic:
            system.put_file(str(made), target)
        else:
            unfinished = f"{path}/{self._unfinished(made.name)}"
            system.put_file(str(made), unfinished)
            system.mv(unfinished, target)

    def _unfinished(self, name: str) -> str:
        return f".scrubber-{self.token}.{name}"

    def __str__(self) -> str:
        return self.url


@contextmanager
def opened_folder(url: str) -> Iterator[RemoteFolder]:
    """The folder of a run, made where there is none; at the end nothing unfinished is left, also
    of those who were lost while they wrote. Raises RemoteError."""
    url, token = url.rstrip("/"), os.urandom(8).hex()
    try:
        system, path = file_system(url)
        if protocol_of(url) == "sftp":
            system.makedirs(path, exist_ok=True, permissions=MODE)
        elif protocol_of(url) == "file":
            system.makedirs(path, exist_ok=True)
        taken = _names_in(system, path)
    except RemoteError:
        raise
    except Exception as error:
        raise RemoteError(reason(error)) from None
    above = path if protocol_of(url) == "file" else None
    with TemporaryDirectory(prefix=f".scrubber-{token}-", dir=above) as scratch:
        folder = RemoteFolder(url, taken, token, Path(scratch))
        try:
            yield folder
        finally:
            if not STORES[protocol_of(url)].is_atomic:
                folder.remove_unfinished()


def _names_in(system: Any, path: str) -> set[str]:
    try:
        return {one.rpartition("/")[2] for one in system.ls(path, detail=False)}
    except FileNotFoundError:
        return set()
