"""Keyed hashes that stand for patients, providers and claims: equal values, equal hashes, and no
way back without the key."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from scrubber.errors import ScrubberError
from scrubber.files.system import NO_LINK, keeps_modes

LENGTH = 32


class KeyFileError(ScrubberError):
    """A key file that cannot be used; the message says why."""


class Keys:
    """Hashes values under one secret. `purpose` keeps equal values of different kinds apart."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, purpose: str, *values: str) -> str:
        """Thirty-two hexadecimal digits."""
        return self.seal(purpose, *values)[:LENGTH]

    def bytes_for(self, purpose: str) -> bytes:
        """A key of its own for hashes of one purpose."""
        return bytes.fromhex(self.seal("key", purpose))

    def seal(self, purpose: str, *values: str) -> str:
        """The whole HMAC-SHA256, sixty-four hexadecimal digits."""
        text = "\x1f".join((purpose, *values)).encode("utf-8", "surrogateescape")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()


def read_keys(path: Path, *, may_make: bool = True) -> Keys:
    """The keys of a file, which is made, mode 0600, where there is none and it may be.

    Raises KeyFileError for one that others may read, that holds no key, or that is missing.
    """
    if not path.exists():
        if not may_make:
            raise KeyFileError(f"{path}: the key is missing; put it back from a backup")
        try:
            _make(path)
        except OSError as error:
            raise KeyFileError(f"{path}: the key cannot be made: {error.strerror}") from None
    try:
        if keeps_modes() and path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path}: others can read the key; run chmod 600 {path}")
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise KeyFileError(f"{path}: the key cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        text = ""
    return keys_of(text, str(path))


def keys_of(text: str, place: str) -> Keys:
    """The keys of a secret in hexadecimal. Raises KeyFileError, which names the `place` it is
    from and not the text, for what is none."""
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) < LENGTH:
        raise KeyFileError(f"{place}: this is not a key: {2 * LENGTH} hexadecimal digits")
    return Keys(secret)


def _make(path: Path) -> None:
    """Make a key whole or not at all; one that somebody else made meanwhile stays."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK
    try:
        with os.fdopen(os.open(temporary, flags, 0o600), "w") as file:
            file.write(secrets.token_hex(LENGTH) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink(missing_ok=True)
