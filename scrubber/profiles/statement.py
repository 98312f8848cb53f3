"""What every statement of a payer profile carries: where it comes from and when it holds."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Protocol

from scrubber.findings import Severity

Confidence = Literal["high", "medium", "low"]


class Origin(NamedTuple):
    """Where a statement stands: id of the profile that made it, file and line."""

    profile: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Stated:
    """How one thing in a payer profile is stated.

    `kind` is the XML element and `key` tells statements of one kind apart: a profile replaces
    statements of the same kind and key of the profile it is based on. `first_day` and `last_day`
    are inclusive and compared with the line's date of service; None leaves that end open.
    `condition` is in words, for what a claim does not show (an acute episode, a contract).
    """

    kind: str
    key: str
    source: str
    confidence: Confidence
    origin: Origin
    first_day: date | None = None
    last_day: date | None = None
    condition: str = ""
    note: str = ""

    @property
    def may_reject(self) -> bool:
        """False (warn at most) where confidence is low, nobody can point to a document, or the
        claim does not show whether the condition is met."""
        return not (self.condition or self.confidence == "low" or "KNOWLEDGE" in self.source)

    @property
    def ceiling(self) -> Severity | None:
        """For `Problem.severity`: WARN where the statement may not reject, else None."""
        return None if self.may_reject else Severity.WARN

    def holds_on(self, on: date) -> bool:
        """Whether the statement is in force on that date of service."""
        return (self.first_day is None or self.first_day <= on) and (
            self.last_day is None or on <= self.last_day
        )

    def overlaps(self, other: "Stated") -> bool:
        """Whether both are in force on some day."""
        return _begins_in_time(self, other) and _begins_in_time(other, self)


class Statement(Protocol):
    """Any statement: a record in the words of its kind, and how it is stated."""

    @property
    def stated(self) -> Stated:
        """Source, confidence, dates."""


def _begins_in_time(one: Stated, other: Stated) -> bool:
    """Whether `one` begins no later than the last day of `other`."""
    return one.first_day is None or other.last_day is None or one.first_day <= other.last_day
