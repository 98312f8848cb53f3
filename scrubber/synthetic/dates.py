"""Service days as a clinic has them: working days before the day the file is written."""

from datetime import date, timedelta

from scrubber.synthetic.dice import Dice


def compact(day: date) -> str:
    """The date as CCYYMMDD."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def working_day(day: date) -> date:
    """`day` itself, or the Friday before it when it falls on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def working_day_before(dice: Dice, as_of: date, nearest: int, farthest: int) -> date:
    """A working day at least `nearest` and about at most `farthest` days before `as_of`."""
    return working_day(as_of - timedelta(days=dice.between(nearest, farthest)))


def birthday(dice: Dice, as_of: date, youngest: int, oldest: int) -> date:
    """A birth date that makes someone `youngest` to `oldest` years old on `as_of`."""
    return as_of - timedelta(days=dice.between(youngest * 366, oldest * 365 + 364))
