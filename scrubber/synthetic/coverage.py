"""Who is insured with whom: subscriber, patient and the payer before, if there is one."""

from dataclasses import dataclass
from datetime import date

from scrubber.synthetic.clinics import Clinic
from scrubber.synthetic.dates import birthday, compact
from scrubber.synthetic.dice import Dice
from scrubber.synthetic.identifiers import shaped
from scrubber.synthetic.payers import Payer
from scrubber.synthetic.people import Name, person, surname
from scrubber.synthetic.places import home_address
from scrubber.synthetic.records import Member

_EMPLOYERS = ("FREIGHT", "MARKETS", "FOUNDRY", "DAIRY", "BUILDERS", "LAUNDRY", "FARMS", "MOTORS")
_GROUP_SHAPES = ("######", "#####-##", "GRP####", "0######")
_SECONDARY_SHARE = 0.12
_SPOUSE, _CHILD, _EMPLOYEE, _SELF = "01", "19", "20", "18"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The payer a claim goes to, its member, the patient, and the payer before."""

    payer: Payer
    subscriber: Member
    patient: Member | None
    relationship: str
    accident_number: str
    is_child: bool
    other_payer: Payer | None
    other_member: Member | None
    other_relationship: str
    insurance_type: str

    @property
    def daily_units(self) -> int:
        """The most units a day that every payer of the claim takes."""
        if self.other_payer is None:
            return self.payer.daily_units
        return min(self.payer.daily_units, self.other_payer.daily_units)


def _member(dice: Dice, clinic: Clinic, born: date, payer: Payer, last: str = "") -> Member:
    town = clinic.town
    group = ""
    if payer.filing in ("CI", "BL", "12") and dice.chance(0.8):
        group = shaped(dice, dice.pick(_GROUP_SHAPES))
    return Member(
        person(dice, last), home_address(dice, town), compact(born), payer.member_id(dice), group
    )


def _employer(dice: Dice, clinic: Clinic, payer: Payer) -> Member:
    name = f"{surname(dice)} {dice.pick(_EMPLOYERS)}"
    return Member(
        Name("", "", "", ""), home_address(dice, clinic.town), "", payer.member_id(dice), "", name
    )


def _accident_coverage(dice: Dice, clinic: Clinic, payer: Payer, as_of: date) -> Coverage:
    injured = _member(dice, clinic, birthday(dice, as_of, 19, 64), payer)
    number = shaped(dice, "@@#######")
    if payer.filing == "WC" and dice.chance(0.5):
        employer = _employer(dice, clinic, payer)
        return Coverage(payer, employer, injured, _EMPLOYEE, number, False, None, None, "", "")
    return Coverage(payer, injured, None, "", number, False, None, None, "", "")


def _ages(dice: Dice, payer: Payer, other: Payer | None, discipline: str) -> tuple[int, int]:
    if payer.is_medicare or (other is not None and other.is_medicare):
        return 65, 94
    if payer.filing == "MC" and dice.chance(0.6 if discipline != "GN" else 0.9):
        return 3, 17
    return 19, 64


def _before(
    dice: Dice, clinic: Clinic, other: Payer, subscriber: Member, *, is_child: bool
) -> tuple[Member, str]:
    """The member of the payer before, and the patient's relationship to that member."""
    own_id = other.member_id(dice)
    group = shaped(dice, dice.pick(_GROUP_SHAPES)) if other.filing in ("CI", "BL") else ""
    if other.is_medicare or (not is_child and dice.chance(0.7)):
        return subscriber._replace(member_id=own_id, group_number=group), _SELF
    relative = person(dice, subscriber.name.last)
    address = subscriber.address if dice.chance(0.8) else home_address(dice, clinic.town)
    return Member(relative, address, "", own_id, group), _CHILD if is_child else _SPOUSE


def draw_coverage(dice: Dice, clinic: Clinic, discipline: str, as_of: date) -> Coverage:
    """A patient of `clinic` with coverage that holds on `as_of` and the months before."""
    payer = clinic.payers.draw(dice)
    if payer.is_accident:
        return _accident_coverage(dice, clinic, payer, as_of)
    other = None
    if payer.secondary and dice.chance(_SECONDARY_SHARE):
        other = clinic.payers.draw_other(dice, payer)
    youngest, oldest = _ages(dice, payer, other, discipline)
    subscriber = _member(dice, clinic, birthday(dice, as_of, youngest, oldest), payer)
    is_child = oldest < 19
    patient, relationship = None, ""
    if payer.dependents and other is None and dice.chance(0.35 if discipline != "GN" else 0.8):
        is_child = dice.chance(0.5 if discipline != "GN" else 0.95)
        ages = (3, 18) if is_child else (21, 64)
        relationship = _CHILD if is_child else _SPOUSE
        patient = _member(
            dice, clinic, birthday(dice, as_of, *ages), payer, subscriber.name.last
        )._replace(address=subscriber.address, member_id="", group_number="")
    other_member, other_relationship = None, ""
    if other is not None:
        other_member, other_relationship = _before(
            dice, clinic, other, subscriber, is_child=is_child
        )
    insurance_type = "12" if payer.is_medicare and other is not None else ""
    return Coverage(
        payer,
        subscriber,
        patient,
        relationship,
        "",
        is_child,
        other,
        other_member,
        other_relationship,
        insurance_type,
    )
