"""Spans of calendar time in a payer profile, such as "90 days" or "1 year"."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple


class Period(NamedTuple):
    """A number of days plus a number of months; a year is twelve months."""

    days: int = 0
    months: int = 0

    @property
    def usual_days(self) -> int:
        """Its usual length, a month being 30 days and a year 365."""
        years, months = divmod(self.months, 12)
        return self.days + 30 * months + 365 * years

    def words(self) -> str:
        """ "90 days", "6 months" or "1 year", as it is written."""
        years, months = divmod(self.months, 12)
        number, unit = (self.days, "day") if not self.months else (self.months, "month")
        if self.months and not months:
            number, unit = years, "year"
        return f"{number} {unit}{'' if number == 1 else 's'}"

    def after(self, start: date) -> date:
        """The last day of the period that begins on `start`.

        A month that is too short gives its last day: one year after 29 February is 28 February.
        Past the end of the calendar it is the calendar's last day.
        """
        year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        if year > date.max.year:
            return date.max
        same_day = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
        return same_day + min(timedelta(days=self.days), date.max - same_day)


def read_period(words: str) -> Period:
    """Read "90 days", "6 months" or "1 year"."""
    number, unit = words.split()
    months = {"day": 0, "month": 1, "year": 12}[unit.rstrip("s")]
    return Period(months=int(number) * months) if months else Period(days=int(number))
