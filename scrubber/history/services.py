"""The services of a claim as the ledger remembers them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from scrubber.claim.values import amount
from scrubber.engine.results import ClaimResult, Part
from scrubber.engine.run_levels import RunLevels
from scrubber.history.keys import Keys
from scrubber.therapy.plan_of_care import sole_discipline_of

NO_NOTE = "no"


class ServiceRow(NamedTuple):
    """One service line of a claim, remembered. Patient, provider and claim are keyed hashes.

    `file` and `claim_number` (counted from 1 in the file) give the order in which claims came.
    Units are 0 where the line is billed in minutes. `expected` are Medicare dollars, None where
    the payer has no threshold or the code no rate. `note` is the day of the progress note that the
    documentation names, NO_NOTE where it names none, empty where nothing is told. `day` stands for
    its first day, of the patient with the billing provider and payer, `number` for the claim's
    number there; both are empty for what an earlier version entered. `minutes` are those
    documented, noted or billed; `authorized`: the claim has an authorization or referral number.
    """

    file: int
    claim_number: int
    line: int
    claim: str
    frequency: str
    patient: str
    provider: str
    code: str
    modifiers: tuple[str, ...]
    first: date
    last: date
    place: str
    charge: Decimal
    units: Decimal
    discipline: str
    counted: bool
    expected: Decimal | None
    note: str = ""
    day: str = ""
    number: str = ""
    minutes: int | None = None
    authorized: bool = False


class Interchange(NamedTuple):
    """Who sent an interchange, to whom, under which control number (ISA05 to 08 and 13)."""

    sender: str
    receiver: str
    control: str


def interchange_of(part: Part) -> Interchange:
    """The interchange that an ISA part opens."""
    values = part.corrected.split(part.element)
    values += [""] * (17 - len(values))
    return Interchange(
        ":".join(one.strip() for one in values[5:7]),
        ":".join(one.strip() for one in values[7:9]),
        values[13].strip(),
    )


def service_rows(
    claim: ClaimResult, levels: RunLevels, keys: Keys, file: int, claim_number: int
) -> Iterator[ServiceRow]:
    """The services of a claim; lines without a date, charge or units are left out, and all where
    the file does not tell who the patient is."""
    if not levels.person:
        return
    patient = keys.of("patient", *levels.person.split("\x1f"))
    own = keys.of("claim", patient, claim.claim_id)
    number, provider = levels.number(claim).hex(), levels.provider(claim).hex()
    for line in claim.lines:
        charge, units = amount(line.charge), amount(line.units)
        if line.day is None or line.last is None or charge is None or units is None:
            continue
        day = levels.day_key(claim.payer_id, line.day.toordinal()).hex()
        yield ServiceRow(
            file, claim_number, line.line, own, claim.frequency, patient, provider,
            line.code, line.modifiers, line.day, line.last, line.place or claim.place_of_service,
            charge, Decimal(0) if line.in_minutes else units,
            sole_discipline_of(line.modifiers), False, None, "",
            day, number, line.minutes, claim.authorized,
        )  # fmt: skip


def balance_of(text: str) -> Decimal | None:
    """An amount of dollars as a person writes it; None where it is none."""
    return amount(text.strip().removeprefix("$").replace(",", ""))


def patient_of(keys: Keys, member_id: str) -> str:
    """The hash of a subscriber by member id, as claims have it."""
    return keys.of("patient", member_id.upper().replace(" ", "").replace("-", ""))
