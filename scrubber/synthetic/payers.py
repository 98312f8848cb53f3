"""Payers that synthetic claims go to, and what their claims must look like.

Payer ids differ between clearinghouses; these are usual ones. Daily unit limits and filing limits
are kept with a margin, so that no published rule of these payers makes a claim without a planted
fault dirty.
"""

from typing import NamedTuple

from scrubber.synthetic.dice import Dice
from scrubber.synthetic.identifiers import medicare_beneficiary_identifier, shaped


class Payer(NamedTuple):
    """A payer: the id of the profile that is for it, claim filing indicator (SBR09), shape of its
    member ids, limits.

    `daily_units` is the most units of one patient's day, `oldest_days` the age of the oldest
    service still sent, `weight` its share among claims. In `member_shape` `#` is a digit, `@` a
    letter; empty means a Medicare beneficiary identifier.
    """

    profile: str
    name: str
    payer_id: str
    filing: str
    member_shape: str
    daily_units: int
    oldest_days: int
    weight: int
    authorization_shape: str = ""
    not_covered: tuple[str, ...] = ()
    by_descending_charge: bool = False
    dependents: bool = True
    secondary: bool = True

    @property
    def is_medicare(self) -> bool:
        """Whether this is Medicare Part B."""
        return self.filing == "MB"

    @property
    def is_accident(self) -> bool:
        """Whether claims rest on an accident: workers' compensation or automobile."""
        return self.filing in ("WC", "AM")

    def member_id(self, dice: Dice) -> str:
        """A member id of this payer's shape."""
        if not self.member_shape:
            return medicare_beneficiary_identifier(dice)
        return shaped(dice, self.member_shape)


MEDICARE_CONTRACTORS: dict[str, tuple[str, str]] = {
    "TX": ("04412", "NOVITAS SOLUTIONS"),
    "CO": ("04112", "NOVITAS SOLUTIONS"),
    "NJ": ("12402", "NOVITAS SOLUTIONS"),
    "PA": ("12502", "NOVITAS SOLUTIONS"),
    "FL": ("09102", "FIRST COAST SERVICE OPTIONS"),
    "NY": ("13202", "NATIONAL GOVERNMENT SERVICES"),
    "IL": ("06102", "NATIONAL GOVERNMENT SERVICES"),
    "OH": ("15202", "CGS ADMINISTRATORS"),
    "CA": ("01182", "NORIDIAN HEALTHCARE SOLUTIONS"),
    "AZ": ("03102", "NORIDIAN HEALTHCARE SOLUTIONS"),
    "WA": ("02402", "NORIDIAN HEALTHCARE SOLUTIONS"),
    "GA": ("10212", "PALMETTO GBA"),
    "NC": ("11502", "PALMETTO GBA"),
    "MI": ("08202", "WISCONSIN PHYSICIANS SERVICE"),
}
"""Medicare administrative contractor number and name by state (CMS contractor numbers)."""


def medicare(state: str) -> Payer:
    """Medicare Part B as the contractor of `state` administers it."""
    contractor, name = MEDICARE_CONTRACTORS[state]
    return Payer(
        "medicare_b", f"MEDICARE PART B {name}", contractor, "MB", "", 6, 160, 34, dependents=False
    )


PRIVATE: tuple[Payer, ...] = (
    Payer("uhc", "UNITEDHEALTHCARE", "87726", "CI", "9########", 4, 80, 12),
    Payer("aetna", "AETNA", "60054", "CI", "W#########", 4, 100, 9),
    Payer(
        "cigna",
        "CIGNA",
        "62308",
        "CI",
        "U########01",
        4,
        80,
        6,
        not_covered=("97016",),
        by_descending_charge=True,
    ),
    Payer("humana", "HUMANA", "61101", "CI", "H########", 4, 80, 7),
    Payer("horizon_nj", "HORIZON BCBSNJ", "22099", "BL", "YHZ3HZN########", 4, 80, 4),
    Payer("default", "ANTHEM BLUE CROSS BLUE SHIELD", "00227", "BL", "@@@###M#####", 4, 80, 6),
    Payer(
        "medicaid_generic",
        "MEDICAID OF OHIO",
        "MMISODJFS",
        "MC",
        "9###########",
        4,
        120,
        7,
        dependents=False,
    ),
    Payer(
        "medicaid_managed",
        "HOOSIER HEALTHWISE",
        "IHCP",
        "MC",
        "1###########",
        4,
        120,
        3,
        dependents=False,
    ),
    Payer("tricare_east", "TRICARE EAST", "99727", "CH", "###########", 4, 120, 3),
    Payer(
        "va_ccn_triwest",
        "VA COMMUNITY CARE NETWORK",
        "TWVACCN",
        "VA",
        "##########V######",
        4,
        120,
        2,
        authorization_shape="VA00########",
        dependents=False,
        secondary=False,
    ),
    Payer(
        "wc_generic",
        "TRAVELERS WORKERS COMP",
        "19046",
        "WC",
        "UB#@######",
        4,
        120,
        3,
        secondary=False,
    ),
    Payer(
        "wc_generic",
        "STATE COMPENSATION FUND",
        "WCF01",
        "WC",
        "########",
        4,
        120,
        2,
        secondary=False,
    ),
    Payer(
        "auto_generic",
        "PROGRESSIVE CASUALTY",
        "24260",
        "AM",
        "9#######-#",
        4,
        120,
        2,
        secondary=False,
    ),
    Payer("default", "PRAIRIE LODGE BENEFIT TRUST", "PLBT7", "CI", "PL######@", 4, 80, 4),
    Payer("default", "COASTAL UNION HEALTH FUND", "CUHF2", "12", "@@######", 4, 80, 2),
)


PROFILES = tuple(dict.fromkeys(("medicare_b", *(payer.profile for payer in PRIVATE))))
"""The profiles for which there are payers."""


class PayerMix:
    """Draws payers of one state by weight, only those for one profile if it is named."""

    __slots__ = ("_drawn", "primaries")

    def __init__(self, state: str, profile: str = "") -> None:
        payers = (medicare(state), *PRIVATE)
        wanted = [payer for payer in payers if profile in ("", payer.profile)]
        self._drawn = tuple(payer for payer in wanted for _ in range(payer.weight))
        self.primaries = tuple(payer for payer in payers if payer.secondary)

    def draw(self, dice: Dice) -> Payer:
        """The payer a claim goes to."""
        return dice.pick(self._drawn)

    def draw_other(self, dice: Dice, than: Payer) -> Payer:
        """Another payer that may have paid before `than`; Medicaid never does."""
        while True:
            other = dice.pick(self.primaries)
            if other.payer_id != than.payer_id and other.filing != "MC":
                return other
