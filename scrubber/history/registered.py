"""Claims as the register gives them, and what is asked of it."""

import json
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from scrubber.errors import ScrubberError
from scrubber.history.claim_states import noted_on


class UnknownClaimError(ScrubberError):
    """No claim of the register has this id, or it cannot have this state."""


class RegisteredClaim(NamedTuple):
    """A claim in the register. Dollars are exact, None where unknown; `due` is the last day of the
    payer's filing limit, None where its profile states none, `days_left` counts to it. `reasons`
    are the rules that rejected or warn. `versions` says how many of its number came, this one
    included. `patient` is a keyed hash."""

    id: str
    claim_id: str
    state: str
    state_on: date
    received: date
    frequency: str
    payer_id: str
    payer_name: str
    profile: str
    rendering: str
    therapist: str
    charge: Decimal | None
    expected: Decimal | None
    paid: Decimal | None
    denied: Decimal | None
    first: date | None
    last: date | None
    due: date | None
    days_left: int | None
    age: int
    lines: int
    reasons: tuple[str, ...]
    versions: int
    patient: str


class Filter(NamedTuple):
    """Which claims are wanted; what is empty or None does not restrict. `text` is part of a claim
    number, payer or therapist; `reason` a rule; `age` days in the state, at least. `member` is a
    member id, which the register knows only as a hash. Without `all_versions` only the last
    version of each claim."""

    states: tuple[str, ...] = ()
    payer: str = ""
    therapist: str = ""
    reason: str = ""
    text: str = ""
    member: str = ""
    least_age: int | None = None
    least_charge: Decimal | None = None
    due_within: int | None = None
    all_versions: bool = False


EVERY_CLAIM = Filter()


class Step(NamedTuple):
    """Something that happened to a claim: on which day, what, and by whom or where it is from."""

    on: date | None
    what: str
    detail: str
    who: str


class RegisteredFinding(NamedTuple):
    """What a rule reported when the claim came; `consent` by whom its repair was allowed."""

    line: int | None
    rule: str
    severity: str
    fixed: bool
    message: str
    consent: str


class Story(NamedTuple):
    """A claim, what was found in it, all that happened to its versions, and those versions."""

    claim: RegisteredClaim
    findings: tuple[RegisteredFinding, ...]
    steps: tuple[Step, ...]
    versions: tuple[RegisteredClaim, ...]


class StateTotal(NamedTuple):
    """Claims in a state and their charges."""

    state: str
    claims: int
    charge: Decimal


def _dollars(cents: int | None) -> Decimal | None:
    return None if cents is None else (Decimal(cents) / 100).quantize(Decimal("0.01"))


def registered(row: Any, as_of: date) -> RegisteredClaim:
    """A claim of a row of the register."""
    return RegisteredClaim(
        f"{row.file}-{row.claim_number}", row.claim_id, row.state, row.state_on, row.received,
        row.frequency, row.payer_id, row.payer_name, row.profile, row.rendering, row.therapist,
        _dollars(row.charge), _dollars(row.expected), _dollars(row.paid), _dollars(row.denied),
        row.first, row.last, row.due, (row.due - as_of).days if row.due is not None else None,
        (as_of - row.state_on).days, row.lines, tuple(row.reasons.split()), row.versions,
        row.patient,
    )  # fmt: skip


def received_step(row: Any) -> Step:
    """A claim came."""
    frequency = f", frequency {row.frequency}" if row.frequency else ""
    return Step(
        row.received,
        "received",
        f"{row.entered}{frequency}",
        f"claim {row.file}-{row.claim_number}",
    )


def noted_step(row: Any) -> Step:
    """A person said something."""
    return Step(noted_on(row), row.state, row.why, row.who)


def answered_step(row: Any) -> Step:
    """A payer or clearinghouse answered."""
    record = json.loads(row.record)
    replaced = "; taken back or replaced later" if record.get("replaced") else ""
    detail = f"{record['words']}{replaced}"
    return Step(row.answered, row.outcome, detail, f"{row.kind} {record['source']}".strip())
