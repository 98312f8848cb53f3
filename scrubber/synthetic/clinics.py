"""Billing providers: clinics with their own fee schedule, therapists and referring physicians."""

from dataclasses import dataclass
from decimal import Decimal

from scrubber.synthetic.dice import Dice
from scrubber.synthetic.identifiers import employer_identification_number, npi, telephone
from scrubber.synthetic.payers import PayerMix
from scrubber.synthetic.people import person, surname
from scrubber.synthetic.places import (
    Address,
    Town,
    business_address,
    towns,
)
from scrubber.synthetic.procedures import PROCEDURES
from scrubber.synthetic.records import Clinician, Facility

_TAXONOMIES: dict[str, tuple[str, ...]] = {
    "GP": ("225100000X", "225100000X", "2251X0800X", "2251N0400X", "2251G0304X", "2251P0200X"),
    "GO": ("225X00000X", "225X00000X", "225XH1200X", "225XP0200X"),
    "GN": ("235Z00000X",),
}
"""NUCC taxonomy codes of therapists by discipline."""

_GROUP_TAXONOMIES = ("261QP2000X", "261QR0400X", "225100000X")
_STYLES = ("PHYSICAL THERAPY", "REHAB ASSOCIATES", "THERAPY GROUP", "SPORTS AND SPINE", "THERAPY")
_ENDINGS = ("LLC", "INC", "PC", "PLLC", "")
_FACILITIES = ("CARE CENTER", "SENIOR LIVING", "NURSING AND REHAB", "MANOR")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Clinic:
    """A billing provider (loop 2000A) and all that its claims draw on."""

    name: str
    owner: Clinician | None
    npi: str
    tax_id: str
    taxonomy: str
    address: Address
    telephone: str
    pay_to: Address | None
    town: Town
    therapists: dict[str, tuple[Clinician, ...]]
    disciplines: tuple[str, ...]
    physicians: tuple[Clinician, ...]
    sites: tuple[Facility, ...]
    nursing_facilities: tuple[Facility, ...]
    fees: dict[str, Decimal]
    whole_dollars_bare: bool
    payers: PayerMix
    claim_prefix: str


def _fees(dice: Dice) -> dict[str, Decimal]:
    """The clinic's charge per unit: the usual one, scaled, some to the dollar, some to the cent."""
    level = Decimal(dice.between(75, 210)) / 100
    step = dice.pick((Decimal(1), Decimal("0.5"), _CENT))
    fees = {}
    for code, procedure in PROCEDURES.items():
        own = level * Decimal(dice.between(92, 108)) / 100
        fees[code] = ((procedure.usual_charge * own / step).to_integral_value() * step).quantize(
            _CENT
        )
    return fees


def _therapists(dice: Dice, discipline: str, count: int) -> tuple[Clinician, ...]:
    return tuple(
        Clinician(person(dice), npi(dice), dice.pick(_TAXONOMIES[discipline]), discipline)
        for _ in range(count)
    )


def _facilities(dice: Dice, town: Town, names: tuple[str, ...], most: int) -> tuple[Facility, ...]:
    return tuple(
        Facility(f"{surname(dice)} {dice.pick(names)}", npi(dice), business_address(dice, town))
        for _ in range(dice.between(0, most))
    )


def _pay_to(dice: Dice, town: Town) -> Address | None:
    if not dice.chance(0.25):
        return None
    box = f"PO BOX {dice.between(100, 9999)}"
    return business_address(dice, town)._replace(street=box, second="")


def clinic(dice: Dice, profile: str = "") -> Clinic:
    """A clinic in one of the states; one in eight is a therapist who bills alone. If a profile is
    named, all of its claims go to payers for which that is."""
    town = dice.pick(towns()[dice.pick(tuple(towns()))])
    alone = dice.chance(0.125)
    disciplines = (
        ("GP",)
        if alone or dice.chance(0.5)
        else dice.pick((("GP", "GO"), ("GP", "GO", "GN"), ("GN",), ("GO",), ("GP", "GO", "GN")))
    )
    therapists = {
        discipline: _therapists(dice, discipline, 1 if alone else dice.between(2, 6))
        for discipline in disciplines
    }
    owner = therapists["GP"][0] if alone else None
    return Clinic(
        name=f"{surname(dice)} {dice.pick(_STYLES)} {dice.pick(_ENDINGS)}".rstrip(),
        owner=owner,
        npi=owner.npi if owner else npi(dice),
        tax_id=employer_identification_number(dice),
        taxonomy=owner.taxonomy if owner else dice.pick(_GROUP_TAXONOMIES),
        address=business_address(dice, town),
        telephone=telephone(dice, town.area) if dice.chance(0.4) else "",
        pay_to=_pay_to(dice, town),
        town=town,
        therapists=therapists,
        disciplines=disciplines,
        physicians=tuple(Clinician(person(dice), npi(dice)) for _ in range(dice.between(6, 14))),
        sites=() if alone else _facilities(dice, town, _STYLES, 3),
        nursing_facilities=_facilities(dice, town, _FACILITIES, 2),
        fees=_fees(dice),
        whole_dollars_bare=dice.chance(0.4),
        payers=PayerMix(town.state, profile),
        claim_prefix=f"{surname(dice)[:1]}{dice.digits(3)}-",
    )
