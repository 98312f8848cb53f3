"""What installed packages add to the program by the entry points that they declare."""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

RULES_GROUP = "scrubber.rules"
PROFILES_GROUP = "scrubber.profiles"
GROUPS = (RULES_GROUP, PROFILES_GROUP)

_PROBLEMS: dict[str, None] = {}


class Plugin(NamedTuple):
    """What an entry point names, and the package that declares it, with its version."""

    value: Any
    package: str


def plugins(group: str) -> Iterator[Plugin]:
    """What installed packages declare in a group, in the order of their names. One that cannot be
    loaded is named among the problems."""
    if not _any_declared():
        return
    # The module takes longer to import than a claim takes to scrub.
    from importlib.metadata import entry_points  # noqa: PLC0415

    for point in sorted(entry_points(group=group), key=lambda one: (one.name, one.value)):
        package = f"{point.dist.name} {point.dist.version}" if point.dist is not None else "?"
        try:
            value = point.load()
        except Exception as error:
            refuse(package, f"{point.value} cannot be loaded: {type(error).__name__}: {error}")
        else:
            yield Plugin(value, package)


def refuse(package: str, why: str) -> None:
    """Name what of a package is not used, and why."""
    _PROBLEMS[f"{package} is installed but not used: {why}"] = None


def plugin_problems() -> list[str]:
    """What is wrong with what installed packages add; a run goes on without it."""
    return list(_PROBLEMS)


@cache
def _any_declared() -> bool:
    """Whether any package on the path declares something for us."""
    marks = [f"[{group}]".encode() for group in GROUPS]
    for folder in sys.path:
        for file in Path(folder or ".").glob("*-info/entry_points.txt"):
            text = file.read_bytes()
            if any(mark in text for mark in marks):
                return True
    return False
