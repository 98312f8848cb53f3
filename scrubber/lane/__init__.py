"""What is surely right needs no Python: the native part, where it is built.

It reads the bytes of a block and says where its segments belong in the guide and what is so of the
claim (`facts`), or nothing. Whatever it says nothing of is looked at by `guide` and by rules, so
without it nothing is different but the time.
"""

import os
from collections.abc import Sequence
from functools import cache

from scrubber.guide.definitions import all_definitions
from scrubber.guide.walker import Locate
from scrubber.x12.segment import Delimiters

SWITCH = "SCRUBBER_LANE"


def is_built() -> bool:
    """Whether it is there and not switched off (SCRUBBER_LANE=off)."""
    if os.environ.get(SWITCH) == "off":
        return False
    try:
        import scrubber.lane._locate  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def locate_with(delimiters: Delimiters) -> Locate | None:
    """Locates blocks with these delimiters; None where the lane is not built."""
    if not is_built():
        return None
    from scrubber.lane._locate import Locator  # noqa: PLC0415
    from scrubber.lane.tables import guide_tables  # noqa: PLC0415

    element, component, repetition, terminator = delimiters
    given = f"{element}{component}{repetition or component}{terminator}"
    located = Locator(guide_tables(), given.encode("latin-1")).located
    firsts = first_numbers()

    def locate(segments: Sequence[str], loop_id: str) -> tuple[str, int] | None:
        text = f"{terminator.join(segments)}{terminator}"
        return located(text.encode(), firsts[loop_id]) if text.isascii() else None

    return locate


@cache
def first_numbers() -> dict[str, int]:
    """The number of the definition that begins each loop."""
    return {one.loop.id: at for at, one in enumerate(all_definitions()) if one.starts_loop}
