"""How a synthetic file is laid out: delimiters, line ends, and how much goes into what."""

from dataclasses import dataclass

_IN_VALUES = " .,-'/&()"
"""Characters besides letters and digits that generated values may hold."""

_PLAIN = "*:^~"


@dataclass(frozen=True, slots=True)
class Layout:
    """Delimiters, the text after each terminator, and the sizes of the envelopes.

    Raises:
        ValueError: delimiters that are not four different characters, or that generated values
            contain; a line end that is not one; an envelope of size zero.
    """

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    line_end: str = ""
    claims_per_set: int = 100
    sets_per_group: int = 50
    groups_per_interchange: int = 20

    def __post_init__(self) -> None:
        chosen = self.delimiters
        if any(len(mark) != 1 for mark in chosen) or len(set(chosen)) != len(chosen):
            raise ValueError("the four delimiters must be different single characters")
        if any(mark.isalnum() or mark in _IN_VALUES for mark in chosen):
            raise ValueError("a delimiter may not be a letter, a digit or part of a value")
        if self.line_end.strip("\r\n") or set(chosen) & set(self.line_end):
            raise ValueError("a line end is made of line feeds and returns that are no delimiters")
        if min(self.claims_per_set, self.sets_per_group, self.groups_per_interchange) < 1:
            raise ValueError("every envelope must hold at least one of what it holds")

    @property
    def delimiters(self) -> tuple[str, str, str, str]:
        """Element, component, repetition separator and segment terminator."""
        return self.element, self.component, self.repetition, self.terminator

    @property
    def translation(self) -> dict[int, str] | None:
        """From the plain delimiters to these; None when they are the plain ones."""
        if "".join(self.delimiters) == _PLAIN:
            return None
        return {ord(plain): chosen for plain, chosen in zip(_PLAIN, self.delimiters, strict=True)}
