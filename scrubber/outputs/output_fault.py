"""Outputs that cannot stand for what was scrubbed."""

from pathlib import Path

from scrubber.errors import ScrubberError

PACKAGE = Path(__file__).parent.parent


class OutputFaultError(ScrubberError):
    """An output that is not as it was meant, so that none was placed; the message says which and
    what, without a value of a claim."""


class ClaimFileFaultError(OutputFaultError):
    """A claim file that is not as it was meant. `claims` are the numbers (CLM01) of the claims
    that this concerns; empty where it may be any."""

    def __init__(self, message: str, claims: frozenset[str] = frozenset()) -> None:
        super().__init__(message)
        self.claims = claims


def not_written(name: str, fault: str) -> str:
    """What is said of an output that was read again, with what is wrong with it."""
    return f"{name} was not written: read again, {fault}"


def internal_fault(error: BaseException) -> str:
    """The kind of an error and the place in the program. Its message is left out, as it may hold
    a value of the claim."""
    import traceback  # noqa: PLC0415

    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    place = ""
    if ours:
        file = Path(ours[-1].filename).relative_to(PACKAGE.parent)
        place = f" at {file.as_posix()}:{ours[-1].lineno}"
    words = "an internal error in the scrubber, not a problem with the file"
    return f"{words} ({type(error).__name__}{place})"
