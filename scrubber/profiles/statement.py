"""What every statement of a payer profile carries: where it comes from and when it holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

from scrubber.findings import Severity
from scrubber.profiles.line_of_business import LineOfBusiness

Confidence = Literal["high", "medium", "low"]
Evidence = Literal["official-text", "official-page", "secondary", "knowledge"]
"""Where a statement comes from: the text of a law, contract or payer's policy, seen; a page of
the payer or program, seen; what somebody else writes of it; what the trade knows."""
MAY_REJECT = frozenset({"official-text", "official-page"})


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
    `condition` is in words, for what a claim does not show (an acute episode, a contract). `lines`
    are the lines of business and `states` the states it holds for, empty for all; one for a state
    goes before one for all. `participating` limits it to offices
    that participate with the payer, or to those that do not; None for both. `in_doubt`: whether
    it holds is not certain, as when another payer's profile takes it over.
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
    evidence: Evidence = "official-text"
    lines: frozenset[LineOfBusiness] = frozenset()
    states: frozenset[str] = frozenset()
    participating: bool | None = None
    in_doubt: bool = False

    @property
    def may_reject(self) -> bool:
        """False (warn at most) where no official text or page was seen, confidence is low, or
        it is not certain that the statement holds."""
        doubted = self.in_doubt or self.condition or self.confidence == "low"
        return self.evidence in MAY_REJECT and not doubted

    @property
    def ceiling(self) -> Severity | None:
        """For `Problem.severity`: WARN where the statement may not reject, else None."""
        return None if self.may_reject else Severity.WARN

    def holds_on(self, on: date) -> bool:
        """Whether the statement is in force on that date of service."""
        return (self.first_day is None or self.first_day <= on) and (
            self.last_day is None or on <= self.last_day
        )

    def shares_day(self, other: "Stated") -> bool:
        """Whether both are in force on some day."""
        return _begins_in_time(self, other) and _begins_in_time(other, self)

    def overlaps(self, other: "Stated") -> bool:
        """Whether both may hold for one claim alike: on some day, in some line of business."""
        either = None in (self.participating, other.participating)
        return (
            self.shares_day(other)
            and may_share(self.lines, other.lines)
            and (self.states == other.states or bool(self.states & other.states))
            and (either or self.participating is other.participating)
        )


def may_share(one: frozenset[Any], other: frozenset[Any]) -> bool:
    """Whether something may be in both sets, of which an empty one means all."""
    return not one or not other or bool(one & other)


class Statement(Protocol):
    """Any statement: a record in the words of its kind, and how it is stated."""

    @property
    def stated(self) -> Stated:
        """Source, confidence, dates."""


def _begins_in_time(one: Stated, other: Stated) -> bool:
    """Whether `one` begins no later than the last day of `other`."""
    return one.first_day is None or other.last_day is None or one.first_day <= other.last_day
