"""Keeps Python's cycle collector out of the way while a file is scrubbed."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# All that was made while the collector was out of the way.
YOUNGEST = 0
# To walk more takes longer than what lies in circles is worth: the same few kilobytes for a file,
# however long it is.
MOST_WALKED = 100_000


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing the engine makes of a claim refers to itself in a circle, so counting references
    frees all of it; the collector would walk the engine's memories again and again, a quarter of
    the time.

    At the end what was made for a short file and lies in circles is freed, once: there may be
    thousands. What is left then is set aside (`gc.freeze`), or the collector would walk it at once.
    So the block must hold nothing but a call: what its own frame still holds would be set aside for
    good.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_count()[YOUNGEST] < MOST_WALKED:
                gc.collect(YOUNGEST)
            gc.freeze()
            gc.enable()
