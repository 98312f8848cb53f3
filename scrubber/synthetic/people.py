"""Names from lists of common given names and surnames, joined at random."""

from typing import NamedTuple

from scrubber.synthetic.dice import Dice
from scrubber.synthetic.word_lists import word_list

_INITIALS = "ABCDEFGHJKLMNPRSTVW"


class Name(NamedTuple):
    """Surname, given name, middle initial (or empty) and sex (`F` or `M`)."""

    last: str
    first: str
    middle: str
    sex: str


def surname(dice: Dice) -> str:
    """A common surname."""
    return dice.pick(word_list("surnames.txt"))


def person(dice: Dice, last: str = "") -> Name:
    """Somebody; of the family `last` when given."""
    sex = "F" if dice.chance(0.55) else "M"
    first = dice.pick(word_list("women.txt" if sex == "F" else "men.txt"))
    middle = dice.pick(_INITIALS) if dice.chance(0.4) else ""
    return Name(last or surname(dice), first, middle, sex)
