"""Control numbers that were used, in little memory when they count up as they should."""

from dataclasses import dataclass, field

from scrubber.x12.whole_number import whole_number


@dataclass(slots=True)
class UsedNumbers:
    """Numbers that count up by one from the first take no room; others are remembered singly."""

    first: int = 0
    last: int = -1
    width: int = 0
    others: set[str] = field(default_factory=set)

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
