"""Control numbers that were used, in little memory when they count up as they should."""

from dataclasses import dataclass, field

from scrubber.x12.whole_number import whole_number

MOST_ALIKE = 10_000
"""How often a number can be repeated with its end kept."""


@dataclass(slots=True)
class UsedNumbers:
    """Numbers that count up by one from the first take no room; others are remembered singly.
    `times` says how often one that is used was wanted again."""

    first: int = 0
    last: int = -1
    width: int = 0
    others: set[str] = field(default_factory=set)
    times: dict[str, int] = field(default_factory=dict)

    def use(self, number: str) -> bool:
        """Take note of a number; whether it was used before."""
        found = whole_number(number)
        value = -1 if found is None else found
        if self.last < 0 <= value:
            self.first, self.last, self.width = value, value, len(number)
            return number in self.others
        counts_up = number == str(value).zfill(self.width)
        if counts_up and self.first <= value <= self.last:
            return True
        if number in self.others:
            return True
        if counts_up and value == self.last + 1:
            self.last = value
        else:
            self.others.add(number)
        return False

    def free(self, number: str) -> str:
        """Take note of a number; it, or where it was used before another one of nine digits."""
        chosen = number
        while self.use(chosen):
            again = self.times[number] = self.times.get(number, 1) + 1
            chosen = _another(number, again)
        return chosen


def _another(number: str, time: int) -> str:
    """A number to bear the second or a later time, of a form that counting numbers do not take.
    The end of the number tells those of different days apart."""
    if time >= MOST_ALIKE:
        return f"9{time:08d}"
    digits = "".join(one for one in number if one in "0123456789")
    return f"9{time:04d}{digits[-4:].zfill(4)}"
