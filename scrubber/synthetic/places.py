"""Streets, towns with the first three digits of their ZIP codes, and area codes."""

from functools import cache
from typing import NamedTuple

from scrubber.synthetic.dice import Dice
from scrubber.synthetic.word_lists import word_list

_KINDS = ("ST", "AVE", "RD", "DR", "LN", "BLVD", "CT", "WAY", "PKWY", "TER")
_UNITS = ("APT", "UNIT", "STE", "LOT")


class Town(NamedTuple):
    """A town: name, state, the first three digits of its ZIP codes, an area code."""

    city: str
    state: str
    zip3: str
    area: str


class Address(NamedTuple):
    """Street line, second line or empty, city, state and ZIP code of 5 or 9 digits."""

    street: str
    second: str
    city: str
    state: str
    zip_code: str


@cache
def towns() -> dict[str, tuple[Town, ...]]:
    """Towns by state."""
    by_state: dict[str, list[Town]] = {}
    for row in word_list("towns.tsv"):
        state, area, city, zip3 = row.split("\t")
        by_state.setdefault(state, []).append(Town(city, state, zip3, area))
    return {state: tuple(found) for state, found in by_state.items()}


def street(dice: Dice) -> str:
    """House number, name and kind of a street."""
    return f"{dice.between(10, 9899)} {dice.pick(word_list('streets.txt'))} {dice.pick(_KINDS)}"


def business_address(dice: Dice, town: Town) -> Address:
    """A street address with a ZIP code of nine digits."""
    second = f"STE {dice.between(1, 40) * 10}" if dice.chance(0.5) else ""
    zip_code = f"{town.zip3}{dice.digits(2)}{dice.between(1000, 8999)}"
    return Address(street(dice), second, town.city, town.state, zip_code)


def home_address(dice: Dice, town: Town) -> Address:
    """A home address with a ZIP code of five or nine digits."""
    second = f"{dice.pick(_UNITS)} {dice.between(1, 420)}" if dice.chance(0.2) else ""
    zip_code = f"{town.zip3}{dice.digits(2)}"
    if dice.chance(0.4):
        zip_code += f"{dice.between(1000, 8999)}"
    return Address(street(dice), second, town.city, town.state, zip_code)
