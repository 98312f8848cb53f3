"""Parts that wait for what comes after them, many of them in a file without a name."""

import pickle
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from scrubber.engine.results import Part

IN_MEMORY = 64 * 1024 * 1024
"""Bytes from which on parts go to disk, where they leave with the process, however that ends."""


class HeldParts:
    """Parts in their order."""

    def __init__(self) -> None:
        self._count = 0
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it is released

    def add(self, part: Part) -> None:
        """Keep the next part. Raises OSError where the disk for temporary files is full."""
        pickle.dump(part, self._file, pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def released(self) -> Iterator[Part]:
        """The parts, once."""
        with self._file as file:
            file.seek(0)
            for _ in range(self._count):
                yield pickle.load(file)
