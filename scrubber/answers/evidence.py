"""What speaks for a statement about a payer, and what against it."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from scrubber.answers.proportions import wilson

LEAST_PATIENTS = 3
"""Of fewer patients nothing is proposed: a statement must not point to one of them."""
LEAST_BOUND, STRONG_BOUND, STRONG_MONTHS = 0.5, 0.8, 3


@dataclass(slots=True)
class Evidence:
    """Grows by one case at a time. Patients are keyed hashes."""

    supporting: int = 0
    contrary: int = 0
    patients: set[str] = field(default_factory=set)
    months: set[str] = field(default_factory=set)
    first_day: date | None = None
    decided: tuple[date, date] | None = None

    def support(self, patient: str, served: date | None, decided: date) -> None:
        """A case for it."""
        self.supporting += 1
        self.patients.add(patient)
        self.months.add(f"{decided:%Y-%m}")
        if served is not None:
            self.first_day = min(self.first_day or served, served)
        first, last = self.decided or (decided, decided)
        self.decided = min(first, decided), max(last, decided)

    def plus(self, other: "Evidence") -> "Evidence":
        """The cases of both."""
        days = [one for one in (self.first_day, other.first_day) if one is not None]
        spans = [one for one in (self.decided, other.decided) if one is not None]
        return Evidence(
            self.supporting + other.supporting,
            self.contrary + other.contrary,
            self.patients | other.patients,
            self.months | other.months,
            min(days, default=None),
            (min(a for a, _ in spans), max(b for _, b in spans)) if spans else None,
        )

    @property
    def bound(self) -> float:
        """The lower 95 % bound of the share of cases for it."""
        cases = self.supporting + self.contrary
        return wilson(self.supporting, cases)[0] if cases else 0.0

    def suffices(self, least: int) -> bool:
        """Whether there are as many cases for it, of enough patients, and few enough against."""
        enough = self.supporting >= least and len(self.patients) >= LEAST_PATIENTS
        return enough and self.bound >= LEAST_BOUND

    @property
    def is_strong(self) -> bool:
        """Whether it was seen often and over time."""
        return self.bound >= STRONG_BOUND and len(self.months) >= STRONG_MONTHS

    def source(self, what: str) -> str:
        """As a statement names it."""
        cases = self.supporting + self.contrary
        first, last = self.decided or (date.min, date.min)
        return (
            f"observed: {self.supporting} of {cases} {what}, 835s of {first} to {last}, "
            f"{len(self.patients)} patients"
        )


class Proposal(NamedTuple):
    """A statement for a profile: element and attributes, what it was counted in, and by what
    evidence."""

    element: str
    attributes: tuple[tuple[str, str], ...]
    what: str
    evidence: Evidence
