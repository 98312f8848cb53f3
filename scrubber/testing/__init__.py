"""Property-based tests of claims: strategies, spoiled claims, laws, and a scrubber for tests.

Needs the extra `testing`. docs/testing.md shows it at work. Each name is loaded when it is first
used: the pytest plugin is imported by every run of pytest, and must cost none of them anything.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrubber.testing import laws
    from scrubber.testing.claim_strategies import PAYERS, claims
    from scrubber.testing.file_strategies import claim_files, interchanges, transaction_sets
    from scrubber.testing.line_strategies import service_lines
    from scrubber.testing.records import (
        AS_OF,
        Claim,
        ClaimFile,
        Interchange,
        ServiceLine,
        TransactionSet,
    )
    from scrubber.testing.scrubbers import ScrubberUnderTest, Verdict, scrubber_with
    from scrubber.testing.specimens import NoSpecimenError
    from scrubber.testing.spoiled_files import (
        Spoiled,
        spoiled,
        spoiled_claims,
        spoiled_interchanges,
    )
    from scrubber.testing.wire import Wire, wires

__all__ = [
    "AS_OF",
    "PAYERS",
    "Claim",
    "ClaimFile",
    "Interchange",
    "NoSpecimenError",
    "ScrubberUnderTest",
    "ServiceLine",
    "Spoiled",
    "TransactionSet",
    "Verdict",
    "Wire",
    "claim_files",
    "claims",
    "interchanges",
    "laws",
    "scrubber_with",
    "service_lines",
    "spoiled",
    "spoiled_claims",
    "spoiled_interchanges",
    "transaction_sets",
    "wires",
]

_HOMES = {
    "claim_strategies": ("PAYERS", "claims"),
    "file_strategies": ("claim_files", "interchanges", "transaction_sets"),
    "line_strategies": ("service_lines",),
    "records": ("AS_OF", "Claim", "ClaimFile", "Interchange", "ServiceLine", "TransactionSet"),
    "scrubbers": ("ScrubberUnderTest", "Verdict", "scrubber_with"),
    "specimens": ("NoSpecimenError",),
    "spoiled_files": ("Spoiled", "spoiled", "spoiled_claims", "spoiled_interchanges"),
    "wire": ("Wire", "wires"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "laws":
        return import_module("scrubber.testing.laws")
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
