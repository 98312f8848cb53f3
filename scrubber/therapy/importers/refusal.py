"""Why an official file is not imported."""

from collections.abc import Sequence


class ImportFileError(Exception):
    """An official file cannot be imported; the message names file, row and what was expected."""


def refuse_fewer(names: Sequence[str], found: int, least: int, what: str, advice: str = "") -> None:
    """Raise ImportFileError when fewer were found than any real release has."""
    if found < least:
        expected = f"at least {least:,} {what} expected, {found:,} found"
        raise ImportFileError(f"{', '.join(names)}: {expected}{advice}")


def refuse_more(name: str, found: int, most: int, what: str) -> None:
    """Raise ImportFileError when more were found than memory is meant to hold; no real release
    comes near it."""
    if found > most:
        raise ImportFileError(f"{name}: at most {most:,} {what} expected")
