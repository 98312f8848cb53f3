"""The rows that answers are read into, one record a table, and what a reader may not show.

Money and units are exact decimals, days are dates; None stands for what is absent or could not be
read, which a Problem then names. Of the numbers that join tables, `payment` counts the payments of
a file, `answer` the claims of its 835s and `line` the service lines of one, each from 1.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

IDENTIFYING = frozenset(
    {"patient_last_name", "patient_first_name", "patient_id", "corrected_patient_id", "text"}
)
"""Columns that identify a patient, or may; they are left out unless asked for."""


class Payment(NamedTuple):
    """One transaction set of an 835. `balanced`: yes, no, or not checked."""

    file: str
    payment: int
    trace: str
    payer_id: str
    paid_on: date | None
    amount: Decimal | None
    method: str
    handling: str
    produced_on: date | None
    payer: str
    payer_number: str
    payee: str
    payee_number: str
    payee_tax_id: str
    claims: int
    balanced: str
    segment: int
    byte: int


class ClaimAnswer(NamedTuple):
    """A CLP. `payer_claim` is the payer's own number of the claim, `replaces` that of the answer
    it replaces or takes back; `corrected_id` says that the payer corrected name or member id."""

    file: str
    payment: int
    answer: int
    claim_id: str
    status: str
    charge: Decimal | None
    paid: Decimal | None
    patient_share: Decimal | None
    denied: Decimal
    outcome: str
    plan: str
    payer_claim: str
    replaces: str
    place: str
    frequency: str
    first_day: date | None
    last_day: date | None
    received: date | None
    covered: Decimal | None
    interest: Decimal | None
    remarks: str
    authorization: str
    rendering_number: str
    next_payer: str
    earlier_payer: str
    corrected_id: str
    balanced: str
    segment: int
    byte: int
    patient_last_name: str
    patient_first_name: str
    patient_id: str
    corrected_patient_id: str


class LineAnswer(NamedTuple):
    """An SVC: `code` and `modifiers` as decided, `sent_code` and `sent_modifiers` as billed.
    `control_number` is REF*6R; `allowed_from` says whether the amount was sent or derived."""

    file: str
    payment: int
    answer: int
    claim_id: str
    line: int
    control_number: str
    code: str
    modifiers: str
    sent_code: str
    sent_modifiers: str
    charge: Decimal | None
    paid: Decimal | None
    units_paid: Decimal | None
    units_sent: Decimal | None
    first_day: date | None
    last_day: date | None
    allowed: Decimal | None
    allowed_from: str
    denied: Decimal
    outcome: str
    remarks: str
    policy: str
    segment: int
    byte: int


class Adjustment(NamedTuple):
    """One reason of a CAS; `line` is 0 where it was made to the whole claim."""

    file: str
    payment: int
    answer: int
    claim_id: str
    line: int
    control_number: str
    group: str
    reason: str
    amount: Decimal | None
    quantity: Decimal | None
    money: str


class ProviderAdjustment(NamedTuple):
    """Money outside of claims: one pair of a PLB. A positive amount lowers the payment."""

    file: str
    payment: int
    provider: str
    fiscal_year_end: date | None
    reason: str
    reference: str
    amount: Decimal | None


class Status(NamedTuple):
    """One status of a 277CA: a composite of an STC, of which each may have three. `level` is
    source, receiver, provider, claim or line."""

    file: str
    level: str
    claim_id: str
    control_number: str
    category: str
    status: str
    entity: str
    action: str
    rejected: str
    effective: date | None
    charge: Decimal | None
    payer_claim: str
    clearinghouse_claim: str
    batch: str
    sender: str
    sender_role: str
    provider: str
    first_day: date | None
    last_day: date | None
    code: str
    modifiers: str
    segment: int
    byte: int
    patient_last_name: str
    patient_first_name: str
    patient_id: str
    text: str


class Acknowledgment(NamedTuple):
    """What a TA1 or 999 says of an interchange, group, set, segment or element (`level`) of ours,
    whose control number is `control_number`; `codes` are its error codes. A TA1 says when the
    interchange was made (`sent_on`, `sent_at` as HHMM)."""

    file: str
    kind: str
    level: str
    control_number: str
    sent_on: date | None
    sent_at: str
    set_number: str
    status: str
    codes: str
    sets_included: str
    sets_received: str
    sets_accepted: str
    in_segment: str
    in_position: str
    in_loop: str
    in_element: str
    claim_id: str
    segment: int
    byte: int
    text: str


class Finding(NamedTuple):
    """An answer that does not balance, by rule; `line` is 0 where it is about no one line."""

    file: str
    rule: str
    payment: int
    answer: int
    claim_id: str
    line: int
    expected: Decimal
    found: Decimal
    message: str
    segment: int
    byte: int


class ClaimMatch(NamedTuple):
    """The claim of ours that an answer is about: the CLM at `sent_byte` of `sent_file`. `level`
    says by what it was found; it is empty where `reason` says why none was. `state` is what later
    answers made of this one: current, replaced, taken back, reversal, or waiting, for a reversal
    whose first answer is not here. `segment` and `byte` are those of the answer."""

    file: str
    payment: int
    answer: int
    claim_id: str
    level: str
    reason: str
    state: str
    status: str
    charge: Decimal | None
    paid: Decimal | None
    sent_file: str
    sent_claim_id: str
    sent_frequency: str
    sent_segment: int
    sent_byte: int
    segment: int
    byte: int


class LineMatch(NamedTuple):
    """The line of ours (LX01 in `sent_line`) that an answered line is about; `line` is 0 where the
    answer has no lines, so that it is about all of ours."""

    file: str
    answer: int
    line: int
    claim_id: str
    level: str
    reason: str
    sent_line: str
    sent_control_number: str
    charge: Decimal | None
    paid: Decimal | None
    denied: Decimal
    outcome: str


class ProviderMatch(NamedTuple):
    """A pair of a PLB and the claim of ours that its reference names, if it names one only.
    `kind` is take-back, forward balance, interest or other; `settled` says of a forward balance
    whether what was put off was made up for in another payment."""

    file: str
    payment: int
    paid_on: date | None
    reason: str
    kind: str
    amount: Decimal | None
    settled: str
    sent_file: str
    sent_claim_id: str


class SettledRow(NamedTuple):
    """A line that was sent and what became of it. The first decision and the final one differ
    where an answer was reversed or a denial paid later; `denials` are those of the final one, as
    `CO-97 N390`. Amounts are those of the payer it was sent to, but `paid_by_next`."""

    sent_file: str
    claim_id: str
    frequency: str
    line: str
    control_number: str
    code: str
    modifiers: str
    units: Decimal | None
    charge: Decimal | None
    first_day: date | None
    payer: str
    payer_id: str
    sent_on: date | None
    outcome: str
    paid: Decimal
    allowed: Decimal | None
    denied: Decimal
    reduced: Decimal
    patient: Decimal
    paid_by_next: Decimal
    taken_back: Decimal
    denials: str
    level: str
    first_outcome: str
    first_decided: date | None
    first_denied: Decimal
    decided: date | None
    forwarded_to: str
    payer_claim: str


class Problem(NamedTuple):
    """What could not be read: where it is, and why."""

    file: str
    segment: int
    byte: int
    name: str
    message: str


Row = (
    Payment
    | ClaimAnswer
    | LineAnswer
    | Adjustment
    | ProviderAdjustment
    | Status
    | Acknowledgment
    | Finding
    | Problem
    | ClaimMatch
    | LineMatch
    | ProviderMatch
    | SettledRow
)
TABLES: dict[type[Row], str] = {
    Payment: "payments",
    ClaimAnswer: "claims",
    LineAnswer: "lines",
    Adjustment: "adjustments",
    ProviderAdjustment: "provider_adjustments",
    Status: "statuses",
    Acknowledgment: "acknowledgments",
    Finding: "findings",
    Problem: "problems",
}
MATCH_TABLES: dict[type[Row], str] = {
    ClaimMatch: "matches",
    LineMatch: "line_matches",
    ProviderMatch: "provider_matches",
    SettledRow: "settled_lines",
    Problem: "problems",
}
"""What reading and matching each write."""
