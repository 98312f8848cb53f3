"""What a run says of a claim and of every other part of the file. All of it pickles."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from scrubber.findings import Correction, Finding
from scrubber.profiles.line_of_business import Coverage, LineOfBusiness
from scrubber.x12.delimiters import IsaHead, head_of
from scrubber.x12.segment import Delimiters


class Disposition(Enum):
    """What becomes of a claim."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class Therapy(NamedTuple):
    """What the therapy code table says of a line: family, whether it is timed, and the
    discipline its modifier names (GP, GO, GN; empty if none or several)."""

    family: str
    timed: bool
    discipline: str


class LineSummary(NamedTuple):
    """One service line; amounts and units as sent. `therapy` is None for a code that is not a
    therapy code. `place` is its own place of service (SV105), empty for the claim's. `day` and
    `last` are the first and last date of service, None where unreadable. `in_minutes`: the units
    are minutes (MJ). `minutes` are those documented, noted as agreed or billed, None where nothing
    tells them."""

    line: int
    code: str
    modifiers: tuple[str, ...]
    units: str
    charge: str
    therapy: Therapy | None
    place: str = ""
    day: date | None = None
    last: date | None = None
    in_minutes: bool = False
    minutes: int | None = None


class ClaimResult(NamedTuple):
    """What anybody after the engine needs to know of a claim: its facts, read once from the text
    that goes out, and what became of it. `charge` is CLM02 as sent; dates are None where
    unreadable. `frequency` is CLM05-3. `authorized`: it or a line of it has an authorization or
    referral number.

    `payer_name` is empty where the payer is a person. `rendering` is the NPI of who rendered the
    claim: 2310B, else the first line's 2420A; `therapist` the name. `place_of_service` (CLM05-1)
    and `diagnoses` are as sent.
    `expected` are the dollars Medicare is expected to pay for each line, None where that is not
    known; empty where no line's is, or nothing was found. `locality` is the carrier and locality
    whose amounts they are, empty where they are national. `zip_code` is that of the place of
    service, told only where the user imported tables. `coverage` is the line of business under
    which the profile judged it.
    """

    claim_id: str
    interchange: str
    transaction: str
    payer_id: str
    profile: str
    disposition: Disposition
    charge: str
    service_from: date | None
    service_to: date | None
    lines: tuple[LineSummary, ...]
    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]
    not_checked: tuple[str, ...]
    rendering: str = ""
    expected: tuple[Decimal | None, ...] = ()
    locality: str = ""
    zip_code: str = ""
    coverage: Coverage = Coverage(LineOfBusiness.UNKNOWN)
    payer_name: str = ""
    therapist: str = ""
    place_of_service: str = ""
    diagnoses: tuple[str, ...] = ()
    frequency: str = ""
    authorized: bool = False


class Part(NamedTuple):
    """One block of the file after scrubbing, in file order.

    `kind` is ISA, GS, ST, 2000A, 2000B, 2000C, 2300, SE, GE, IEA, TA1, or "" for text that
    belongs to nothing that is scrubbed. `received` is its text, `corrected` the text with its
    fixes; joined over all parts `received` is the file. `findings` and `corrections` are those
    that belong to no claim. `element` is the element separator, to renumber and recount.
    `blocks` tells of an ISA, GS or ST whose faults keep every claim under it from passing.
    `unwrapped` is the text of a claim without the line breaks of a transport that cuts records;
    empty where there are none. `delimiters` are those an ISA's interchange was read with, which
    the ISA may fail to name.
    """

    kind: str
    received: str
    corrected: str
    findings: tuple[Finding, ...] = ()
    corrections: tuple[Correction, ...] = ()
    claim: ClaimResult | None = None
    element: str = "*"
    segments: int = 0
    ordinal: int = 0
    blocks: bool = False
    unwrapped: str = ""
    delimiters: Delimiters | None = None

    @property
    def head(self) -> IsaHead:
        """Of an ISA: the delimiters of its interchange, and the blanks after each terminator."""
        assert self.delimiters is not None
        return head_of(self.corrected, self.delimiters)

    @property
    def returned(self) -> str:
        """The text of a claim that is rejected. Among others records no longer end where they did,
        so it goes without their line breaks."""
        return self.unwrapped or self.received
