"""A scrubber that leaves the work to another one, for what adds something to its parts."""

from scrubber.engine.stream import FileScrubber


class WrappedScrubber(FileScrubber):
    """Leaves everything to another scrubber, whose memories serve all files; `parts` is for a
    subclass to give."""

    def __init__(self, scrubber: FileScrubber) -> None:
        self._scrubber = scrubber

    def reset(self) -> None:
        """Forget the file."""
        self._scrubber.reset()

    def give_up(self, claim: int = 0) -> None:
        """Nothing came of the file, or of a claim of it."""
        self._scrubber.give_up(claim)
