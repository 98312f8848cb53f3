"""The calendar quarters that CMS' files are for."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter, 1 to 4."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        following = Quarter(self.year + self.number // 4, self.number % 4 + 1)
        return following.first_day - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year} quarter {self.number}"


def quarter_with(day: date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(day.year, (day.month + 2) // 3)
