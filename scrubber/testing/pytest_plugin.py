"""The pytest plugin: scrubbers as fixtures, and failures that show segment, caret and rule.

It is loaded with every run of pytest where the package is installed, so it imports nothing of the
scrubber before a test asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from scrubber.testing.scrubbers import ScrubberUnderTest

_NOUNS = {"in": "does not speak", "not in": "speaks"}


@pytest.fixture(scope="session")
def scrubber_with() -> Callable[..., ScrubberUnderTest]:
    """Makes a scrubber with given profiles and rules: see `scrubber.testing.scrubber_with`."""
    from scrubber.testing.scrubbers import scrubber_with as make  # noqa: PLC0415

    return make


@pytest.fixture(scope="session")
def scrubber() -> ScrubberUnderTest:
    """A scrubber with the shipped profiles and rules, as of `scrubber.testing.AS_OF`."""
    from scrubber.testing.scrubbers import scrubber_with as make  # noqa: PLC0415

    return make()


def pytest_assertrepr_compare(op: str, left: Any, right: Any) -> list[str] | None:
    """The lines of a failed `"S601" in verdict`: what was said in its place, as check prints it."""
    module = sys.modules.get("scrubber.testing.scrubbers")
    if module is None or op not in _NOUNS or not isinstance(right, module.Verdict):
        return None
    code = getattr(left, "code", left)
    return [f"{code} {_NOUNS[op]}", "", *str(right).splitlines()]
