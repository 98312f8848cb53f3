"""What a synthetic claim is made of, before it is written as segments.

Dates are CCYYMMDD as they are sent, because a planted fault may be a date that does not exist; an
empty text leaves the segment or element out.
"""

from decimal import Decimal
from typing import NamedTuple

from scrubber.synthetic.payers import Payer
from scrubber.synthetic.people import Name
from scrubber.synthetic.places import Address

PLACE_OFFICE = "11"
PLACE_HOME = "12"
PLACE_TELEHEALTH_HOME = "10"
PLACE_NURSING = "32"


class Clinician(NamedTuple):
    """A therapist, or a physician who refers (then taxonomy and discipline are empty)."""

    name: Name
    npi: str
    taxonomy: str = ""
    discipline: str = ""


class Facility(NamedTuple):
    """A place of service that is not the billing provider's address."""

    name: str
    npi: str
    address: Address


class Member(NamedTuple):
    """A subscriber or patient. `organization` is set for an employer, who then has no name."""

    name: Name
    address: Address
    birth_date: str
    member_id: str = ""
    group_number: str = ""
    organization: str = ""


class Adjustment(NamedTuple):
    """One CAS triplet without a quantity: group code, reason code, amount."""

    group: str
    reason: str
    amount: Decimal


class Adjudication(NamedTuple):
    """What the payer before did with a service line (loop 2430)."""

    paid: Decimal
    adjustments: tuple[Adjustment, ...]
    date: str


class OtherCoverage(NamedTuple):
    """The payer before (loop 2320) and its member; `relationship` is SBR02 of that loop."""

    payer: Payer
    member: Member
    relationship: str
    paid: Decimal
    patient_liability: Decimal


class Line(NamedTuple):
    """A service line (loop 2400)."""

    code: str
    modifiers: tuple[str, ...]
    charge: Decimal
    units: str
    pointers: str
    date: str
    control_number: str
    description: str = ""
    note: str = ""
    rendering: Clinician | None = None
    adjudication: Adjudication | None = None


class Claim(NamedTuple):
    """A claim (loop 2300) with the subscriber and patient it hangs on.

    `patient` is None when the subscriber is the patient; `relationship` is then empty, else PAT01.
    """

    claim_id: str
    payer: Payer
    subscriber: Member
    patient: Member | None
    relationship: str
    accident_number: str
    charge: Decimal
    place: str
    frequency: str
    related_cause: str
    dates: tuple[tuple[str, str], ...]
    patient_paid: str
    references: tuple[tuple[str, str], ...]
    note: str
    diagnoses: tuple[str, ...]
    referring: Clinician | None
    rendering: Clinician | None
    facility: Facility | None
    other: OtherCoverage | None
    insurance_type: str
    lines: tuple[Line, ...]
    benefits_assigned: str = "Y"
