"""Workplaces where something goes wrong: a block with a mark ends the worker or raises."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from scrubber.engine import Context, FileScrubber
from scrubber.engine.results import Part
from scrubber.rules import RULES
from scrubber.run.scrub_file import Request
from scrubber.run.workplace import Workplace
from scrubber.x12.block import Block

KILLS, RAISES = "KILLSTHEWORKER", "RAISESANERROR"


class TrappedScrubber(FileScrubber):
    """Fails at marked blocks, `times` times for each mark; `folder` remembers how often."""

    def __init__(self, context: Context, folder: Path, times: int) -> None:
        super().__init__(context, RULES)
        self._folder = folder
        self._times = times

    def parts_of(self, block: Block) -> Iterator[Part]:
        for mark in (KILLS, RAISES):
            if mark in block.text and self._is_set(mark):
                if mark == KILLS:
                    os.kill(os.getpid(), signal.SIGKILL)
                raise ValueError(block.text)
        yield from super().parts_of(block)

    def _is_set(self, mark: str) -> bool:
        seen = len(list(self._folder.glob(f"{mark}-*")))
        (self._folder / f"{mark}-{seen}").touch()
        return seen < self._times


def trapped_workplace(
    context: Context, folder: Path, times: int, request: Request | None = None
) -> Workplace:
    """A workplace with traps."""
    return Workplace(context, TrappedScrubber(context, folder, times), request)
