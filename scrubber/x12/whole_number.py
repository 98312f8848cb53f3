"""Whole numbers of the wire."""

LONGEST = 18
"""Digits of the longest number in X12 (type N, 005010); a longer text is no number."""


def whole_number(text: str) -> int | None:
    """The number that a text of digits is; None for another text."""
    return int(text) if len(text) <= LONGEST and text.isascii() and text.isdigit() else None
