"""The three answers a code table can give."""

from enum import Enum


class Verdict(Enum):
    """UNKNOWN means the table cannot say: report it as not checked, never as passed."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"
