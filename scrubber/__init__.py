"""A scrubber for X12 837P therapy claims: check, repair, split, report.

`scrubber.check`, `scrubber.scrub` and `scrubber.Scrubber` are for programs; docs/api.md shows
them. What they need is loaded when one is first used, so that the command line stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrubber.api import CheckResult, Scrubber, Settings, check, scrub
    from scrubber.codes.table_file import TableError
    from scrubber.configuration.files import ConfigurationError
    from scrubber.consents import Consent
    from scrubber.engine.results import ClaimResult, Disposition, LineSummary
    from scrubber.errors import ScrubberError
    from scrubber.findings import Correction, Finding, Severity
    from scrubber.outputs.form_items import Place, place_of
    from scrubber.outputs.tally import Share
    from scrubber.profiles.errors import ProfileError
    from scrubber.run.decisions import DecisionError
    from scrubber.run.run_context import UnknownRuleError
    from scrubber.run.scrub_file import Outcome
    from scrubber.run.source_file import UnreadableInputError
    from scrubber.therapy.documentation import DocumentationError

__version__ = "0.1.0"

__all__ = [
    "CheckResult",
    "ClaimResult",
    "ConfigurationError",
    "Consent",
    "Correction",
    "DecisionError",
    "Disposition",
    "DocumentationError",
    "Finding",
    "LineSummary",
    "Outcome",
    "Place",
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
    "place_of",
    "scrub",
]


_HOMES = {
    "api": ("CheckResult", "Scrubber", "Settings", "check", "scrub"),
    "run.decisions": ("DecisionError",),
    "run.run_context": ("UnknownRuleError",),
    "run.scrub_file": ("Outcome",),
    "run.source_file": ("UnreadableInputError",),
    "codes.table_file": ("TableError",),
    "consents": ("Consent",),
    "configuration.files": ("ConfigurationError",),
    "engine.results": ("ClaimResult", "Disposition", "LineSummary"),
    "errors": ("ScrubberError",),
    "findings": ("Correction", "Finding", "Severity"),
    "profiles.errors": ("ProfileError",),
    "outputs.form_items": ("Place", "place_of"),
    "outputs.tally": ("Share",),
    "therapy.documentation": ("DocumentationError",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
