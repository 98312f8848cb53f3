"""Regular expressions of a profile, run by RE2: the time they take grows with the text and no
faster, whatever the expression. Claims hold texts of any length."""

from typing import Any, NamedTuple

import re2

_QUIET = re2.Options()
_QUIET.log_errors = False


class PatternError(ValueError):
    """It is no regular expression that RE2 runs: the message says why."""


class Pattern(NamedTuple):
    """A compiled expression: the text it was written as, and how many groups it has."""

    text: str
    groups: int
    compiled: Any

    @classmethod
    def of(cls, text: str) -> "Pattern":
        """The pattern that a text writes. Raises PatternError."""
        try:
            compiled = re2.compile(text, _QUIET)
        except re2.error as error:
            raise PatternError(error.args[0].decode()) from None
        return cls(text, compiled.groups, compiled)

    def fits(self, value: str) -> bool:
        """Whether it matches all of a value."""
        return self.compiled.fullmatch(value) is not None

    def find(self, text: str, start: int = 0) -> str | None:
        """The first group of the first match at or after `start`; None without a match."""
        found = self.compiled.search(text, start)
        return None if found is None else str(found[1])
