"""The word lists beside this module, one entry a line.

Given names and surnames are common ones, towns are real ones with the first three digits of their
ZIP codes; written down for this project from general knowledge, no list was copied.
"""

from functools import cache
from importlib.resources import files


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The lines of `data/name`."""
    text = (files(__package__) / "data" / name).read_text(encoding="ascii")
    return tuple(text.splitlines())
