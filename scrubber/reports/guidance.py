"""What a rule has to say beyond its message, for every report that explains."""

from collections.abc import Mapping
from typing import NamedTuple


class Guidance(NamedTuple):
    """A rule's page in short: its title, why payers ask for it, and what to do about it."""

    title: str
    why: str = ""
    fix: str = ""


GuidanceByCode = Mapping[str, Guidance]

UNKNOWN = Guidance("")
"""What is said for a rule that the caller has no page for."""
