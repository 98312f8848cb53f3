"""Outputs that cannot stand for what was scrubbed."""

from scrubber.errors import ScrubberError


class OutputFaultError(ScrubberError):
    """An output that is not as it was meant, so that none was placed; the message says which and
    what, without a value of a claim."""
