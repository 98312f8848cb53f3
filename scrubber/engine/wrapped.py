"""A scrubber that leaves the work to another one, for what adds something to its parts."""

from scrubber.engine.across_claims import LeftOut, no_claim
from scrubber.engine.run_memory import RunMemory
from scrubber.engine.stream import FileScrubber


class WrappedScrubber(FileScrubber):
    """Leaves everything to another scrubber, whose memories serve all files; `parts` is for a
    subclass to give."""

    def __init__(self, scrubber: FileScrubber) -> None:
        self._scrubber = scrubber

    @property
    def run(self) -> RunMemory | None:
        """The memory of the run."""
        return self._scrubber.run

    @run.setter
    def run(self, run: RunMemory | None) -> None:
        self._scrubber.run = run

    def reset(self) -> None:
        """Forget the file."""
        self._scrubber.reset()

    def give_up(self, left_out: LeftOut = no_claim) -> None:
        """Nothing came of the file, nor will of some claims of the next."""
        self._scrubber.give_up(left_out)
