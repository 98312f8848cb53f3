"""The modifiers that name the plan of care a service belongs to: physical, occupational, speech."""

from collections.abc import Iterable

DISCIPLINES = ("GP", "GO", "GN")


def discipline_of(modifiers: Iterable[str]) -> str:
    """The first of these modifiers; empty where there is none."""
    return next((one for one in modifiers if one in DISCIPLINES), "")


def sole_discipline_of(modifiers: Iterable[str]) -> str:
    """The one of these modifiers; empty where there is none, or several."""
    named = [one for one in modifiers if one in DISCIPLINES]
    return named[0] if len(named) == 1 else ""
