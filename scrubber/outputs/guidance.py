"""What a rule has to say beyond its message, for every report that explains."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from scrubber.rules.pages import catalogue, page_of


class Guidance(NamedTuple):
    """A rule's page in short: its title, why payers ask for it, and what to do about it."""

    title: str
    why: str = ""
    fix: str = ""


GuidanceByCode = Mapping[str, Guidance]

UNKNOWN = Guidance("")
"""What is said for a rule that the caller has no page for."""


@cache
def guidance() -> GuidanceByCode:
    """The page of every rule."""
    return {code: Guidance(*page_of(code)) for code in catalogue()}
