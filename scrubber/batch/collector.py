"""Keeps Python's cycle collector out of the way while a file is scrubbed."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing the engine makes refers to itself in a circle, so counting references frees all of
    it; the collector would walk the engine's memories again and again, a quarter of the time.

    What is there at the end is set aside (`gc.freeze`), or the collector would walk it at once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()
