"""A scrubber for X12 837P therapy claims: check, repair, split, report.

`scrubber.check`, `scrubber.scrub` and `scrubber.Scrubber` are for programs; docs/api.md shows
them. What they need is loaded when one is first used, so that the command line stays quick.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrubber.api import (
        CheckResult,
        ClaimResult,
        Correction,
        Disposition,
        DocumentationError,
        Finding,
        LineSummary,
        Outcome,
        ProfileError,
        Scrubber,
        ScrubberError,
        Settings,
        Severity,
        Share,
        TableError,
        UnknownRuleError,
        UnreadableInputError,
        check,
        scrub,
    )

__version__ = "0.1.0"

__all__ = [
    "CheckResult",
    "ClaimResult",
    "Correction",
    "Disposition",
    "DocumentationError",
    "Finding",
    "LineSummary",
    "Outcome",
    "ProfileError",
    "Scrubber",
    "ScrubberError",
    "Settings",
    "Severity",
    "Share",
    "TableError",
    "UnknownRuleError",
    "UnreadableInputError",
    "__version__",
    "check",
    "scrub",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scrubber import api  # noqa: PLC0415

    return getattr(api, name)
