"""What differs between operating systems, under one name each.

Windows has no flock, no file modes of use, no descriptor of a folder, and lets nobody replace or
remove a file that is open.
"""

import os
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

IS_WINDOWS = sys.platform == "win32"
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
BYTES = getattr(os, "O_BINARY", 0)
"""Flags for os.open: follow no link, wait for no pipe, change no line ends; 0 where there is none
or no need."""

_TRIES, _PAUSE = 8, 0.05


def _module(name: str) -> Any:
    """A module that not every system has; None where there is none."""
    try:
        return import_module(name)
    except ImportError:
        return None


_FCNTL = _module("fcntl")


def own(handle: int) -> None:
    """By a lock others see that a file has an owner; not every file system has locks."""
    if _FCNTL is not None:
        with suppress(OSError):
            _FCNTL.flock(handle, _FCNTL.LOCK_EX | _FCNTL.LOCK_NB)


def is_owned(path: Path) -> bool:
    """Whether a file is another's, as far as locks tell."""
    if _FCNTL is None:
        return False
    try:
        flags = os.O_RDONLY if path.is_dir() else os.O_RDWR
        handle = os.open(path, flags | NO_LINK | NO_WAIT)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        _FCNTL.flock(handle, _FCNTL.LOCK_EX | _FCNTL.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def process_lives(process: int) -> bool:
    """Whether a process of this number runs on this machine."""
    from psutil import pid_exists  # noqa: PLC0415

    try:
        return pid_exists(process)
    except OverflowError:
        return False


def replace(source: Path, target: Path) -> None:
    """Give a file another's name at once. On Windows a search or a virus scanner may have either
    open for a moment. Raises OSError."""
    for _ in range(_TRIES if IS_WINDOWS else 0):
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(_PAUSE)
        else:
            return
    source.replace(target)


def open_to_sync(path: Path) -> int | None:
    """A descriptor by which a file or folder can be brought to the disk; None where the system
    does that by itself. Raises OSError."""
    if not IS_WINDOWS:
        return os.open(path, os.O_RDONLY)
    return None if path.is_dir() else os.open(path, os.O_RDWR | BYTES)


def read_at(handle: int, size: int, at: int) -> bytes:
    """Bytes of a file from an offset on."""
    if hasattr(os, "pread"):
        return os.pread(handle, size, at)
    os.lseek(handle, at, os.SEEK_SET)
    return os.read(handle, size)


def user_number() -> str:
    """The number of the user, where users have one."""
    return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def keeps_modes() -> bool:
    """Whether the mode of a file or folder says who may look into it."""
    return not IS_WINDOWS
