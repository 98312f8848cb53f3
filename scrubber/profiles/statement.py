"""What every statement of a payer profile carries: where it comes from and when it holds."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import ClassVar, NamedTuple

from scrubber.findings import Severity


class Confidence(Enum):
    """How sure we are of a statement."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Origin(NamedTuple):
    """Where a statement stands: id of the profile that made it, file and line."""

    profile: str
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing a payer profile says.

    `first_day` and `last_day` are inclusive and are compared with the date of service of the
    line; None leaves that end open. `kind` is the XML element, `key` tells statements of one
    kind apart: a later profile in a based-on chain replaces statements of the same kind and key.
    `condition` is in words, for what a claim does not show (an acute episode, a contract).
    """

    kind: ClassVar[str] = ""

    source: str
    confidence: Confidence
    origin: Origin
    first_day: date | None = None
    last_day: date | None = None
    condition: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """Empty for kinds of which a profile makes one statement at a time."""
        return ""

    @property
    def may_reject(self) -> bool:
        """False (warn at most) where confidence is low, nobody can point to a document, or the
        claim does not show whether the condition is met."""
        return not (
            self.condition or self.confidence is Confidence.LOW or "KNOWLEDGE" in self.source
        )

    @property
    def ceiling(self) -> Severity | None:
        """For `Problem.severity`: WARN where the statement may not reject, else None."""
        return None if self.may_reject else Severity.WARN

    def holds_on(self, on: date) -> bool:
        """Whether the statement is in force on that date of service."""
        return (self.first_day is None or self.first_day <= on) and (
            self.last_day is None or on <= self.last_day
        )

    def overlaps(self, other: "Statement") -> bool:
        """Whether both are in force on some day."""
        return _starts_by(self, other) and _starts_by(other, self)


def _starts_by(one: Statement, other: Statement) -> bool:
    """Whether `one` begins no later than the last day of `other`."""
    return one.first_day is None or other.last_day is None or one.first_day <= other.last_day
