"""What a user may have meant by a name that does not exist."""

from collections.abc import Iterable

MOST = 3


def perhaps(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Such as "perhaps S601, S602; ", to stand before where to look; empty if nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(name, list(known), MOST, likeness)
    return f"perhaps {', '.join(near)}; " if near else ""


def no_such_rule(code: str, known: Iterable[str]) -> str:
    """What to say of a code that no rule has."""
    advice = perhaps(code.upper(), known, 0.7)
    return f"there is no rule {code}; {advice}see scrubber rule list"
