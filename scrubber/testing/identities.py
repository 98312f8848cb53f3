"""Numbers, names and addresses: valid in form, of nobody in particular.

Each is made from one whole number, because a number is the cheapest thing to draw and the easiest
to shrink: 0 makes the plainest of them.
"""

from datetime import date, timedelta
from functools import cache
from itertools import combinations

from hypothesis import strategies as st

from scrubber.codes import zip_code
from scrubber.synthetic.identifiers import npi_check_digit
from scrubber.testing.records import Segments

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
_MBI_EITHER = "ACDEFGHJKMNPQRTUVWXY0123456789"
_SURNAMES = ("DOE", "O'NEIL", "SMITH-JONES", "DE LA CRUZ", "ST. JOHN", "NGUYEN", "LI")
_GIVEN_NAMES = ("ANN", "BO", "JEAN-LUC", "MARY ANN", "THEODORA")
_STREETS = ("1 OAK ST", "200 N MAIN ST STE 4", "45-12 BROADWAY", "RR 2 LOT 7", "9 O'HARE RD APT 3")
_CITIES = ("CENTER", "ST. PAUL", "WINSTON-SALEM", "LA CROSSE")
_EIN_PREFIXES = ("20", "36", "45", "59", "75", "83")

ABROAD: tuple[Segments, ...] = (
    ("N3*18 RUE DU LAC", "N4*VICTORIA*BC*V8W1A1*CA"),
    ("N3*5 HIGH STREET", "N4*LEEDS***GB"),
    ("N3*AV. JUAREZ 120*COL. CENTRO", "N4*MONTERREY***MX"),
)
"""Addresses abroad: a province and postal code in Canada, a country alone elsewhere."""


@cache
def whole(low: int, high: int) -> st.SearchStrategy[int]:
    """Whole numbers from `low` to `high`; the same strategy each time, for making one is dear."""
    return st.integers(low, high)


seeds = whole(0, 10**8 - 1)
"""The numbers of which everything here is made."""


def pick(draw: st.DrawFn, options: tuple[str, ...]) -> str:
    """One of the options; shrinks to the first."""
    return options[draw(whole(0, len(options) - 1))]


def some_of(draw: st.DrawFn, names: tuple[str, ...]) -> frozenset[str]:
    """Some of the names, a quarter of them on average; shrinks to none."""
    found: list[str] = []
    for at in range(0, len(names), _TOGETHER):
        choices = _few_of(names[at : at + _TOGETHER])
        found += choices[draw(whole(0, len(choices) - 1))]
    return frozenset(found)


_TOGETHER = 5
"""So many names are decided on in one draw: large numbers are drawn low too often."""


@cache
def _few_of(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """None of the names, several times over, each alone, and every two of them."""
    return ((),) * 4 + tuple((one,) for one in names) + tuple(combinations(names, 2))


def word(seed: int) -> str:
    """A word of two to seven capital letters."""
    letters = _LETTERS[seed % 26]
    while seed > 25:
        seed //= 26
        letters += _LETTERS[seed % 26]
    return letters + "A"


def person(seed: int) -> str:
    """A name as NM103 and NM104."""
    surname, given = _SURNAMES, _GIVEN_NAMES
    last = surname[seed % 8] if seed % 8 < len(surname) else word(seed)
    first = given[seed // 8 % 6] if seed // 8 % 6 < len(given) else word(seed // 48)
    return f"{last}*{first}"


def npi(kind: int, seed: int) -> str:
    """An NPI with a right check digit. Those of one `kind` (0 to 9) are never those of another, so
    that providers in different roles are different ones."""
    first_nine = f"1{kind}{seed % 10**7:07d}"
    return f"{first_nine}{npi_check_digit(first_nine)}"


def tax_id(seed: int) -> str:
    """An employer identification number with a prefix in use."""
    return f"{_EIN_PREFIXES[seed % 6]}{1 + seed % 9_999_999:07d}"


def medicare_number(seed: int, position: int = 0) -> str:
    """A Medicare beneficiary identifier: C A AN N A AN N A A N N (CMS, MBI format), another for
    each `position` (0 to 99)."""
    letter = _MBI_LETTERS[seed % 20]
    either, other = _MBI_EITHER[seed // 20 % 30], _MBI_EITHER[seed // 600 % 30]
    return (
        f"{1 + seed % 9}{letter}{either}{seed // 9 % 10}{letter}{other}{seed // 90 % 10}"
        f"{letter}{letter}{position:02d}"
    )


def member_id(seed: int, position: int = 0) -> str:
    """A member id of a payer of which nothing is known, another for each `position` (0 to 99)."""
    return f"W{10_000 + seed}{position:02d}"


@cache
def zip_prefixes(state: str) -> tuple[str, ...]:
    """First three digits of the ZIP codes that belong to this state and no other."""
    prefixes = (f"{number:03d}" for number in range(1000))
    return tuple(one for one in prefixes if zip_code.states_of(one) == (state,))


def address(state: str, seed: int, *, full_zip: bool = False) -> Segments:
    """N3 and N4 in a state; always with a ZIP code of nine digits where `full_zip`."""
    prefixes = zip_prefixes(state)
    more = f"{1 + seed % 9998:04d}" if full_zip or seed % 2 else ""
    place = f"{prefixes[seed // 7 % len(prefixes)]}{seed // 3 % 100:02d}{more}"
    return (
        f"N3*{_STREETS[seed // 11 % len(_STREETS)]}",
        f"N4*{_CITIES[seed // 5 % len(_CITIES)]}*{state}*{place}",
    )


def birth_date(draw: st.DrawFn, as_of: date, youngest: int, oldest: int) -> date:
    """The birth date of somebody who is `youngest` to `oldest` years old on the day `as_of`."""
    return as_of - timedelta(days=draw(whole(youngest * 366, oldest * 365 + 364)))
